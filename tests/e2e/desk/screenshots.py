"""Pictures of the desk for the documents, of the demo set: `python -m tests.e2e.desk.screenshots [FOLDER]`."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from model.registry import Registry
from model.taxonomy import Taxonomy
from tests.e2e.desk.conftest import chromium
from tests.faults.servers import server
from training import dataset, holdout
from training.train import train

PICTURES = Path(__file__).parents[3] / "docs" / "desk"
SIZE = {"width": 1280, "height": 860}


def main(folder: Path) -> None:
    """Train a model, serve it, load the demo set, and take a picture of every page."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        taxonomy = Taxonomy.read(dataset.TOPICS)
        Registry(home / "models").publish(train(holdout.prepare(dataset.read([dataset.STARTER], taxonomy))[0]))
        with server(home, home / "served") as one, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            page = browser.new_page(base_url=f"http://127.0.0.1:{one.port}", viewport=SIZE)  # type: ignore[arg-type]
            _take(page, folder)
            browser.close()


def _take(page: Page, folder: Path) -> None:
    def picture(name: str) -> None:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(folder / f"{name}.png"))

    page.goto("/desk/")
    page.get_by_role("button", name="Load a demo set").click()
    picture("overview")
    for name in ("inbox", "review", "stories", "models", "upload"):
        page.goto(f"/desk/{name}")
        picture(name)
    page.goto("/desk/stories?q=Ishtoval")
    page.locator("main .list a.title").first.click()
    picture("story")
    page.goto("/desk/themes?topic=policing_accountability&drawn=1")
    picture("themes")
    page.goto("/desk/try")
    page.get_by_role("link", name="A report from a border").click()
    picture("try")
    page.goto("/desk/news")
    page.get_by_role("img").first.wait_for(timeout=60_000)
    picture("news")
    page.emulate_media(color_scheme="dark")
    page.goto("/desk/inbox?status=review")
    page.get_by_role("link", name=re.compile("^Ambarra jams")).first.click()
    picture("article-dark")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
