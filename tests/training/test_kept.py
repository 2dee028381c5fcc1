import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from model.article import Article
from model.errors import FileError
from training import kept
from training.kept import Joined, Kept, Rows


def filled(count: int = 50) -> tuple[list[Article], Kept]:
    articles = [
        Article(id=str(n), title="ﬁ \U0001f600" * (n % 3), text="é" * n, labels=["a"] * (n % 2)) for n in range(count)
    ]
    aside = Kept()
    for article in articles:
        aside.append(article)
    return articles, aside


@pytest.mark.parametrize("in_memory", [0, 700, kept.IN_MEMORY])
def test_what_was_put_aside_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, in_memory: int) -> None:
    monkeypatch.setattr(kept, "IN_MEMORY", in_memory)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    articles, aside = filled()
    assert list(aside) == articles
    assert [aside[n] for n in (49, 0, -1, -50)] == [articles[n] for n in (49, 0, -1, -50)]
    assert list(aside[3:40:7]) == articles[3:40:7]
    for place in (50, -51):
        with pytest.raises(IndexError):
            aside[place]
    assert list(tmp_path.iterdir()) == []  # the file has no name


def test_parts_and_joints() -> None:
    articles, aside = filled()
    both = Joined(aside, articles[:5])
    assert list(both) == articles + articles[:5]
    assert list(both[48:52]) == [*articles[48:], *articles[:2]]
    part = Rows(Rows(both, [54, 3, 3]), [0, 2])
    assert list(part) == [articles[4], articles[3]]
    assert part.articles is both
    assert list(part[1:]) == [articles[3]]
    with pytest.raises(IndexError):
        both[55]


def test_a_forked_process_reads_beside_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "IN_MEMORY", 0)
    code = (
        "import os; from training import kept; from model.article import Article; kept.IN_MEMORY = 0\n"
        "aside = kept.Kept()\n"
        "for n in range(2000): aside.append(Article(text=str(n) * 100))\n"
        "child = os.fork()\n"
        "good = all(aside[n].text == str(n) * 100 for _ in range(5) for n in range(2000))\n"
        "if not child: os._exit(not good)\n"
        "print(good and os.waitpid(child, 0)[1] == 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == "True\n"


def test_no_room_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept, "IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(FileError, match=r"cannot be put aside in .*gone.*TMPDIR.*No such file"):
        filled()
