"""The whole API on one screen."""

from collections.abc import Callable
from typing import Any

from service.access.caller import Scope
from service.routes import (
    articles,
    classify,
    cluster,
    drift,
    feeds,
    health,
    inference,
    jobs,
    labels,
    models,
    openapi,
    stories,
    themes,
)
from service.routes.openapi import AWAY, BODY, ID, TAKEN, TEXT, describe

READ, LABEL, ADMIN = Scope.READ, Scope.LABEL, Scope.ADMIN

Endpoint = Callable[..., Any]

# an id may be a URL, with slashes in it
ARTICLE, JUDGEMENT = "/v1/articles/{id:path}", "/v1/labels/{id:path}"
V2 = "/v2/models/{name}"
V2_VERSION = V2 + "/versions/{version}"
KEPT: dict[int, str | None] = {200: "KeptOrResults", 201: "Kept"}

# path, method, endpoint, what a key must allow (None: nothing), what OpenAPI says
ROUTES: list[tuple[str, str, Endpoint, Scope | None, dict[str, Any]]] = [
    ("/v1/classify", "POST", classify.one, READ, describe("Article", "Decision", BODY, AWAY)),
    ("/v1/classify/batch", "POST", classify.batch, READ, describe("Batch", "Results", BODY, AWAY)),
    ("/v1/extract", "POST", classify.extract, READ, describe(TEXT, "Extracts", BODY)),
    ("/v1/cluster", "POST", cluster.cluster, READ, describe("Batch", "Clustered", BODY)),
    ("/v1/articles", "POST", articles.keep, LABEL, describe("ArticleOrBatch", KEPT, BODY, TAKEN, AWAY)),
    ("/v1/articles", "GET", articles.page, READ, describe(None, "Page", AWAY)),
    (ARTICLE + "/related", "GET", stories.related, READ, describe(None, "Related", ID, AWAY)),
    (ARTICLE, "GET", articles.one, READ, describe(None, "Detail", ID, AWAY)),
    (ARTICLE, "DELETE", articles.delete, ADMIN, describe(None, {204: None}, ID, AWAY)),
    ("/v1/stories", "GET", stories.page, READ, describe(None, "StoryPage", AWAY)),
    ("/v1/stories/{id}", "GET", stories.one, READ, describe(None, {200: "StoryDetail", 308: None}, ID, AWAY)),
    (
        "/v1/stories/{id}/merge",
        "POST",
        stories.merge,
        LABEL,
        describe("MergeRequest", "StoryDetail", BODY, ID, TAKEN, AWAY),
    ),
    ("/v1/stories/{id}/split", "POST", stories.split, LABEL, describe("SplitRequest", "Parted", BODY, ID, AWAY)),
    ("/v1/themes", "GET", themes.page, READ, describe(None, "TopicThemes", AWAY)),
    ("/v1/labels", "POST", labels.give, LABEL, describe("LabelRequest", {201: "Given"}, BODY, ID, AWAY)),
    (JUDGEMENT, "DELETE", labels.take_back, LABEL, describe(None, {200: "TakenBack", 204: None}, ID, AWAY)),
    ("/v1/review", "GET", labels.review, READ, describe(None, "Queue", AWAY)),
    ("/v1/feeds", "GET", feeds.every, READ, describe(None, "States", AWAY)),
    ("/v1/feeds", "POST", feeds.add, ADMIN, describe("FeedRequest", {200: "State", 201: "State"}, BODY, AWAY)),
    ("/v1/feeds/{id}", "DELETE", feeds.remove, ADMIN, describe(None, {204: None}, ID, AWAY)),
    ("/v1/feeds/{id}/poll", "POST", feeds.poll, LABEL, describe(None, "Polled", ID, TAKEN, AWAY)),
    ("/v1/drift", "GET", drift.report, READ, describe(None, "Drift", AWAY)),
    ("/v1/models", "GET", models.every, READ, describe(None, "Versions")),
    ("/v1/models/current", "GET", models.current, READ, describe(None, "Version", AWAY)),
    ("/v1/models/{id}/activate", "POST", models.activate, ADMIN, describe(None, "Version", ID, AWAY)),
    ("/v1/models/rollback", "POST", models.rollback, ADMIN, describe(None, "Version", ID, AWAY)),
    ("/v1/jobs", "POST", jobs.add, ADMIN, describe("JobRequest", {202: "Job"}, BODY, AWAY)),
    ("/v1/jobs", "GET", jobs.recent, READ, describe(None, "Jobs", AWAY)),
    ("/v1/jobs/{id}", "GET", jobs.one, READ, describe(None, "Job", ID, AWAY)),
    ("/v1/jobs/{id}", "DELETE", jobs.cancel, ADMIN, describe(None, {202: "Job"}, ID, TAKEN, AWAY)),
    ("/v2", "GET", inference.server, READ, describe(None, {200: None})),
    ("/v2/health/live", "GET", inference.live, None, describe(None, {200: None})),
    ("/v2/health/ready", "GET", inference.ready, None, describe(None, {200: None}, AWAY)),
    (V2, "GET", inference.model, READ, describe(None, {200: None}, ID, AWAY)),
    (V2 + "/ready", "GET", inference.model_ready, READ, describe(None, {200: None}, ID, AWAY)),
    (V2 + "/infer", "POST", inference.infer, READ, describe("InferenceRequest", {200: None}, BODY, ID, AWAY)),
    (V2_VERSION, "GET", inference.model, READ, describe(None, {200: None}, ID, AWAY)),
    (V2_VERSION + "/ready", "GET", inference.model_ready, READ, describe(None, {200: None}, ID, AWAY)),
    (V2_VERSION + "/infer", "POST", inference.infer, READ, describe("InferenceRequest", {200: None}, BODY, ID, AWAY)),
    ("/livez", "GET", health.live, None, describe(None, "Live")),
    ("/readyz", "GET", health.ready, None, describe(None, "Ready", AWAY)),
    ("/metrics", "GET", health.metrics, READ, describe(None, {200: None})),
    ("/openapi.json", "GET", health.schema, READ, describe(None, {200: None})),
]

# the rest of the work is so short there that the framework's part counts
DIRECT = {classify.one, classify.batch}

__all__ = ["DIRECT", "ROUTES", "openapi"]
