"""The topics a model can tell apart, with the codebook an analyst labels by."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import msgspec

from model.article import plain
from model.errors import FileError, TaxonomyError, UnknownTopicError


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic; `media_topics` are IPTC Media Topic codes as SKOS broad matches."""

    id: str
    label: str
    definition: str
    include: list[str] = []
    exclude: list[str] = []
    media_topics: list[str] = []


class Taxonomy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The topics in the order in which scores are kept; `none of them` is not a topic."""

    topics: list[Topic]

    def __post_init__(self) -> None:
        if not self.topics:
            raise ValueError("Expected at least one topic")
        for name in self.ids:
            if not (name.isascii() and name.isidentifier() and name == name.lower()):
                raise ValueError(f"Expected an id of lower-case letters, digits and _, got {name!r}")
        if len(set(self.ids)) < len(self.ids):
            raise ValueError("Expected every topic id once")

    @property
    def ids(self) -> tuple[str, ...]:
        """Topic ids, in order."""
        return tuple(topic.id for topic in self.topics)

    def check(self, labels: Iterable[str]) -> None:
        """Raise `UnknownTopicError` for the first label that is no topic."""
        for label in labels:
            if label not in self.ids:
                raise UnknownTopicError(f"unknown topic {label!r}; the topics are {', '.join(self.ids)}")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a taxonomy from a TOML file of `[[topics]]` tables."""
        try:
            return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), cls)
        except OSError as error:
            raise FileError(f"cannot read {path}: {error.strerror}") from None
        except msgspec.ValidationError as error:
            raise TaxonomyError(f"{path}: {plain(error)}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TaxonomyError(f"{path}: {error}") from None
