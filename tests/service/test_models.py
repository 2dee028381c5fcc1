"""The `models` commands, on a small model of their own."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.article import Article
from model.registry import Registry
from model.scorer import Scorer
from tests.conftest import Run
from tests.small import small
from training import dataset


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def ids(own: Path) -> list[str]:
    registry = Registry(own / "models")
    return [registry.publish(small(n)) for n in range(3)]


def test_activate_and_rollback(topicdesk: Run, own: Path, ids: list[str]) -> None:
    assert topicdesk("models", "activate", ids[0], home=own).stdout == f"{ids[0]}\n"
    listed = json.loads(topicdesk("models", "list", "--json", home=own).stdout)
    assert listed["current"] == ids[0]
    assert [model["id"] for model in listed["models"]] == ids
    assert topicdesk("models", "rollback", home=own).stdout == f"{ids[2]}\n"
    assert topicdesk("models", "rollback", home=own).stdout == f"{ids[1]}\n"
    done = topicdesk("models", "rollback", home=own)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "topicdesk: there is no version before the current one to go back to\n"


def test_show_says_nothing_of_the_recorded_scores(topicdesk: Run, own: Path, ids: list[str]) -> None:
    done = topicdesk("models", "show", ids[0], home=own)
    assert done.returncode == 0, done.stderr
    assert ids[0] in done.stdout
    assert "golden" not in done.stdout


def test_verify_says_what_is_good(topicdesk: Run, own: Path, ids: list[str]) -> None:
    folder = own / "models" / "versions" / ids[1]
    for name in (ids[1], folder, folder / "model.joblib"):
        done = topicdesk("models", "verify", name, home=own)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith(f"good: model {ids[1]} of 20")
        assert "signed with hmac-sha256" in done.stdout
        assert done.stdout.endswith("about ports, rail\n")
    found = json.loads(topicdesk("models", "verify", "current", "--json", home=own).stdout)
    assert (found["id"], found["terms"]) == (ids[2], 153)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("model.joblib", b"damage", "its model file is not the one that was published: 6 bytes"),
        ("manifest.json", b"{}", "its signature was not made with the key"),
        ("manifest.sig", None, "it is not signed"),
        ("manifest.json", None, "it has no manifest.json"),
        ("model.joblib", None, "it has no model.joblib"),
    ],
)
def test_verify_says_what_is_wrong(
    topicdesk: Run, own: Path, ids: list[str], file: str, content: bytes | None, says: str
) -> None:
    folder = own / "models" / "versions" / ids[2]
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    for name in ("current", ids[2], folder):
        done = topicdesk("models", "verify", name, home=own)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("topicdesk: ")
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    listed = topicdesk("models", "list", "--json", home=own)
    assert [model["id"] for model in json.loads(listed.stdout)["models"]] == (ids[:2] if "manifest" in file else ids)
    assert (f"topicdesk models verify {ids[2]}" in listed.stderr) == ("manifest" in file)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere", "there is no model and no file 'nowhere'"),
        ("20200101T000000Z-0123456789ab", "there is no model '20200101T000000Z-0123456789ab'"),
        ("text.txt", "text.txt cannot be used: this is not a topicdesk model file: it is no joblib dump"),
        ("lone.joblib", "it is a model of ports, rail, but no manifest.json stands beside it"),
        ("link.joblib", "link.joblib is not a regular file"),
    ],
)
def test_verify_on_what_is_no_version(
    topicdesk: Run, own: Path, ids: list[str], tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "text.txt").write_text("hello")
    lone = (own / "models" / "versions" / ids[0] / "model.joblib").read_bytes()
    (tmp_path / "lone.joblib").write_bytes(lone)
    (tmp_path / "link.joblib").symlink_to("lone.joblib")
    done = topicdesk("models", "verify", name, home=own)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr


def test_a_copy_of_a_version_is_good_wherever_it_is(topicdesk: Run, own: Path, ids: list[str], tmp_path: Path) -> None:
    (own / "models" / "versions" / ids[0]).rename(tmp_path / "copy")
    assert topicdesk("models", "verify", "copy", home=own).returncode == 0
    (tmp_path / "copy" / "model.joblib").rename(tmp_path / "copy" / "renamed")
    assert topicdesk("models", "verify", "copy/renamed", home=own).returncode == 0


def test_the_exported_pipeline_gives_the_models_scores(topicdesk: Run, home: Path, tmp_path: Path) -> None:
    import joblib

    done = topicdesk("models", "export", "current", "pipeline.joblib")
    assert done.returncode == 0, done.stderr
    pipeline = joblib.load(tmp_path / "pipeline.joblib")
    _, model = Registry(home / "models").load()
    articles = [*dataset.read([dataset.STARTER], model.taxonomy).articles[::40], Article(text=""), Article(text="Café")]
    scorer = Scorer(model)
    expected = np.array([scorer.score(article).probabilities for article in articles])
    np.testing.assert_allclose(pipeline.predict_proba(articles), expected, rtol=0, atol=1e-9)
    assert list(pipeline.classes_) == list(model.taxonomy.ids)
    assert pipeline.predict_proba(["A bare text about the border."]).shape == (1, 3)


def test_export_writes_nothing_that_the_service_would_read(topicdesk: Run, own: Path, ids: list[str]) -> None:
    done = topicdesk("models", "export", ids[0], "pipeline.joblib", home=own)
    assert done.returncode == 0, done.stderr
    done = topicdesk("models", "verify", "pipeline.joblib", home=own)
    assert "it names 'sklearn.pipeline.Pipeline'" in done.stderr
    assert topicdesk("models", "export", "nothing", "out.joblib", home=own).returncode == 1
    assert topicdesk("models", "export", ids[0], "/nowhere/out.joblib", home=own).stderr.startswith(
        "topicdesk: cannot write /nowhere/out.joblib: No such file"
    )


def test_ed25519_by_settings(topicdesk: Run, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.model.test_signature import pem

    ids_before = Registry(own / "models").publish(small())
    private = pem(tmp_path / "private.pem")
    monkeypatch.setenv("TOPICDESK_MODEL_PUBLIC_KEY", str(private.with_suffix(".pub")))
    done = topicdesk("models", "verify", ids_before, home=own)
    assert "it is not signed with ed25519, as the settings ask" in done.stderr
    monkeypatch.setenv("TOPICDESK_MODEL_PRIVATE_KEY", str(private))
    assert topicdesk("models", "activate", ids_before, home=own).returncode == 1


def test_a_number_of_versions_that_cannot_be(topicdesk: Run, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPICDESK_KEEP_MODELS", "1")
    done = topicdesk("models", "list", home=own)
    assert done.returncode == 2
    assert done.stderr.startswith("topicdesk: TOPICDESK_KEEP_MODELS: ")
