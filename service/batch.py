"""Label a file of articles: rows in, the same rows with decisions out, in the same order."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from model.article import Article
from model.classifier import Classifier
from model.errors import FileError, InvalidInputError
from service import outputs
from training import tables

READ = ("id", "title", "text")
NOTHING: Callable[[int], None] = lambda _done: None  # noqa: E731


class Summary(msgspec.Struct, frozen=True):
    """What became of the rows of a file."""

    seen: int
    assigned: int
    review: int
    out_of_scope: int
    failed: int
    first_errors: list[str]


MOST_ERRORS_SHOWN = 5


def label(source: Path, target: Path, classifier: Classifier, progress: Callable[[int], None] = NOTHING) -> Summary:
    """Label the rows of `source` into `target`, whose formats their names tell; calls `progress` with rows done.

    A row that is no article gets status `error` and the others go on. `target` appears when it is whole.
    Raises `FileError` or `InvalidInputError` for a file that cannot be used at all.
    """
    if not source.is_file():
        raise FileError(f"there is no file {source}")
    if target.exists() and target.samefile(source):
        raise InvalidInputError("input and output are the same file")
    topics = classifier.parameters.taxonomy.ids
    statuses: Counter[str] = Counter()
    shown: list[str] = []
    with outputs.create(target, source, topics) as write:
        for done, row in enumerate(tables.read(source), 1):
            result = _label(row, classifier)
            write(row.values, result)
            statuses[str(result["status"])] += 1
            if "error" in result and len(shown) < MOST_ERRORS_SHOWN:
                shown.append(str(result["error"]))
            progress(done)
    return Summary(
        seen=statuses.total(),
        assigned=statuses["assigned"],
        review=statuses["review"],
        out_of_scope=statuses["out_of_scope"],
        failed=statuses["error"],
        first_errors=shown,
    )


def _label(row: tables.Row, classifier: Classifier) -> outputs.Result:
    """Return the decision on a row as plain values, or what is wrong with it."""
    try:
        if row.error is not None:
            raise InvalidInputError(row.error)
        article = Article.from_row({name: row.values.get(name) for name in READ})
    except InvalidInputError as error:
        given = row.values.get("id")
        return {"id": None if given is None else str(given), "status": "error", "error": f"row {row.number}: {error}"}
    result: outputs.Result = msgspec.to_builtins(classifier.classify(article))
    return result
