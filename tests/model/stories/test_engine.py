"""The compiled loops of the stories are held to the plain ones wherever they could part."""

import logging
import random
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model import analysis, boilerplate
from model.article import Article
from model.stories import engine, features
from model.stories.engine import Engine
from model.stories.frequencies import Frequencies
from model.stories.index import Index
from model.stories.online import Stories
from model.stories.state import Placed
from model.stories.stem import ENDINGS
from tests.model.test_scorer import ODD, WORDS

PLAIN, COMPILED = engine.plain(), engine.compiled()
WEIGHTS = (features.TITLE, features.LEAD, features.FULL)
LETTERS = "aeiouyslztbdnéйß\u0301ı東"
stems_like = st.builds(
    lambda front, *ends: front + "".join(ends),
    st.text(LETTERS, max_size=5),
    st.sampled_from(["", "e", "s", "es", "ies"]),
    st.sampled_from(["", *ENDINGS]),
    st.sampled_from(["", "s", "es", "ies", "e"]),
)
parts = st.one_of(
    stems_like,
    st.sampled_from([*WORDS, *sorted(boilerplate.SITE_WORDS), "the", "of", "q" * 300]),
    st.text(st.one_of(st.characters(), st.sampled_from(ODD)), max_size=8),  # lone surrogates among them
)
texts = st.lists(st.tuples(parts, st.sampled_from([" ", " ", "\n", "", "—", "\u2003\n"])), max_size=60).map(
    lambda pairs: "".join(part for pair in pairs for part in pair)
)


@example("", "")
@example("", "subscribe newsletter cookies privacy share follow")
@example("ties", "\u0301 a\u0301b ½ ab\x00cd ﷺ \ud800x")
@settings(max_examples=500)
@given(texts, texts)
def test_texts_have_the_same_stems(title: str, text: str) -> None:
    for whole in (False, True):
        plain, compiled = PLAIN.analyse(title, text, whole), COMPILED.analyse(title, text, whole)
        assert (compiled.title, compiled.body) == (plain.title, plain.body)
        assert compiled.distinct() == plain.distinct()


@example("", [])
@example("\u0301Dam's\u2003cr\u0301acks, O'Dam\x1cdam-cracks\u00a0dams", [0, 1])
@settings(max_examples=300)
@given(texts, st.lists(st.integers(0, 40), max_size=6))
def test_words_are_found_as_they_are_written(text: str, places: list[int]) -> None:
    stems = PLAIN.analyse("", text, True).body
    wanted = [stems[n % len(stems)] for n in places if stems] + ["dam"]
    found = PLAIN.written(text, wanted)
    assert COMPILED.written(text, wanted) == found
    assert len(found) >= bool(places and stems)


def test_words_around_every_code_point_are_found() -> None:
    for start in range(0, sys.maxunicode, 8192):
        text = "".join(f"q{chr(code)}dam{chr(code)}z " for code in range(start, min(start + 8192, sys.maxunicode + 1)))
        assert COMPILED.written(text, ["dam", "q"]) == PLAIN.written(text, ["dam", "q"])


def test_every_code_point_has_the_same_stems() -> None:
    for start in range(0, sys.maxunicode, 8192):
        text = " ".join(f"q{chr(code)}z{chr(code)}ing" for code in range(start, min(start + 8192, sys.maxunicode + 1)))
        assert COMPILED.analyse("", text, True).body == PLAIN.analyse("", text, True).body


def test_the_site_begins_in_the_same_place() -> None:
    rng, site, trimmed = random.Random(0), sorted(boilerplate.SITE_WORDS), 0
    for _ in range(400):
        ends = [
            " ".join(rng.choice(site if rng.random() < share else WORDS) for _ in range(rng.randint(1, 110)))
            for share in rng.choices([0.2, 0.4, 0.9], k=rng.randint(1, 8))
        ]
        text = "Police and border guards met. " + "".join(rng.choice(["\n", " \u2003\n", "\r\n"]) + e for e in ends)
        plain, compiled = PLAIN.analyse("", text, False), COMPILED.analyse("", text, False)
        assert compiled.body == plain.body
        trimmed += len(plain.body) < len(PLAIN.analyse("", text, True).body)
    assert 50 < trimmed < 350


def made(seed: int, count: int) -> Iterator[Article]:
    """Yield articles of a few stories, with copies, edited copies, empty ones, dates and odd words among them."""
    rng = random.Random(seed)
    common = [f"w{n}" for n in range(400)] + WORDS
    own = [[f"s{story}x{n}{ending}" for n in range(25) for ending in ("", "ing")] for story in range(25)]
    seen: list[str] = []
    for _ in range(count):
        mine = own[rng.randrange(25)]
        words = [rng.choice(mine if rng.random() < 0.5 else common) for _ in range(rng.choice([3, 40, 150, 400]))]
        kind = rng.random()
        if seen and kind < 0.2:
            words = rng.choice(seen).split()
            words[: rng.randrange(len(words))] = words[:1] if kind < 0.1 else []
        text = "" if 0.2 <= kind < 0.22 else " ".join(words)
        seen += [text] if text else []
        published = rng.choice([None, f"2026-01-{rng.randint(1, 28):02}"])
        yield Article(title=" ".join(words[:5]) if kind < 0.9 else None, text=text, published=published)


def worst(one: Engine, other: Engine, articles: list[Article]) -> float:
    """Return the largest difference of vectors on a stream, after asserting all that has to be the same."""
    tables, sketches = [e.terms([], [], 0) for e in (one, other)], [e.sketches() for e in (one, other)]
    difference = 0.0
    for article in articles:
        stems = [e.analyse(article.title or "", article.text, False) for e in (one, other)]
        assert sketches[0].add(stems[0]) == sketches[1].add(stems[1])
        for table, mine in zip(tables, stems, strict=True):
            table.count(mine)
        pairs = zip(*(t.vectors(s, WEIGHTS, 250, 200, 100) for t, s in zip(tables, stems, strict=True)), strict=True)
        for pair in pairs:
            mine_, other_ = ((vector.terms, vector.values, vector.idf) for vector in pair)
            assert mine_[0].tolist() == other_[0].tolist()
            difference = max(difference, *(np.abs(a - b).max(initial=0) for a, b in zip(mine_, other_, strict=True)))
    assert tables[0].terms == tables[1].terms
    assert tables[0].counts == tables[1].counts
    assert tables[0].texts == tables[1].texts
    assert np.array_equal(tables[0].idf(range(len(tables[0]))), tables[1].idf(range(len(tables[0]))))
    return difference


def test_a_stream_has_the_same_terms_copies_and_vectors() -> None:
    assert worst(COMPILED, PLAIN, list(made(0, 1500))) < 1e-6


def test_vectors_are_the_same_in_a_matrix_and_beside_each_other() -> None:
    table = PLAIN.terms([], [], 0)
    stems = [PLAIN.analyse(a.title or "", a.text, False) for a in made(4, 60)]
    plain = [table.vectors(one, WEIGHTS, 250, 200, 100)[1] for one in stems]
    compiled = [COMPILED.vector(one.terms, one.values, one.idf) for one in plain]
    for mine, other in zip(PLAIN.rows(plain), COMPILED.rows([*compiled[:30], *plain[30:]]), strict=True):
        assert mine.tolist() == other.tolist()
    cosines = [[one.dot(other) for other in vectors] for vectors in (plain, compiled) for one in vectors]
    assert np.allclose(cosines[:60], cosines[60:], atol=1e-6)
    assert np.ptp(cosines) > 0.5


def test_what_is_recent_is_folded_into_the_same_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    table = PLAIN.terms([], [], 0)
    stems = [PLAIN.analyse(a.title or "", a.text, False) for a in made(5, 400)]
    vectors = [table.vectors(one, WEIGHTS, 250, 200, 100)[1] for one in stems]
    sums = []
    for chosen in (PLAIN, COMPILED):
        monkeypatch.setattr(engine, "best", lambda chosen=chosen: chosen)
        index = Index(kept=20)
        for start in range(0, 400, 100):  # slots grow, some get nothing at times
            index.place(vectors[start : start + 100], np.full(100, np.nan), 0.24)
            index.fold()
        index.replace({0: [], 1: [(vectors[0], 20_000.0)]})
        sums.append(index._sums)
    assert sums[0].indptr.tolist() == sums[1].indptr.tolist()
    assert sums[0].indices.tolist() == sums[1].indices.tolist()
    assert np.allclose(sums[0].data, sums[1].data, atol=1e-5)
    assert 5 < sums[0].shape[0] < 400


def placed(monkeypatch: pytest.MonkeyPatch, chosen: Engine, articles: list[Article]) -> list[Placed[int]]:
    monkeypatch.setattr(engine, "best", lambda: chosen)
    stories: Stories[int] = Stories(Frequencies({"w1": 40, "w2": 10}, 50))
    found = []
    for start in range(0, len(articles), 150):
        found += stories.add_all([(start + n, a) for n, a in enumerate(articles[start : start + 150])])
        if start % 600 == 0:
            stories.tidy()
    stories.close(20_467.0)
    found += stories.add_all([(len(articles) + n, article) for n, article in enumerate(articles[:200])])
    return found


def test_a_stream_goes_to_the_same_stories(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = list(made(1, 2500))
    plain = placed(monkeypatch, PLAIN, articles)
    assert placed(monkeypatch, COMPILED, articles) == plain
    assert 25 <= len({p.story for p in plain}) < len(articles) / 4
    assert sum(p.original is not None for p in plain) > 300
    # negative control: half of each text goes elsewhere
    less = [Article(text=a.text[: len(a.text) // 2]) for a in articles]
    assert placed(monkeypatch, COMPILED, less) != plain


def test_a_thousand_copies_are_of_one_text() -> None:
    text = " ".join(f"w{n}" for n in range(200))
    for chosen in (PLAIN, COMPILED):
        sketches = chosen.sketches()
        assert {sketches.add(chosen.analyse("", f"x{n} {text}", False)) for n in range(1000)} == {0}
        sketches.forget(0)
        assert sketches.add(chosen.analyse("", text, False)) == 1


def test_originals_come_and_go() -> None:
    rng, articles = random.Random(2), list(made(2, 600))
    sketches = [PLAIN.sketches(), COMPILED.sketches()]
    live: list[int] = []
    for article in articles:
        found = [s.add(e.analyse("", article.text, False)) for s, e in zip(sketches, (PLAIN, COMPILED), strict=True)]
        assert found[0] == found[1]
        live += [found[0]] if found[0] >= 0 and found[0] not in live else []
        if live and rng.random() < 0.4:
            gone = live.pop(rng.randrange(len(live)))
            for s in sketches:
                s.forget(gone)


def test_the_comparison_has_power() -> None:
    """An engine that kept stop words, another that folded no accents, and one with other weights would be found."""
    articles = [*made(3, 60), Article(text="naïve and the of naive")]
    broken = [
        replace(COMPILED, analyse=lambda t, x, w: COMPILED.join([], analysis.words(x))),
        replace(COMPILED, analyse=lambda t, x, w: COMPILED.join([], x.split())),
    ]
    for other in broken:
        with pytest.raises(AssertionError):
            worst(other, PLAIN, articles)
    stems = COMPILED.analyse("dam", "dam cracks twice twice", False)
    table = COMPILED.terms([], [], 0)
    one, other_ = (table.vectors(stems, (w, 0.6, 0.5), 250, 200, 100)[0].values for w in (0.3, 0.301))
    assert np.abs(one - other_).max() > 1e-5


def test_the_plain_engine_takes_over_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "model.kernel.stories", None)
    monkeypatch.delattr("model.kernel.stories", raising=False)
    engine.best.cache_clear()
    try:
        with caplog.at_level(logging.WARNING, "topicdesk"):
            found = [engine.best() for _ in range(2)]
        assert found[0].analyse == PLAIN.analyse
        assert len(caplog.records) == 1
        assert "compiled stories are not installed" in caplog.text
    finally:
        engine.best.cache_clear()
