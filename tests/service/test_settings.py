import pytest

from model.errors import UsageError
from service import settings


@pytest.fixture(autouse=True)
def fresh() -> None:
    settings.get.cache_clear()


def test_operating_points_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPICDESK_RIGHT", "98")
    monkeypatch.setenv("TOPICDESK_CATCH", "80")
    assert (settings.get().right, settings.get().catch) == (98, 80)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RIGHT", "97"),
        ("RIGHT", "x"),
        ("RIGHT", ""),
        ("MAX_BATCH", "0"),
        ("MAX_BATCH", "many"),
        ("KEEP_TEXT", "perhaps"),
    ],
)
def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TOPICDESK_{name}", value)
    with pytest.raises(UsageError, match=f"TOPICDESK_{name}"):
        settings.get()


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOPICDESK_DATABASE_URL", "postgresql://me:swordfish@db/topicdesk")
    assert "swordfish" not in repr(settings.get())
    assert "swordfish" not in str(settings.get().database().url)
