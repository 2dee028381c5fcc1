"""How stable themes are, how they agree with known divisions, how good the map is, and how long it takes.

    python -m benchmarks.themes [NEWS.jsonl] [--fast | --speed]

The divisions known are the beats of the starter corpus (its files, without those of mixed beats). NEWS is labelled
data; of it only stability and the map can be measured. The adjusted Rand index is 1 for the same partition and 0 for
chance. *Going on* is what somebody who looks again sees: all articles divided after ten elevenths of them were; *ids*
is the share of articles whose theme keeps its id. Procrustes disparity is 0 for the same picture and 1 for none of it;
*moved* is the mean way of an article on the map, whose radius is 1, without anything turned to fit by the benchmark.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import procrustes
from sklearn.manifold import trustworthiness
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, v_measure_score

from benchmarks import generated
from model.article import Article
from model.stories import features
from model.stories.frequencies import Frequencies
from model.themes import counts, space
from model.themes.draw import of_articles
from model.themes.theme import Former, Themes

CORPUS = Path(__file__).parents[1] / "training" / "corpus"
NEWS = Path(__file__).parents[2] / "shared" / "eval" / "topics_dev.jsonl"
MIXED = ("brief", "long", "analysis")
TOPICS = ("digital_rights", "border_conflict", "policing_accountability")
DRAWS, NEAR = 5, 10


def beats(topic: str) -> tuple[list[Article], list[str]]:
    """Return the articles of a topic of the starter corpus, and the beat of each."""
    articles, names = [], []
    for path in sorted((CORPUS / topic).glob("*.jsonl")):
        if not any(word in path.stem for word in MIXED):
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                articles.append(Article(title=row.get("title"), text=row["text"]))
                names.append(path.stem)
    return articles, names


def news(path: Path) -> Iterator[tuple[str, list[Article]]]:
    """Yield the articles of each topic of labelled data, and those of none."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for topic in (*TOPICS, "none"):
        yield (
            topic,
            [
                Article(title=row["title"] or None, text=row["text"])
                for row in rows
                if next(iter(row["labels"]), "none") == topic
            ],
        )


def background() -> Frequencies:
    """Return the word frequencies of the starter corpus."""
    found = Frequencies()
    for path in sorted(CORPUS.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.see(features.stems(Article(title=row.get("title"), text=row["text"])))
    return found


def labels(found: Themes) -> NDArray[np.intp]:
    """Return the theme (N,) of each article, -1 for none."""
    return np.array([-1 if n is None else n for n in found.of], np.intp)


def agreement(found: Themes, articles: Sequence[Article], places: NDArray[np.intp], known: Frequencies) -> list[float]:
    """Return ARI, Procrustes disparity and mean movement of a division of some of the articles against that of all."""
    again = of_articles([articles[n] for n in places], known)
    both = ~np.isnan(found.places[places]).any(axis=1) & ~np.isnan(again.places).any(axis=1)
    one, other = found.places[places][both], again.places[both]
    ari = adjusted_rand_score(labels(found)[places], labels(again))
    return [ari, procrustes(one, other)[2], float(np.linalg.norm(one - other, axis=1).mean())]


def going_on(articles: Sequence[Article], places: NDArray[np.intp], known: Frequencies) -> list[float]:
    """Return ARI, share of ids kept, and mean movement of all the articles against some of them that came before."""
    before = of_articles([articles[n] for n in places], known)
    told: list[Former | None] = [None] * len(articles)
    for n, theme, spot in zip(places.tolist(), before.of, before.places.tolist(), strict=True):
        told[n] = Former(None if theme is None else before.themes[theme].id, *spot)
    after = of_articles(articles, known, former=told)
    ids = [None if (theme := after.of[n]) is None else after.themes[theme].id for n in places]
    kept = [old.theme == new for old, new in zip((told[n] for n in places), ids, strict=True) if old is not None]
    moved = np.linalg.norm(after.places[places] - before.places, axis=1)
    return [adjusted_rand_score(labels(before), labels(after)[places]), float(np.mean(kept)), float(np.nanmean(moved))]


def stability(articles: list[Article], known: Frequencies, draws: int) -> str:
    """Return the figures of one topic in a line."""
    found = of_articles(articles, known)
    seeds = [
        adjusted_rand_score(labels(found), labels(of_articles(articles, known, seed))) for seed in range(1, draws + 1)
    ]
    shuffled = np.random.default_rng(7).permutation(len(articles))
    again = of_articles([articles[n] for n in shuffled], known)
    same = labels(again).tolist() == labels(found)[shuffled].tolist()
    parts: dict[float, list[list[float]]] = {0.8: [], 0.9: [], 1 / 1.1: []}
    for share, figures in parts.items():
        for draw in range(draws):
            some = np.random.default_rng([draw, int(100 * share)]).permutation(len(articles))
            figures.append(agreement(found, articles, np.sort(some[: int(share * len(articles))]), known))
    (eighty, ninety, grown) = (np.mean(figures, axis=0) for figures in parts.values())
    elevenths = [
        np.sort(np.random.default_rng([draw, 90]).permutation(len(articles))[: int(len(articles) / 1.1)])
        for draw in range(draws)
    ]
    ari, ids, way = np.mean([going_on(articles, some, known) for some in elevenths], axis=0)
    table = counts.count([features.stems(article) for article in articles])
    rows = space.embed_rows(table.table, counts.background(known, table.terms), known.texts)
    seen = ~np.isnan(found.places).any(axis=1)
    near = trustworthiness(rows.toarray()[seen], found.places[seen], n_neighbors=NEAR, metric="cosine")
    return (
        f"{len(articles):>5} articles, {len(found.themes):>2} themes | ARI seeds {np.mean(seeds):.2f},"
        f" 80 % {eighty[0]:.2f}, 90 % {ninety[0]:.2f}, +10 % {grown[0]:.2f}, shuffled {'same' if same else 'OTHER'} |"
        f" going on: ARI {ari:.2f}, ids {ids:.2f}, moved {way:.2f} |"
        f" map: trustworthiness {near:.2f}, +10 %: Procrustes {grown[1]:.3f}, moved {grown[2]:.2f}"
    )


def speed(count: int, known: Frequencies) -> str:
    """Return what dividing made-up articles takes, their stories included."""
    articles = [Article(title=row["title"], text=row["text"]) for row in generated.articles(count)]
    begin, clock = time.process_time(), time.monotonic()
    found = of_articles(articles, known)
    spent = time.process_time() - begin
    return (
        f"{len(articles):,} made-up articles: {spent:.1f} s of the processor, {time.monotonic() - clock:.1f} s;"
        f" {len(found.themes)} themes"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("news", nargs="?", type=Path, default=NEWS)
    parser.add_argument("--fast", action="store_true", help="fewer draws")
    parser.add_argument("--speed", action="store_true", help="speed only")
    options = parser.parse_args()
    known, draws = background(), 2 if options.fast else DRAWS
    for count in (1000, 5000) if options.speed else ():
        print(speed(count, known), flush=True)
    if options.speed:
        return
    for topic in TOPICS:
        articles, names = beats(topic)
        print(f"corpus {topic}: {stability(articles, known, draws)}")
        found = labels(of_articles(articles, known))
        print(
            f"  {len(set(names))} beats: ARI {adjusted_rand_score(names, found):.2f},"
            f" AMI {adjusted_mutual_info_score(names, found):.2f}, V {v_measure_score(names, found):.2f}",
            flush=True,
        )
    if options.news.is_file():
        for topic, articles in news(options.news):
            print(f"news {topic}: {stability(articles, known, draws)}", flush=True)


if __name__ == "__main__":
    main()
