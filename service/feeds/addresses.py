"""Which addresses on the network a feed may be fetched from: none of this server's own surroundings.

Ports are 80, 443 and those from 1024 on: feeds stand there, while the services that take orders line by line (mail,
news, file transfer) stand below. Where private addresses are allowed every port is.
"""

import ipaddress

from model.errors import FeedError, InvalidInputError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL = 2000
WEB_PORTS, FIRST_FREE_PORT, LAST_PORT = {80, 443}, 1024, 65_535
NAT64 = ipaddress.ip_network("64:ff9b::/96")
INSIDE = [ipaddress.ip_network(text) for text in ("100.64.0.0/10", "fec0::/10", "64:ff9b:1::/48")]
THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
# where clouds tell a machine its secrets
METADATA = {
    ipaddress.ip_address(text)
    for text in (
        *("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
        *("fd00:ec2::254", "fd20:ce::254"),
    )
}


def normal(text: str, *, private: bool) -> str:
    """Return a feed's URL in one form, without its fragment. Raises `InvalidInputError` for what is never fetched."""
    import httpx

    text = text.strip()
    if text[:5].lower() == "feed:":  # feed://host/path and feed:https://host/path, as browsers hand them on
        text = text[5:] if not text[5:].startswith("//") else f"http:{text[5:]}"
    if len(text) > MAX_URL:
        raise InvalidInputError(f"the address is longer than {MAX_URL} characters")
    try:
        url = httpx.URL(text)
        host = url.host
    except (httpx.InvalidURL, ValueError):
        raise InvalidInputError("the address is no URL") from None
    check_url(url.scheme, host, url.port, url.userinfo, private=private)
    return str(url.copy_with(fragment=None))


def check_url(scheme: str, host: str, port: int | None, userinfo: bytes, *, private: bool) -> None:
    """Raise `InvalidInputError` for a URL that is never fetched, whatever its host's addresses are."""
    if scheme not in {"http", "https"} or not host or "%" in host:
        raise InvalidInputError("a feed's address begins with http:// or https:// and names a host")
    if userinfo:
        raise InvalidInputError("a feed's address holds no name or password")
    if port is not None and not 0 < port <= LAST_PORT:
        raise InvalidInputError("the address names a port that there is not")
    if not private and port is not None and port not in WEB_PORTS and port < FIRST_FREE_PORT:
        raise InvalidInputError(f"feeds are not fetched from port {port}: only from 80, 443 and those from 1024 on")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return
    if (fault := refusal(literal, private=private)) is not None:
        raise InvalidInputError(f"feeds are not fetched from {fault}")


def check(texts: list[str], *, private: bool) -> list[str]:
    """Return the addresses that a name has. Raises `FeedError` where one of them, any, is not to be connected to."""
    for text in texts:
        if (fault := refusal(ipaddress.ip_address(text), private=private)) is not None:
            raise FeedError(f"the name leads to {fault}, from where feeds are not fetched")
    return texts


def refusal(address: Address, *, private: bool) -> str | None:
    """Return what an address is that may not be connected to, None for one that may."""
    for inner in (address, *_embedded(address)):
        if (fault := _kind(inner, private=private)) is not None:
            return fault
    return None


def _kind(address: Address, *, private: bool) -> str | None:
    if address in METADATA or address.is_link_local:
        return "a link-local or metadata address"
    if address.is_multicast or address.is_unspecified:
        return "a multicast or unspecified address"
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address.sixtofour or address in NAT64):
        return None  # what is inside counts
    inside = address.is_loopback or address.is_private or any(address in net for net in INSIDE)
    if private and inside and not _is_odd(address):
        return None
    if inside:
        return "a private or loopback address"
    return "a reserved address" if _is_odd(address) or not address.is_global else None


def _is_odd(address: Address) -> bool:
    return address in THIS_NETWORK or (address.is_reserved and not address.is_loopback)


def _embedded(address: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address stands for: mapped, 6to4, Teredo, NAT64, ISATAP."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or (int(address) >> 32) & 0xFDFFFFFF == 0x5EFE:
        found.append(last)
    return [one for one in found if one is not None]
