from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.desk.conftest import check_access
from tests.faults.servers import Server

HOSTILE = '<script>window.ran = 1</script>"><img src=x onerror="window.ran = 1">{{ 7 * 7 }}'


def sheet(folder: Path, rows: int, name: str = "news.csv") -> Path:
    lines = ["Headline,Copy,Day,Outlet"]
    for n in range(rows):
        day = "2024-03-05" if n != 1 else "one day"
        lines.append(
            f'Meeting {n} of {name},"The council of district {n} met about the school roof on Monday.",{day},Post'
        )
    (folder / name).write_text("\n".join(lines))
    return folder / name


def test_columns_are_mapped_rows_kept_and_failures_reported(page: Page, serving: Server, tmp_path: Path) -> None:
    page.goto("/desk/upload")
    expect(page.get_by_role("heading", name="Upload")).to_be_visible()
    check_access(page)
    page.get_by_label("Files with articles").set_input_files([sheet(tmp_path, 450)])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Look at the rows")).to_be_visible()
    expect(page.get_by_label("Title", exact=True).locator("option:checked")).to_have_text("Headline")
    expect(page.get_by_label("Text", exact=True).locator("option:checked")).to_have_text("none")
    page.get_by_label("Text", exact=True).select_option(label="Copy")
    page.get_by_label("Published", exact=True).select_option(label="Day")
    page.get_by_role("button", name="Read the rows so").click()
    expect(page.get_by_text("Will not be kept: `published`")).to_be_visible()
    expect(page.get_by_role("cell", name="The council of district 2 met")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Text", exact=True).locator("option:checked")).to_have_text("Copy")
    check_access(page)
    page.get_by_role("button", name="Keep all 450 rows").click()
    expect(page.get_by_role("heading", name="Keeping")).to_be_visible()
    expect(page.get_by_role("heading", name="What became of the upload")).to_be_visible(timeout=60_000)
    expect(page.locator(".cards li").nth(0)).to_have_text("449 kept")
    expect(page.get_by_role("row", name="Post 450 449 449 0 1")).to_be_visible()
    check_access(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Rows that were not kept").click()
    assert started.value.path().read_text().splitlines()[1].startswith("news.csv,2,")
    page.get_by_role("link", name="Upload more").click()
    expect(page.get_by_role("link", name="news.csv")).to_be_visible()
    with serving.client() as client:
        job = client.get("/v1/jobs")["jobs"][0]
    assert (job["kind"], job["result"]["kept"]) == ("keep", 449)


def test_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    page.goto("/desk/upload")
    page.get_by_label("Files with articles").set_input_files([sheet(tmp_path, 3, "keys.csv")])  # a dialog of the system
    page.get_by_label("Files with articles").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look at the rows")).to_be_visible()
    page.get_by_label("Text", exact=True).focus()
    page.keyboard.type("Copy")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_role("cell", name="The council of district 2 met")).to_be_visible()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Keep all"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What became of the upload")).to_be_visible(timeout=60_000)
    expect(page.locator(".cards li").nth(0)).to_have_text("3 kept")


def test_names_and_cells_never_run(page: Page, tmp_path: Path) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    content = f"{quoted},text,source\n{quoted},{quoted} shot by police at the border,{quoted}\n"
    file: FilePayload = {"name": f"{HOSTILE}.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.goto("/desk/upload")
    page.get_by_label("Files with articles").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Look at the rows")).to_be_visible()
    assert page.locator("main img, main script").count() == 0
    page.get_by_role("button", name="Keep the row").click()
    expect(page.get_by_role("heading", name="What became of the upload")).to_be_visible(timeout=60_000)
    assert page.locator("main img, main script").count() == 0
    page.goto("/desk/upload")
    assert page.evaluate("window.ran") is None


def test_two_tabs_and_a_file_of_another_kind(page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    page.goto("/desk/upload")
    page.get_by_label("Files with articles").set_input_files([tmp_path / "a.pdf"])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("alert").filter(has_text="what is uploaded ends in")).to_be_visible()
    check_access(page)
    page.get_by_label("Files with articles").set_input_files([sheet(tmp_path, 2, "tabs.csv")])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Look at the rows")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Delete the files").click()
    expect(other.get_by_role("status")).to_have_text("The files are deleted; nothing of them was kept.")
    page.get_by_role("button", name="Keep all 2 rows").click()
    expect(page.get_by_text("there is no such upload")).to_be_visible()
