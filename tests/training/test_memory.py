"""What an article more costs in memory; texts and terms as strings would not pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import generated

# all of training but the heads, whose time would be the test's; each is scikit-learn's own, one at a time
CODE = r"""
import re, sys
from pathlib import Path
import numpy as np
import sklearn.feature_extraction.text
from model import pipeline
from model.taxonomy import Taxonomy
from training import dataset, features, holdout, kept
kept.IN_MEMORY = 500_000
data = dataset.read([Path(sys.argv[1])], Taxonomy.read(dataset.TOPICS))
if sys.argv[2] == "strings":
    held = [pipeline.passages(article) for article in data.articles]
else:
    fit, held = holdout.prepare(data)
    counted = features.count(fit.tokens, 2)
    matrix = features.Weights(counted, counted.stand_in, len(fit.articles), 2).matrix(np.arange(len(fit.articles)))
    assert matrix.nnz > 250 * len(fit.articles)
# `getrusage` would count what the process that started this one held
print(int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024)
"""
FEW, MANY = 1500, 3500


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("generated")
    generated.write(folder / "many.jsonl", MANY)
    rows = (folder / "many.jsonl").read_text().splitlines(keepends=True)
    (folder / "few.jsonl").write_text("".join(rows[:FEW]))
    return [folder / "few.jsonl", folder / "many.jsonl"]


def bytes_an_article(files: list[Path], how: str) -> float:
    few, many = (
        int(
            subprocess.run(
                [sys.executable, "-c", CODE, str(path), how],
                capture_output=True,
                text=True,
                check=True,
                env=os.environ | {"OMP_NUM_THREADS": "1"},
            ).stdout
        )
        for path in files
    )
    return (many - few) / (MANY - FEW)


def test_an_article_more_takes_little_memory(files: list[Path]) -> None:
    assert bytes_an_article(files, "numbers") < 32_000


def test_terms_as_strings_would_take_more(files: list[Path]) -> None:
    assert bytes_an_article(files, "strings") > 40_000
