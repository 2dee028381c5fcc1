"""One document in whatever form it comes, to the articles in it."""

from model.errors import EmptyInputError, InvalidInputError
from service.intake import html, page
from service.intake.page import Extract


def decode(data: bytes) -> str:
    """Return UTF-8 bytes as text. Raises `InvalidInputError` saying where the bytes are not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InvalidInputError("the input is UTF-16; save it as UTF-8") from None
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(f"the input is not UTF-8: byte 0x{data[error.start]:02x} in line {line}") from None


def extract(text: str) -> list[Extract]:
    """Return the articles in a text, an HTML document or a page dump. Raises `EmptyInputError` for none."""
    if not text.strip():
        raise EmptyInputError("the input is empty")
    return html.extract(text) if html.looks_like_html(text) else page.split(text)
