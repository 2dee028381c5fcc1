"""An article as it comes in, the same type for REST, command line and files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import msgspec

from model.errors import InvalidInputError


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One news article.

    `labels` is None where nobody has judged the article, and empty where it is about none of the topics.
    Raises `msgspec.ValidationError` when decoded from data of another shape.
    """

    id: str | None = None
    title: str | None = None
    text: str
    url: str | None = None
    published: str | None = None
    source: str | None = None
    labels: list[str] | None = None

    def __post_init__(self) -> None:
        if self.published is not None:
            try:
                datetime.fromisoformat(self.published)
            except ValueError:
                raise ValueError("Expected an ISO 8601 date in `published`") from None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the article in one row of a table or line of JSON; other columns are left alone.

        Raises `InvalidInputError` naming the column that is wrong.
        """
        if not isinstance(row, Mapping):
            raise InvalidInputError("expected an object with a `text`, not a bare value")
        known = {name: row[name] for name in cls.__struct_fields__ if row.get(name) is not None}
        for name in ("id", "title", "url", "published", "source"):  # an empty cell of a table says nothing
            if known.get(name) == "":
                del known[name]
        number = known.get("id")
        if isinstance(number, int) or (isinstance(number, float) and number.is_integer()):  # tables number their rows
            known["id"] = str(int(number))
        try:
            return msgspec.convert(known, cls)
        except msgspec.ValidationError as error:
            raise InvalidInputError(plain(error)) from None


def plain(error: msgspec.ValidationError) -> str:
    """Say what is wrong with decoded data without repeating the data."""
    return str(error).replace(" - at `$.", " in `").replace(" - at `$`", "")
