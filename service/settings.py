"""Settings, from the environment (`TOPICDESK_*`); every one has a default that works on one machine."""

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from model.errors import UsageError
from model.registry import Registry


class Settings(BaseSettings):
    """Where state lives, and how much one request may ask for."""

    model_config = SettingsConfigDict(env_prefix="TOPICDESK_", frozen=True)

    home: Path = Field(default=Path("var"), description="folder of all state: models, database")
    max_body_bytes: int = Field(default=20_000_000, gt=0, description="largest request body")
    max_text_chars: int = Field(default=1_000_000, gt=0, description="longest text of one article, in code points")
    max_batch: int = Field(default=1000, gt=0, description="most articles in one batch request")

    @property
    def registry(self) -> Registry:
        """The model versions under `home`."""
        return Registry(self.home / "models")


@cache
def get() -> Settings:
    """Return the settings of this process. Raises `UsageError` naming a variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"TOPICDESK_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']}") from None
