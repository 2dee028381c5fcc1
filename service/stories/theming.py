"""The themes of a file's articles: inside each topic, or of all together where topics are not known."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from model.article import Article
from model.classifier import Classifier
from model.errors import InvalidInputError, ModelError, UnknownTopicError
from model.stories import features
from model.stories.frequencies import Frequencies
from model.stories.label import READ
from model.themes.theme import Text
from service.stories.grouping import Grouping
from service.stories.theme import DIGITS, DrawnTheme, told
from training import tables


class Cells(NamedTuple):
    """What an article gets: its theme with its label, and its place on the map of its topic; None where it has none."""

    theme: str | None = None
    label: str | None = None
    x: float | None = None
    y: float | None = None


class Theming:
    """Takes the articles of a file as they are read, and divides them when their stories are known.

    `load` gives the current model, where there is one; `topic` leaves other topics alone.
    """

    def __init__(
        self,
        frequencies: Frequencies,
        load: Callable[[], Classifier],
        topic: str | None = None,
        tell: Callable[[str], object] = lambda _line: None,
    ) -> None:
        self._frequencies = frequencies.copy()  # what the stories learn must not count twice
        self._topic, self._tell = topic, tell
        self._texts: list[Text] = []
        self._labels: list[list[str] | None] = []
        self._guesses: list[str | None] = []
        self.themes: list[DrawnTheme] = []
        try:
            self._classifier: Classifier | None = load()
        except ModelError:
            self._classifier = None

    def add(self, article: Article, labels: object) -> None:
        """Take the next article, with what stands in its row for labels."""
        self._labels.append(_labels(labels))
        self._guesses.append(self._guess(article))
        short = msgspec.structs.replace(article, text=article.text[:READ])
        self._texts.append(Text(short, features.stems(article), None, None))

    def _guess(self, article: Article) -> str | None:
        if self._classifier is None:
            return None
        try:
            return next(iter(self._classifier.classify(article).topics), None)
        except InvalidInputError:
            return None

    def draw(self, drawn: Grouping, names: Sequence[str]) -> list[Cells]:
        """Return what each article gets, given their stories and names. Raises `UnknownTopicError`."""
        from model.themes.draw import draw

        cells = [Cells()] * len(self._texts)
        for topic, places in self._topics().items():
            texts = [self._texts[n]._replace(original=drawn.original[n], story=drawn.of[n]) for n in places]
            found = draw(texts, self._frequencies)
            here = [told(theme, topic, lambda n, places=places: names[places[n]]) for theme in found.themes]  # type: ignore[misc]
            self.themes += here
            for n, theme, spot in zip(places, found.of, found.places.round(DIGITS).tolist(), strict=True):
                x, y = (None, None) if np.isnan(spot[0]) else spot
                cells[n] = Cells(x=x, y=y) if theme is None else Cells(here[theme].id, here[theme].label, x, y)
        return cells

    def _topics(self) -> dict[str | None, list[int]]:
        """Return the places of the articles of each topic, in the order of the topics' names."""
        of, known = self._chosen()
        if self._topic is not None and self._topic not in known:
            raise UnknownTopicError(f"--topic is none of: {', '.join(sorted(known)) or 'no topics are known here'}")
        topics = dict[str | None, list[int]]()
        for n, topic in enumerate(of):
            if (topic is not None or not known) and self._topic in (None, topic):
                topics.setdefault(topic, []).append(n)
        return dict(sorted(topics.items(), key=lambda pair: pair[0] or ""))

    def _chosen(self) -> tuple[Sequence[str | None], set[str]]:
        """Return the topic of each article, and which topics there can be."""
        if any(self._labels) and None not in self._labels:
            self._tell("topics are those of the column `labels`")
            return [next(iter(labels or ()), None) for labels in self._labels], {
                label for labels in self._labels for label in labels or ()
            }
        if self._classifier is not None:
            self._tell(f"topics are those that model {self._classifier.model_id} assigns")
            return self._guesses, set(self._classifier.parameters.taxonomy.ids)
        self._tell("no labels in every row, and no model: the themes are those of all articles together")
        return [None] * len(self._texts), set()


def _labels(value: object) -> list[str] | None:
    labels = tables.split_labels(value)
    if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
        return labels
    return None
