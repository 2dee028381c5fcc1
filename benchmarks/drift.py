"""What `topicdesk drift` costs on 100,000 articles of a year: `python -m benchmarks.drift [POSTGRES_URL]`.

Articles and decisions are made up and kept as the service keeps them, 250 words each from a vocabulary of 20,000 whose
words are as unequal as those of a language; nothing is classified. Then the command runs in a process of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from model.article import Article
from model.decision import Decision, Reason, Status
from service.store import articles
from service.store.database import Database

ARTICLES, BATCH, WORDS, VOCABULARY, SOURCES = int(os.environ.get("ARTICLES", "100000")), 2000, 250, 20_000, 40
TOPICS = ("border_conflict", "digital_rights", "policing_accountability")


def main() -> None:
    """Run it on SQLite, and on PostgreSQL where its URL is given."""
    for url in (None, *sys.argv[1:]):
        with tempfile.TemporaryDirectory() as name:
            measure(Path(name), url)


def measure(home: Path, url: str | None) -> None:
    """Fill a database and run the command on it."""
    database = Database(url or f"sqlite:///{home / 'topicdesk.db'}", home)
    fill(database)
    database.close()
    environment = os.environ | {"TOPICDESK_HOME": str(home)} | ({"TOPICDESK_DATABASE_URL": url} if url else {})
    for arguments in ([], ["--weeks", "52"], ["--source", "source-3"]):
        for _ in range(2):
            began = time.perf_counter()
            command = [str(Path(sys.executable).parent / "topicdesk"), "drift", *arguments]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            seconds = time.perf_counter() - began
        print(f"{'PostgreSQL' if url else 'SQLite'}, {ARTICLES} articles, drift {' '.join(arguments)}: {seconds:.1f} s")
    print(done.stdout)


def fill(database: Database) -> None:
    """Keep made-up articles of a year."""
    rng = np.random.default_rng(1)
    names = np.array([f"word{n}" for n in range(VOCABULARY)])
    chance = 1 / np.arange(5, VOCABULARY + 5)
    chance /= chance.sum()
    now = datetime.now(UTC)
    for first in range(0, ARTICLES, BATCH):
        drawn = names[rng.choice(VOCABULARY, (BATCH, WORDS), p=chance)]
        news = []
        for n, words in enumerate(drawn, first):
            published = now - timedelta(days=365) * (n / ARTICLES)
            text = f"marker{n} " + " ".join(words)
            article = Article(id=f"n{n}", text=text, published=published.isoformat(), source=f"source-{n % SOURCES}")
            digest = articles.content_hash(None, text)
            share = float(rng.uniform(0.7, 0.9))
            made = decision(float(rng.random()), rng)
            news.append(
                articles.New(article=article, content_hash=digest, decision=made, terms=None, known_share=share)
            )
        with database.write() as connection:
            articles.add(connection, news)


def decision(at: float, rng: np.random.Generator) -> Decision:
    """Return a made-up decision."""
    topics = [str(rng.choice(TOPICS))] if at < 0.3 else []
    status = Status.ASSIGNED if topics else Status.REVIEW if at < 0.4 else Status.OUT_OF_SCOPE
    reason = Reason.LOW_CONFIDENCE if status is Status.REVIEW else None
    scores = {topic: 0.97 if topic in topics else 0.02 for topic in TOPICS}
    return Decision(id=None, status=status, reason=reason, topics=topics, scores=scores, model="made-up")


if __name__ == "__main__":
    main()
