"""Labels of near copies: one decision on a wire copy's whole group is learned from once."""

from model.article import Article
from training.dataset import Dataset
from training.gather import LabelledArticle, gather


def labelled(name: str, text: int | None, *labels: str) -> LabelledArticle:
    return LabelledArticle(Article(id=name, text=f"The ferry left {name} late.", labels=list(labels)), text=text)


def test_a_group_counts_once(starter: Dataset) -> None:
    said = [labelled(f"port{n}", 7, "border_conflict") for n in range(20)]
    other, alone = labelled("quay", 7), [labelled("pier", None, "border_conflict"), labelled("dock", 8)]
    before: list[str | None] = []
    for order in ([*said, other, *alone], [other, *alone, *reversed(said)]):
        found = gather(starter, order)
        learned = [article.id for article in found.data.articles[found.base :]]
        assert {"quay", "pier", "dock"} <= set(learned)  # what is said otherwise of a copy is told too
        assert len(learned) == 4
        assert set(found.left_out["said of a copy"]) | set(learned) == {str(one.article.id) for one in order}
        assert learned == (before or learned)
        before = learned
