import dataclasses
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model.errors import FileError, InvalidModelError, NoModelError
from model.parameters import Parameters
from model.registry import Registry


@pytest.fixture
def other(parameters: Parameters) -> Parameters:
    return dataclasses.replace(parameters, intercept=parameters.intercept + 1)


def test_publish_and_load(tmp_path: Path, parameters: Parameters, other: Parameters) -> None:
    registry = Registry(tmp_path / "models")
    first, second = registry.publish(parameters), registry.publish(other)
    assert registry.current() == second
    assert [manifest.id for manifest in registry.list()] == sorted([first, second])
    assert registry.load(first)[1].digest == parameters.digest
    assert registry.load()[0] == second
    registry.activate(first)
    assert registry.load()[0] == first
    assert not list((tmp_path / "models" / "staging").iterdir())


def test_publishing_twice_keeps_one(tmp_path: Path, parameters: Parameters) -> None:
    registry = Registry(tmp_path)
    assert registry.publish(parameters) == registry.publish(parameters)
    assert len(registry.list()) == 1


@pytest.mark.parametrize("name", ["../secret", "/etc", "nothing", "", "..", "x" * 300, "a\0b"])
def test_no_such_version(tmp_path: Path, parameters: Parameters, name: str) -> None:
    registry = Registry(tmp_path)
    registry.publish(parameters)
    with pytest.raises(NoModelError):
        registry.load(name)


def test_before_the_first(tmp_path: Path) -> None:
    with pytest.raises(NoModelError, match="topicdesk train"):
        Registry(tmp_path).load()


def test_a_changed_file_is_refused(tmp_path: Path, parameters: Parameters) -> None:
    registry = Registry(tmp_path)
    path = registry.versions / registry.publish(parameters) / "model.joblib"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(InvalidModelError, match="not the one that was published"):
        registry.load()


def test_a_damaged_version_is_published_anew(tmp_path: Path, parameters: Parameters) -> None:
    registry = Registry(tmp_path)
    path = registry.versions / registry.publish(parameters)
    (path / "model.joblib").write_bytes(b"damage")
    assert registry.load(registry.publish(parameters))[1].digest == parameters.digest
    (path / "model.joblib").unlink()
    with pytest.raises(InvalidModelError, match="cannot be read"):
        registry.load(path.name)
    for version in registry.versions.iterdir():
        (version / "manifest.json").write_text("{}")
    assert registry.list() == []
    assert registry.load(registry.publish(parameters))[1].digest == parameters.digest


def test_publishing_at_once(tmp_path: Path, parameters: Parameters) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: Registry(tmp_path).publish(parameters), range(8)))
    assert len(ids) == 1


def test_a_folder_that_cannot_be_written(tmp_path: Path, parameters: Parameters) -> None:
    (tmp_path / "models").write_text("a file in the way")
    with pytest.raises(FileError, match="cannot write"):
        Registry(tmp_path / "models").publish(parameters)
