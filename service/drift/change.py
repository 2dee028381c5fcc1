"""Whether a week is out of the ordinary, so that noise is not told as news.

A share of a week's articles differs from the weeks before by chance (few articles), because no two weeks are alike
(stories come in bursts), or because something changed. The first two are measured on the weeks before: their
intraclass correlation says by how much more than chance they differ, and the last week is held against what they
predict for it. A few weeks measure that correlation badly, so it is moderated towards what is usual. Many figures are
looked at, so those that are told are chosen together.

Sources: intraclass correlation by analysis of variance, Ridout, Demetrio and Firth 1999 (Biometrics 55, 137-148);
beta-binomial counts, Williams 1975 (Biometrics 31, 949-952); mid-p, Lancaster 1961 (JASA 56, 223-234); moderated
variances, Smyth 2004 (Statistical Applications in Genetics and Molecular Biology 3, article 3); degrees of freedom,
Satterthwaite 1946 (Biometrics Bulletin 2, 110-114); t as a normal deviate, Wallace 1959 (Annals of
Mathematical Statistics 30, 1121-1130); false discovery rate, Benjamini and Hochberg 1995 (JRSS B 57, 289-300).
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

# What is promised is that of steady streams at most one in twenty is told as changed. Where weeks are very unlike, the
# tails of p-values are a little too thin, so less is asked for.
RATE = 0.02
LEAST_WEEKS, LEAST_BEFORE, LEAST_NOW, LEAST_FOR_MEAN = 4, 30, 5, 10
# No two weeks are alike: at 15 %, two weeks of endless articles still differ by a point or so. Before anything is
# measured two to three points are expected, and this counts as much as some weeks do.
LEAST_CORRELATION, PRIOR_CORRELATION, PRIOR_WEEKS = 0.001, 0.005, 4
MOST_CORRELATION = 0.9
SMALLEST = 1e-300


class Cell(NamedTuple):
    """A figure in one week: of `articles` values the sum and the sum of squares; for a count both are the count."""

    articles: int
    total: float
    squares: float

    @property
    def mean(self) -> float | None:
        """The mean, or the share; None of nothing."""
        return self.total / self.articles if self.articles else None


def count(articles: int, of_them: int) -> Cell:
    """Return the cell of a share."""
    return Cell(articles, of_them, of_them)


class _Variation(NamedTuple):
    """What the weeks before say of the next: variance of one value, and of the next week's mean, in parts of it.

    `df` are the degrees of freedom that the second is known with.
    """

    variance: float
    factor: float
    df: float


def p_value(now: Cell, before: Sequence[Cell], usual: float = 0.0, *, counts: bool = True) -> float | None:
    """Return how likely a week at least this far from the weeks before is where nothing changed, two-sided.

    `usual` is the correlation inside a week that figures of this kind have (`usual_correlation`). `counts` for shares,
    which are exact however few the articles; otherwise the values are of any kind in [0, 1] and their mean is taken as
    normal. None where there is too little to say: fewer than four weeks before with articles, 30 articles in them, or
    5 in the week itself (10 where it is not counts).
    """
    weeks = _enough(before)
    if not weeks or now.articles < (LEAST_NOW if counts else LEAST_FOR_MEAN):
        return None
    articles, total = sum(cell.articles for cell in weeks), sum(cell.total for cell in weeks)
    found = _variation(now.articles, weeks, max(usual, PRIOR_CORRELATION))
    if counts:
        expected = (total + 0.5) / (articles + 1)  # never quite 0 or 1
        # as much correlation inside the week as makes its share vary as predicted
        theta = (now.articles * found.factor - 1) / (now.articles - 1)
        tail = _beta_binomial(round(now.total), now.articles, expected, min(max(theta, 1e-9), MOST_CORRELATION))
        deviate = -NormalDist().inv_cdf(min(0.5, max(SMALLEST, tail)))
    else:
        spread = math.sqrt(max(found.variance * found.factor, SMALLEST))
        deviate = abs(now.total / now.articles - total / articles) / spread
    return math.erfc(_normal(deviate, found.df) / math.sqrt(2))


def usual_correlation(figures: Sequence[Sequence[Cell]]) -> float:
    """Return by how much weeks differ more than by chance, over many figures' weeks before: a correlation, 0 or more.

    Each source alone says little about how unlike its weeks are; together they say more.
    """
    parts = [_mean_squares(weeks) for before in figures if (weeks := _enough(before))]
    # each in proportion to what it can tell
    above = sum(df * size * (between / inside - 1) for between, inside, size, df in parts if inside > 0)
    weight = sum(df * size**2 for _, inside, size, df in parts if inside > 0)
    return max(0.0, above / weight) if weight else 0.0


def _enough(before: Sequence[Cell]) -> list[Cell]:
    weeks = [cell for cell in before if cell.articles]
    return weeks if len(weeks) >= LEAST_WEEKS and sum(cell.articles for cell in weeks) >= LEAST_BEFORE else []


def _mean_squares(weeks: Sequence[Cell]) -> tuple[float, float, float, int]:
    """Return the mean squares between weeks and inside them, the size of a typical week, and the first's freedom."""
    number, df = sum(cell.articles for cell in weeks), len(weeks) - 1
    mean = sum(cell.total for cell in weeks) / number
    between = sum(cell.articles * (cell.total / cell.articles - mean) ** 2 for cell in weeks) / df
    inside = sum(cell.squares - cell.total**2 / cell.articles for cell in weeks) / max(1, number - df - 1)
    return between, max(0.0, inside), (number - sum(cell.articles**2 for cell in weeks) / number) / df, df


def _variation(articles: int, weeks: Sequence[Cell], prior: float) -> _Variation:
    """Compare the variance between weeks with that inside them, and say what it means for a week of some articles."""
    between, inside, size, df = _mean_squares(weeks)
    expected = inside * (1 + (size - 1) * prior)
    between = (df * between + PRIOR_WEEKS * expected) / (df + PRIOR_WEEKS)
    whole = between + (size - 1) * inside
    measured = (between - inside) / whole if whole > 0 else 0.0
    correlation = min(max(measured, LEAST_CORRELATION), MOST_CORRELATION)
    number = sum(cell.articles for cell in weeks)
    alone = 1 / articles + 1 / number  # what chance alone would give
    # how often two articles are of one week
    alike = (1 - 1 / articles) + (sum(cell.articles**2 for cell in weeks) / number - 1) / number
    factor = alone + correlation * alike
    known = factor / (correlation * alike)
    return _Variation(inside / (1 - correlation), factor, (df + PRIOR_WEEKS) * known)


def _beta_binomial(x: int, n: int, mean: float, theta: float) -> float:
    """Return how likely x of n or fewer are, or more where x is above the mean; x itself counts half.

    The count is beta-binomial with a mean share `mean` and an intraclass correlation `theta`.
    """
    a, b = mean * (1 / theta - 1), (1 - mean) * (1 / theta - 1)
    if x < n * mean:  # the lower tail is the other's upper
        x, a, b = n - x, b, a
    here = math.exp(_log_choose(n, x) + _log_beta(x + a, n - x + b) - _log_beta(a, b))
    tail, term = here / 2, here
    for k in range(x, n):
        term *= (n - k) / (k + 1) * (k + a) / (n - k - 1 + b)
        tail += term
        if term < tail * 1e-12:
            break
    return tail


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _normal(t: float, df: float) -> float:
    """Return the normal deviate that is as rare as t with these degrees of freedom."""
    if df > 1e6:
        return t
    return (8 * df + 1) / (8 * df + 3) * math.sqrt(df * math.log1p(t * t / df))


def told(p_values: Sequence[float | None], rate: float = RATE) -> list[bool]:
    """Return which of many findings to tell, so that of those told at most `rate` are false on average.

    Where nothing changed, that is how often anything is told at all.
    """
    given = sorted((p, n) for n, p in enumerate(p_values) if p is not None)
    enough = [rank for rank, (p, _) in enumerate(given, 1) if p <= rate * rank / len(given)]
    chosen = {n for _, n in given[: max(enough, default=0)]}
    return [n in chosen for n in range(len(p_values))]
