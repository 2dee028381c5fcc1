"""What nobody should send, to both engines of stories: the same stories and copies, and no end of time."""

import random
import time

import pytest

from model.article import Article
from model.stories import engine
from model.stories.engine import Engine
from model.stories.online import Stories
from model.stories.state import Placed

MANY = 100_000
CPU_SECONDS = 20.0


def hostile() -> list[Article]:
    rng = random.Random(6)
    texts = [
        "", " ", "a", "the", "word", "word", "?!", "\0", "\ud800",
        "word " * MANY,
        "word " * (MANY - 1),
        " ".join(f"w{n}" for n in range(MANY)),
        " ".join(f"w{n}" for n in range(MANY + 5)),
        "a" + "\u0301" * MANY,
        "a\u0323\u0301" * MANY,
        "!?.,;" * MANY,
        "x" * MANY,
        "\n" * MANY + "word",
        "周一士兵开火" * 1000,
        "\u202e" + "ירו מעבר לגבול " * 1000,
    ]  # fmt: skip
    made = [Article(text=text, title=text[:200]) for text in texts]
    made += [Article(text=" ".join(f"copied{n}" for n in range(40)) + f" desk{n}") for n in range(1000)]
    made += [
        Article(title="Morning briefing", text=" ".join(f"t{rng.randrange(10**6)}" for _ in range(40)), published=date)
        for date in ("0001-01-01", "9999-12-31", "2026-11-25", None)
        for _ in range(25)
    ]
    return made


def placed(monkeypatch: pytest.MonkeyPatch, chosen: Engine) -> list[Placed[int]]:
    monkeypatch.setattr(engine, "best", lambda: chosen)
    stories: Stories[int] = Stories()
    found = [one for n, article in enumerate(hostile()) for one in stories.add_all([(n, article)])]
    stories.tidy(everything=True)
    return found


def test_both_engines_place_it_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.process_time()
    compiled = placed(monkeypatch, engine.compiled())
    assert time.process_time() - began < CPU_SECONDS
    assert compiled == placed(monkeypatch, engine.plain())
    copies = [one.original for one in compiled[20:1020]]
    assert copies == [None] + [20] * 999
