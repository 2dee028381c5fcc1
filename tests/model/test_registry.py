import dataclasses
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from model.errors import FileError, InvalidModelError, NoModelError
from model.parameters import Parameters
from model.registry import Registry
from tests.small import small


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_publish_and_load(registry: Registry) -> None:
    first, second = registry.publish(small(1)), registry.publish(small(2))
    assert registry.current() == second
    assert [manifest.id for manifest in registry.list()] == sorted([first, second])
    assert registry.load(first)[1].digest == small(1).digest
    assert registry.load()[0] == second
    assert registry.activate(first) == first
    assert registry.load()[0] == first
    assert not list(registry.staging.iterdir())


def test_publish_and_load_the_starter_model(registry: Registry, parameters: Parameters) -> None:
    model_id = registry.publish(parameters)
    found, loaded = registry.load()
    assert (found, loaded.digest) == (model_id, parameters.digest)
    assert registry.manifest("current").topics == list(parameters.taxonomy.ids)


def test_publishing_twice_keeps_one(registry: Registry) -> None:
    model_id = registry.publish(small())
    files = {path: path.stat().st_mtime_ns for path in (registry.versions / model_id).iterdir()}
    assert registry.publish(small()) == model_id
    assert len(registry.list()) == 1
    assert {path: path.stat().st_mtime_ns for path in (registry.versions / model_id).iterdir()} == files
    assert registry.history() == [model_id]


@pytest.mark.parametrize("name", ["../secret", "/etc", "nothing", "", "..", "x" * 300, "a\0b"])
def test_no_such_version(registry: Registry, name: str) -> None:
    registry.publish(small())
    for ask in (registry.load, registry.manifest, registry.activate):
        with pytest.raises(NoModelError):
            ask(name)


def test_before_the_first(registry: Registry) -> None:
    assert registry.list() == []
    with pytest.raises(NoModelError, match="topicdesk train"):
        registry.load()
    with pytest.raises(NoModelError):
        registry.rollback()


def test_rolling_back_goes_one_further_each_time(registry: Registry) -> None:
    first, second, third = (registry.publish(small(n)) for n in range(3))
    assert registry.history() == [third, second, first]
    assert registry.rollback() == second
    assert registry.rollback() == registry.current() == first
    with pytest.raises(NoModelError, match="no version before"):
        registry.rollback()
    assert registry.load()[0] == first
    registry.activate(third)
    fourth = registry.publish(small(4))
    assert registry.rollback() == third
    assert fourth in {manifest.id for manifest in registry.list()}


def test_a_version_made_current_again_stands_once_in_the_history(registry: Registry) -> None:
    first, second = registry.publish(small(1)), registry.publish(small(2))
    registry.activate(first)
    registry.activate(first)
    assert registry.history() == [first, second]
    assert registry.rollback() == second


def test_rolling_back_passes_over_what_is_damaged(registry: Registry) -> None:
    first, second, third = (registry.publish(small(n)) for n in range(3))
    (registry.versions / second / "model.joblib").write_bytes(b"damage")
    assert registry.rollback() == first
    with pytest.raises(InvalidModelError, match="not the one that was published: 6 bytes"):
        registry.activate(second)
    assert registry.current() == first
    assert registry.activate(third) == third


def test_the_oldest_versions_go(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models", keep=3)
    ids = [registry.publish(small(n)) for n in range(5)]
    assert [manifest.id for manifest in registry.list()] == ids[2:]
    assert registry.history()[:3] == [ids[4], ids[3], ids[2]]
    assert not list(registry.staging.iterdir())


def test_what_cannot_be_used_goes_first(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models", keep=3)
    ids = [registry.publish(small(n)) for n in range(3)]
    (registry.versions / ids[1] / "manifest.sig").unlink()
    registry.activate(ids[0])
    last = registry.publish(small(3))
    assert [manifest.id for manifest in registry.list()] == [ids[0], ids[2], last]


def test_the_current_version_and_the_one_before_it_stay(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models", keep=2)
    old = registry.publish(small(0))
    for n in range(1, 4):
        registry.activate(old)
        new = registry.publish(small(n))
        assert [manifest.id for manifest in registry.list()] == [old, new]
    assert registry.rollback() == old


def test_a_changed_file_is_refused(registry: Registry) -> None:
    path = registry.versions / registry.publish(small()) / "model.joblib"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(InvalidModelError, match="not the one that was published"):
        registry.load()


def test_a_damaged_version_is_published_anew(registry: Registry) -> None:
    path = registry.versions / registry.publish(small())
    (path / "model.joblib").write_bytes(b"damage")
    assert registry.load(registry.publish(small()))[1].digest == small().digest
    (path / "model.joblib").unlink()
    with pytest.raises(InvalidModelError, match=r"it has no model\.joblib"):
        registry.load(path.name)
    for version in registry.versions.iterdir():
        (version / "manifest.json").write_text("{}")
    assert registry.list() == []
    assert registry.unusable() == sorted(version.name for version in registry.versions.iterdir())
    assert registry.load(registry.publish(small()))[1].digest == small().digest


@pytest.mark.parametrize("content", ["", "nonsense\n", "../../etc\n", "20261124T101500Z-0123456789ab\n\0\n"])
def test_a_damaged_pointer_is_told_and_mended(registry: Registry, content: str) -> None:
    model_id = registry.publish(small())
    (registry.root / "CURRENT").write_text(content)
    with pytest.raises(InvalidModelError, match="CURRENT is damaged"):
        registry.load()
    registry.activate(model_id)
    assert registry.load()[0] == model_id


def test_what_a_crash_left_goes_with_the_next_change(registry: Registry) -> None:
    registry.publish(small(1))
    (registry.staging / "left").mkdir()
    (registry.staging / "left" / "model.joblib").write_bytes(b"part")
    (registry.staging / "file").write_bytes(b"part")
    (registry.staging / "link").symlink_to(registry.versions)
    (registry.root / ".CURRENT.0a1b2c3d").write_bytes(b"part")
    (registry.root.parent / ".model.key.0a1b2c3d").write_bytes(b"part")
    registry.publish(small(2))
    assert not list(registry.staging.iterdir())
    assert not list(registry.root.parent.rglob(".*"))


def test_a_version_that_became_a_link_goes_without_what_it_links_to(registry: Registry, tmp_path: Path) -> None:
    registry.keep = 2
    first = registry.versions / registry.publish(small(0))
    first.rename(tmp_path / "elsewhere")
    first.symlink_to(tmp_path / "elsewhere")
    ids = [registry.publish(small(n)) for n in (1, 2)]
    assert sorted(path.name for path in registry.versions.iterdir()) == sorted(ids)
    assert not list(registry.staging.iterdir())
    assert len(list((tmp_path / "elsewhere").iterdir())) == 3


def test_a_version_under_another_name_is_refused(registry: Registry) -> None:
    model_id = registry.publish(small())
    other = "20200101T000000Z-0123456789ab"
    shutil.copytree(registry.versions / model_id, registry.versions / other)
    with pytest.raises(InvalidModelError, match=f"its manifest is that of '{model_id}'"):
        registry.activate(other)


def test_publishing_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: Registry(tmp_path / "models").publish(small()), range(8)))
    assert len(ids) == 1


def test_publishing_different_models_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda n: Registry(tmp_path / "models").publish(small(n)), range(8)))
    registry = Registry(tmp_path / "models")
    assert {manifest.id for manifest in registry.list()} == set(registry.history()) == ids
    assert len(ids) == 8


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file in the way")
    with pytest.raises(FileError, match="cannot write"):
        Registry(tmp_path / "models").publish(small())


def test_the_recorded_scores_must_come_out_again(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine whose text analysis differs: a 2-gram joins other words."""
    registry.publish(small())
    registry.load()
    monkeypatch.setattr("model.analysis.PASSAGE", 20)
    with pytest.raises(InvalidModelError, match="does not give the scores here"):
        registry.load()


def test_every_number_of_a_model_is_in_the_recorded_scores() -> None:
    from model.registry import golden

    model = small()
    recorded = golden.record(model)
    golden.check(model, recorded)
    for name in ("coef", "intercept", "slope", "shift"):
        changed = dataclasses.replace(model, **{name: getattr(model, name) * (1 + 1e-6)})
        with pytest.raises(InvalidModelError, match="does not give the scores"):
            golden.check(changed, recorded)
    moved = dataclasses.replace(model, terms=(*model.terms[1:], model.terms[0]))
    with pytest.raises(InvalidModelError, match="does not give the scores"):
        golden.check(moved, recorded)


def test_reading_needs_no_lock_and_no_writing(registry: Registry) -> None:
    registry.publish(small())
    (registry.root / "LOCK").unlink()
    before = sorted(registry.root.rglob("*"))
    registry.load()
    registry.list()
    assert sorted(registry.root.rglob("*")) == before


def test_a_damaged_copy_of_the_same_second_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(tmp_path / "models")
    moments = iter([MOMENT, MOMENT, MOMENT + timedelta(seconds=1)])

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return next(moments)

    monkeypatch.setattr("model.registry.manifest.datetime", Clock)
    first = registry.publish(small(1))
    (registry.versions / first / "model.joblib").write_bytes(b"damage")
    second = registry.publish(small(1))
    assert second != first
    assert registry.current() == second
    assert (registry.versions / first / "model.joblib").read_bytes() == b"damage"


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
