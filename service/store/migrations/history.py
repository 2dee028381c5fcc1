"""The history of labels, written by the database itself: nothing that writes a label can forget it.

What stands in it cannot be changed or deleted. The one exception is a note, which may quote the article: it goes when
the article's text does.
"""

_FIELDS = 'article, verdict, labels, "by", at, note, shown'
_KEPT = ("id", "article", "action", "recorded", "verdict", "labels", '"by"', "at", "shown")


def _row(name: str) -> str:
    return ", ".join(f"{name}.{field}" for field in _FIELDS.split(", "))


def _record(action: str, name: str, moment: str) -> str:
    return f"INSERT INTO label_history (action, recorded, {_FIELDS}) VALUES ({action}, {moment}, {_row(name)});"


_NOW = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')"
_EVENTS = {"INSERT": ("given", "new"), "UPDATE": ("changed", "new"), "DELETE": ("taken back", "old")}
_DIFFERS = " OR ".join(f"new.{field} IS DISTINCT FROM old.{field}" for field in _KEPT)
_GIVEN_OR_CHANGED = "CASE TG_OP WHEN 'INSERT' THEN 'given' ELSE 'changed' END"
_REFUSE = "the history of labels cannot be changed"

CREATE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        *(
            f"CREATE TRIGGER label_{event.lower()} AFTER {event} ON label BEGIN {_record(repr(action), name, _NOW)} END"
            for event, (action, name) in _EVENTS.items()
        ),
        "CREATE TRIGGER label_history_delete BEFORE DELETE ON label_history "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
        "CREATE TRIGGER label_history_update BEFORE UPDATE ON label_history "
        f"WHEN new.note IS NOT NULL OR {_DIFFERS.replace('IS DISTINCT FROM', 'IS NOT')} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION topicdesk_label() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN "
        f"{_record(repr('taken back'), 'old', 'clock_timestamp()')} "
        "ELSE "
        f"{_record(_GIVEN_OR_CHANGED, 'new', 'clock_timestamp()')} "
        "END IF; RETURN NULL; END $$",
        "CREATE TRIGGER label_history_write AFTER INSERT OR UPDATE OR DELETE ON label "
        "FOR EACH ROW EXECUTE FUNCTION topicdesk_label()",
        "CREATE FUNCTION topicdesk_label_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF new.note IS NULL AND NOT ({_DIFFERS}) THEN RETURN new; END IF; END IF; "
        f"RAISE EXCEPTION '{_REFUSE}'; END $$",
        "CREATE TRIGGER label_history_keep BEFORE UPDATE OR DELETE ON label_history "
        "FOR EACH ROW EXECUTE FUNCTION topicdesk_label_history()",
        "CREATE TRIGGER label_history_keep_all BEFORE TRUNCATE ON label_history "
        "EXECUTE FUNCTION topicdesk_label_history()",
    ),
}

DROP: dict[str, tuple[str, ...]] = {
    "sqlite": (
        *(f"DROP TRIGGER label_{event.lower()}" for event in _EVENTS),
        "DROP TRIGGER label_history_delete",
        "DROP TRIGGER label_history_update",
    ),
    "postgresql": (
        "DROP TRIGGER label_history_write ON label",
        "DROP TRIGGER label_history_keep ON label_history",
        "DROP TRIGGER label_history_keep_all ON label_history",
        "DROP FUNCTION topicdesk_label()",
        "DROP FUNCTION topicdesk_label_history()",
    ),
}
