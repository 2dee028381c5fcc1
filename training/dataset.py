"""Labelled articles, read from files and checked against the topics."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.analysis import words
from model.article import Article
from model.errors import EmptyInputError, FileError, InvalidInputError, TopicdeskError
from model.taxonomy import Taxonomy
from training import tables

HERE = Path(__file__).parent
TOPICS = HERE / "topics.toml"
STARTER = HERE / "corpus"


@dataclass(frozen=True)
class Dataset:
    """Labelled articles; `groups` names what must stay on one side of a split, an article each at the least.

    A group's name is the same wherever the file lies and whatever else is in the data: splits are drawn by it.
    """

    taxonomy: Taxonomy
    articles: Sequence[Article]
    groups: Sequence[str]

    @property
    def labels(self) -> NDArray[np.bool_]:
        """Which article (rows, N) is about which topic (columns, T)."""
        return np.array([[topic in (a.labels or ()) for topic in self.taxonomy.ids] for a in self.articles], bool)

    def part(self, rows: Iterable[int]) -> "Dataset":
        """Return the articles of some rows, in the order given."""
        kept = [int(n) for n in rows]
        return Dataset(self.taxonomy, [self.articles[n] for n in kept], [self.groups[n] for n in kept])

    @property
    def sha256(self) -> str:
        """A hash of texts and labels, in order."""
        sha = hashlib.sha256()
        for article in self.articles:
            sha.update(repr((article.title, article.text, sorted(article.labels or ()))).encode())
        return sha.hexdigest()


def paths(names: Iterable[str]) -> list[Path]:
    """Return the files and folders that names stand for; `starter` is the starter corpus."""
    return [STARTER if name == "starter" else Path(name) for name in names]


def read(paths: Iterable[Path], taxonomy: Taxonomy) -> Dataset:
    """Read labelled articles from files and folders of them (.jsonl, .csv, .parquet).

    An article that stands twice counts once. A column `beat` or `story`, where there is one, names the group of an
    article; without one it is a group of its own. Raises `InvalidInputError` or `UnknownTopicError`, naming file and
    row, for a row that is not a labelled article and for a text that stands twice with different labels: training goes
    on no silent guess.
    """
    articles: dict[tuple[str | None, str], Article] = {}
    groups: dict[tuple[str | None, str], str] = {}
    for path in _files(paths):
        for row in tables.read(path):
            article = _labelled(path, row, taxonomy)
            key = (article.title, article.text)
            if key not in articles:
                articles[key] = article
                named = next((name for name in ("beat", "story") if row.values.get(name)), None)
                groups[key] = f"{named}:{row.values[named]}" if named else own_group(article)
            elif sorted(articles[key].labels or ()) != sorted(article.labels or ()):
                raise InvalidInputError(f"{path}, row {row.number}: this text stands elsewhere with other labels")
    if not articles:
        raise EmptyInputError("there is no labelled article in the data")
    return Dataset(taxonomy, list(articles.values()), list(groups.values()))


def own_group(article: Article) -> str:
    """Return the group of an article that belongs to no other: the hash of its words, whatever their form."""
    return "text:" + text_sha256(article)[:24]


def text_sha256(article: Article) -> str:
    """Return a hash of the words of an article's text, the same for another spacing, case or Unicode form."""
    return hashlib.sha256(" ".join(words(article.text)).encode()).hexdigest()


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(
                file for kind in tables.READERS for file in (*path.rglob(f"*{kind}"), *path.rglob(f"*{kind}.gz"))
            )
        elif path.exists():
            files.append(path)
        else:
            raise FileError(f"there is no file {path}")
    return files


def _labelled(path: Path, row: tables.Row, taxonomy: Taxonomy) -> Article:
    try:
        if row.error is not None:
            raise InvalidInputError(row.error)
        needed = {name: row.values.get(name) for name in ("id", "title", "text")}
        article = Article.from_row(needed | {"labels": tables.split_labels(row.values.get("labels"))})
        if article.labels is None:
            raise InvalidInputError("no `labels`; an empty list says that the article is about none of the topics")
        taxonomy.check(article.labels)
    except TopicdeskError as error:
        raise type(error)(f"{path}, row {row.number}: {error}") from None
    return article
