"""The full-text index: FTS5 on SQLite, kept by triggers; a tsvector on PostgreSQL, made of words folded beforehand.

PostgreSQL's own folding depends on the locale that a database was created with, and its parser takes a.b for a host
name, so `service.store.articles` gives it words that are folded and cut. Both read the first 150,000 characters of an
article: a tsvector has a limit of 1 MB.
"""

_WORDS = "substr(coalesce({0}.title, '') || ' ' || coalesce({0}.text, {0}.terms, ''), 1, 150000)"

CREATE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        # the index holds no copy of the text (content='')
        "CREATE VIRTUAL TABLE article_search USING fts5("
        "words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2')",
        "CREATE TRIGGER article_text_search_insert AFTER INSERT ON article_text BEGIN "
        f"INSERT INTO article_search (rowid, words) VALUES (new.article, {_WORDS.format('new')}); END",
        "CREATE TRIGGER article_text_search_delete AFTER DELETE ON article_text BEGIN "
        "INSERT INTO article_search (article_search, rowid, words) "
        f"VALUES ('delete', old.article, {_WORDS.format('old')}); END",
    ),
    "postgresql": (
        "CREATE TABLE article_search (article bigint PRIMARY KEY REFERENCES article_text (article) ON DELETE CASCADE, "
        "words tsvector NOT NULL)",
        "CREATE INDEX ix_article_search_words ON article_search USING gin (words)",
    ),
}

DROP: dict[str, tuple[str, ...]] = {
    "sqlite": (
        *(f"DROP TRIGGER article_text_search_{event}" for event in ("insert", "delete")),
        "DROP TABLE article_search",
    ),
    "postgresql": ("DROP TABLE article_search",),
}
