"""Feeds over REST, and what is counted of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from service.app import create
from service.feeds import timer
from service.settings import Settings
from tests.faults.servers import wait_for
from tests.service.feeds.conftest import Site, rss


@pytest.fixture
def client(own_home: Path) -> Iterator[TestClient]:
    with TestClient(create(Settings(home=own_home, feeds_private=True)), raise_server_exceptions=False) as client:
        yield client


def test_a_feed_comes_is_polled_and_goes(client: TestClient, site: Site) -> None:
    assert client.get("/v1/feeds").json() == {"feeds": []}
    url = site.give("/feed", rss("a", "b"))
    added = client.post("/v1/feeds", json={"url": url, "source": "Named"})
    assert added.status_code == 201
    assert {name: added.json()[name] for name in ("id", "url", "source", "health", "failures", "age")} == {
        "id": "1", "url": url, "source": "Named", "health": "waiting", "failures": 0, "age": None,
    }  # fmt: skip
    again = client.post("/v1/feeds", json={"url": url + "#x"})
    assert (again.status_code, again.json()["id"], again.json()["source"]) == (200, "1", "Named")
    polled = client.post("/v1/feeds/1/poll").json()
    assert (polled["new"], polled["known"], polled["failed"], polled["error"]) == (2, 0, 0, None)
    (one,) = client.get("/v1/feeds").json()["feeds"]
    assert (one["health"], one["title"], one["kept"], one["seen"]) == ("ok", "The Courier", 2, 2)
    assert 0 <= one["age"] < 60
    assert "etag" not in one
    articles = client.get("/v1/articles").json()["articles"]
    assert [article["source"] for article in articles] == ["Named", "Named"]
    assert {article["story"] for article in articles} == {"s-1"} or len(articles) == 2
    assert client.delete("/v1/feeds/1").status_code == 204
    assert client.get("/v1/feeds").json() == {"feeds": []}
    assert len(client.get("/v1/articles").json()["articles"]) == 2


def test_a_feed_that_fails_is_told_and_measured(client: TestClient, site: Site) -> None:
    good, bad = site.give("/good", rss("a")), site.give("/bad", "<html><p>x</p></html>")
    for url in (good, bad, site.give("/gone", status=410)):
        client.post("/v1/feeds", json={"url": url})
    for number in (1, 2, 3):
        assert client.post(f"/v1/feeds/{number}/poll").status_code == 200
    assert [one["health"] for one in client.get("/v1/feeds").json()["feeds"]] == ["ok", "failing", "stopped"]
    text = client.get("/metrics").text
    for line in (
        'topicdesk_feeds{health="ok"} 1.0', 'topicdesk_feeds{health="failing"} 1.0',
        'topicdesk_feeds{health="stopped"} 1.0', 'topicdesk_feed_failures{feed="2"} 1.0',
        'topicdesk_feed_failures{feed="1"} 0.0', 'topicdesk_feed_articles_total{feed="1"} 1.0',
        'topicdesk_feed_last_success_timestamp_seconds{feed="1"} ',
    ):  # fmt: skip
        assert line in text, line
    assert 'last_success_timestamp_seconds{feed="2"}' not in text


@pytest.mark.parametrize(
    "body",
    [
        {}, [], 5, None, {"url": 5}, {"url": ""}, {"url": "x"}, {"url": "file:///etc/passwd"},
        {"url": "http://169.254.169.254/"}, {"url": "http://a:b@example.com/"}, {"url": "http://example.com/", "x": 1},
        {"url": "http://" + "a" * 5000}, {"url": "http://example.com/\u0000"}, {"url": "http://ex\ud800.com/"},
        {"url": "http://example.com/", "source": 5}, {"url": "https://[::"}, {"url": "http://example.com:x/"},
    ],
)  # fmt: skip
def test_what_is_no_feed(client: TestClient, body: object) -> None:

    answer = client.post("/v1/feeds", content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_feeds_that_are_not_there(client: TestClient) -> None:
    for name in ("1", "x", "-1", "9" * 30, "%00", "\u0661"):
        assert client.delete(f"/v1/feeds/{name}").status_code == 404
        assert client.post(f"/v1/feeds/{name}/poll").status_code == 404
    assert client.post("/v1/feeds", content="{}").status_code == 415


def test_private_addresses_are_refused_by_default(own_home: Path, site: Site) -> None:
    with TestClient(create(Settings(home=own_home))) as client:
        assert client.post("/v1/feeds", json={"url": site.give("/", rss("a"))}).status_code == 422
        named = client.post("/v1/feeds", json={"url": site.url("/", "localhost")}).json()
        polled = client.post(f"/v1/feeds/{named['id']}/poll").json()
        assert "private or loopback" in polled["error"]
    assert site.asked == []


def test_a_server_polls_by_itself(own_home: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timer, "LOOK_SECONDS", 0.05)
    with TestClient(create(Settings(home=own_home, feeds_private=True))) as client:
        client.post("/v1/feeds", json={"url": site.give("/feed", rss("a", "b"))})
        wait_for(lambda: client.get("/v1/feeds").json()["feeds"][0]["kept"] == 2, "the feed to be polled")
    assert len(site.asked) == 1
