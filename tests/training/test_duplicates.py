from itertools import combinations

import numpy as np
import pytest

from model import analysis
from model.article import Article
from training import arrays, duplicates, folds, tokens
from training.duplicates import near_duplicates
from training.tokens import analyse


def by_definition(articles: list[Article]) -> list[list[int]]:
    """Every pair that shares half or more of the shorter one's runs of five content words, common ones apart."""
    runs = []
    for article in articles:
        words = analysis.content(analysis.words(article.text))
        runs.append({tuple(words[n : n + 5]) for n in range(len(words) - 4)})
    stand_in: dict[tuple[str, ...], int] = {}
    for run in (run for each in runs for run in each):
        stand_in[run] = stand_in.get(run, 0) + 1
    runs = [{run for run in each if stand_in[run] <= 50} for each in runs]
    return [
        [a, b]
        for a, b in combinations(range(len(runs)), 2)
        if (shared := len(runs[a] & runs[b])) and shared >= 0.5 * min(len(runs[a]), len(runs[b]))
    ]


def planted(seed: int) -> list[Article]:
    """Articles of few words, some of which begin as another does, or end with a paragraph that many share."""
    rng = np.random.default_rng(seed)
    words = ["the", *(f"Wörd{n}" for n in range(int(rng.choice([4, 30, 3000]))))]
    common = " ".join(f"site{n}" for n in range(30))
    texts: list[str] = []
    for _ in range(130):
        new = " ".join(rng.choice(words, rng.integers(0, 60)).tolist())
        if texts and rng.random() < 0.4:
            old = texts[int(rng.integers(len(texts)))].split()
            new = " ".join([*old[: int(len(old) * rng.random())], *new.split()[: int(rng.integers(60))]])
        texts.append(f"{new}\n\n{common}" if rng.random() < 0.5 else new)
    return [Article(title=texts[0], text=text) for text in texts]


@pytest.mark.parametrize("seed", range(6))
def test_as_defined(seed: int) -> None:
    articles = planted(seed)
    found, expected = near_duplicates(analyse(articles)).tolist(), by_definition(articles)
    assert found == expected
    assert seed or len(expected) > 10


@pytest.mark.parametrize("at_once", [1, 97])
def test_whatever_is_done_at_a_time(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    articles = planted(1)
    whole = near_duplicates(analyse(articles))
    monkeypatch.setattr(duplicates, "RUNS_AT_ONCE", 50 * at_once)
    monkeypatch.setattr(duplicates, "PAIRS_AT_ONCE", at_once)
    monkeypatch.setattr(tokens, "BLOCK_TOKENS", at_once)
    assert np.array_equal(near_duplicates(analyse(articles)), whole)
    assert len(whole) > 10


def test_one_word_less_in_common_and_they_are_none() -> None:
    """Of twelve runs, six are enough and five are not: the comparison is not one that anything passes."""
    one = [f"word{n}" for n in range(16)]
    for shared, near in ((10, True), (9, False)):
        other = [*one[:shared], *(f"other{n}" for n in range(16 - shared))]
        articles = [Article(text=" ".join(words)) for words in (one, other)]
        assert bool(len(near_duplicates(analyse(articles)))) is near


@pytest.mark.parametrize(("copies", "near"), [(50, 50 * 49 // 2), (51, 0)])
def test_what_more_than_fifty_share_is_boilerplate(copies: int, near: int) -> None:
    text = " ".join(f"word{n}" for n in range(40))
    articles = [Article(text=f"own{n} {text}") for n in range(copies)]
    # the first run, which begins with the article's own word, is nobody else's
    assert len(near_duplicates(analyse(articles))) == near


def test_a_part_is_compared_by_itself() -> None:
    articles = planted(2)
    rows = np.random.default_rng(0).permutation(len(articles))[:60]
    part = near_duplicates(analyse(articles).part(rows))
    assert part.tolist() == by_definition([articles[n] for n in rows.tolist()])


def test_groups_of_near_duplicates_are_one() -> None:
    story = " ".join(f"word{n}" for n in range(40))
    texts = [story, "lead " + story.upper(), "nothing " * 3, " ".join(f"other{n}" for n in range(40)), "x"]
    pairs = near_duplicates(analyse(Article(text=text) for text in texts))
    joined = folds.join(["a", "b", "c", "d", "d"], pairs)
    assert joined[0] == joined[1]
    assert joined[3] == joined[4]
    assert len(set(joined.tolist())) == 3
    none = near_duplicates(analyse([Article(text="x")] * 3))
    assert none.shape == (0, 2)
    assert len(set(folds.join(["a", "b", "a"], none).tolist())) == 2


def test_blocks_are_all_rows_in_order() -> None:
    sizes = np.array([0, 3, 0, 900, 2, 2, 0])
    found = [rows.tolist() for rows in arrays.blocks(sizes, 4)]
    assert [row for rows in found for row in rows] == list(range(7))
    assert [3] in found
    assert all(sum(sizes[rows]) <= 4 for rows in found if rows != [3])
