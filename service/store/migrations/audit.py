"""What was done stays as it was written: the database refuses to change or delete a line of it."""

_REFUSE = "the record of what was done cannot be changed"

CREATE: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_{event.lower()} BEFORE {event} ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END"
        for event in ("DELETE", "UPDATE")
    ),
    "postgresql": (
        "CREATE FUNCTION topicdesk_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_REFUSE}'; END $$",
        "CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION topicdesk_audit()",
        "CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit EXECUTE FUNCTION topicdesk_audit()",
    ),
}

DROP: dict[str, tuple[str, ...]] = {
    "sqlite": ("DROP TRIGGER audit_delete", "DROP TRIGGER audit_update"),
    "postgresql": (
        "DROP TRIGGER audit_keep ON audit",
        "DROP TRIGGER audit_keep_all ON audit",
        "DROP FUNCTION topicdesk_audit()",
    ),
}
