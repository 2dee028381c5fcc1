"""Labelled articles, read from files and checked against the topics."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.analysis import words
from model.article import Article
from model.errors import EmptyInputError, FileError, InvalidInputError, TopicdeskError
from model.taxonomy import Taxonomy
from training import tables
from training.kept import Kept, Rows
from training.tokens import Tokens, analyse

HERE = Path(__file__).parent
TOPICS = HERE / "topics.toml"
STARTER = HERE / "corpus"


@dataclass(frozen=True)
class Dataset:
    """Labelled articles; `groups` names what must stay on one side of a split, an article each at the least.

    A group's name is the same wherever the file lies and whatever else is in the data: splits are drawn by it. Nothing
    of it changes, so what follows from it is found out once.
    """

    taxonomy: Taxonomy
    articles: Sequence[Article]
    groups: Sequence[str]

    @cached_property
    def labels(self) -> NDArray[np.bool_]:
        """Which article (rows, N) is about which topic (columns, T)."""
        ids = self.taxonomy.ids
        rows = [[topic in (article.labels or ()) for topic in ids] for article in self.articles]
        return np.array(rows, bool).reshape(len(rows), len(ids))

    @cached_property
    def tokens(self) -> Tokens:
        """The content words of the articles."""
        return analyse(self.articles)

    def part(self, rows: Iterable[int]) -> "Dataset":
        """Return the articles of some rows, in the order given."""
        kept = np.fromiter(rows, np.intp)
        part = Dataset(self.taxonomy, Rows(self.articles, kept), [self.groups[n] for n in kept.tolist()])
        # what was found out about the whole need not be found out again
        if "labels" in vars(self):
            vars(part)["labels"] = self.labels[kept]
        if "tokens" in vars(self):
            vars(part)["tokens"] = self.tokens.part(kept)
        return part

    @cached_property
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
    articles, groups = Kept(), []
    labels: dict[bytes, tuple[str, ...]] = {}  # by texts, of which only hashes stay in memory
    for path in _files(paths):
        for row in tables.read(path):
            article = _labelled(path, row, taxonomy)
            key = hashlib.sha256(repr((article.title, article.text)).encode()).digest()
            said = tuple(sorted(article.labels or ()))
            if key not in labels:
                articles.append(article)
                labels[key] = said
                named = next((name for name in ("beat", "story") if row.values.get(name)), None)
                groups.append(f"{named}:{row.values[named]}" if named else own_group(article))
            elif labels[key] != said:
                raise InvalidInputError(f"{path}, row {row.number}: this text stands elsewhere with other labels")
    if not articles:
        raise EmptyInputError("there is no labelled article in the data")
    return Dataset(taxonomy, articles, groups)


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
