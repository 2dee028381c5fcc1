"""The pages of an upload, with the job run in this process."""

import gzip
import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from service.app import create
from service.jobs import kinds
from service.jobs.ends import Interrupted, Stopped
from service.jobs.supervisor import Supervisor
from service.settings import Settings
from service.store import jobs
from service.uploads import keeping, shelf

CSV = """Headline,Body,Date,Outlet,Labels
Officer charged,"The officer who shot a man was charged, it was said on Monday.",2024-03-05,Post,Policing accountability
Cake,"The longest cake was cut, and the mayor had a piece.","Tue, 05 Mar 2024 10:00:00 +0100",Post,none
Bad date,Some text that would do.,sometime,Ferry,
,,2024-03-05,Ferry,
A title alone,,,,
"""


@pytest.fixture
def settings(own_home: Path) -> Settings:
    return Settings(home=own_home, max_upload_bytes=2_000_000, max_text_chars=5000)


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def idle(_self: Supervisor) -> None:
        """Leave the jobs to the test."""

    monkeypatch.setattr(Supervisor, "run", idle)
    with TestClient(create(settings), raise_server_exceptions=False) as client:
        yield client


def send(client: TestClient, *files: tuple[str, bytes]) -> str:
    answer = client.post("/desk/upload", files=[("files", file) for file in files], follow_redirects=False)
    assert answer.status_code == 303, re.findall(r"notice bad[^<]*", answer.text)
    return answer.headers["location"].rpartition("/")[2]


def ask(client: TestClient, upload: str, **form: str) -> str:
    """Have an upload kept as the page proposes, but for what the form says; returns the job."""
    page = client.get(f"/desk/upload/{upload}").text
    chosen = {
        name: (re.findall(r'value="(\d*)" selected', options) or [""])[0]
        for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)">(.*?)</select>', page, re.DOTALL)
    }
    answer = client.post(
        f"/desk/upload/{upload}/keep", data=chosen | {"source": "given"} | form, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def work(settings: Settings, job: str, ends: type[BaseException] | None = None, after: int = 0) -> dict[str, object]:
    database = settings.database()
    with database.write() as connection:
        running = jobs.start(connection, jobs.get(connection, job), "test")
    assert running is not None

    def advance(done: int, _total: int | None) -> None:
        if ends is not None and done >= after:
            raise ends

    try:
        result = kinds.KINDS["keep"].run(msgspec.convert(running.params, kinds.Keep), settings, database, advance)
    except Interrupted:
        with database.write() as connection:
            jobs.put_back(connection, running)
        return {}
    except Stopped:
        with database.write() as connection:
            jobs.finish(connection, running, jobs.Status.CANCELLED)
        return {}
    with database.write() as connection:
        jobs.finish(connection, running, jobs.Status.DONE, result=result)
    return result


def stored(settings: Settings) -> list[str]:
    return sorted(str(one.relative_to(settings.home / "uploads")) for one in (settings.home / "uploads").rglob("*.*"))


def test_a_table_with_columns_of_its_own(client: TestClient, settings: Settings) -> None:
    upload = send(client, ("../../news.csv", CSV.encode()))
    page = client.get(f"/desk/upload/{upload}").text
    assert "../../news.csv" in page
    assert "5 rows" in page
    assert "2024-03-05T10:00:00+01:00" in page
    assert page.count("Will not be kept") == 2
    job = ask(client, upload)
    assert client.post(f"/desk/upload/{upload}/keep", data={"source": "x", "text-0": "1"}).url.path.endswith(f"/{job}")
    waiting = client.get(f"/desk/upload/jobs/{job}").text
    assert "It waits" in waiting
    result = work(settings, job)
    assert {name: result[name] for name in ("seen", "extracted", "kept", "known", "failed", "labelled")} == {
        "seen": 5, "extracted": 3, "kept": 3, "known": 0, "failed": 2, "labelled": 0,
    }  # fmt: skip
    assert result["sources"] == {
        "Post": {"seen": 2, "extracted": 2, "kept": 2, "known": 0, "failed": 0},
        "Ferry": {"seen": 2, "extracted": 0, "kept": 0, "known": 0, "failed": 2},
        "given": {"seen": 1, "extracted": 1, "kept": 1, "known": 0, "failed": 0},
    }
    articles = client.get("/v1/articles").json()["articles"]
    assert {one["title"]: one["source"] for one in articles} == {
        "Officer charged": "Post", "Cake": "Post", "A title alone": "given",
    }  # fmt: skip
    report = client.get(f"/desk/upload/jobs/{job}/failed.csv")
    assert report.headers["content-type"].startswith("text/csv")
    lines = report.text.splitlines()
    assert lines[0] == "file,row,reason"
    assert [line.split(",")[:2] for line in lines[1:]] == [["../../news.csv", "3"], ["../../news.csv", "4"]]
    assert "Some text" not in report.text
    assert "sometime" not in report.text
    assert stored(settings) == [f"{upload}/failed.csv", f"{upload}/state.json", f"{upload}/upload.json"]
    assert "Kept already" in client.get("/desk/upload").text


def test_labels_are_kept_where_that_is_ticked_and_nobody_has_judged(client: TestClient, settings: Settings) -> None:
    result = work(settings, ask(client, send(client, ("a.csv", CSV.encode())), labels="yes"))
    assert result["labelled"] == 2
    found = {one["title"]: one["label"] for one in client.get("/v1/articles").json()["articles"]}
    assert found["Officer charged"]["labels"] == ["policing_accountability"]
    assert (found["Cake"]["labels"], found["Cake"]["by"]) == ([], "desk")
    assert found["A title alone"] is None
    other = CSV.replace(",none", ",border_conflict").replace("A title alone,,,,", "A title alone,,,,gardening")
    result = work(settings, ask(client, send(client, ("a.csv", other.encode())), labels="yes"))
    assert (result["known"], result["labelled"], result["judged"], result["failed"]) == (2, 0, 1, 3)
    assert client.get("/v1/articles", params={"labelled": "true"}).json()["articles"][0]["label"]["labels"] == []


def test_each_kind_of_file(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    rows = [{"id": n, "body": f"The {n}th council met about the roof of the school.", "n": n} for n in range(3)]
    jsonl = b"".join(json.dumps(row).encode() + b"\n" for row in [*rows[:1], {"id": 9, "title": "Late"}]) + b"{oops\n"
    pq.write_table(pa.Table.from_pylist([{"story": "A text in a column called story.", "date": None}]), tmp_path / "x")
    page = (
        "<html><h1>Chief resigns</h1><p>" + "The police chief resigned over the shooting of a man. " * 8 + "</p></html>"
    )
    upload = send(
        client,
        ("a.jsonl", jsonl),
        ("b.jsonl.gz", gzip.compress(jsonl.replace(b"council", b"committee").replace(b"9", b"8"))),
        ("c.parquet", (tmp_path / "x").read_bytes()),
        ("d.HTML", page.encode()),
        ("e.txt", "Käse".encode("latin-1")),
    )
    shown = client.get(f"/desk/upload/{upload}").text
    assert "e.txt is left out: the input is not UTF-8" in shown
    result = work(settings, ask(client, upload))
    reasons = client.get("/desk/upload/jobs/1/failed.csv").text.splitlines()[1:]
    assert (result["seen"], result["kept"], result["known"], result["failed"]) == (8, 4, 1, 3), reasons
    assert [line.split(",")[0] for line in reasons] == ["a.jsonl", "b.jsonl.gz", "b.jsonl.gz"]
    assert "another article is kept under this id" in reasons[1]


def test_a_job_that_is_cut_short_goes_on(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PORTION", 10)
    rows = [f'{{"text": "The council of district {n} met on Monday."}}' if n % 5 else "[]" for n in range(60)]
    job = ask(client, send(client, ("a.jsonl", "\n".join(rows).encode())))
    assert work(settings, job, Interrupted, 30) == {}
    place = next((settings.home / "uploads").iterdir())
    with (place / "failed.csv").open("a") as report:
        report.write("what was written when the process was killed")
    result = work(settings, job)
    assert (result["seen"], result["kept"], result["known"], result["failed"]) == (60, 48, 0, 12)
    lines = (place / "failed.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == [str(n + 1) for n in range(0, 60, 5)]


def test_a_job_that_is_stopped_leaves_no_file(client: TestClient, settings: Settings) -> None:
    job = ask(client, send(client, ("a.csv", CSV.encode())))
    work(settings, job, Stopped, 5)
    assert not [one for one in stored(settings) if one.endswith("0.csv")]
    page = client.get(f"/desk/upload/jobs/{job}").text
    assert "It was stopped" in page
    waiting = ask(client, send(client, ("a.csv", CSV.encode())))
    client.post(f"/desk/upload/jobs/{waiting}/stop")
    assert not [one for one in stored(settings) if one.endswith("0.csv")]


def test_a_job_that_failed_goes_on_when_asked(client: TestClient, settings: Settings) -> None:
    job = ask(client, send(client, ("a.csv", CSV.encode())))
    database = settings.database()
    with database.write() as connection:
        running = jobs.start(connection, jobs.get(connection, job), "test")
        assert running is not None
        jobs.finish(connection, running, jobs.Status.FAILED, error="the disk is full")
    assert "the disk is full" in client.get(f"/desk/upload/jobs/{job}").text
    answer = client.post(f"/desk/upload/jobs/{job}/again", follow_redirects=False)
    new = answer.headers["location"].rpartition("/")[2]
    assert new != job
    assert work(settings, new)["kept"] == 3


def test_files_lie_closed_to_others_and_no_longer_than_a_day(client: TestClient, settings: Settings) -> None:
    used, left = send(client, ("a.csv", CSV.encode())), send(client, ("a.csv", CSV.encode()))
    ask(client, used)
    for one in (settings.home / "uploads").rglob("*"):
        assert one.stat().st_mode & 0o077 == 0
    for name in (used, left):
        os.utime(settings.home / "uploads" / name, (0, time.time() - 90_000))
    third = send(client, ("a.csv", CSV.encode()))
    assert {one.name for one in (settings.home / "uploads").iterdir()} == {used, third}
    client.post(f"/desk/upload/{third}/drop")
    assert {one.name for one in (settings.home / "uploads").iterdir()} == {used}
    assert (settings.home / "uploads" / used / "0.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"x", "what is uploaded ends in"),
        ("a.csv", b"", "is empty"),
        ("a.csv", "title,text\nä,b\n".encode("utf-16"), "UTF-16"),
        ("a.csv", "titél,text\n".encode("latin-1"), "not UTF-8"),
        ("a.csv", b"title,text\n", "no row"),
        ("a.csv.gz", b"no gzip", "not a whole gzip"),
        ("a.parquet", b"PAR1", "cannot be read as its name says"),
        ("a.jsonl.gz", gzip.compress(b" " * 30_000_000), "a row is larger"),
        ("a.csv", b'title,text\nx,"' + b"never closed\n" * 100, ""),
        ("a.html", b"<html></html>", "no text"),
        ("a.txt", b"word " * 2000, "longer than 5000"),
        ("a.csv", b"x" * 2_100_000, "larger than 2000000"),
    ],
)
def test_what_cannot_be_read_is_told(
    client: TestClient, settings: Settings, name: str, content: bytes, says: str
) -> None:
    answer = client.post("/desk/upload", files=[("files", (name, content))])
    assert says in answer.text
    assert answer.status_code in ({200} if not says else {413, 422})
    assert str(settings.home) not in answer.text


def test_nothing_chosen_and_nothing_there(client: TestClient) -> None:
    assert "choose one or more files" in client.post("/desk/upload", files=[("files", ("", b""))]).text
    for path in (
        "/desk/upload/xyz",
        f"/desk/upload/{'0' * 32}",
        "/desk/upload/jobs/9",
        "/desk/upload/jobs/9/failed.csv",
    ):
        assert client.get(path).status_code == 404
    assert client.get("/desk/upload/..%2F..%2Fmodel.key").status_code == 404
    assert client.post("/v1/jobs", json={"kind": "keep", "upload": "0" * 32}).status_code == 422


def test_a_table_without_a_text_column_asks_for_one(client: TestClient) -> None:
    upload = send(client, ("a.csv", b"x,<b>y\n1,2\n"))
    answer = client.post(f"/desk/upload/{upload}/keep", data={"source": "x"})
    assert answer.status_code == 422
    assert "choose the column that holds the text of a.csv" in answer.text
    assert "&lt;b&gt;y" in answer.text
    shown = client.get(f"/desk/upload/{upload}", params={"source": "x", "text-0": "1", "title-0": "7"}).text
    assert "<td>2</td>" in shown


def test_another_sites_form_changes_nothing(client: TestClient, settings: Settings) -> None:
    upload = send(client, ("a.csv", CSV.encode()))
    headers = {"sec-fetch-site": "cross-site"}
    for path in ("/desk/upload", f"/desk/upload/{upload}/keep", f"/desk/upload/{upload}/drop"):
        assert client.post(path, data={"source": "x"}, headers=headers).status_code == 403
    assert shelf.get(settings, upload).plan is None
