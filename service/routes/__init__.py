"""The whole API on one screen."""

from collections.abc import Callable
from typing import Any

from service.routes import articles, classify, cluster, drift, feeds, health, jobs, labels, models, openapi, stories
from service.routes.openapi import AWAY, BODY, ID, TAKEN, TEXT, describe

Endpoint = Callable[..., Any]

# an id may be a URL, with slashes in it
ARTICLE, LABEL = "/v1/articles/{id:path}", "/v1/labels/{id:path}"
KEPT: dict[int, str | None] = {200: "KeptOrResults", 201: "Kept"}

ROUTES: list[tuple[str, str, Endpoint, dict[str, Any]]] = [
    ("/v1/classify", "POST", classify.one, describe("Article", "Decision", BODY, AWAY)),
    ("/v1/classify/batch", "POST", classify.batch, describe("Batch", "Results", BODY, AWAY)),
    ("/v1/extract", "POST", classify.extract, describe(TEXT, "Extracts", BODY)),
    ("/v1/cluster", "POST", cluster.cluster, describe("Batch", "Clustered", BODY)),
    ("/v1/articles", "POST", articles.keep, describe("ArticleOrBatch", KEPT, BODY, TAKEN, AWAY)),
    ("/v1/articles", "GET", articles.page, describe(None, "Page", AWAY)),
    (ARTICLE + "/related", "GET", stories.related, describe(None, "Related", ID, AWAY)),
    (ARTICLE, "GET", articles.one, describe(None, "Detail", ID, AWAY)),
    (ARTICLE, "DELETE", articles.delete, describe(None, {204: None}, ID, AWAY)),
    ("/v1/stories", "GET", stories.page, describe(None, "StoryPage", AWAY)),
    ("/v1/stories/{id}", "GET", stories.one, describe(None, {200: "StoryDetail", 308: None}, ID, AWAY)),
    ("/v1/stories/{id}/merge", "POST", stories.merge, describe("MergeRequest", "StoryDetail", BODY, ID, TAKEN, AWAY)),
    ("/v1/stories/{id}/split", "POST", stories.split, describe("SplitRequest", "Parted", BODY, ID, AWAY)),
    ("/v1/labels", "POST", labels.give, describe("LabelRequest", {201: "Given"}, BODY, ID, AWAY)),
    (LABEL, "DELETE", labels.take_back, describe(None, {204: None}, ID, AWAY)),
    ("/v1/review", "GET", labels.review, describe(None, "Queue", AWAY)),
    ("/v1/feeds", "GET", feeds.every, describe(None, "States", AWAY)),
    ("/v1/feeds", "POST", feeds.add, describe("FeedRequest", {200: "State", 201: "State"}, BODY, AWAY)),
    ("/v1/feeds/{id}", "DELETE", feeds.remove, describe(None, {204: None}, ID, AWAY)),
    ("/v1/feeds/{id}/poll", "POST", feeds.poll, describe(None, "Polled", ID, TAKEN, AWAY)),
    ("/v1/drift", "GET", drift.report, describe(None, "Drift", AWAY)),
    ("/v1/models", "GET", models.every, describe(None, "Versions")),
    ("/v1/models/current", "GET", models.current, describe(None, "Version", AWAY)),
    ("/v1/models/{id}/activate", "POST", models.activate, describe(None, "Version", ID, AWAY)),
    ("/v1/models/rollback", "POST", models.rollback, describe(None, "Version", ID, AWAY)),
    ("/v1/jobs", "POST", jobs.add, describe("JobRequest", {202: "Job"}, BODY, AWAY)),
    ("/v1/jobs", "GET", jobs.recent, describe(None, "Jobs", AWAY)),
    ("/v1/jobs/{id}", "GET", jobs.one, describe(None, "Job", ID, AWAY)),
    ("/v1/jobs/{id}", "DELETE", jobs.cancel, describe(None, {202: "Job"}, ID, TAKEN, AWAY)),
    ("/livez", "GET", health.live, describe(None, "Live")),
    ("/readyz", "GET", health.ready, describe(None, "Ready", AWAY)),
    ("/metrics", "GET", health.metrics, describe(None, {200: None})),
    ("/openapi.json", "GET", health.schema, describe(None, {200: None})),
]

# the rest of the work is so short there that the framework's part counts
DIRECT = {classify.one, classify.batch}

__all__ = ["DIRECT", "ROUTES", "openapi"]
