"""The classifier that this process serves with."""

from model.classifier import Classifier
from model.registry import Registry


class Engine:
    """Loads the current model when it is first asked for, and keeps it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._classifier: Classifier | None = None

    @property
    def classifier(self) -> Classifier:
        """The classifier. Raises `NoModelError` while there is no model, `InvalidModelError` where it is damaged."""
        if self._classifier is None:
            model_id, parameters = self._registry.load()
            self._classifier = Classifier(parameters, model_id)
        return self._classifier
