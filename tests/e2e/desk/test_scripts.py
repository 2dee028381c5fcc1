"""Script strings in everything that comes from outside, on every page: none ever runs."""

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.e2e.desk.conftest import Keep
from tests.faults.servers import Server

RUN = "window.ran=(window.ran||0)+1"
STRINGS = [
    f"<script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f"'><script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"<ScRiPt >{RUN}</sCrIpT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'<img src=x onerror="{RUN}">',
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror='{RUN}'>",
    f"<img src=x onerror={RUN}//",
    f'<svg onload="{RUN}">',
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f'<body onload="{RUN}">',
    f"<input autofocus onfocus={RUN}>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f'<details open ontoggle="{RUN}">',
    f'<iframe srcdoc="<script>parent.{RUN}</script>">',
    f"<iframe src=javascript:parent.{RUN}>",
    f'<a href="javascript:{RUN}">read on</a>',
    f"<math><a xlink:href=javascript:{RUN}>x",
    f"<object data=data:text/html,<script>{RUN}</script>>",
    f'<meta http-equiv=refresh content="0;url=javascript:{RUN}">',
    f"<div hx-on:load='{RUN}' hx-get=/desk/ hx-trigger=load>",
    f"{{{{ ''.__class__ }}}}${{{RUN}}}{{% include 'base.html.j2' %}}",
    f"javascript:{RUN}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
]
BODY = "Both armies let observers cross the disputed border after the ceasefire, whatever number {} says. {}"


def quiet(page: Page, path: str) -> None:
    """Open a page, give it time for what it would run, and see that nothing has."""
    page.goto(path)
    page.wait_for_timeout(60)
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate("window.ran") is None, path
    assert not page.locator(
        "main [onerror], main [onload], main [onfocus], main script:not([src]), main iframe"
    ).count()
    assert not page.locator('main a[href^="javascript:"]').count()


def test_no_script_string_runs(page: Page, keep: Keep, serving: Server, tmp_path: Path) -> None:
    assert len(STRINGS) >= 30
    page.on("dialog", lambda dialog: dialog.dismiss())
    keep(
        [
            {"id": f"x{n}{text}"[:400], "title": text, "text": BODY.format(n, text), "source": text[:190], "url": text}
            for n, text in enumerate(STRINGS)
        ]
    )
    with serving.client() as client:
        kept = client.get("/v1/articles?limit=200")["articles"]
        stories = client.get("/v1/stories?limit=200")["stories"]
    assert len(kept) == len(STRINGS)
    for path in ("", "inbox", "review?status=assigned", "stories", "upload", "feeds", "models", "news",
                 "themes?topic=border_conflict&drawn=1"):  # fmt: skip
        quiet(page, f"/desk/{path}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.ran") is None, path
    for one in kept:
        quiet(page, f"/desk/articles/{quote(one['id'])}")
    for one in stories[:10]:
        quiet(page, f"/desk/stories/{one['id']}")
    for text in STRINGS[::5]:
        quiet(page, f"/desk/inbox?q={quote(text)}&source={quote(text)}&topic={quote(text)}&cursor={quote(text)}")
        quiet(page, f"/desk/stories?q={quote(text)}&since={quote(text)}")
        quiet(page, f"/desk/themes?topic={quote(text)}&drawn=1")
        quiet(page, f"/desk/{quote(text)}")
    page.goto("/desk/try")
    page.get_by_label("A text, HTML").fill("\n\n".join(BODY.format(n, text) for n, text in enumerate(STRINGS)))
    page.get_by_role("button", name="Try it").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
    name = tmp_path / "<img src=x onerror=window.ran=1>.csv"
    lines = ['"' + text.replace('"', '""') + '"' for text in STRINGS]
    name.write_text("\n".join(["title,text", *(f"{line},{line}" for line in lines)]))
    page.goto("/desk/upload")
    page.get_by_label("Files with articles").set_input_files([name])
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="Look at the rows")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None
