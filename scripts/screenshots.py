"""`make screenshots`: every page of the demo company in real Chromium, kept in docs/screens.

Each page four times: desktop and telephone, light and dark. The demo company is made anew in a
folder of its own, so that the pictures are the same wherever they are made.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

ORGNR = "317000022"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
TARGET = Path(__file__).parent.parent / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
#: Name of the picture -> where it is; `link:` follows the first link whose address has the words.
PAGES = {
    "hjem": "",
    "kasse-og-bank": "link:/accounts/",
    "forslag": "link:/accounts/?tab=waiting link:/transactions/",
    "kontoutskrifter": "link:/accounts/ link:/statements/",
    "dag-for-dag": "link:/accounts/ link:/feed/",
    "avstemmingsrapport": "link:/accounts/ link:/reconciliation/",
    "kunder": "items/customers/",
    "leverandorer": "items/suppliers/",
    "bilag": "vouchers/",
    "et-bilag": "vouchers/ link:/vouchers/",
    "oppgjor": "settlements/",
    "filer": "upload/",
    "jobber": "jobs/",
    "manedsslutt": "closing/",
    "logg": "log/",
    "banker": "banks/",
    "en-bank": "banks/dnb/",
}


def main() -> None:
    """Take them all, or those whose names are given."""
    wanted = set(sys.argv[1:]) or set(PAGES)
    TARGET.mkdir(exist_ok=True)
    with _site() as (address, link), sync_playwright() as playwright:
        found = os.environ.get("AVSTEM_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for theme in THEMES:
            _take(browser, address, link(), theme, wanted)
        browser.close()


@contextmanager
def _site() -> Iterator[tuple[str, object]]:
    """A demo company behind a server; yields its address and a maker of sign-in links."""
    avstem = Path(sys.executable).parent / "avstem"
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "AVSTEM_HOME": home}
        environment["AVSTEM_DATABASE_URL"] = f"sqlite:///{home}/screens.sqlite3"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])

        def run(*words: str) -> str:
            done = subprocess.run(
                [avstem, *words], env=environment, check=True, capture_output=True, text=True
            )
            return done.stdout

        run("demo", "--no-serve", "--no-browser")
        server = subprocess.Popen(
            [avstem, "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        _wait(port)
        yield address, lambda: json.loads(
            run("user", "add", "--email", "kari@example.no", "--company", ORGNR, "--role", "owner",
                "--base-url", address, "--json")
        )["sign_in_link"]  # fmt: skip
        server.terminate()
        server.wait()


def _wait(port: str) -> None:
    for _ in range(150):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("the server did not answer")


def _take(browser: Browser, address: str, link: str, theme: Theme, wanted: set[str]) -> None:
    context = browser.new_context(locale="nb-NO", color_scheme=theme)
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(re.compile(r"/\d{9}/$"))
    for name in sorted(wanted):
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/{ORGNR}/")
            for step in PAGES[name].split():
                _go(page, address, step)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=TARGET / f"{name}-{size}-{theme}.png")
    context.close()


def _go(page: Page, address: str, step: str) -> None:
    if not step.startswith("link:"):
        page.goto(f"{address}/{ORGNR}/{step}")
        return
    words, _, query = step.removeprefix("link:").partition("?")
    href = page.locator(f"main a[href*='{words}']").first.get_attribute("href") or ""
    page.goto(f"{address}{href.split('?')[0]}{'?' + query if query else ''}")


if __name__ == "__main__":
    main()
