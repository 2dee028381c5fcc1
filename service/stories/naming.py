"""What stories are called, from the articles in them that are no copies."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from model.article import Article
from model.stories import engine
from model.stories.engine import Stems
from model.stories.features import Vector, stems, vector
from model.stories.frequencies import Frequencies
from model.stories.stem import stem
from service.store import placing
from service.store.placing import Placed, Title

MOST = 32


def analysed(title: str | None, text: str | None, terms: Sequence[str] | None) -> Stems:
    """Return an article's stemmed words; where no text is kept its sorted terms, which have neither title nor lead.

    As a title they count alike in all three parts of a vector, where a body's first words would be those with an a.
    """
    if terms is not None:
        return engine.best().join([stem(term) for term in terms], [])
    return stems(Article(title=title, text=text or ""))


def of_row(row: Placed) -> Stems:
    """Return the stemmed words of a kept article."""
    return analysed(row.title, row.text, None if row.terms is None else row.terms.split())


def readable(row: Placed) -> Article:
    """Return a kept article as a title is made of it."""
    return Article(title=row.title, text=row.text or row.terms or "")


def iso(published: datetime | None) -> str | None:
    """Return a date as articles have it."""
    return None if published is None else published.isoformat()


def title(rows: Sequence[Placed], vectors: Sequence[Vector], frequencies: Frequencies) -> Title:
    """Return what a story is called, given its articles and a vector of each."""
    from model.stories.label import label

    made = label([readable(row) for row in rows], vectors, frequencies)
    return Title(label=str(made), terms=made.terms, lead=rows[made.lead].seq)


def rename(connection: sa.Connection, numbers: Sequence[int], frequencies: Frequencies) -> None:
    """Name stories anew after their first articles; one that is empty loses its name."""
    titles = dict[int, Title]()
    for number in numbers:
        rows = placing.originals(connection, number, MOST)
        titles[number] = Title(label="", terms=[], lead=None)
        if rows:
            analyses = [of_row(row) for row in rows]
            for one in analyses:
                frequencies.register(one)
            titles[number] = title(rows, [vector(one, frequencies) for one in analyses], frequencies)
    placing.name(connection, titles)
