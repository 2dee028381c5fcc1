"""The full-text index, kept by triggers: FTS5 on SQLite, a tsvector beside the text on PostgreSQL.

Both cut at what is no letter or digit, drop accents and case, know no stop words, and read the first 150,000
characters of an article (a tsvector has a limit of 1 MB).
"""

_WORDS = "substr(coalesce({0}.title, '') || ' ' || coalesce({0}.text, {0}.terms, ''), 1, 150000)"
_NEW, _OLD = _WORDS.format("new"), _WORDS.format("old")

# PostgreSQL's parser would take a.b for a host name and a-b for one word
_FOLD = r"""
CREATE FUNCTION topicdesk_fold(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT translate(
    regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'),
    $chars$!"#$%%&'()*+,-./:;<=>?@[\]^_`{|}~$chars$,
    repeat(' ', 32)
)
$$
"""

CREATE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        # the index holds no copy of the text (content='')
        "CREATE VIRTUAL TABLE article_search USING fts5("
        "words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')",
        "CREATE TRIGGER article_text_search_insert AFTER INSERT ON article_text BEGIN "
        f"INSERT INTO article_search (rowid, words) VALUES (new.article, {_NEW}); END",
        "CREATE TRIGGER article_text_search_delete AFTER DELETE ON article_text BEGIN "
        f"INSERT INTO article_search (article_search, rowid, words) VALUES ('delete', old.article, {_OLD}); END",
        "CREATE TRIGGER article_text_search_update AFTER UPDATE ON article_text BEGIN "
        f"INSERT INTO article_search (article_search, rowid, words) VALUES ('delete', old.article, {_OLD}); "
        f"INSERT INTO article_search (rowid, words) VALUES (new.article, {_NEW}); END",
    ),
    "postgresql": (
        _FOLD,
        "CREATE TABLE article_search (article bigint PRIMARY KEY REFERENCES article_text (article) ON DELETE CASCADE, "
        "words tsvector NOT NULL)",
        "CREATE INDEX ix_article_search_words ON article_search USING gin (words) WITH (fastupdate = off)",
        "CREATE FUNCTION topicdesk_search() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO article_search VALUES (new.article, to_tsvector('simple', topicdesk_fold({_NEW}))) "
        "ON CONFLICT (article) DO UPDATE SET words = excluded.words; RETURN NULL; END $$",
        "CREATE TRIGGER article_text_search AFTER INSERT OR UPDATE ON article_text "
        "FOR EACH ROW EXECUTE FUNCTION topicdesk_search()",
    ),
}

DROP: dict[str, tuple[str, ...]] = {
    "sqlite": (
        *(f"DROP TRIGGER article_text_search_{event}" for event in ("insert", "delete", "update")),
        "DROP TABLE article_search",
    ),
    "postgresql": (
        "DROP TRIGGER article_text_search ON article_text",
        "DROP FUNCTION topicdesk_search()",
        "DROP TABLE article_search",
        "DROP FUNCTION topicdesk_fold(text)",
    ),
}
