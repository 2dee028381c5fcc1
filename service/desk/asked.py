"""The inbox's filters: what stands in an address, as a query of the store and in words."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from model.errors import InvalidInputError
from service.store.listing import Filter

NAMES = ("q", "topic", "status", "source", "story", "labelled", "since", "until")
LABELLED = {"yes": True, "no": False}
MAX_QUERY = 1000
DAY = timedelta(days=1)


class Asked(NamedTuple):
    """What a form's fields say, as they were written: none of it is checked."""

    q: str = ""
    topic: str = ""
    status: str = ""
    source: str = ""
    story: str = ""
    labelled: str = ""
    since: str = ""
    until: str = ""

    @property
    def fields(self) -> dict[str, object]:
        """The fields that say something, as a query of an address takes them."""
        return {name: value for name, value in self._asdict().items() if value}

    def without(self, name: str) -> dict[str, object]:
        """Return the fields but one."""
        return {key: value for key, value in self.fields.items() if key != name}


def read(fields: Mapping[str, object]) -> Asked:
    """Return the filters among the fields of a query or a form."""
    given = {name: fields.get(name) for name in NAMES}
    return Asked(**{name: value.strip() for name, value in given.items() if isinstance(value, str)})


def wanted(asked: Asked) -> Filter:
    """Return the filter that was asked for; days are those of UTC. Raises `InvalidInputError` with what to write."""
    if len(asked.q) > MAX_QUERY:
        raise InvalidInputError(f"the search is longer than {MAX_QUERY} characters")
    if asked.labelled and asked.labelled not in LABELLED:
        raise InvalidInputError("`labelled` is yes or no")
    since, until = _day(asked.since, "From"), _day(asked.until, "To")
    if since is not None and until is not None and since > until:
        raise InvalidInputError("the first day is after the last one")
    return Filter(
        topic=asked.topic or None,
        status=asked.status or None,
        story=asked.story or None,
        source=asked.source or None,
        labelled=LABELLED.get(asked.labelled),
        since=since,
        until=None if until is None else until + DAY,
        q=asked.q or None,
    )


def _day(text: str, called: str) -> datetime | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
        if found < date.max:  # there is a day after it
            return datetime.combine(found, time(), UTC)
    except ValueError:
        pass
    raise InvalidInputError(f"“{called}” is no day: write it as 2026-11-05")
