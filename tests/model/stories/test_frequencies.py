import dataclasses
import math

import msgspec
import numpy as np

from model.parameters import Parameters
from model.stories import batch, engine, features
from model.stories.frequencies import Frequencies
from tests.model.stories import texts
from tests.small import made_up, small
from training.dataset import Dataset


def of_counts(counts: dict[str, int], articles: int) -> Parameters:
    """Return a model that has learned from articles in which terms stand as often as that."""
    model = made_up(small(), list(counts))
    idf = np.array([math.log((1 + articles) / (1 + count)) + 1 for count in counts.values()])
    return dataclasses.replace(model, idf=idf, facts=msgspec.structs.replace(model.facts, articles=articles))


def test_a_model_gives_back_what_it_counted() -> None:
    found = Frequencies.of_model(of_counts({"flood": 7, "mayor": 1, "river": 400}, 500))
    assert found.texts == 500
    assert dict(zip(found.terms, found.counts, strict=True)) == {"flood": 7, "mayor": 1, "river": 400}


def test_forms_of_a_word_count_together_but_never_for_more_than_all_articles() -> None:
    counts = {"flood": 7, "floods": 5, "flooded": 2, "river": 400, "rivers": 300, "flooded river": 9}
    found = Frequencies.of_model(of_counts(counts, 500))
    assert dict(zip(found.terms, found.counts, strict=True)) == {"flood": 14, "river": 500}


def test_the_starter_model_s_counts_are_near_those_of_its_corpus(parameters: Parameters, starter: Dataset) -> None:
    counted, found = Frequencies(), Frequencies.of_model(parameters)
    for article in starter.articles:
        counted.see(features.stems(article))
    assert 0.7 * counted.texts < found.texts <= counted.texts  # some are held out
    common = [term for term, count in zip(counted.terms, counted.counts, strict=True) if count > 50]
    numbers = [{term: n for n, term in enumerate(f.terms)} for f in (counted, found)]
    known = [term for term in common if term in numbers[1]]
    assert len(known) > 0.95 * len(common)
    ours, theirs = (f.idf([n[term] for term in known]) for f, n in zip((counted, found), numbers, strict=True))
    assert np.median(np.abs(ours - theirs)) < 0.1


def test_stories_are_found_with_a_model_s_frequencies(parameters: Parameters) -> None:
    assert batch.cluster(texts.articles(), Frequencies.of_model(parameters)).story.tolist() == [0, 1, 2] * 3


def test_a_copy_learns_by_itself() -> None:
    first = Frequencies({"flood": 3}, 9)
    second = first.copy()
    second.see(engine.best().join(["flood"], ["mayor"]))
    assert (first.texts, first.terms, first.counts) == (9, ["flood"], [3])
    assert (second.texts, second.terms, second.counts) == (10, ["flood", "mayor"], [4, 1])
