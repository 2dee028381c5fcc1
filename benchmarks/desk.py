"""How long the desk's pages take on the server with many articles in the store.

    python -m benchmarks.desk [ARTICLES] [--home FOLDER]

Made-up articles (benchmarks/generated.py) of the last sixty days from forty sources are kept as the service does; then
every page is asked for in this process, by Starlette's client. Each answer is checked. A FOLDER that has a database is
used as it is.
"""

import argparse
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks import generated
from benchmarks.tables import Table
from model.article import Article
from model.registry import Registry
from model.taxonomy import Taxonomy
from service.app import create
from service.handlers import articles as handler
from service.settings import Settings
from training import dataset
from training.train import train

PORTION, SOURCES, DAYS, TIMES = 500, 40, 60, 15
LIMIT = 0.3  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=50_000)
    parser.add_argument("--home", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(home=chosen.home or Path(name), hosts=("testserver",))
        if not (settings.home / "models").exists():
            data = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
            Registry(settings.home / "models").publish(train(data))
        if not (settings.home / "topicdesk.db").exists():
            fill(settings, chosen.articles)
        measure(settings)


def fill(settings: Settings, number: int) -> None:
    """Keep made-up articles."""
    database, classifier = settings.database(), settings.classifier()
    stories, source = settings.stories(database), generated.Source()
    rng, now = random.Random(1), datetime.now(UTC)
    for start in range(0, number, PORTION):
        rows = [source.article(n, 0) for n in range(start, min(number, start + PORTION))]
        made = [
            Article(
                id=row["id"], title=row["title"], text=row["text"], source=f"Source {rng.randrange(SOURCES)}",
                published=(now - timedelta(DAYS * (1 - (start + n) / number))).isoformat(),
            )
            for n, row in enumerate(rows)
        ]  # fmt: skip
        handler.keep(made, classifier, stories, settings)
    database.close()


def measure(settings: Settings) -> None:
    """Ask for every page, some times each."""
    rows = []
    with TestClient(create(settings)) as client:
        kept = client.get("/v1/articles?limit=1").json()["articles"][0]
        story = client.get("/v1/stories?limit=1").json()["stories"][0]["id"]
        pages = [
            "/desk/", "/desk/inbox", "/desk/inbox?topic=border_conflict&status=assigned", "/desk/inbox?q=police",
            "/desk/inbox?source=Source+7&labelled=no", f"/desk/articles/{kept['id']}", "/desk/review",
            "/desk/review?status=out_of_scope", "/desk/stories", "/desk/stories?topic=border_conflict&q=troops",
            f"/desk/stories/{story}", "/desk/themes", "/desk/try", "/desk/upload", "/desk/feeds", "/desk/models",
            "/desk/news", "/desk/themes?topic=border_conflict&drawn=1",
        ]  # fmt: skip
        for path in pages:
            clock, processor = [], []
            for _ in range(TIMES):
                begun, worked = time.perf_counter(), time.process_time()
                answer = client.get(path)
                clock.append(time.perf_counter() - begun)
                processor.append(time.process_time() - worked)
                assert answer.status_code == 200, (path, answer.status_code)
                assert "<h1" in answer.text
            told = [statistics.median(clock), max(clock[1:]), clock[0], statistics.median(processor)]
            rows.append([path, *(f"{1000 * value:.0f}" for value in told)])
    late = [row[0] for row in rows if float(row[2]) > 1000 * LIMIT]
    verdict = f"over {1000 * LIMIT:.0f} ms after the first time: {', '.join(late) or 'none'}"
    columns = ["page", "median ms", "most ms", "first ms", "processor ms"]
    print(Table("Pages of the desk", f"{TIMES} times each, one after the other.", columns, rows, [verdict]).text())


if __name__ == "__main__":
    main()
