"""The classifier that this process serves with, which follows the registry's current version.

Each process looks every second which version is current, loads another beside the one that serves, and then swaps one
reference to an immutable object: a request that has begun ends with the model it began with.
"""

import asyncio
import logging
import threading

from model.classifier import Classifier
from model.errors import NoModelError, TopicdeskError
from service.settings import Settings

log = logging.getLogger("topicdesk")

POLL_SECONDS = 1.0
TRY_AGAIN_SECONDS = 30.0


class Engine:
    """Loads the current model when it is first asked for, and later ones as they are published."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._classifier: Classifier | None = None
        self._loading = threading.Lock()
        self._refused: str | None = None
        self.fault: str | None = None

    @property
    def classifier(self) -> Classifier:
        """The classifier. Raises `NoModelError` while there is no model, `InvalidModelError` where it is damaged."""
        if self._classifier is None:
            with self._loading:
                if self._classifier is None:
                    self._classifier = self._settings.classifier()
        return self._classifier

    @property
    def model_id(self) -> str | None:
        """The id of the version that serves, None where none does yet."""
        return None if self._classifier is None else self._classifier.model_id

    def refresh(self, *, again: bool = True) -> None:
        """Load the current version if it is another one than serves.

        One that cannot be loaded leaves the old one serving, and `fault` says why; without `again` it is not tried a
        second time.
        """
        with self._loading:
            serves = self.model_id
            current = serves
            try:
                current = self._settings.registry.current()
                if current == serves:
                    self._refused = self.fault = None
                elif again or current != self._refused:
                    self._classifier = self._settings.classifier(current)
                    self._refused = self.fault = None
                    log.info("model %s serves", current)
            except NoModelError as error:
                self.fault = None if serves is None else str(error)
            except (TopicdeskError, OSError) as error:
                if current != self._refused:
                    log.error("model %s cannot be loaded, %s goes on: %s", current, serves, error)
                self._refused, self.fault = current, str(error)

    async def follow(self) -> None:
        """Follow the registry for ever."""
        looked = 0
        while True:
            again = looked % int(TRY_AGAIN_SECONDS / POLL_SECONDS) == 0
            await asyncio.to_thread(self.refresh, again=again)
            looked += 1
            await asyncio.sleep(POLL_SECONDS)
