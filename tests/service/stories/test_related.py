"""Word frequencies are those of the model that serves: for likeness, and for names after a deletion."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from model.classifier import Classifier
from model.parameters import Parameters
from model.stories.engine import Stems
from model.stories.features import vector
from model.stories.frequencies import Frequencies
from service.store import placing, related
from service.store.schema import story
from service.stories import naming
from service.stories.related import Likeness
from tests.service.stories.conftest import Open, keep
from tests.service.stories.test_routes import client  # noqa: F401  # a fixture
from tests.service.test_articles import BORDER
from training.dataset import Dataset


@pytest.fixture
def another(parameters: Parameters) -> Parameters:
    """A model that takes rare words for common ones, and the other way round."""
    idf = np.asarray(parameters.idf)
    return replace(parameters, idf=idf.max() + idf.min() - idf)


def test_likeness_follows_the_model(
    follower: Open, classifier: Classifier, another: Parameters, starter: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    to, likeness = follower(), Likeness()
    about = [each for each in starter.articles if each.labels == ["border_conflict"]][:6]
    keep(to, classifier, *about)
    made = list[int]()
    of_row = naming.of_row

    def counted(row: placing.Placed) -> Stems:
        made.append(row.seq)
        return of_row(row)

    monkeypatch.setattr(naming, "of_row", counted)

    def vectors(kept: Likeness, parameters: Parameters) -> dict[int, list[float]]:
        with to.database.read() as connection:
            kept.rank(connection, 1, related.near(connection, 1), 10, parameters)
        assert kept._kept is not None
        return {seq: one.values.tolist() for seq, one in kept._kept.vectors.items()}

    first = vectors(likeness, classifier.parameters)
    assert len(first) > 3
    count = len(made)
    assert vectors(likeness, classifier.parameters) == first
    assert len(made) == count  # they are remembered
    second = vectors(likeness, another)
    assert second == vectors(Likeness(), another) != first
    assert vectors(likeness, classifier.parameters) == first


def test_a_story_is_named_anew_with_the_models_frequencies(client: TestClient) -> None:  # noqa: F811
    """Words that are in every text of the news must not come into a name because a batch is small."""
    texts = [
        "Troops of both countries fired across the border near Orvane on Monday, the army said.",
        "The army said on Monday that troops near Orvane fired across the border of both countries again.",
        "Villagers of Orvane said troops of both countries fired again across the border on Tuesday.",
    ]
    for n, text in enumerate(texts):
        assert client.post("/v1/articles", json={"id": f"o{n}", "text": text}).status_code == 201
    (only,) = client.get("/v1/stories").json()["stories"]
    assert client.delete("/v1/articles/o1").status_code == 204
    app = client.app
    with app.state.database.read() as connection:  # type: ignore[attr-defined]
        label, number = connection.execute(sa.select(story.c.label, story.c.seq)).one()
        rows = placing.originals(connection, number, naming.MOST)
    assert f"s-{number}" == only["id"]

    def named(frequencies: Frequencies) -> str:
        analyses = [naming.of_row(row) for row in rows]
        for one in analyses:
            frequencies.register(one)
        return naming.title(rows, [vector(one, frequencies) for one in analyses], frequencies).label

    learned = Frequencies.of_model(app.state.engine.classifier.parameters)  # type: ignore[attr-defined]
    assert label == named(learned)
    assert label != named(Frequencies())


def test_without_a_model_a_deletion_goes_on(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    from model.errors import NoModelError
    from service.engine import Engine

    assert client.post("/v1/articles", json=BORDER).status_code == 201

    def none(_engine: Engine) -> Classifier:
        raise NoModelError("there is none")

    monkeypatch.setattr(Engine, "classifier", property(none))
    assert client.delete("/v1/articles/a1").status_code == 204


def test_the_seed_page(client: TestClient, starter: Dataset, evaluation_data: Path) -> None:  # noqa: F811
    """Its two border articles lead to each other, and among other news to what is about the same and to no copy.

    The page itself puts a police case of another country beside them.
    """
    page = (evaluation_data / "seed_page.txt").read_bytes()
    found = client.post("/v1/extract", content=page, headers={"content-type": "text/plain"}).json()["articles"]
    rights, border, police, border_too = (
        {"id": f"seed{n}", "title": one["title"], "text": one["text"]} for n, one in enumerate(found)
    )
    copies = [
        one | {"id": f"{one['id']} copy", "text": f"{one['text']} It was so."} for one in (rights, border, police)
    ]
    news = [
        {"id": f"news{n}", "title": one.title, "text": one.text} for n, one in enumerate(starter.articles) if n % 6 == 0
    ]
    for batch in (news, [rights, border, police, border_too], copies):
        results = client.post("/v1/articles", json={"articles": batch}).json()["results"]
        assert all("error" not in one for one in results)

    def related(name: str) -> list[dict[str, Any]]:
        return list(client.get(f"/v1/articles/{name}/related?limit=50").json()["articles"])

    stories_of = {}
    for one in (rights, border, police, border_too):
        whole = client.get(f"/v1/articles/{one['id']}").json()
        stories_of[one["id"]] = whole["story"]
        beside = related(one["id"])
        ids = [each["id"] for each in beside]
        assert not {name for name in ids if name.endswith("copy")} | {one["id"]} & set(ids)
        same = [each["story"] == whole["story"] for each in beside]
        assert same == sorted(same, reverse=True)
        assert all(set(each["topics"]) & set(whole["topics"]) for each in beside if each["story"] != whole["story"])
    assert stories_of["seed1"] == stories_of["seed3"] != stories_of["seed2"]
    assert related("seed1 copy")[0]["id"] == related("seed1")[0]["id"] == "seed3"
    assert related("seed3")[0]["id"] == "seed1"
    for name in ("seed1", "seed3"):
        assert "seed2" not in {each["id"] for each in related(name)}
