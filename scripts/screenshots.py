"""`make screenshots`: every page of the demo company in real Chromium, kept in docs/screens.

Each page four times: desktop and telephone, light and dark, as WebP, so that all of them together
are a few megabytes. The demo company is made anew in a folder of its own, so that the pictures are
the same wherever they are made.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ORGNR = "317000022"
ACCOUNT = "NO2699612052626"
#: Who is paid wages in the pictures; invented.
WAGES = {"Kari Berg": "31250,00", "Ola Dahl": "28900,00"}
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
TARGET = Path(__file__).parent.parent / "docs" / "screens"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
#: Name of the picture -> where it is; `link:` follows the first link whose address has the words.
PAGES = {
    "arbeidsliste": "/?all=1",
    "hjem": "",
    "ny-konto": "accounts/new/",
    "kasse-og-bank": "link:/accounts/",
    "ikke-avstemt": "link:/accounts/?tab=waiting",
    "forslag": "link:/accounts/?tab=waiting link:/transactions/",
    "avstem-selv": "link:/accounts/?tab=waiting link:/transactions/ link:/match/",
    "bekreft-alle": "link:/accounts/ link:/accept-all/",
    "avstemming": "link:/accounts/ link:/reconciliation/",
    "kontoutskrifter": "link:/accounts/ link:/statements/",
    "dag-for-dag": "link:/accounts/ link:/feed/",
    "ny-transaksjon": "link:/accounts/ link:/new/",
    "kunder": "items/customers/",
    "leverandorer": "items/suppliers/",
    "forskudd": "items/customers/credits/",
    "factoring": "factors/",
    "faktura": "items/suppliers/ link:/invoices/",
    "betalt-to-ganger": "payments/double/",
    "slik-betaler-vi": "payments/settings/",
    "automatikk": "settings/ link:/settings/accounts/",
    "sikkerhet": "/security/",
    "betalinger": "payments/",
    "lonn-og-skatt": "payments/list/",
    "til-godkjenning": "payments/?tab=approve",
    "en-betaling": "payments/1/",
    "er-det-deg": "payments/approve/?order=1",
    "bilag": "vouchers/",
    "et-bilag": "vouchers/ link:/vouchers/",
    "oppgjor": "settlements/",
    "filer": "upload/",
    "sporsmal": "questions/",
    "sok-i-alt": "link:/accounts/?tab=all&q=visa",
    "regler": "rules/",
    "ny-regel": "rules/new/",
    "en-regel": "rules/1/",
    "laert": "learnt/",
    "ta-en-titt": "learnt/look/",
    "bankavtaler": "agreements/",
    "omvisning": "tour/",
    "bankavtalen": "agreements/1/",
    "bestill-avtale": "agreements/new/",
    "velg-bank": "agreements/new/bank/?account=3",
    "bestillingen": "agreements/new/bank/dnb/?account=3",
    "slik-gar-filene": "agreements/1/connection/",
    "jobber": "jobs/",
    "banker": "banks/",
    "en-bank": "banks/dnb/",
    "manedsslutt": "closing/",
    "logg": "log/",
    "innstillinger": "settings/",
    "folk": "people/",
    "kontoplan": "ledger/",
    "provekjoring": "settings/dry-run/",
    "formgivning": "/design/",
    "nytt-selskap": "/new/",
}
#: What is seen by those who are not signed in.
OUTSIDE = {"logg-inn": "/sign-in/", "brukt-lenke": "/sign-in/a-link-that-has-been-used/"}
#: How good a WebP; text stays sharp from here on.
QUALITY = 40


def main() -> None:
    """Take them all, or those whose names are given."""
    wanted = set(sys.argv[1:]) or {*PAGES, *OUTSIDE}
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
        _furnish(run, Path(home))
        server = subprocess.Popen(
            [avstem, "serve", "--port", port], env=environment, stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(port)
            yield address, lambda: json.loads(
                run("user", "add", "--email", "kari@example.no", "--company", ORGNR, "--role",
                    "owner", "--base-url", address, "--json")
            )["sign_in_link"]  # fmt: skip
        finally:
            server.terminate()
            server.wait()


def _furnish(run: Callable[..., str], home: Path) -> None:
    """What the demo has not: an account to connect, an agreement, payments to approve, a rule."""
    on = ("--company", ORGNR)
    run("account", "add", *on, "--iban", "15030002021", "--kind", "currency", "--currency", "EUR",
        "--ledger-account", "1960", "--name", "Valutakonto")  # fmt: skip
    run("bank", "order", *on, "--bank", "dnb", "--account", ACCOUNT, "--channel", "folder")
    run("bank", "sent", *on)
    run("bank", "confirm", *on)
    run("payments", "prepare", *on)
    leaves = datetime.now(UTC).date() + timedelta(days=14)
    wages = home / "lonn.csv"
    rows = [f"{name};86011117947;{amount};{leaves}" for name, amount in WAGES.items()]
    wages.write_text("\n".join(["navn;konto;beløp;dato", *rows, ""]), "utf-8")
    run("payments", "import", *on, "--kind", "salary", str(wages))
    run("rule", "add", *on, "--name", "Kortgebyr", "--text", "kortgebyr", "--to", "7770@1")


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
    for name in sorted(wanted & OUTSIDE.keys()):
        _picture(page, address, OUTSIDE[name], f"{name}-{{}}-{theme}.webp")
    page.goto(link)
    page.wait_for_url(re.compile(r"/\d{9}/$"))
    for name in sorted(wanted & PAGES.keys()):
        _picture(page, address, PAGES[name], f"{name}-{{}}-{theme}.webp")
    context.close()


def _picture(page: Page, address: str, steps: str, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        if steps.startswith("link:"):
            page.goto(f"{address}/{ORGNR}/")
        for step in steps.split() or [""]:
            _go(page, address, step)
        page.wait_for_load_state("networkidle")
        _keep(page.screenshot(), TARGET / name.format(size))


def _keep(png: bytes, path: Path) -> None:
    with Image.open(BytesIO(png)) as picture:
        picture.convert("RGB").save(path, "WEBP", quality=QUALITY, method=6)


def _go(page: Page, address: str, step: str) -> None:
    if not step.startswith("link:"):
        page.goto(f"{address}{step if step.startswith('/') else f'/{ORGNR}/{step}'}")
        return
    words, _, query = step.removeprefix("link:").partition("?")
    href = page.locator(f"main a[href*='{words}']").first.get_attribute("href") or ""
    page.goto(f"{address}{href.split('?')[0]}{'?' + query if query else ''}")


if __name__ == "__main__":
    main()
