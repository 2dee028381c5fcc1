from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from model.parameters import Floats

_Found = tuple[tuple[float, ...], int, int, int, float]

class Kernel:
    def __init__(
        self,
        terms: tuple[str, ...],
        idf: Floats,
        coef: Floats,
        slope: Floats,
        bias: Floats,
        stop_words: Iterable[str],
        site_words: Iterable[str],
    ) -> None: ...
    def score(self, title: str | None, text: str) -> _Found: ...
    def score_batch(self, titles: Sequence[str | None], texts: Sequence[str]) -> list[_Found]: ...
    def read(self, title: str | None, text: str) -> tuple[_Found, NDArray[np.int32], Floats, NDArray[np.int32]]: ...
