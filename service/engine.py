"""The classifier that this process serves with."""

from model.classifier import Classifier
from service.settings import Settings


class Engine:
    """Loads the current model when it is first asked for, and keeps it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._classifier: Classifier | None = None

    @property
    def classifier(self) -> Classifier:
        """The classifier. Raises `NoModelError` while there is no model, `InvalidModelError` where it is damaged."""
        if self._classifier is None:
            self._classifier = self._settings.classifier()
        return self._classifier
