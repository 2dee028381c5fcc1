"""Settings, from the environment (`TOPICDESK_*`); every one has a default that works on one machine."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from model.classifier import Classifier
from model.errors import UsageError
from model.registry import Registry
from model.registry.ed25519 import KeyPair
from model.registry.signature import KeyFile, Signer

if TYPE_CHECKING:
    from service.store.database import Database
    from service.stories.follower import Follower


def _number(value: object) -> object:
    """Return the number in a variable's text, which pydantic does not look for in a choice."""
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


def _names(value: object) -> object:
    """Return the names in a variable's text, which commas part."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
Percent = Annotated[Literal[80, 90, 95, 98], BeforeValidator(_number)]


class Settings(BaseSettings):
    """Where state lives, and how much one request may ask for."""

    model_config = SettingsConfigDict(env_prefix="TOPICDESK_", frozen=True)

    home: Path = Field(default=Path("var"), description="folder of all state: models, database")
    max_body_bytes: int = Field(default=20_000_000, gt=0, description="largest request body")
    max_text_chars: int = Field(default=1_000_000, gt=0, description="longest text of one article, in code points")
    max_upload_bytes: int = Field(default=200_000_000, gt=0, description="largest file that the desk takes")
    max_connections: int = Field(default=1000, gt=0, description="connections that a worker holds at once")
    max_requests: int = Field(default=200, gt=0, description="requests that a worker answers at once; others get 503")
    max_busy_seconds: float = Field(
        default=0.1, gt=0, description="how long a worker's event loop may be busy on end before it refuses requests"
    )
    max_head_bytes: int = Field(default=65_536, gt=0, description="largest head of a request: address and headers")
    head_seconds: float = Field(default=10, gt=0, description="time in which the head of a request has to be there")
    body_seconds: float = Field(
        default=30, gt=0, description="time in which a body has to be there; it grows by what came in"
    )
    min_bytes_per_second: int = Field(default=20_000, gt=0, description="the slowest that a long body may come in")
    send_seconds: float = Field(default=30, gt=0, description="time in which a client has to take a piece of an answer")
    max_batch: int = Field(default=1000, gt=0, description="most articles in one batch request")

    keys: bool = Field(
        default=False,
        description="whether every request needs a key; `serve` asks for them on any address but loopback",
    )
    secret: Path | None = Field(
        default=None, description="file with the secret that keys and sessions are signed with; default: in `home`"
    )
    hosts: Names = Field(
        default=(), description="names beside those of the loopback address by which it answers where no keys are asked"
    )
    rate: float = Field(default=0, ge=0, description="requests a second that a key may make; 0 sets no limit")
    burst: int = Field(default=100, gt=0, description="requests that a key may make at once where a rate is set")

    database_url: SecretStr | None = Field(
        default=None, description="where articles and labels are kept; default: a SQLite file in `home`"
    )
    keep_text: bool = Field(default=True, description="whether articles' texts are kept, or only hashes and terms")

    story_days: float = Field(default=14, gt=0, description="a story closes when nothing came into it for so many days")
    story_articles: int = Field(
        default=20_000, gt=0, description="a story closes when it has none of so many last articles"
    )

    story_tidy_seconds: float = Field(
        default=300, gt=0, description="how often one of the server's processes mends the stories that have changed"
    )

    feeds_every: int = Field(
        default=900, ge=0, description="seconds between two polls of a feed; 0: the server polls none"
    )
    feeds_private: bool = Field(default=False, description="whether feeds may lie at private addresses")
    feeds_max_bytes: int = Field(default=10_000_000, gt=0, description="largest feed, unpacked")

    right: Percent = Field(default=95, description="how often, in per cent, what is assigned should be right")
    catch: Percent = Field(default=95, description="how much of what is in scope, in per cent, should not be dismissed")

    keep_models: int = Field(default=10, ge=2, description="model versions that are kept")
    model_public_key: Path | None = Field(default=None, description="PEM file: ed25519 key to check models with")
    model_private_key: Path | None = Field(default=None, description="PEM file: ed25519 key to sign models with")

    @property
    def secret_file(self) -> Path:
        """The file of the secret that keys and sessions are signed with."""
        return self.secret or self.home / "access.key"

    def classifier(self, model_id: str = "current") -> Classifier:
        """Return a model of the registry, ready to answer at the chosen operating points."""
        found, parameters = self.registry.load(model_id)
        return Classifier(parameters, found, right=self.right, catch=self.catch)

    def stories(self, database: "Database") -> "Follower":
        """Return what places articles in the stories of a database."""
        from service.stories.follower import Follower

        return Follower(database, self.story_days, self.story_articles)

    @property
    def registry(self) -> Registry:
        """The model versions under `home`, signed with its own key file unless ed25519 keys are named."""
        signer: Signer
        if self.model_public_key is None and self.model_private_key is None:
            signer = KeyFile(self.home / "model.key")
        else:
            signer = KeyPair(self.model_public_key, self.model_private_key)
        return Registry(self.home / "models", signer, self.keep_models)

    def database(self) -> "Database":
        """Return what is remembered; it opens at first use. Raises `UsageError` for a URL of another kind."""
        import sqlalchemy as sa

        from service.store.database import Database

        if self.database_url is not None and (given := self.database_url.get_secret_value()):
            return Database(given, self.home)
        return Database(sa.URL.create("sqlite", database=str(self.home / "topicdesk.db")), self.home)


@cache
def get() -> Settings:
    """Return the settings of this process. Raises `UsageError` naming a variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"TOPICDESK_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']}") from None
