"""The starter corpus keeps the promises of its datasheet."""

import json
import re
from collections import Counter

import pytest

from training.dataset import STARTER, Dataset

RUN = 8


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    files = sorted(STARTER.rglob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").split("\n") if line]


def test_enough_of_each(starter: Dataset) -> None:
    counts = dict(zip(starter.taxonomy.ids, starter.labels.sum(axis=0).tolist(), strict=True))
    assert min(counts.values()) >= 80, counts
    assert (~starter.labels.any(axis=1)).sum() >= 240
    assert (starter.labels.sum(axis=1) == 2).sum() >= 3


def test_every_row_says_where_it_belongs(rows: list[dict[str, str]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row.keys() == {"id", "title", "text", "labels", "beat", "form", "place"}, row["id"]
        assert row["id"].startswith(row["beat"] + "-")


def test_no_template_shows(rows: list[dict[str, str]]) -> None:
    """No two articles share two runs of eight words, and no four-word opening stands four times."""
    seen: dict[str, str] = {}
    shared: Counter[tuple[str, str]] = Counter()
    openings: Counter[str] = Counter()
    for row in rows:
        words = re.findall(r"[a-z0-9']+", row["text"].lower())
        openings[" ".join(words[:4])] += 1
        for run in {" ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}:
            if (first := seen.setdefault(run, row["id"])) != row["id"]:
                shared[first, row["id"]] += 1
    assert not {pair: n for pair, n in shared.items() if n >= 2}
    assert openings.most_common(1)[0][1] < 4, openings.most_common(1)
