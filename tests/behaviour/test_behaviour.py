"""What the shipped model must do whatever its figures are: CheckList's three kinds of test (Ribeiro et al., 2020).

The cases were written for this purpose, without sight of the training corpus.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from model.article import Article
from model.classifier import Classifier
from model.decision import Decision, Status

HERE = Path(__file__).parent
TOPICS = ("digital_rights", "border_conflict", "policing_accountability")


class Case(NamedTuple):
    id: str
    kind: str
    text: str
    topic: str | None


def load(name: str) -> list[Case]:
    rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").split("\n") if line]
    return [Case(row["id"], row["kind"], row["text"], name if name in TOPICS else None) for row in rows]


def load_json(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


CASES = [case for topic in TOPICS for case in load(topic)]
NONE = load("none")


def decide(classifier: Classifier, text: str) -> Decision:
    return classifier.classify(Article(text=text))


def flipped(classifier: Classifier, change: Callable[[str], str]) -> list[str]:
    """Return the cases whose assigned topics a change of the text changes."""
    return [
        case.id
        for case in CASES + NONE
        if decide(classifier, case.text).topics != decide(classifier, change(case.text)).topics
    ]


# Minimum function


@pytest.mark.parametrize("topic", TOPICS)
def test_plain_cases_of_a_topic(classifier: Classifier, topic: str) -> None:
    cases = [case for case in CASES if case.topic == topic]
    assert len(cases) >= 40
    decisions = [(case, decide(classifier, case.text)) for case in cases]
    assert not [case.id for case, decision in decisions if set(decision.topics) - {topic}]
    assert not [(case.id, case.kind) for case, decision in decisions if decision.status is Status.OUT_OF_SCOPE]
    missed = [(case.id, case.kind) for case, decision in decisions if decision.topics != [topic]]
    assert len(missed) <= 0.1 * len(cases), missed


def test_plain_cases_of_no_topic(classifier: Classifier) -> None:
    wrong = [(case.id, case.kind) for case in NONE if decide(classifier, case.text).status is Status.ASSIGNED]
    assert len(NONE) >= 60
    assert len(wrong) <= 0.02 * len(NONE), wrong


@pytest.mark.parametrize("case", load("not_assigned"), ids=lambda case: case.id)
def test_what_is_no_english_news_is_never_assigned(classifier: Classifier, case: Case) -> None:
    assert decide(classifier, case.text).topics == [], case.kind


# Invariance

EXACT: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatibility form": lambda text: unicodedata.normalize("NFKC", text),
    "white space": lambda text: "  \n\t" + text.replace(" ", " \u00a0\n ") + "\r\n",
    "typographic quotes": lambda text: text.replace("'", "’").replace('"', "”"),
}


@pytest.mark.parametrize("name", EXACT)
def test_form_changes_no_score(classifier: Classifier, name: str) -> None:
    for case in CASES + NONE:
        assert decide(classifier, EXACT[name](case.text)).scores == decide(classifier, case.text).scores, case.id


def swap(pairs: list[list[str]]) -> Callable[[str], str]:
    """Return a change that gives every name of the pairs its partner's place."""
    other = {a: b for pair in pairs for a, b in (pair, pair[::-1])}
    names = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, other), key=len, reverse=True)) + r")\b")
    return lambda text: names.sub(lambda match: other[match[0]], text)


def test_another_place_changes_few_decisions(classifier: Classifier) -> None:
    change = swap(load_json("swaps")["places"])
    touched = [case for case in CASES + NONE if change(case.text) != case.text]
    assert len(touched) >= 20
    assert len(flipped(classifier, change)) <= 0.05 * len(touched) + 1


def test_another_outlet_changes_few_decisions(classifier: Classifier) -> None:
    for pair in load_json("swaps")["outlets"]:
        told = [decide(classifier, f"{pair[n]} reported this first. {CASES[0].text}").topics for n in (0, 1)]
        assert told[0] == told[1]


def append(piece: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n\n{piece}"


def test_boilerplate_changes_few_decisions(classifier: Classifier) -> None:
    snippets = load_json("boilerplate")
    flips = {n: flipped(classifier, append(piece)) for n, piece in enumerate(snippets)}
    assert sum(map(len, flips.values())) <= 0.02 * len(snippets) * len(CASES + NONE), flips


# Direction


def test_decisions_do_not_hang_on_proper_names(classifier: Classifier) -> None:
    """Without the capitalised words inside sentences nine in ten decisions stand: topics are more than their places."""

    def nameless(text: str) -> str:
        return re.sub(r"(?<![.!?:\"“”'] )(?<!^)(?<!\n)\b[A-Z][\w’'-]*", "", text)

    assigned = [case for case in CASES if decide(classifier, case.text).topics]
    kept = [case for case in assigned if decide(classifier, nameless(case.text)).topics == [case.topic]]
    assert len(kept) >= 0.9 * len(assigned), f"{len(kept)} of {len(assigned)}"


def test_two_topics_in_one_article_both_score(classifier: Classifier) -> None:
    by_topic = {topic: [case for case in CASES if case.topic == topic] for topic in TOPICS}
    for first, second in zip(by_topic["digital_rights"][:10], by_topic["policing_accountability"][:10], strict=True):
        scores = decide(classifier, f"{first.text}\n\n{second.text}").scores
        assert min(scores["digital_rights"], scores["policing_accountability"]) > scores["border_conflict"]
