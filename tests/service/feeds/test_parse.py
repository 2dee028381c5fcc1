import contextlib
import json
import time
from datetime import UTC, datetime

import pytest

from model.errors import FeedError
from service.feeds.entry import Parsed, article_id
from service.feeds.fetch import Fetched
from service.feeds.parse import parse
from tests.service.feeds.conftest import NOW, rss

BASE = "http://news.test/feeds/all.xml"
NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Courier &amp;amp; Sons</title><link>http://news.test/</link>
<item><title>AT&amp;amp;T &lt;i&gt;fined&lt;/i&gt;</title><link>/a</link><guid isPermaLink="false">g1</guid>
<description>Short.</description><content:encoded><![CDATA[<p>Long &amp; <b>whole</b> text.</p><script>alert(1)</script>
<style>p {}</style><p>Second<br>line</p><img src="http://tracker.test/x.gif">]]></content:encoded>
<pubDate>Tue, 24 Nov 2026 10:00:00 +0200</pubDate></item>
<item><title>Only a title</title></item>
<item><description>Only 1 &lt; 2, a summary</description><pubDate>yesterday noonish</pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.test/x/"><title type="html">F &amp;amp; G</title>
<entry><id>u:1</id><title type="text">Use &lt;b&gt; tags</title><link href="y"/>
<published>2026-11-24T10:00:00+02:00</published>
<updated>2026-11-25T00:00:00Z</updated><summary>No.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <b>you</b></p>
<p>there</p></div></content></entry>
<entry><id>u:2</id><title type="html">A &amp;lt;i&amp;gt;</title>
<summary type="text">1 &lt;b 2 &amp;amp; more</summary><updated>2026-11-24T08:00:00Z</updated></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://news.test/"><title>Old</title></channel>
<item rdf:about="http://news.test/1"><title>One</title><link>http://news.test/1</link><description>Text.</description>
<dc:date>2026-11-24T08:00:00Z</dc:date></item></rdf:RDF>"""

RSS091 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://127.0.0.1:1/rss-0.91.dtd"><rss version="0.91"><channel><title>Caf\xe9</title><item><title>One \xe9</title>
<link>http://news.test/1</link><description>Text.</description></item></channel></rss>"""


def read(content: bytes | str, content_type: str = "application/xml") -> Parsed:
    data = content.encode() if isinstance(content, str) else content
    return parse(Fetched(BASE, data, content_type, None, None), NOW)


def test_rss() -> None:
    found = read(RSS)
    assert found.title == "Courier & Sons"
    first, second, third = found.entries
    assert (first.title, first.url, first.published) == ("AT&T fined", "http://news.test/a", NOON)
    assert first.text == "Long & whole text.\nSecond\nline"
    assert (second.title, second.text, second.url) == ("Only a title", "", None)
    assert (third.title, third.text, third.published) == ("", "Only 1 < 2, a summary", None)
    assert found.faults == ["an entry's date makes no sense and was left out"]


def test_atom() -> None:
    found = read(ATOM)
    assert found.title == "F & G"
    first, second = found.entries
    assert (first.title, first.url, first.published) == ("Use <b> tags", "http://b.test/x/y", NOON)
    assert first.text == "Hi you\nthere"
    assert (second.title, second.text, second.published) == ("A <i>", "1 <b 2 &amp; more", NOON)
    assert found.faults == []


def test_old_rss() -> None:
    (one,) = read(RDF).entries
    assert (one.title, one.text, one.url, one.published) == ("One", "Text.", "http://news.test/1", NOON)
    found = read(RSS091.encode("latin-1"))
    assert (found.title, found.entries[0].title, found.faults) == ("Café", "One é", [])


def test_json_feed() -> None:
    items = [
        {"id": "1", "title": "A <b>", "url": "/a", "content_html": "<p>x &amp; y</p>",
         "date_published": "2026-11-24T10:00:00+02:00"},
        {"id": 2, "content_text": "1 &lt; 2", "external_url": "http://x.test/", "date_modified": "nonsense"},
        {"id": "3", "title": 5},
        "nonsense",
    ]  # fmt: skip
    sent = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": items}
    found = read("\ufeff" + json.dumps(sent))
    assert found.title == "J"
    first, second = found.entries
    assert (first.title, first.text, first.published) == ("A <b>", "x & y", NOON)
    assert first.url == "http://news.test/a"
    assert (second.text, second.url, second.published) == ("1 &lt; 2", "http://x.test/", None)
    assert len(found.faults) == 2
    for other in ("{}", '{"version": "1", "items": []}', "{", '{"items": ' + "[" * 100_000, "[]"):
        with pytest.raises(FeedError):
            read(other)


def test_entries_keep_their_keys_and_feeds_theirs() -> None:
    before, after = read(rss("a", "b")), read(rss("c", "a", "b", title="Renamed"))
    assert [one.key for one in before.entries] == [one.key for one in after.entries[1:]]
    assert len({one.key for one in after.entries}) == 3
    assert article_id("http://a.test/", before.entries[0].key) != article_id("http://b.test/", before.entries[0].key)
    untold = read(
        "<rss version='2.0'><channel><item><title>x</title></item><item><title>y</title></item></channel></rss>"
    )
    assert len({one.key for one in untold.entries}) == 2


@pytest.mark.parametrize(
    "date",
    ["Thu, 01 Jan 1970 00:00:00 GMT", "0001-01-01T00:00:00Z", "Mon, 24 Nov 2036 00:00:00 GMT", "9999-12-31T23:59:59Z",
     "2026-13-45", "x", "yesterday", "99999999999999999999"],
)  # fmt: skip
def test_nonsense_dates_are_left_out_and_told(date: str) -> None:
    found = read(rss("a").replace("Tue, 24 Nov 2026 10:00:00 +0200", date))
    assert (found.entries[0].published, len(found.faults)) == (None, 1)


def test_links_that_are_no_web_addresses_are_left_out() -> None:
    for link in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "http://" + "x" * 5000):
        found = read(f"<rss version='2.0'><channel><item><title>x</title><link>{link}</link></item></channel></rss>")
        assert found.entries[0].url is None, link
    assert "an entry leads to no web address" in found.faults


def test_broken_xml_gives_what_can_be_read() -> None:
    found = read(rss("a", "b", "c").replace("</item><item><title>Story c", "</item><item><title>Story & c"))
    assert [one.title for one in found.entries] == ["Story a", "Story b", "Story & c"]
    assert found.faults[0].startswith("the XML is broken: not well-formed")
    cut = read(rss("a", "b", "c")[:-150])
    assert [one.title for one in cut.entries][:2] == ["Story a", "Story b"]
    assert len(cut.faults) == 1


LOL = '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">'


@pytest.mark.parametrize(
    "content",
    [
        f"<!DOCTYPE rss [{LOL}]><rss version='2.0'><channel><title>&b;</title></channel></rss>",
        "<!DOCTYPE rss [<!-- <rss> --><!ENTITY a 'x'>]><rss version='2.0'><channel><title>&a;</title></channel></rss>",
        "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'>%p;]><rss version='2.0'/>",
        "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel>&a;</channel></rss>",
        f"<!DOCTYPE rss [{LOL}]><rss version='2.0'><channel><title>&b; & broken",
        f"& <!DOCTYPE rss [{LOL}]><rss version='2.0'><channel><title>&b;</title></channel></rss>",
        f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE rss [{LOL}]><rss version='2.0'/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='utf-7'?>" + f"<!DOCTYPE rss [{LOL}]><rss version='2.0'/>".encode("utf-7"),
    ],
)
def test_entities_are_refused_however_they_are_written(content: bytes | str) -> None:
    with pytest.raises(FeedError):
        read(content)


def test_an_article_may_be_about_entities() -> None:
    found = read(rss("a").replace("Troops", "&lt;!ENTITY x&gt; <![CDATA[<!ENTITY y>]]> troops"))
    assert len(found.entries) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"<rss><channel>" + b"<item/>" * 20_000,
        b"<rss><channel>" + b"<a>" * 400_000,
        b"<rss version='2.0'><channel><item><title>" + b"&" * 5_000_000,
        b"<rss version='2.0'><channel><item><description>" + b"&lt;div&gt;" * 500_000 + b"</description></item>",
        b"{" * 5_000_000,
        b"\x00" * 5_000_000,
        b"<!DOCTYPE " * 200_000,
    ],
)  # fmt: skip
def test_hostile_documents_take_no_time(content: bytes) -> None:
    before = time.process_time()
    with contextlib.suppress(FeedError):
        assert len(read(content).entries) <= 1
    assert time.process_time() - before < 5


@pytest.mark.parametrize("content", ["", " ", "nonsense", "<html><p>Hello</p></html>", "<opml/>", "\x00\x01", "<"])
def test_what_is_no_feed(content: str) -> None:
    with pytest.raises(FeedError):
        read(content)


def test_a_page_names_its_feed() -> None:
    page = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><p>Hello</p></html>'
    with pytest.raises(FeedError, match=r"http://news\.test/rss"):
        read(page, "text/html")


def test_a_feed_may_be_empty() -> None:
    assert read(rss()).entries == []


def test_control_characters_and_halves_of_characters_do_not_come_through() -> None:
    broken = b"<rss version='2.0'><channel><item><title>a&#0;b\x07c</title>"
    broken += b"<description>x&#xD800;y&#99999999999;&#xFFFFFFFFFF</description></item></channel></rss>"
    (one,) = read(broken).entries
    assert (one.title + one.text).isprintable()
    (one.title + one.text).encode()
