import time

import pytest

from model.errors import InvalidInputError
from service.feeds import opml


def test_nested_lists_each_feed_once() -> None:
    text = """<?xml version="1.0"?><opml version="2.0"><body><outline text="News">
      <outline text="A" title="A &amp; Co" type="rss" xmlUrl="http://a.test/feed"/>
      <outline text="deep"><outline><outline text="B" xmlurl=" http://b.test/feed "/></outline></outline></outline>
      <outline text="again" xmlUrl="http://a.test/feed"/><outline xmlUrl="http://c.test/"/>
      <outline text="none" xmlUrl=""/>
      </body></opml>"""
    assert opml.read(text.encode()) == [
        opml.Outline("http://a.test/feed", "A & Co"), opml.Outline("http://b.test/feed", "B"),
        opml.Outline("http://c.test/", None),
    ]  # fmt: skip


def test_what_is_written_can_be_read() -> None:
    feeds = [opml.Outline("http://a.test/?x=1&y=2", 'A "<b>" & Co'), opml.Outline("http://b.test/", "B")]
    assert opml.read(opml.write(feeds).encode()) == feeds


@pytest.mark.parametrize(
    "content",
    [
        b"", b"nonsense", b"<opml>", b"<rss/>", b"<opml/>", b"<opml><body><outline text='x'/></body></opml>",
        b"<!DOCTYPE opml [<!ENTITY a 'x'>]><opml><outline xmlUrl='http://&a;/'/></opml>",
        b"<!DOCTYPE opml SYSTEM 'http://127.0.0.1:1/'><opml><outline xmlUrl='http://a/'/></opml>",
        b"<?xml version='1.0' encoding='nonsense'?><opml/>",
        b"<opml>" + b"<outline xmlUrl='http://a/'>" * 10_001,
        b"<opml>" + b"<outline text='x'/>" * 10_001 + b"</opml>",
        b" " * 10_000_001,
    ],
)  # fmt: skip
def test_lists_that_are_refused(content: bytes) -> None:
    before = time.process_time()
    with pytest.raises(InvalidInputError, match="the list"):
        opml.read(content)
    assert time.process_time() - before < 2


def test_ten_thousand_feeds() -> None:
    many = [opml.Outline(f"http://{n}.test/", None) for n in range(10_000)]
    assert len(opml.read(opml.write(many).encode())) == 10_000
    deep = (
        b"<opml>" + b"<outline text='x'>" * 5000 + b"<outline xmlUrl='http://a/'/>" + b"</outline>" * 5000 + b"</opml>"
    )
    assert len(opml.read(deep)) == 1
