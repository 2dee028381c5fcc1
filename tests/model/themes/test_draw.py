"""Articles into themes: the kinds are found, whatever the order, and nothing odd breaks it."""

import random
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_score

from model.article import Article
from model.stories.frequencies import Frequencies
from model.themes.draw import of_articles
from model.themes.theme import Themes
from tests.model.themes import texts


def drawn(articles: list[Article], seed: int = 0) -> Themes:
    return of_articles(articles, Frequencies(), seed)


def test_kinds_are_found_with_their_words_and_places() -> None:
    articles = texts.articles(20)
    found = drawn(articles)
    kinds = texts.kinds_of(articles)
    # as many as 80 stories are divided into, however many kinds there are: a kind may be two themes, no theme two kinds
    assert homogeneity_score(kinds, found.of) == pytest.approx(1)
    assert [theme.id for theme in found.themes] == ["t1", "t2", "t3", "t4", "t5", "t6"]
    for number, theme in enumerate(found.themes):
        assert theme.articles == [n for n, of in enumerate(found.of) if of == number]
        assert theme.independent == theme.stories == len(theme.articles)
        kind = kinds[theme.articles[0]]
        assert all(term.startswith(kind) for term, _ in theme.terms[:2])
        assert theme.label == ", ".join(term for term, _ in theme.terms[:4])
        assert [weight for _, weight in theme.terms] == sorted((w for _, w in theme.terms), reverse=True)
        assert len(set(theme.exemplars)) == 3
        assert set(theme.exemplars) <= set(theme.articles)
        inside = found.places[theme.articles]
        assert np.allclose(inside.mean(axis=0), (theme.x, theme.y), atol=1e-6)
    assert np.linalg.norm(found.places, axis=1).max() == pytest.approx(1)


def test_articles_of_a_theme_stand_together_on_the_map() -> None:
    articles = texts.articles(20, kinds=3)
    found = drawn(articles)
    apart = np.linalg.norm(found.places[:, None] - found.places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    kinds = np.array(texts.kinds_of(articles))
    assert (kinds[apart.argmin(axis=1)] == kinds).mean() > 0.9


def test_the_same_in_any_order_and_with_any_seed() -> None:
    articles = texts.articles(15)
    found = drawn(articles)
    for seed in range(3):
        order = list(range(len(articles)))
        random.Random(seed).shuffle(order)
        again = drawn([articles[n] for n in order])
        assert again.of == [found.of[n] for n in order]
        assert np.array_equal(again.places, found.places[order])
        assert [theme.terms for theme in again.themes] == [theme.terms for theme in found.themes]
        assert [[order[n] for n in theme.exemplars] for theme in again.themes] == [t.exemplars for t in found.themes]
        other = drawn(articles, seed=seed + 1)
        assert adjusted_rand_score([o for o in other.of if o is not None], found.of) > 0.95


def test_the_same_with_any_number_of_threads() -> None:
    code = (
        "from tests.model.themes import texts; from model.themes.draw import of_articles\n"
        "from model.stories.frequencies import Frequencies\n"
        "found = of_articles(texts.articles(12), Frequencies())\n"
        "print(found.of, found.places.tobytes().hex(), found.themes)"
    )
    said = set()
    for threads in ("1", "4"):
        env = {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
        said.add(done.stdout)
    assert len(said) == 1


def test_a_large_story_is_no_theme_for_its_size() -> None:
    articles = texts.articles(12)
    rng = random.Random(3)
    words = articles[0].text.split()
    flood = []
    for n in range(60):  # one event that everybody writes about, each in their own words
        rng.shuffle(words)
        flood.append(Article(id=f"flood-{n}", title=articles[0].title, text=" ".join(words)))
    found, plain = drawn([*articles, *flood]), drawn(articles)
    assert adjusted_rand_score(plain.of, found.of[: len(articles)]) > 0.95
    assert {found.of[n] for n in range(len(articles), len(found.of))} == {found.of[0]}
    assert max(theme.stories for theme in found.themes) == 12


def test_copies_count_once() -> None:
    articles = texts.articles(10)
    copies = [Article(id=f"c{n}", title=articles[0].title, text=articles[0].text + f" sent{n}") for n in range(30)]
    found = drawn([*articles, *copies])
    plain = drawn(articles)
    theme, before = (one.themes[one.of[0] or 0] for one in (found, plain))
    assert (len(theme.articles), theme.independent) == (30 + len(before.articles), before.independent)
    assert theme.stories == before.stories
    assert found.of[:40] == plain.of
    assert [one.terms for one in found.themes] == [one.terms for one in plain.themes]


COPY = Article(title="A ship", text="A ship came into the harbour with grain, and the crew went ashore for bread.")


@pytest.mark.parametrize(
    ("articles", "themes"),
    [
        ([], 0),
        ([COPY], 1),
        ([COPY, Article(text="Snow fell on the hills all night.")], 1),
        ([COPY] * 1000, 1),
        ([Article(text="")] * 20, 0),
        ([Article(text=""), COPY], 1),
        ([Article(text="the of and")] * 3, 0),
        ([Article(text=f"word{n}only other{n}only") for n in range(30)], 1),
        (texts.articles(2, kinds=2), 1),
        ([Article(text="\u4e2d\u6587 \u6587\u7ae0 " * n) for n in range(12)], 1),
    ],
)
def test_little_and_odd_input(articles: list[Article], themes: int) -> None:
    found = drawn(articles)
    assert len(found.themes) == themes
    assert len(found.of) == len(found.places) == len(articles)
    with_words = [n for n, article in enumerate(articles) if article.text not in ("", "the of and")]
    if themes == 1:
        assert len(found.themes[0].articles) == len([n for n in with_words if articles[n].text.strip()])
        assert found.themes[0].label
    assert all(-1 <= x <= 1 or np.isnan(x) for x in found.places.ravel())


def test_one_story_of_many_articles_is_one_theme() -> None:
    rng = random.Random(1)
    words = [f"word{n}" for n in range(60)]
    articles = [Article(text=" ".join(rng.sample(words, 55))) for _ in range(40)]
    found = drawn(articles)
    assert len(found.themes) == 1
    assert found.themes[0].stories == 1
    assert found.themes[0].articles == list(range(40))
