"""Requests a second: the routes, empty ones in the same server, and MLServer: `python -m benchmarks.serving`.

The servers have one processor, the load generator (wrk, Debian's package) another. All take turns; answers are checked
under load against the classifier in this process.
"""

import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from benchmarks import load, mlserver
from benchmarks.load import Load, Target
from benchmarks.processes import Served, serving
from benchmarks.subject import Subject, long_articles, subject
from benchmarks.tables import Table, number
from benchmarks.tables import target as verdict
from benchmarks.timing import CLIENT, SERVER, pinned
from model import pipeline
from model.article import Article

PORT, ROUNDS, SINGLE, BATCHES, BATCH = 18390, 5, 64, 4, 100
EMPTY, VALIDATES, STARLETTE = "empty FastAPI route", "empty FastAPI route, pydantic article", "empty Starlette route"
ONE, EVIDENCE, MANY = (
    "POST /v1/classify",
    "POST /v1/classify?evidence=true",
    f"POST /v1/classify/batch, {BATCH} articles",
)
IN_BATCHES = f", {BATCH} articles"
WAIT = "http://127.0.0.1:{}/readyz"


def measure(of: Subject) -> Table:
    """Start the servers and let the routes take turns."""
    if load.WRK is None or SERVER == CLIENT:
        why = "wrk is not installed" if load.WRK is None else "there is one processor only"
        return Table("Serving", f"Left out: {why}.", ("route",), ())
    articles = [msgspec.structs.replace(a, id=f"a{n}") for n, a in enumerate(long_articles(of.data, BATCH * BATCHES))]
    batches = [articles[n : n + BATCH] for n in range(0, len(articles), BATCH)]
    with tempfile.TemporaryDirectory() as name, pinned(CLIENT):
        folder = Path(name)
        command = [sys.executable, "-m", "benchmarks.serving_app", str(PORT)]
        environment = {"TOPICDESK_HOME": str(of.home), "OMP_NUM_THREADS": "1"}
        with serving(command, folder / "log", environment) as ours, mlserver.running(of, folder) as rivals:
            ours.wait_for(WAIT.format(PORT))
            idle = ours.peak_megabytes
            targets = _ours(of, articles[:SINGLE], batches)
            for rival, (port, _) in rivals.items():
                for suffix, asked in (("", [[a] for a in articles[:SINGLE]]), (IN_BATCHES, batches)):
                    reference = pipeline.build(of.model)
                    expected = [np.asarray(reference.predict_proba(batch)) for batch in asked]
                    targets.append(mlserver.target(rival + suffix, port, asked, expected))
            servers = dict(rivals.values()) | {PORT: ours}
            found = _take_turns(targets, servers, folder)
            return _table(targets, found, idle, ours.peak_megabytes)


def _ours(of: Subject, articles: Sequence[Article], batches: Sequence[Sequence[Article]]) -> list[Target]:
    classify = of.classifier.classify
    single = [msgspec.json.encode(article) for article in articles]
    whole = [msgspec.json.encode({"articles": batch}) for batch in batches]
    decisions = [classify(article) for article in articles]
    explained = [classify(article, evidence=True) for article in articles]
    results = [{"results": [classify(article) for article in batch]} for batch in batches]
    nothing: list[dict[str, str]] = [{}] * len(single)
    return [
        Target(EMPTY, PORT, "/empty/reads", single, _equal(nothing)),
        Target(VALIDATES, PORT, "/empty/validates", single, _equal(nothing)),
        Target(STARLETTE, PORT, "/empty/starlette", single, _equal(nothing)),
        Target(ONE, PORT, "/v1/classify", single, _equal(decisions)),
        Target(EVIDENCE, PORT, "/v1/classify?evidence=true", single, _equal(explained)),
        Target(MANY, PORT, "/v1/classify/batch", whole, _equal(results), articles=BATCH),
    ]


def _equal(expected: Sequence[object]) -> Callable[[int, bytes], None]:
    plain = [msgspec.json.decode(msgspec.json.encode(one)) for one in expected]

    def check(n: int, data: bytes) -> None:
        assert msgspec.json.decode(data) == plain[n], "another answer than the classifier's"

    return check


def _take_turns(targets: list[Target], servers: dict[int, Served], folder: Path) -> dict[str, list[tuple[Load, float]]]:
    """Return each round's load, and the requests for each second of the server's processor."""
    found: dict[str, list[tuple[Load, float]]] = {target.name: [] for target in targets}
    for target in targets:
        target.ask_all()
    for _ in range(ROUNDS):
        for target in targets:
            server = servers[target.port]
            before = server.processor_seconds
            one = target.load(folder)
            took = (server.processor_seconds - before) / load.SECONDS
            found[target.name].append((one, one.rate / took))
    return found


def _table(
    targets: list[Target], found: dict[str, list[tuple[Load, float]]], idle: float, after: float
) -> Table:  # fmt: skip
    middle: dict[str, Any] = {
        target.name: [
            statistics.median(values)
            for values in zip(
                *((o.rate, o.p50, o.p99, rate, o.generator) for o, rate in found[target.name]), strict=True
            )
        ]
        for target in targets
    }
    articles = {target.name: target.articles * middle[target.name][0] for target in targets}
    rows = [
        (
            target.name, number(middle[target.name][0]), number(articles[target.name]),
            number(middle[target.name][0] / middle[EMPTY][0]), *(f"{value:.1f}" for value in middle[target.name][1:3]),
            number(middle[target.name][3]), f"{100 * middle[target.name][4]:.0f} %",
        )
        for target in targets
    ]  # fmt: skip
    verdicts = [
        verdict("/v1/classify against the empty FastAPI route", articles[ONE] / articles[EMPTY], 0.7),
        verdict("/v1/classify/batch", articles[MANY], 25_000, " articles/s"),
    ]
    singles = {name: articles[name] for name in mlserver.WAYS if name in articles}
    if singles:
        best, many = max(singles.values()), max(articles[name + IN_BATCHES] for name in singles)
        verdicts.append(verdict("/v1/classify against MLServer's faster way", articles[ONE] / best, 12, "x"))
        verdicts.append(f"{BATCH} articles a request against MLServer's: {number(articles[MANY] / many)}x")
    else:
        verdicts.append("MLServer is not installed and left out; see benchmarks/mlserver.py")
    return Table(
        title="Serving",
        about=f"Bodies of 4 KB, one worker on one processor, wrk on another with {load.CONNECTIONS} connections "
        f"({load.FOR_BATCHES} where a request has {BATCH} articles), {load.SECONDS} s a turn, median of {ROUNDS}; "
        f"answers checked under load. Per server second: requests for each second of its processor the server got, "
        f"which others at work disturb least. Memory of the service: {idle:.0f} MB before, {after:.0f} MB after.",
        columns=("route", "requests/s", "articles/s", "x empty", "p50 ms", "p99 ms", "per server second", "wrk busy"),
        rows=rows,
        targets=verdicts,
        unit="articles/s",
        bars=list(articles.items()),
    )


def main() -> None:
    with subject() as of:
        print(measure(of).text())


if __name__ == "__main__":
    main()
