"""A receipt as lines for a terminal of 80 columns."""

import textwrap
from collections.abc import Iterable

from training.comparison import Comparison, Delta
from training.receipt import Quality, Receipt
from training.suspects import Claim

WIDTH, SHOWN = 80, 10


def lines(receipt: Receipt) -> list[str]:
    """Return the receipt in words and tables; long lists are cut, the JSON holds all of them."""
    found = [
        f"candidate {receipt.digest[:12]}, current {receipt.current or 'none'}, seed {receipt.seed}",
        *_data(receipt),
        "",
    ]
    if receipt.comparison is not None:
        found += _comparison(receipt.comparison)
    else:
        where, figures = ("hold-out", receipt.held_out) if receipt.held_out else ("training", receipt.cross_validated)
        found += _quality(where, figures)
    found += _listed("contradicting labels, left out", [_claims(each.claims) for each in receipt.contradictions])
    found += _listed(
        "labels that look wrong",
        [
            f"{_name(s.claim)}: {'not ' if not s.labelled else ''}labelled {s.topic}, probability {s.probability:.2f}"
            for s in receipt.suspects
        ],
    )
    found += ["", *(f"note: {note}" for note in receipt.notes)]
    found += [f"against it: {reason}" for reason in receipt.reasons]
    verdict = "accepted all the same (forced)" if receipt.forced else "accepted" if receipt.accepted else "refused"
    return [part for line in [*found, verdict] for part in _wrapped(line)]


def _data(receipt: Receipt) -> list[str]:
    data = receipt.data
    found = [
        f"corpus {data.base} articles, labels {data.labels}",
        f"trained on {data.trained_on.articles} ({data.trained_on.labels} labels), "
        f"held out {data.held_out.articles} ({data.held_out.labels} labels)",
    ]
    found += [f"left out, {reason}: {len(ids)}" for reason, ids in sorted(data.left_out.items())]
    return found + ([data.no_holdout] if data.no_holdout else [])


def _comparison(found: Comparison) -> list[str]:
    head = f"{'on the hold-out':<30}  {'current':>7}  {'new':>7}  {'change':>7}  95 % interval"
    rows = []
    for topic, figures in found.topics.items():
        rows.append(f"{_cut(topic, 50)}: {figures.articles} articles")
        rows.append(_row("  average precision", figures.average_precision))
        rows.append(_row("  F1 at 0.5", figures.f1))
        rows.append(_row("  F1 of what is assigned", figures.assigned_f1))
    for topic, new in found.added.items():
        rows.append(f"{_cut(topic, 50)}: {new.articles} articles, a new topic")
        none = Delta(current=None, candidate=new.average_precision, delta=None, low=None, high=None)
        rows.append(_row("  average precision", none))
    rows.append(f"all topics: {found.articles} articles")
    rows += [
        _row("  precision of what is assigned", found.assigned_precision),
        _row("  recall of what is assigned", found.in_scope_recall),
        _row("  Brier score", found.brier),
        _row("  expected calibration error", found.calibration_error),
    ]
    statuses = sorted({name for counts in found.statuses.values() for name in counts})
    before, after = found.statuses["current"], found.statuses["candidate"]
    rows += [f"{status}: {before.get(status, 0)} -> {after.get(status, 0)} articles" for status in statuses]
    flips = [
        f"{_cut(flip.title or flip.id or flip.sha256[:12], 30)} [{', '.join(flip.labels) or 'none'}]: "
        f"{', '.join(flip.current)} -> {', '.join(flip.candidate)}"
        for flip in found.flipped
    ]
    return [head, *rows, *_listed("decided otherwise", flips)]


def _quality(where: str, figures: dict[str, Quality]) -> list[str]:
    head = f"{'on the ' + where:<34} {'n':>4}  {'AP':>7}  {'prec.':>7}  {'recall':>7}  {'F1':>7}"
    return [head] + [
        f"{_cut(topic, 34):<34} {q.articles:>4}  {_figure(q.average_precision):>7}  {_figure(q.precision):>7}  "
        f"{_figure(q.recall):>7}  {_figure(q.f1):>7}"
        for topic, q in figures.items()
    ]


def _row(name: str, figure: Delta) -> str:
    between = f"  {_signed(figure.low)} to {_signed(figure.high)}" if figure.low is not None else ""
    before, after, change = _figure(figure.current), _figure(figure.candidate), _signed(figure.delta)
    return f"{name:<30}  {before:>7}  {after:>7}  {change:>7}{between}"


def _listed(what: str, entries: list[str]) -> list[str]:
    if not entries:
        return []
    more = [f"  and {len(entries) - SHOWN} more"] if len(entries) > SHOWN else []
    return ["", f"{what}: {len(entries)}", *(f"  {entry}" for entry in entries[:SHOWN]), *more]


def _claims(claims: Iterable[Claim]) -> str:
    return " against ".join(
        f"{_name(claim)}{f' by {claim.by}' if claim.by else ''} [{', '.join(claim.labels) or 'none'}]"
        for claim in claims
    )


def _name(claim: Claim) -> str:
    return _cut(claim.title or claim.id or claim.sha256[:12], 40)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent="    ") or [""]
