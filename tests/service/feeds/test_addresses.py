import ipaddress
import socket

import pytest

from model.errors import FeedError, InvalidInputError
from service.feeds import addresses
from service.feeds.network import resolve

INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "::1", "fc00::1", "fd12:3456::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "2002:7f00:1::1", "2002:a00:1::", "64:ff9b::127.0.0.1", "64:ff9b::10.1.2.3", "64:ff9b:1::1",
    "2001:db8::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2a00:1450::5efe:10.0.0.1", "2a00:1450::200:5efe:10.0.0.1",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "169.254.1.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fe80::1", "fd00:ec2::254",
    "fd20:ce::254", "::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::", "224.0.0.1",
    "239.255.255.255", "ff02::1", "0.0.0.0", "0.1.2.3", "::", "240.0.0.1", "255.255.255.255", "::ffff:0.0.0.0",
    "::127.0.0.1", "::8.8.8.8", "2a00:1450::5efe:169.254.169.254",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "192.169.0.1", "2606:4700:4700::1111",
    "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("text", [*INSIDE, *NEVER])
def test_addresses_of_ones_own_are_refused(text: str) -> None:
    assert addresses.refusal(ipaddress.ip_address(text), private=False) is not None
    with pytest.raises(FeedError, match="the name leads to"):
        addresses.check(["8.8.8.8", text], private=False)


@pytest.mark.parametrize("text", OUTSIDE)
def test_public_addresses_are_not(text: str) -> None:
    assert addresses.check([text], private=False) == [text]


@pytest.mark.parametrize("text", NEVER)
def test_some_are_refused_even_where_private_ones_are_allowed(text: str) -> None:
    assert addresses.refusal(ipaddress.ip_address(text), private=True) is not None


@pytest.mark.parametrize("text", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd12::1", "8.8.8.8"])
def test_private_addresses_can_be_allowed(text: str) -> None:
    assert addresses.refusal(ipaddress.ip_address(text), private=True) is None


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost"])
def test_other_ways_to_write_an_address_are_read_by_the_resolver_and_then_refused(host: str) -> None:
    try:
        found = resolve(host, 80)
    except socket.gaierror:
        return  # not even read
    with pytest.raises(FeedError):
        addresses.check(found, private=False)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "file:///etc/passwd", "ftp://example.com/feed", "gopher://example.com", "javascript:alert(1)",
        "http://", "http:///x", "https://user:secret@example.com/feed", "http://user@example.com/",
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1:8080/feed", "http://example.com:25/", "http://example.com:22/", "http://example.com:0/",
        "http://example.com:99999/", "http://exa mple.com/", "http://example.com/\r\nHost: x", "http://" + "a" * 3000,
        "//example.com/feed", "feed:file:///etc/passwd", "http://[fe80::1%25eth0]/",
    ],
)  # fmt: skip
def test_urls_that_are_never_fetched(url: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        addresses.normal(url, private=False)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        (" HTTP://Example.COM/Feed?a=1#x ", "http://example.com/Feed?a=1"),
        ("https://example.com:443/feed", "https://example.com/feed"),
        ("http://example.com:8080/feed", "http://example.com:8080/feed"),
        ("feed://example.com/feed", "http://example.com/feed"),
        ("feed:https://example.com/feed", "https://example.com/feed"),
        ("https://bücher.example/feed", "https://xn--bcher-kva.example/feed"),
    ],
)
def test_urls_have_one_form(given: str, normal: str) -> None:
    assert addresses.normal(given, private=False) == normal


def test_any_port_will_do_where_private_addresses_are_allowed() -> None:
    assert addresses.normal("http://10.0.0.1:81/f", private=True) == "http://10.0.0.1:81/f"
