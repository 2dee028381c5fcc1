"""A model that has not seen the hold-out, as `topicdesk train` makes it, and the hold-out."""

import pytest

from model.classifier import Classifier
from training import holdout
from training.dataset import Dataset
from training.train import train


@pytest.fixture(scope="session")
def sides(starter: Dataset) -> tuple[Dataset, Dataset]:
    """The starter corpus as trained on and held out."""
    return holdout.prepare(starter)


@pytest.fixture(scope="session")
def current(sides: tuple[Dataset, Dataset]) -> Classifier:
    """The model that serves."""
    return Classifier(train(sides[0]), "current")
