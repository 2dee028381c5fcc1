"""Page dumps in many layouts, each with the articles that a person sees on it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from model.classifier import Classifier
from model.decision import Status
from model.errors import EmptyInputError
from service.handlers import classify
from service.intake import document

PAGES = sorted((Path(__file__).parents[1] / "fixtures" / "pages").glob("*.json"))


def load(answer: Path) -> tuple[str, dict[str, Any]]:
    page = next(path for path in answer.parent.glob(f"{answer.stem}.*") if path.suffix in {".txt", ".html"})
    return page.read_text(encoding="utf-8"), json.loads(answer.read_text(encoding="utf-8"))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def test_there_are_enough_layouts() -> None:
    assert len(PAGES) >= 12


@pytest.mark.parametrize("answer", PAGES, ids=lambda path: path.stem)
def test_finds_the_articles(answer: Path) -> None:
    page, expected = load(answer)
    found = document.extract(page)
    assert [article.title and squeeze(article.title) for article in found] == [
        article["title"] and squeeze(article["title"]) for article in expected["articles"]
    ]
    for article, wanted in zip(found, expected["articles"], strict=True):
        text = squeeze(article.text)
        assert squeeze(wanted["starts"]) in text[: len(wanted["starts"]) + 200]
        assert squeeze(wanted["ends"]) in text[-len(wanted["ends"]) - 200 :]
        for phrase in expected["absent"]:
            assert squeeze(phrase) not in text


@pytest.mark.parametrize("answer", PAGES, ids=lambda path: path.stem)
def test_offsets_hold_the_text(answer: Path) -> None:
    page, _ = load(answer)
    last = 0
    for article in document.extract(page):
        if answer.with_suffix(".html").exists():
            assert article.start is None
            continue
        assert article.start is not None
        assert article.end is not None
        assert last <= article.start < article.end <= len(page)
        span = squeeze(page[article.start : article.end])
        lines = [squeeze(line) for line in article.text.split("\n")]
        assert span.endswith(lines[-1])
        assert all(line in span for line in lines)
        last = article.end


@pytest.mark.parametrize("answer", PAGES, ids=lambda path: path.stem)
def test_gives_them_their_topics(answer: Path, classifier: Classifier) -> None:
    page, expected = load(answer)
    for article, wanted in zip(classify.page(page, classifier), expected["articles"], strict=True):
        if wanted["topic"]:
            assert (article.status, article.topics) == (Status.ASSIGNED, [wanted["topic"]]), article.title
        else:
            assert article.status is not Status.ASSIGNED, article.title


def test_the_seed_page(classifier: Classifier, evaluation_data: Path) -> None:
    found = classify.page((evaluation_data / "seed_page.txt").read_text(encoding="utf-8"), classifier)
    assert [article.topics for article in found] == [
        ["digital_rights"],
        ["border_conflict"],
        ["policing_accountability"],
        ["border_conflict"],
    ]
    assert all(article.status is Status.ASSIGNED for article in found)


def test_a_bare_headline_is_an_article() -> None:
    page = "  Court bans face recognition\n"
    (article,) = document.extract(page)
    assert (article.title, article.text) == (None, "Court bans face recognition")
    assert page[article.start : article.end] == article.text


def test_cards_of_other_stories_are_no_articles() -> None:
    """Sites put every teaser into an `<article>` element of its own."""
    paragraph = "The watchdog found that officers had lied about the force they used on a man who died in custody. "
    real = f"<article><h1>Watchdog finds officers lied</h1><p>{paragraph * 3}</p><p>{paragraph * 3}</p></article>"
    card = "<article><h3>Something else happened {n}</h3><p>One sentence about thing number {n} in town.</p></article>"
    cards = "".join(card.replace("{n}", str(n)) for n in range(8))
    (one,) = document.extract(f"<html><body>{cards}{real}{cards}</body></html>")
    assert one.title == "Watchdog finds officers lied"
    assert "thing number" not in one.text
    two = document.extract(f"<html><body>{real}{cards}{real.replace('Watchdog', 'Inquest')}</body></html>")
    assert [article.title for article in two] == ["Watchdog finds officers lied", "Inquest finds officers lied"]


@pytest.mark.parametrize("nothing", ["", " \n\t\n", "***\n---\n", "<html><body></body></html>", "<p>"])
def test_a_page_of_nothing_is_told(nothing: str) -> None:
    with pytest.raises(EmptyInputError):
        document.extract(nothing)


@pytest.mark.alone
@pytest.mark.parametrize(
    "piece",
    [
        *("a ", "word. ", "x(", "<p>x", "<div>", "9", ".", "<!---->", "- ", "(image ", "A, ", "@me\n"),
        *("Title Line Here Now\n", "Title {n} Has Five Words\n", "Title {n} Has Words\nBy Jo Roe\n"),
        "A line of eight words is number {n}.\n\n",
    ],
)
def test_time_grows_with_a_hostile_page_and_no_faster(piece: str) -> None:
    took = []
    for size in (20_000, 80_000):
        page = "".join(piece.replace("{n}", str(n)) for n in range(size // len(piece)))
        begin = time.process_time()
        document.extract("<p>y" * piece.startswith(("<p", "<d")) + page + "\n\nThese are the eight words that end it.")
        took.append(time.process_time() - begin)
    # four times the page: sixteen times the time would be quadratic; below a second noise decides
    assert took[1] < max(1.0, 9 * took[0]), took
