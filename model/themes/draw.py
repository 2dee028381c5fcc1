"""Articles into themes: what is divided are stories, each one point, so that a large one is no theme for its size."""

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from model.article import Article
from model.stories import batch, features
from model.stories.frequencies import Frequencies
from model.themes import counts, identity, layout, naming, partition, space
from model.themes.theme import Former, Text, Theme, Themes

NOBODY = Themes([], [], np.zeros((0, layout.DIMENSIONS)))
EXEMPLARS = 3


def of_articles(
    articles: Sequence[Article], frequencies: Frequencies, seed: int = 0, former: Sequence[Former | None] = ()
) -> Themes:
    """Draw articles into stories, and those into themes. `frequencies` is the background, which stays as it is.

    `former` is what each article got from the division before, if there was one.
    """
    order = sorted(range(len(articles)), key=lambda n: _content(articles[n]))
    drawn = batch.cluster([articles[n] for n in order], frequencies.copy())
    texts: list[Text | None] = [None] * len(articles)
    for n, original, story in zip(order, drawn.original.tolist(), drawn.story.tolist(), strict=True):
        before = former[n] if former else None
        texts[n] = Text(articles[n], features.stems(articles[n]), original, story, before)
    return draw([text for text in texts if text is not None], frequencies, seed)


def draw(texts: Sequence[Text], frequencies: Frequencies, seed: int = 0) -> Themes:
    """Draw articles whose stories are known into themes; the same ones give the same in any order.

    `frequencies` is the background of word frequencies. Texts with a `former` division keep to it where they can. An
    article that shares no word with another story has no place and, where there is more than one theme, no theme.
    """
    order = np.array(sorted(range(len(texts)), key=lambda n: _content(texts[n].article)), np.intp)
    if not len(order):
        return NOBODY
    # a sum made by several threads is another in its last digits, and may fall to the other side of a border; what is
    # limited are the libraries that are loaded by now
    with threadpool_limits(1):
        found = _draw([texts[n] for n in order], frequencies, seed)
    back = np.argsort(order)
    themes = [_moved(theme, order) for theme in found.themes]
    return Themes(themes, [found.of[n] for n in back], found.places[back])


def _content(article: Article) -> tuple[str, str]:
    return article.title or "", article.text


def _draw(texts: Sequence[Text], frequencies: Frequencies, seed: int) -> Themes:
    counted = counts.count([text.stems for text in texts])
    known = counts.background(frequencies, counted.terms)
    story, first, share = _stories(texts, np.diff(counted.table.indptr) > 0)
    points = space.embed(counted.table, share, known, frequencies.texts, space.AXES + 1)
    stories, articles = space.unit(points.stories, space.AXES), space.unit(points.articles, space.AXES)
    lives = space.there(stories)
    parted = partition.divide(stories[lives], seed, _former(texts, story, len(stories))[lives])
    group = np.full(share.shape[0], -1)
    group[lives] = _by_size(parted.group, parted.number)
    if parted.number == 1:  # then it holds whatever has words
        group[np.diff(share.indptr) > 0] = 0
    centres, places = _map(points, texts)
    of = group[story]
    number = int(of.max(initial=-1)) + 1
    if not number:
        return Themes([], [None] * len(texts), places)
    ids = identity.ids([text.former and text.former.theme for text in texts], of.tolist(), number)
    in_theme = group >= 0
    named = naming.Namer(
        [text.article for text in texts], counted.terms, sparse.csr_matrix(points.terms[in_theme]), group[in_theme]
    )
    themes = []
    for n in range(number):
        members = np.flatnonzero(of == n)
        nearest = _nearest(articles, members[first[members]], stories[group == n].mean(axis=0))
        terms = named.terms(n, nearest)
        inside = centres[group == n]
        inside = inside[~np.isnan(inside[:, 0])]
        x, y = (inside.mean(axis=0) if len(inside) else np.zeros(layout.DIMENSIONS)).tolist()
        _, leads = np.unique(story[nearest], return_index=True)
        themes.append(
            Theme(
                id=ids[n],
                label=naming.label(terms),
                terms=terms,
                articles=members.tolist(),
                independent=int(first[members].sum()),
                stories=int((group == n).sum()),
                exemplars=[int(nearest[one]) for one in np.sort(leads)[:EXEMPLARS]],
                x=x,
                y=y,
            )
        )
    return Themes(themes, [int(n) if n >= 0 else None for n in of], places)


def _former(texts: Sequence[Text], story: NDArray[np.intp], stories: int) -> partition.Groups:
    """Return the former theme (U,) of each story, as a number: that of its first text that had one, else -1."""
    found = np.full(stories, -1)
    numbers = dict[str, int]()
    for text, one in zip(texts, story.tolist(), strict=True):
        if text.former and text.former.theme is not None and found[one] < 0:
            found[one] = numbers.setdefault(text.former.theme, len(numbers))
    return found


def _map(points: space.Space, texts: Sequence[Text]) -> tuple[space.Points, space.Points]:
    """Return places of the stories (U, 2) and the articles (N, 2), turned to the former ones; NaN for none."""
    weights = layout.weights(points.stories)
    stories = space.unit(points.stories[:, : len(weights)] * weights, space.AXES)
    articles = space.unit(points.articles[:, : len(weights)] * weights, space.AXES)
    drawn, seen = space.there(stories), space.there(articles)
    centres = np.full((len(stories), layout.DIMENSIONS), np.nan)
    places = np.full((len(articles), layout.DIMENSIONS), np.nan)
    centres[drawn], places[seen] = layout.lay_out(stories[drawn], articles[seen])
    former = np.array([text.former[1:] if text.former else (None, None) for text in texts], np.float64)
    turned = identity.turn(places, former)
    return centres @ turned, places @ turned


def _stories(
    texts: Sequence[Text], has_words: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.bool_], sparse.csr_matrix]:
    """Return each text's story (N,), whether it is the first of its copies (N,), and the means of stories (U, N).

    A text that is printed a hundred times counts once in its story, and one without words not at all.
    """
    number: dict[Hashable, int] = {}
    story = np.array([number.setdefault(text.story, len(number)) for text in texts], np.intp)
    seen = set[Hashable]()
    first = np.array([not (text.original in seen or seen.add(text.original)) for text in texts])  # type: ignore[func-returns-value]
    counted = np.flatnonzero(first & has_words)
    size = np.bincount(story[counted], minlength=len(number))
    share = sparse.csr_matrix((1 / size[story[counted]], (story[counted], counted)), (len(number), len(texts)))
    return story, first, share


def _by_size(group: partition.Groups, number: int) -> partition.Groups:
    """Return groups numbered by size, the largest first, of equals the one that comes first."""
    if not len(group):
        return group
    size = np.bincount(group, minlength=number)
    first = [int(np.argmax(group == n)) for n in range(number)]
    rank = np.empty(number, np.intp)
    rank[sorted(range(number), key=lambda n: (-size[n], first[n]))] = np.arange(number)
    return rank[group]


def _nearest(articles: space.Points, places: NDArray[np.intp], centre: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of articles, those nearest to a centre first."""
    return places[np.argsort(-(articles[places] @ centre).round(9), kind="stable")]


def _moved(theme: Theme, order: NDArray[np.intp]) -> Theme:
    return replace(
        theme,
        articles=sorted(order[theme.articles].tolist()),
        exemplars=order[theme.exemplars].tolist(),
    )
