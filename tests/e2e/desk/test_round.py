"""An analyst's whole round: upload, review, retrain, read the receipt, see decisions change, roll back, activate."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from service.handlers import demo
from tests.e2e.desk.conftest import check_access
from tests.faults.servers import Server

ROWS, REVIEWED = 300, 20
MINUTES = 300_000.0  # ms that a retraining may take on a busy machine
KEYS = {"digital_rights": "1", "border_conflict": "2", "policing_accountability": "3"}
TOWNS = ("Orsk", "Vell", "Mirel", "Tarn", "Dobry", "Quell", "Hasp", "Luntz", "Pardo", "Wick", "Yarrow", "Zellin")
# of a kind that the starter corpus does not have: people may have devices mended and look into them
REPAIR = (
    "A workshop in {town} asked the council for the right to open locked tractors and telephones. The maker's software "
    "refuses spare part {n} unless a server agrees, and the workshop says owners must be free to inspect the code in "
    "what they bought. Number {n} on the list of complaints concerns a hearing aid that reports to its maker."
)


def rows() -> list[dict[str, Any]]:
    """The demo set, texts made of two of its articles, and the new kind; each with its true topics."""
    known = [json.loads(line) for line in demo.FILE.read_text().splitlines()]
    made = [{"title": row["title"], "text": row["text"], "truth": row["labels"]} for row in known]
    for n in range(40):
        text = REPAIR.format(town=TOWNS[n % len(TOWNS)], n=n)
        made.append({"title": f"Right to repair, case {n}", "text": text, "truth": ["digital_rights"]})
    parts = [(row["labels"], row["text"].split("\n\n")) for row in known if len(row["text"]) > 500]
    n = 0
    while len(made) < ROWS:
        (labels, one), (others, other) = parts[n % len(parts)], parts[(n * 7 + 3) % len(parts)]
        truth = sorted({*labels, *others})
        made.append({"title": f"Roundup {n}", "text": "\n\n".join([*one[:2], *other[-2:]]), "truth": truth})
        n += 1
    return [row | {"id": f"round/{n}", "source": "Round"} for n, row in enumerate(made[:ROWS])]


def decisions(serving: Server) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return what every article is decided as, by its id."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    cursor = ""
    while True:
        with serving.client() as client:
            page = client.get("/v1/articles?limit=200" + (f"&cursor={cursor}" if cursor else ""))
        for one in page["articles"]:
            found[one["id"]] = (one["decision"]["status"], tuple(one["decision"]["topics"]))
        cursor = page["next"]
        if not cursor:
            return found


def test_a_whole_round(page: Page, serving: Server, tmp_path: Path) -> None:
    upload(page, tmp_path / "round.jsonl")
    before = decisions(serving)
    assert len(before) == ROWS
    review(page, serving)
    first = page.request.get("/v1/models/current").json()["id"]
    second = retrain(page)
    assert second != first, page.locator("main").inner_text()
    decide_anew(page)
    after = decisions(serving)
    changed = [name for name in before if before[name] != after[name]]
    assert changed
    page.goto(f"/desk/articles/{changed[0]}")
    check_access(page)
    go_back(page, first)
    page.get_by_role("link", name=second).first.click()
    expect(page.get_by_role("heading", name=f"Version {second}")).to_be_visible()
    page.wait_for_load_state()  # with it the keys
    page.keyboard.press("a")
    page.get_by_role("button", name="Yes, have it serve").click()
    expect(page.get_by_role("status").first).to_have_text(f"Version {second} serves now.")
    go_back(page, first)
    decide_anew(page)
    assert decisions(serving) == before


def upload(page: Page, file: Path) -> None:
    file.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "truth"}) + "\n" for row in rows()))
    page.goto("/desk/upload")
    page.get_by_label("Files with articles").set_input_files([file])
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name=f"Keep all {ROWS} rows").click()
    expect(page.get_by_role("heading", name="What became of the upload")).to_be_visible(timeout=60_000)


def review(page: Page, serving: Server) -> None:
    """Judge doubtful articles by keys, and then in the inbox many of the new kind at once."""
    truth = {row["id"]: row["truth"] for row in rows()}
    reviewed: list[str] = []
    page.keyboard.press("g")
    page.keyboard.press("r")
    for count in range(1, REVIEWED + 1):
        shown = page.locator("form.label input[name=article]").input_value()
        reviewed.append(shown)
        for topic in truth[shown]:
            page.keyboard.press(KEYS[topic])
        if not truth[shown]:
            page.keyboard.press("0")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"{count} judged in this session")).to_be_visible()
        expect(page.locator("#title")).to_be_focused()  # now keys mean the next article
    with serving.client() as client:
        judged = client.get("/v1/articles?labelled=true&limit=200")["articles"]
    labels = {one["id"]: one["label"]["labels"] for one in judged}
    assert {name: sorted(labels[name]) for name in reviewed} == {name: sorted(truth[name]) for name in reviewed}
    # many at once, in the inbox: half of the new kind
    page.goto("/desk/inbox?q=repair+case")
    boxes = page.get_by_label("Choose")
    for n in range(20):
        boxes.nth(n).check()
    page.get_by_role("button", name="Label…").click()
    page.get_by_label("Digital rights").check()
    page.get_by_role("button", name="Label 20 articles").click()
    expect(page.get_by_role("status").filter(has_text="20 articles labelled")).to_be_visible()


def retrain(page: Page) -> str:
    """Retrain, read the receipt, and return which version serves then."""
    page.goto("/desk/models")
    page.get_by_role("button", name="Retrain now").click()
    expect(page.get_by_text("Last retraining")).to_be_visible(timeout=MINUTES)
    page.get_by_role("link", name=re.compile("See its receipt|See why")).click()
    expect(page.get_by_text(re.compile("digital rights", re.IGNORECASE)).first).to_be_visible()
    check_access(page)
    version: str = page.request.get("/v1/models/current").json()["id"]
    return version


def decide_anew(page: Page) -> None:
    page.goto("/desk/models")
    page.get_by_role("button", name="Decide anew on all kept articles").click()
    expect(page.get_by_text("The kept articles were decided anew")).to_be_visible(timeout=MINUTES)


def go_back(page: Page, version: str) -> None:
    page.goto("/desk/models")
    page.get_by_text("Go back to the version before").click()
    page.get_by_role("button", name="Yes, go back").click()
    expect(page.get_by_role("status").first).to_have_text(f"Version {version} serves again.")
