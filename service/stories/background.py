"""The word frequencies to begin with: those of the articles that the current model has learned from."""

from collections.abc import Callable
from functools import lru_cache

from model.classifier import Classifier
from model.errors import ModelError
from model.parameters import Parameters
from model.stories.frequencies import Frequencies


def frequencies(load: Callable[[], Classifier], tell: Callable[[str], object] = lambda _line: None) -> Frequencies:
    """Return a model's word frequencies, to be learned on; none where there is no model, which `tell` is told."""
    try:
        parameters = load().parameters
    except ModelError as error:
        tell(f"word frequencies are those of these articles only: {error}")
        return Frequencies()
    return of_model(parameters)


def of_model(parameters: Parameters) -> Frequencies:
    """Return the word frequencies of a model, to be learned on."""
    return _of_model(parameters).copy()


@lru_cache(maxsize=1)  # requests come often, models seldom
def _of_model(parameters: Parameters) -> Frequencies:
    return Frequencies.of_model(parameters)
