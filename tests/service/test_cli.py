import json
import re
from pathlib import Path

import pytest

from tests.conftest import Run

ARTICLE = """Watchdog finds officers lied about chokehold

Three officers will face a misconduct hearing after the police watchdog found that they lied about the force they used
on a man who died in custody. Body camera video showed an officer kneeling on his neck for four minutes.

The family's lawyer called for criminal charges against the officers and for the chief constable to resign. The
inquest jury had earlier found that excessive force contributed to the death.
"""


def test_classify_prints_a_table(topicdesk: Run) -> None:
    done = topicdesk("classify", "-", stdin=ARTICLE)
    assert done.returncode == 0, done.stderr
    assert re.search(r"1\s+assigned\s+policing_accountability\s+[01]\.\d\d\s+Watchdog finds", done.stdout)
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_classify_prints_json(topicdesk: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(ARTICLE)
    done = topicdesk("classify", "page.txt", "--json", "--evidence")
    (article,) = json.loads(done.stdout)["articles"]
    assert article["title"] == "Watchdog finds officers lied about chokehold"
    assert article["status"] == "assigned"
    assert article["reason"] is None
    assert set(article["scores"]) == {"digital_rights", "border_conflict", "policing_accountability"}
    for piece in article["evidence"]:
        source = article["title"] if piece["field"] == "title" else article["text"]
        assert source[piece["start"] : piece["end"]].lower().split()[0] == piece["term"].split()[0]


def test_extract(topicdesk: Run) -> None:
    done = topicdesk("extract", "--json", stdin=ARTICLE)
    (article,) = json.loads(done.stdout)["articles"]
    assert ARTICLE[article["start"] : article["end"]].startswith("Three officers")


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["classify", "none.txt"], "", "cannot read none.txt: No such file or directory"),
        (["classify"], "", "the input is empty"),
        (["classify"], b"caf\xe9 au lait", "the input is not UTF-8: byte 0xe9 in line 1"),
        (["classify"], "text".encode("utf-16"), "the input is UTF-16"),
        (["label", "none.jsonl", "out.csv"], "", "there is no file none.jsonl"),
        (["cluster", "none.jsonl", "out.csv"], "", "there is no file none.jsonl"),
        (["evaluate", "none.jsonl"], "", "there is no file none.jsonl"),
        (["evaluate", "/dev/null"], "", "cannot tell the format"),
        (["train", "--data", "none.jsonl"], "", "there is no file none.jsonl"),
        (["train", "--topics", "none.toml"], "", "cannot read none.toml"),
        (["models", "show", "nothing"], "", "there is no model 'nothing'"),
    ],
)
def test_errors_are_one_clean_line(topicdesk: Run, arguments: list[str], stdin: str | bytes, says: str) -> None:
    done = topicdesk(*arguments, stdin=stdin)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("topicdesk: ")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["nonsense"], ["classify", "--nonsense"], ["label", "one"], ["cluster", "one"]])
def test_wrong_usage_exits_with_2(topicdesk: Run, arguments: list[str]) -> None:
    assert topicdesk(*arguments).returncode == 2


def test_a_wrong_setting_is_told(topicdesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPICDESK_MAX_BATCH", "many")
    done = topicdesk("serve")
    assert done.returncode == 2
    assert done.stderr.startswith("topicdesk: TOPICDESK_MAX_BATCH: ")


@pytest.mark.parametrize("arguments", [["classify"], ["label", "a.jsonl", "b.jsonl"], ["evaluate", "a.jsonl"]])
def test_no_model_yet(topicdesk: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a", "labels": []}\n')
    done = topicdesk(*arguments, stdin=ARTICLE, home=tmp_path / "empty")
    assert done.returncode == 1
    assert "`topicdesk train` makes one" in done.stderr


def test_models(topicdesk: Run) -> None:
    listed = json.loads(topicdesk("models", "list", "--json").stdout)
    assert [model["id"] for model in listed["models"]] == [listed["current"]]
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{12}", listed["current"])
    assert listed["current"] in topicdesk("models", "list").stdout
    shown = json.loads(topicdesk("models", "show", "current", "--json").stdout)
    assert shown["id"] == listed["current"]
    assert "cross validation" in topicdesk("models", "show").stdout


def test_train_and_evaluate_on_own_topics(topicdesk: Run, tmp_path: Path) -> None:
    """Topics and data of the user's own, no starter corpus."""
    topics = '[[topics]]\nid = "boats"\nlabel = "Boats"\ndefinition = "Boats."\n'
    (tmp_path / "topics.toml").write_text(topics)
    sails = [{"text": f"a boat with {n} sails in harbour number {n}", "labels": ["boats"]} for n in range(30)]
    hills = [{"text": f"a sheep on hill {n} grazing in meadow {n}", "labels": []} for n in range(30)]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in sails + hills))
    home = tmp_path / "home"
    done = topicdesk("train", "--topics", "topics.toml", "--data", "own.jsonl", "--seed", 3, home=home)
    assert done.returncode == 0, done.stderr
    figures = json.loads(topicdesk("evaluate", "own.jsonl", "--json", home=home).stdout)
    assert figures["model"] == done.stdout.strip()
    assert figures["articles"] == 60
    assert figures["per_topic"]["boats"]["support"] == 30
    assert figures["macro_f1"] == 1.0
    assert "boats" in topicdesk("evaluate", "own.jsonl", home=home).stdout
    mixed = topicdesk("train", "--topics", "topics.toml", "--data", "starter", home=home)
    assert mixed.returncode == 1
    assert "unknown topic" in mixed.stderr
