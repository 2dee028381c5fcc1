"""Fetching from a real server on the loopback, under names that lead there."""

import gzip
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from model.errors import FeedError
from service.feeds.fetch import AwayError, Fetcher, agent
from service.feeds.network import StoppedError
from tests.service.feeds.conftest import Site, by_host

Names = dict[str, list[str]]


def fetcher(names: Names | None = None, *, most: int = 100_000, seconds: float = 5.0, private: bool = True) -> Fetcher:
    resolver = by_host({"127.0.0.1": ["127.0.0.1"]} | (names or {}))
    return Fetcher(private=private, most=most, seconds=seconds, resolve=resolver)


def test_a_feed_comes_as_it_is(site: Site) -> None:
    url = site.give(
        "/feed?a=b%20c", "<rss/>", headers={"Content-Type": "text/xml", "ETag": '"1"', "Last-Modified": "x"}
    )
    found = fetcher({"feeds.test": ["127.0.0.1"]}).fetch(url.replace("127.0.0.1", "feeds.test"))
    assert (found.content, found.content_type, found.etag, found.last_modified) == (b"<rss/>", "text/xml", '"1"', "x")
    ((path, headers),) = site.asked
    assert (path, headers["host"]) == ("/feed?a=b%20c", f"feeds.test:{site.port}")
    assert headers["user-agent"] == agent()
    assert agent().startswith("topicdesk/")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert "if-none-match" not in headers


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    url = site.give("/", "<rss/>", headers={"ETag": 'W/"1"'})
    found = fetcher().fetch(url, 'W/"1"', "Tue, 24 Nov 2026 10:00:00 GMT")
    assert found.content is None
    assert site.asked[0][1]["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert fetcher().fetch(url, '"2"').content == b"<rss/>"
    site.give("/odd", status=304)
    with pytest.raises(AwayError, match="304"):  # nobody had asked whether it has changed
        fetcher().fetch(site.url("/odd"))


def test_a_tag_that_is_no_tag_is_not_kept(site: Site) -> None:
    url = site.give("/", "<rss/>", headers={"ETag": "x" * 2000, "Last-Modified": "\xe4"})
    found = fetcher().fetch(url)
    assert (found.etag, found.last_modified) == (None, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, status: int) -> None:
    site.give("/b/feed", "<rss/>")
    site.give("/a", status=status, headers={"Location": "b/feed"})
    found = fetcher().fetch(site.url("/a"))
    assert (found.url, found.content) == (site.url("/b/feed"), b"<rss/>")


def test_not_for_ever(site: Site) -> None:
    for n in range(9):
        site.give(f"/{n}", status=302, headers={"Location": f"/{n + 1}"})
    with pytest.raises(FeedError, match="more than 5 times"):
        fetcher().fetch(site.url("/0"))
    assert len(site.asked) == 6
    for location in ("", "/loop", "http://[", "http://" + "a" * 3000):
        site.give("/loop", status=302, headers={"Location": location})
        with pytest.raises(FeedError, match=r"to nowhere|names a host"):
            fetcher().fetch(site.url("/loop"))


@pytest.mark.parametrize(
    ("to", "fault"),
    [
        ("http://inside.test/", "link-local or metadata"),
        ("http://169.254.169.254/latest/meta-data/", "link-local or metadata"),
        ("http://[::ffff:169.254.169.254]/", "link-local or metadata"),
        ("http://0.0.0.0/", "unspecified"),
        ("file:///etc/passwd", "http:// or https://"),
        ("http://me:secret@feeds.test/", "name or password"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site: Site, to: str, fault: str) -> None:
    site.give("/", status=302, headers={"Location": to})
    with pytest.raises(FeedError, match=fault):
        fetcher({"inside.test": ["169.254.169.254"]}).fetch(site.url("/"))
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["10.0.0.1"], ["::1"], ["fe80::1%lo"]]
)
def test_a_name_that_leads_inside_is_not_connected_to(site: Site, found: list[str]) -> None:
    with pytest.raises(FeedError, match="the name leads to"):
        fetcher({"evil.test": found}, private=False).fetch(site.url("/", "evil.test"))
    assert site.asked == []


def test_a_name_is_resolved_once_and_its_checked_address_connected_to(site: Site) -> None:
    site.give("/", "<rss/>")
    calls = []

    def rebinding(host: str, _port: int) -> list[str]:
        calls.append(host)
        return ["127.0.0.1"] if len(calls) == 1 else ["169.254.169.254"]

    one = Fetcher(private=True, most=1000, resolve=rebinding)
    assert one.fetch(site.url("/", "rebind.test")).content == b"<rss/>"
    assert calls == ["rebind.test"]


def test_the_next_address_is_tried_where_one_does_not_answer(site: Site) -> None:
    site.give("/", "<rss/>")
    two = fetcher({"two.test": ["127.0.0.2", "127.0.0.1"]})
    assert two.fetch(site.url("/", "two.test")).content == b"<rss/>"


def test_proxies_of_the_environment_are_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetcher().fetch(site.give("/", "<rss/>")).content == b"<rss/>"


def packed(kind: str, data: bytes) -> bytes:
    if kind == "gzip":
        return gzip.compress(data, 9)
    if kind == "deflate":
        return zlib.compress(data, 9)
    bare = zlib.compressobj(9, zlib.DEFLATED, -15)
    return bare.compress(data) + bare.flush()


@pytest.mark.parametrize("kind", ["gzip", "deflate", "bare"])
def test_packed_feeds_are_unpacked_and_bombs_are_not(site: Site, kind: str) -> None:
    headers = {"Content-Encoding": kind.replace("bare", "deflate")}
    assert fetcher().fetch(site.give("/", packed(kind, b"<rss/>"), headers=headers)).content == b"<rss/>"
    bomb = packed(kind, bytes(50_000_000))
    assert len(bomb) < 100_000
    tracemalloc.start()
    with pytest.raises(FeedError, match="larger than 100000 bytes"):
        fetcher().fetch(site.give("/bomb", bomb, headers=headers))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    with pytest.raises(FeedError, match="breaks off"):
        fetcher().fetch(site.give("/cut", packed(kind, b"<rss/>" * 100)[:-9], headers=headers))
    with pytest.raises(FeedError, match="packed wrongly"):
        fetcher().fetch(site.give("/bad", b"\xff" * 50, headers=headers))


@pytest.mark.parametrize("kind", ["br", "zstd", "gzip, gzip"])
def test_packings_that_were_not_asked_for(site: Site, kind: str) -> None:
    with pytest.raises(FeedError, match="not asked for"):
        fetcher().fetch(site.give("/", b"x", headers={"Content-Encoding": kind}))


def test_a_body_past_the_limit(site: Site) -> None:
    with pytest.raises(FeedError, match="larger than 1000 bytes"):
        fetcher(most=1000).fetch(site.give("/", b"x" * 1001))
    endless = site.give("/endless", pieces=[b"x" * 500] * 1000, pause=0.01)
    with pytest.raises(FeedError, match="larger"):
        fetcher(most=1000).fetch(endless)


@pytest.mark.parametrize("raw", [False, True])
def test_a_slow_drip_ends_at_the_deadline(site: Site, raw: bool) -> None:
    start = b"HTTP/1.1 200 OK\r\n" if raw else b""
    url = site.give("/", pieces=[start, *[b"x"] * 100], pause=0.1, raw=raw)
    before = time.monotonic()
    with pytest.raises(AwayError, match="too long"):
        fetcher(seconds=0.7).fetch(url)
    assert 0.6 < time.monotonic() - before < 2.5


def test_a_process_that_ends_need_not_wait(site: Site) -> None:
    url = site.give("/", pieces=[b"x"], pause=8)
    one = fetcher(seconds=30)
    threading.Timer(0.2, one.stop.set).start()
    before = time.monotonic()
    with pytest.raises(StoppedError):
        one.fetch(url)
    assert time.monotonic() - before < 3


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "password"), (403, "refuses"), (404, "no such feed"), (500, "fault"), (204, "does not give"), (418, "418")],
)
def test_refusals_are_told(site: Site, status: int, said: str) -> None:
    with pytest.raises(AwayError, match=said) as raised:
        fetcher().fetch(site.give("/", b"" if status == 204 else b"x", status=status))
    assert (raised.value.gone, raised.value.after) == (False, None)


def test_gone_for_good(site: Site) -> None:
    with pytest.raises(AwayError) as raised:
        fetcher().fetch(site.give("/", status=410))
    assert raised.value.gone


@pytest.mark.parametrize("status", [429, 503])
def test_how_long_to_wait(site: Site, status: int) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for said, low, high in (("120", 120, 120), (later, 3500, 3601), ("Thu, 01 Jan 1970 00:00:00 GMT", 0, 0)):
        with pytest.raises(AwayError) as raised:
            fetcher().fetch(site.give("/", status=status, headers={"Retry-After": said}))
        assert raised.value.after is not None
        assert low <= raised.value.after <= high
    for nonsense in ("soon", "-1", "9" * 400, "Mon, 99 Foo 2026"):
        with pytest.raises(AwayError) as raised:
            fetcher().fetch(site.give("/", status=status, headers={"Retry-After": nonsense}))
        assert raised.value.after is None


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", b"\x16\x03"]
)
def test_what_is_no_http(site: Site, sent: bytes) -> None:
    with pytest.raises(AwayError):
        fetcher(seconds=3).fetch(site.give("/", pieces=[sent, b"\r\n\r\n"], raw=True))


def test_names_and_servers_that_are_not_there(site: Site) -> None:
    with pytest.raises(AwayError, match="not known"):
        fetcher().fetch("http://nowhere.test/")
    with pytest.raises(AwayError, match="no address"):
        fetcher({"none.test": []}).fetch("http://none.test/")
    with pytest.raises(AwayError, match="cannot be reached"):
        fetcher().fetch("http://127.0.0.1:1/")


def test_one_at_a_time_from_a_host(site: Site) -> None:
    url = site.give("/", "<rss/>", pause=0.1)
    one = fetcher(seconds=0.6)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(one.fetch(url).content)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), site.most) == (8, 1)  # and whoever waits for another is given all of its time


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for a name, signed with its own key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(secret.public_key())
        .serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime.now(UTC) + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def test_tls_is_asked_for_the_name_and_its_certificate_checked(site: Site, tmp_path: Path) -> None:
    cert, secret = certificate(tmp_path, "feeds.test")
    asked: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, secret)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True)
    site.give("/", "<rss/>")

    def trusting() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=cert)

    def one(tls: Callable[[], ssl.SSLContext]) -> Fetcher:
        names = by_host({"feeds.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]})
        return Fetcher(private=True, most=1000, resolve=names, tls=tls)

    assert one(trusting).fetch(f"https://feeds.test:{site.port}/").content == b"<rss/>"
    assert asked == ["feeds.test"]
    for name, tls in (("other.test", trusting), ("feeds.test", ssl.create_default_context)):
        with pytest.raises(AwayError, match="certificate is not valid"):
            one(tls).fetch(f"https://{name}:{site.port}/")
