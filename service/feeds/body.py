"""A response's body, taken apart as it comes and never further than its limit: a small one may unpack to gigabytes."""

import zlib
from collections.abc import Iterable

from model.errors import FeedError

ENCODINGS = "gzip, deflate"  # what is asked for; a server that sends another has not listened


def read(chunks: Iterable[bytes], encoding: str, most: int) -> bytes:
    """Return a body of at most `most` bytes. Raises `FeedError` for a larger, a damaged or an unknown one."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return _plain(chunks, most)
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise FeedError("the server packs what it sends in a way that was not asked for")
    return _packed(chunks, most, raw_too=encoding == "deflate")


def _plain(chunks: Iterable[bytes], most: int) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > most:
            raise _too_large(most)
    return bytes(found)


def _packed(chunks: Iterable[bytes], most: int, *, raw_too: bool) -> bytes:
    found, waiting = bytearray(), b""
    # 32 more than the window: gzip and zlib are told apart by their first bytes
    unpacker = None
    for chunk in chunks:
        waiting += chunk
        if unpacker is None:
            if len(waiting) < 2:
                continue
            # some call it deflate and leave zlib's header out
            bare = raw_too and not (waiting[0] & 15 == 8 and int.from_bytes(waiting[:2], "big") % 31 == 0)
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        try:
            found += unpacker.decompress(waiting, most + 1 - len(found))
        except zlib.error:
            raise FeedError("what the server sent is packed wrongly") from None
        waiting = b""
        if len(found) > most:
            raise _too_large(most)
        if unpacker.eof:
            return bytes(found)
    if waiting or unpacker is not None:
        raise FeedError("what the server sent breaks off")
    return b""


def _too_large(most: int) -> FeedError:
    return FeedError(f"the feed is larger than {most} bytes")
