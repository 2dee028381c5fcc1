"""A job that labels a file goes on where its process was cut short."""

import json
from pathlib import Path

import pytest

from service.jobs import kinds, label
from service.jobs.ends import Interrupted, Stopped
from service.labelling import chunks
from service.settings import Settings
from training.dataset import Dataset

ROWS = 60


@pytest.fixture
def settings(own_home: Path, starter: Dataset, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(chunks, "ROWS", 10)
    (own_home / "files").mkdir()
    lines = [json.dumps({"id": str(n), "text": starter.articles[n].text}) + "\n" for n in range(ROWS)]
    (own_home / "files" / "in.jsonl").write_text("".join(lines))
    return Settings(home=own_home)


def run(settings: Settings, ends: type[BaseException] | None = None) -> dict[str, object]:
    def advance(done: int, _total: int | None) -> None:
        if ends is not None and done == 30:
            raise ends

    return label.run(kinds.Label(input="in.jsonl", output="out.jsonl"), settings, settings.database(), advance)


def test_one_that_is_interrupted_goes_on(settings: Settings) -> None:
    with pytest.raises(Interrupted):
        run(settings, Interrupted)
    assert not (settings.home / "files" / "out.jsonl").exists()
    result = run(settings)
    assert (result["seen"], result["resumed"]) == (ROWS, 30)
    rows = [json.loads(line) for line in (settings.home / "files" / "out.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == [str(n) for n in range(ROWS)]
    assert sorted(path.name for path in (settings.home / "files").iterdir()) == ["in.jsonl", "out.jsonl"]


def test_one_that_is_cancelled_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(Stopped):
        run(settings, Stopped)
    assert [path.name for path in (settings.home / "files").iterdir()] == ["in.jsonl"]
