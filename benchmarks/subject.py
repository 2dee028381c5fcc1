"""What is measured: a model of the starter corpus, published in a home of its own, and articles of 4 KB."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from model.article import Article
from model.classifier import Classifier
from model.parameters import Parameters
from model.registry import Registry
from model.taxonomy import Taxonomy
from training import dataset
from training.train import train

CHARS = 4000
ACCENTS = str.maketrans("aeiou", "áéíöü")


@dataclass(frozen=True)
class Subject:
    """A corpus, the model trained on it, and the TOPICDESK_HOME where that is published."""

    data: dataset.Dataset
    model: Parameters
    classifier: Classifier
    home: Path


@contextmanager
def subject() -> Iterator[Subject]:
    """Train and publish; the home goes at the end."""
    data = dataset.read([dataset.STARTER], Taxonomy.read(dataset.TOPICS))
    with TemporaryDirectory() as name:
        registry = Registry(Path(name) / "models")
        registry.publish(train(data))
        model_id, model = registry.load()
        yield Subject(data, model, Classifier(model, model_id), Path(name))


def long_articles(data: dataset.Dataset, count: int) -> list[Article]:
    """Return articles of about 4 KB, each joined from several of the corpus in an order of its own."""
    rng = random.Random(0)
    texts = [article.text for article in data.articles]
    made = []
    for _ in range(count):
        parts: list[str] = []
        while sum(map(len, parts)) < CHARS:
            parts.append(rng.choice(texts))
        made.append(Article(text="\n".join(parts)[:CHARS]))
    return made


def typeset(article: Article) -> Article:
    """Return an article as newspapers set it: curly quotes, dashes, and an accent in every twentieth word."""
    text = (
        article.text.replace(" '", " ‘").replace("'", "’").replace(' "', " “").replace('"', "”").replace(" - ", " – ")
    )
    words = text.split(" ")
    words[::20] = [f"{word[:2]}{word[2:].translate(ACCENTS)}" for word in words[::20]]
    return msgspec.structs.replace(article, text=" ".join(words))
