"""Stories against other ways of clustering, on real news drawn into stories by people.

    python -m benchmarks.stories.accuracy [STORIES.jsonl] [--undated] [--leads]

Every way chooses its setting by BCubed F1 on one side only and is measured on the other, both ways round; of equal
settings the middle one is taken. *Across* puts one collection on one side and the rest on the other; *halves*, five
draws, puts half of the stories of each collection on either side. Articles that a method calls noise count as stories
of one. topicdesk's own design was made with these texts at hand, which favours it.

Sentence embeddings and BERTopic are left out where they are not installed; see benchmarks/peers.py for the package.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one core for everybody; must stand before numpy

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.stories import measures, ways
from benchmarks.stories.measures import Labels
from benchmarks.stories.ways import Way
from model.article import Article
from model.stories import features
from model.stories.frequencies import Frequencies

EVALUATION = Path(__file__).parents[3] / "shared" / "eval" / "stories_dev.jsonl"
CORPUS = Path(__file__).parents[2] / "training" / "corpus"
MEASURES = {"BCubed": measures.bcubed, "pairs": measures.pairwise, "ARI": measures.ari, "NMI": measures.nmi}
DRAWS, LEAD_WORDS = 5, 35


@dataclass(frozen=True)
class Side:
    """Articles and the number of the story of each."""

    articles: list[Article]
    gold: Labels


def read(path: Path, *, dated: bool, leads: bool) -> tuple[list[Article], list[str], list[str]]:
    """Return articles, and the story and collection of each."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    articles = [
        Article(
            title=row["title"],
            text=" ".join(row["text"].split()[:LEAD_WORDS]) if leads else row["text"],
            published=date(row.get("date") or "") if dated else None,
        )
        for row in rows
    ]
    return articles, [row["story"] for row in rows], [row["part"].split("_")[0] for row in rows]


def date(written: str) -> str | None:
    for form in ("%Y-%m-%d", "%Y-%b-%d"):
        try:
            return datetime.strptime(written.strip(), form).date().isoformat()
        except ValueError:
            continue
    return None


def background() -> Frequencies:
    """Return the word frequencies of the starter corpus."""
    counts = Frequencies()
    for path in sorted(CORPUS.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            counts.see(features.stems(Article(title=row.get("title"), text=row["text"])))
    return counts


def side(articles: Sequence[Article], stories: Sequence[str], chosen: set[int]) -> Side:
    rows = sorted(chosen)
    gold = np.unique([stories[n] for n in rows], return_inverse=True)[1]
    return Side([articles[n] for n in rows], gold)


def halves(stories: Sequence[str], parts: Sequence[str], seed: int) -> set[int]:
    """Return the rows of half of the stories of every collection."""
    rng, chosen = np.random.default_rng(seed), set[str]()
    for n, part in enumerate(sorted(set(parts))):
        names = rng.permutation(sorted({s for s, p in zip(stories, parts, strict=True) if p == part})).tolist()
        chosen |= set(names[n % 2 :: 2])
    return {n for n, story in enumerate(stories) if story in chosen}


def measure(way: Way, one: Side, other: Side) -> tuple[list[dict[str, float]], float]:
    """Return each side's measures with the setting chosen on the other, and BCubed with the best single setting."""
    found = [[way.find(s.articles, setting) for setting in way.settings] for s in (one, other)]
    reached = np.array([[measures.bcubed(s.gold, f) for f in fs] for s, fs in zip((one, other), found, strict=True)])
    results = []
    for tested, tuned in ((0, 1), (1, 0)):
        best = np.flatnonzero(reached[tuned] >= reached[tuned].max() - 1e-9)
        answer, gold = found[tested][best[len(best) // 2]], (one, other)[tested].gold
        results.append({name: of(gold, answer) for name, of in MEASURES.items()})
    return results, float(reached.mean(axis=0).max())


def lines(way: Way, articles: list[Article], stories: list[str], parts: list[str], draws: int) -> Iterator[str]:
    everything = set(range(len(articles)))
    splits = [{n for n, part in enumerate(parts) if part == min(parts)}]
    splits += [halves(stories, parts, seed) for seed in range(draws)]
    sides = [(side(articles, stories, s), side(articles, stories, everything - s)) for s in splits]
    (across, hindsight), *drawn = [measure(way, *pair) for pair in sides]
    both = [f"{np.mean([row[name] for row in across]):6.3f}" for name in MEASURES]
    half = f"{np.mean([row['BCubed'] for rows, _ in drawn for row in rows]):.3f}" if drawn else "-"
    each = " / ".join(f"{row['BCubed']:.3f}" for row in across)
    yield f"{way.name:32}{len(way.settings):5} {''.join(both)}   {each}   {hindsight:.3f}   {half}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", nargs="?", type=Path, default=EVALUATION)
    parser.add_argument("--undated", action="store_true", help="leave out the dates")
    parser.add_argument("--leads", action="store_true", help=f"titles and the first {LEAD_WORDS} words only")
    parser.add_argument("--only", default="", help="only ways whose name holds this")
    parser.add_argument("--draws", type=int, default=DRAWS, help="of halves")
    options = parser.parse_args()
    rows = read(options.path, dated=not options.undated, leads=options.leads)
    known = background()

    def copied() -> Frequencies:
        return Frequencies(dict(zip(known.terms, known.counts, strict=True)), known.texts)

    names = "".join(f"{name:>6}" for name in MEASURES)
    print(f"{'':32}tried{names}   (across)  each way   hindsight   halves")
    for way in [*ways.ours(copied), *ways.PEERS]:
        if options.only in way.name:
            missing = [name for name in way.needs if find_spec(name) is None]
            if missing:
                print(f"{way.name:32}left out: {', '.join(missing)} not installed")
                continue
            for line in lines(way, *rows, options.draws):
                print(line, flush=True)


if __name__ == "__main__":
    main()
