"""A model that has not seen the hold-out, as `topicdesk train` makes it, and the hold-out."""

import pytest

from model.classifier import Classifier
from model.parameters import Parameters
from training import holdout
from training.dataset import Dataset


@pytest.fixture(scope="session")
def sides(starter: Dataset) -> tuple[Dataset, Dataset]:
    """The starter corpus as trained on and held out."""
    return holdout.prepare(starter)


@pytest.fixture(scope="session")
def current(parameters: Parameters) -> Classifier:
    """The model that serves: trained on the first of the two sides."""
    return Classifier(parameters, "current")
