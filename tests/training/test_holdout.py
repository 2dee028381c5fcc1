import numpy as np
import pytest

from model.article import Article
from training import holdout
from training.dataset import Dataset, own_group
from training.duplicates import near_duplicates
from training.gather import LabelledArticle, gather
from training.holdout import is_drawn


def sides_of(data: Dataset, split: holdout.Split) -> dict[str, str]:
    named = {"fit": split.fit, "held": split.held, "bridging": split.bridging}
    return {data.articles[n].text: side for side, rows in named.items() for n in rows.tolist()}


def with_labels(starter: Dataset, *texts: str) -> dict[str, str]:
    labels = [LabelledArticle(Article(text=text, labels=[])) for text in texts]
    found = gather(starter, labels)
    return sides_of(found.data, holdout.split(found.data, found.base, found.pairs, found.base_pairs))


@pytest.fixture(scope="module")
def base_sides(starter: Dataset) -> dict[str, str]:
    return sides_of(starter, holdout.split(starter))


@pytest.fixture(scope="module")
def one_of_each(starter: Dataset, base_sides: dict[str, str]) -> tuple[str, str]:
    """The texts of a long article held out and of one trained on."""
    long = [article.text for article in starter.articles if len(article.text) > 900]
    return next(t for t in long if base_sides[t] == "held"), next(t for t in long if base_sides[t] == "fit")


def test_a_seventh_of_each_topic_in_four_groups_or_more(starter: Dataset, sides: tuple[Dataset, Dataset]) -> None:
    fit, held = sides
    assert len(fit.articles) + len(held.articles) == len(starter.articles)
    share = held.labels.sum(axis=0) / starter.labels.sum(axis=0)
    assert ((share > 0.12) & (share < 0.18)).all()
    assert min(len({g for g, y in zip(held.groups, column, strict=True) if y}) for column in held.labels.T) >= 4
    assert not set(fit.groups) & set(held.groups)


def test_neither_order_nor_company_moves_an_article(starter: Dataset, base_sides: dict[str, str]) -> None:
    order = np.random.default_rng(0).permutation(len(starter.articles))[:900]
    part = starter.part(order)
    found = sides_of(part, holdout.split(part))
    assert found == {text: base_sides[text] for text in found}


def test_a_label_follows_the_article_it_repeats(
    starter: Dataset, base_sides: dict[str, str], one_of_each: tuple[str, str]
) -> None:
    held, fit = one_of_each
    copies = [f"By our staff writer, updated at noon. {text}" for text in (held, fit)]
    found = with_labels(starter, *copies)
    assert [found[copy] for copy in copies] == ["held", "fit"]
    assert {text: found[text] for text in base_sides} == base_sides


def test_a_label_that_joins_both_sides_is_on_neither(
    starter: Dataset, base_sides: dict[str, str], one_of_each: tuple[str, str]
) -> None:
    joint = "\n\n".join(one_of_each)
    found = with_labels(starter, joint)
    assert found[joint] == "bridging"
    assert {text: found[text] for text in base_sides} == base_sides


def test_no_near_duplicates_across(starter: Dataset, one_of_each: tuple[str, str]) -> None:
    texts = [f"Copy {n}. {article.text}" for n, article in enumerate(starter.articles[::40])]
    found = gather(starter, [LabelledArticle(Article(text=text, labels=[])) for text in (*texts, *one_of_each)])
    split = holdout.split(found.data, found.base, found.pairs, found.base_pairs)
    held = set(split.held.tolist())
    crossing = [pair for pair in near_duplicates(found.data.tokens).tolist() if len(held & set(pair)) == 1]
    assert len(found.pairs) > 40
    assert not [pair for pair in crossing if not set(pair) & set(split.bridging.tolist())]


def test_labels_of_their_own_go_by_their_own_hash(starter: Dataset) -> None:
    texts = [f"unheard word{n} and other{n} news{n}" for n in range(200)]
    found = with_labels(starter, *texts)
    held = [text for text in texts if found[text] == "held"]
    assert held == [text for text in texts if is_drawn(own_group(Article(text=text)))]
    assert 15 <= len(held) <= 50


def test_too_little_for_a_hold_out(starter: Dataset) -> None:
    small = starter.part(range(0, len(starter.articles), 40))
    split = holdout.split(small)
    assert "too few for a hold-out" in str(split.why_not)
    assert len(split.fit) == len(small.articles)
    fit, held = holdout.prepare(small)
    assert (len(fit.articles), len(held.articles)) == (len(small.articles), 0)
