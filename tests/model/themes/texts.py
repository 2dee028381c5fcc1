"""Made-up articles of a few kinds, each kind with words of its own among words that all have."""

import random

from model.article import Article

KINDS = ("harbour", "orchard", "railway", "theatre")


def articles(each: int, kinds: int = 4, seed: int = 1) -> list[Article]:
    """Return `each` articles of every kind, one after another; every one is a story of its own."""
    rng = random.Random(seed)
    shared = [f"common{n}" for n in range(80)]
    made = list[Article]()
    for kind in KINDS[:kinds]:
        own = [f"{kind}{chr(97 + n)}" for n in range(12)]
        for n in range(each):
            alone = [f"only{kind}{n}x{m}" for m in range(40)]
            words = rng.sample(own, 7) * 2 + rng.sample(shared, 20) + alone
            rng.shuffle(words)
            made.append(Article(id=f"{kind}-{n}", title=f"Report {kind}a {alone[0]}", text=" ".join(words)))
    return made


def kinds_of(found: list[Article]) -> list[str]:
    """Return the kind of each article."""
    return [str(article.id).split("-")[0] for article in found]
