"""How the desk writes figures, moments and decisions."""

from datetime import UTC, date, datetime

from model.decision import Reason, Status

STATUS = {Status.ASSIGNED: "Assigned", Status.REVIEW: "For review", Status.OUT_OF_SCOPE: "Out of scope"}
REASON = {
    Reason.TOO_SHORT: "The text is too short to decide on.",
    Reason.NO_KNOWN_TERMS: "The model knows hardly any of its words.",
    Reason.UNSUPPORTED_LANGUAGE: "It does not seem to be in English.",
    Reason.LOW_CONFIDENCE: "The model is not sure enough.",
}


def percent(share: float | None, digits: int = 0) -> str:
    """Return a share (0 to 1) in per cent."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def number(value: float | None) -> str:
    """Return a number with its thousands apart."""
    return "–" if value is None else f"{value:,}"


def day(moment: datetime | date | None) -> str:
    """Return a day (UTC)."""
    return "–" if moment is None else f"{_utc(moment):%-d %b %Y}"


def minute(moment: datetime | None) -> str:
    """Return a moment (UTC) to the minute."""
    return "–" if moment is None else f"{_utc(moment):%-d %b %Y, %H:%M}"


def _utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def status(value: str) -> str:
    """Return a decision's status in words."""
    return STATUS.get(Status(value), value)


def reason(value: str | None) -> str:
    """Return why there is no decision, in words."""
    return REASON[Reason(value)] if value else ""


def input_day(text: str) -> str:
    """Return what a form's field for a day can show: nothing of what is no day."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


FILTERS = {
    "percent": percent, "number": number, "day": day, "minute": minute, "plural": plural, "status": status,
    "reason": reason, "input_day": input_day,
}  # fmt: skip
