"""The health of the news: what changed lately, and what became of what the sources sent."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from model.errors import InvalidInputError
from service.desk import trends
from service.desk.rendering import page, topics
from service.drift.sentences import percent, range_of
from service.handlers.news import News

SPANS = (9, 26, 52)
CUT, MOST_NAMED = 25, 300
FIGURES = {"review": "left for review", "out_of_scope": "out of scope", "unknown_terms": "words unknown"}
# what failed at intake, by the code of the error
REASONS = {
    "invalid-input": "not in the form that was asked for",
    "too-large": "text or title too long",
    "conflict": "its id is another article's",
    "empty-input": "no article in it",
    "unknown-topic": "a label that names no topic",
    "file-error": "a file that cannot be read",
}


def health(request: Request) -> Response:
    """Show the sentences, the charts and the ledger, or that they are being counted."""
    asked = request.query_params
    weeks, source = _weeks(asked.get("weeks", "")), asked.get("source") or None
    kept: News = request.app.state.news
    found = kept.look(weeks, source)
    polled = "hx-request" in request.headers
    shown: dict[str, Any] = {
        "weeks": weeks,
        "source": source,
        "spans": SPANS,
        "found": found,
        "reasons": REASONS,
        "cut": CUT,
    }
    shown |= {"whole": asked.get("all"), "said_of_health": "The figures are there." if polled and found else ""}
    if found is not None:
        names = sorted(row.source for row in found.ledger.rows[:MOST_NAMED] if row.source)
        shown |= {
            "sources": names if source is None or source in names else [source, *names],
            "pictures": trends.pictures(found.report, topics(request)),
            "judged": trends.judged(found.report.judgements),
            "figures": FIGURES,
            "percent_of": percent,
            "range_of": range_of,
            "silent": {one.source: one for one in found.ledger.silent},
        }
    return page(request, "news.html.j2", **shown)


def _weeks(text: str) -> int:
    if not text:
        return SPANS[0]
    if text not in map(str, SPANS):
        raise InvalidInputError(f"`weeks` is one of {', '.join(map(str, SPANS))}")
    return int(text)
