"""topicdesk classify"""

import shutil
from typing import Annotated

import typer

from service.cli import console, passage


def classify(
    source: console.Source = "-",
    as_json: console.AsJson = False,
    evidence: Annotated[bool, typer.Option("--evidence", help="Show the words that decided.")] = False,
) -> None:
    """Classify the articles found in a text, an HTML file or a page copied from a browser."""
    from service.handlers import classify as handler

    text = console.read_document(source)
    found = handler.page(text, console.load_classifier(), evidence=evidence)
    if as_json:
        console.print_json({"articles": found})
        return
    rows = [
        (n, one.status.value, ", ".join(one.topics) or one.reason, _best(one.scores), one.title or one.text[:80])
        for n, one in enumerate(found, 1)
    ]
    console.print_table(["", "status", "topics", "score", "title"], rows)
    if evidence:
        width = shutil.get_terminal_size().columns
        for n, article in enumerate(found, 1):
            for topic in article.baseline or ():
                print(f"\n{n}  " + "\n   ".join(map(console.clean, passage.lines(article, topic, width - 3))))


def _best(scores: dict[str, float]) -> str:
    return f"{max(scores.values()):.2f}"
