"""Every page of the program in real Chromium: accessible in light and dark, small, and quiet; it
does not move while it loads, and on a telephone nothing is scrolled sideways.

The list of pages is the addresses themselves: whatever answers a GET must be reached by a link
from the home page or named in `VISITS`. A new page that nobody visits fails here.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Browser, Page

from tests.support.command import Avstem
from tests.support.databases import fresh_sqlite
from tests.support.days import soon
from tests.support.settlements import vipps
from tests.web.conftest import ORGNR, OTHER, Site, free_port, wait_until_it_answers

pytestmark = pytest.mark.browser

BYTES_MAX = 150_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Pages that no link leads to, and second looks at some that links lead to.
VISITS = [
    f"/{ORGNR}/accounts/1/?tab=waiting",
    f"/{ORGNR}/accounts/1/?month=2020-01",
    f"/{ORGNR}/accounts/1/?q=finnesikke",
    f"/{ORGNR}/accounts/1/?tab=all&q=visa",
    f"/{ORGNR}/items/suppliers/",
    f"/{ORGNR}/agreements/new/iban/1/",
    f"/{ORGNR}/agreements/new/bank/?account=1",
    f"/{ORGNR}/agreements/new/bank/dnb/?account=1",
    f"/{OTHER}/",
    f"/{OTHER}/vouchers/",
    f"/{OTHER}/upload/",
    f"/{ORGNR}/payments/approve/",
    f"/{ORGNR}/payments/double/",
    f"/{ORGNR}/payments/1/",
    f"/{ORGNR}/invoices/1/",
    f"/{ORGNR}/invoices/1/like/2/",
    f"/{ORGNR}/nothing/",
    f"/{ORGNR}/invitation/a-link-that-has-been-used/",
    "/sign-in/a-link-that-has-been-used/",
    "/begin/a-link-that-has-been-used/",
    "/design/",
    "/?all=1",
]
#: Not pages: a file as it came, and a part that a page asks for. Their own tests look at them.
PARTS = {"attachment", "fetched_file", "fetch_progress"}
AXE = Axe().axe_script
#: The sum of all shifts since the page began, as browsers measure them.
_SHIFTS = """window.shifts = 0; new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifts += each.value;
}).observe({type: "layout-shift", buffered: true})"""
_WIDE, _PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
KARI = "kari@example.no"


@dataclass
class Findings:
    """What was seen: the names of the addresses visited, and what is wrong with any."""

    names: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def shop(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo company with a rule and an agreement, and an empty company beside it."""
    folder = tmp_path_factory.mktemp("shop")
    with fresh_sqlite(Path(template), folder) as url:
        avstem = Avstem(url, folder)
        furnish(avstem)
        port = free_port()
        server = avstem.start("serve", "--port", port, stdout=subprocess.DEVNULL)
        wait_until_it_answers(server, port)
        yield Site(f"http://127.0.0.1:{port}", avstem)
        server.terminate()
        server.wait(10)


def furnish(avstem: Avstem) -> None:
    avstem("demo", "--no-serve", "--no-browser")
    avstem("company", "add", "--orgnr", OTHER, "--name", "Nabo AS")
    avstem("user", "add", "--email", KARI, "--company", OTHER, "--role", "owner")
    avstem("rule", "add", "--company", ORGNR, "--name", "Kort", "--text", "kortgebyr",
           "--to", "7770@1")  # fmt: skip
    avstem("bank", "order", "--company", ORGNR, "--bank", "dnb", "--account", "NO2699612052626",
           "--channel", "folder")  # fmt: skip
    avstem("bank", "sent", "--company", ORGNR)
    avstem("bank", "confirm", "--company", ORGNR)
    bills = avstem.home / "bills.csv"
    head = "type,number,party_name,party_account,invoice_date,due_date,currency,amount"
    rows = [
        f"supplier_invoice,{n},Rør AS,86011117947,2026-11-02,2026-12-01,NOK,1000.00" for n in (1, 2)
    ]
    bills.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    avstem("invoices", "import", "--company", ORGNR, bills)
    avstem("payments", "prepare", "--company", ORGNR, "--bill", "1")
    wages = avstem.home / "wages.csv"
    wages.write_text(
        f"navn,konto,beløp,dato\nKari,86011117947,31000.00,{soon()}\n"
        f"Ola,12345678903,29000.00,{soon()}\n", "utf-8",
    )  # fmt: skip
    taken = avstem("payments", "import", "--company", ORGNR, "--kind", "salary", wages, "--json")
    avstem("payments", "cancel", "--company", ORGNR, str(taken.json["orders"][0]))
    report = avstem.home / "vipps.csv"
    report.write_text(vipps(), encoding="utf-8")
    avstem("settlement", "import", "--company", ORGNR, report)


def test_every_page_is_accessible_small_and_quiet(shop: Site, browser: Browser) -> None:
    found = Findings()
    context = browser.new_context(locale="nb-NO", viewport=_WIDE)  # type: ignore[arg-type]
    context.add_init_script(_SHIFTS)
    page = context.new_page()
    look_at(page, shop.address + "/sign-in/", found)
    page.goto(shop.link(KARI))
    page.wait_for_url(re.compile(r"/(\d{9}/)?$"))
    waiting = [page.url, ask(page, shop), *(shop.address + each for each in VISITS)]
    while waiting:
        address = waiting.pop(0)
        for link in look_at(page, address, found):
            name = name_of(link)
            if name and name not in found.names and name not in papers():
                found.names.add(name)
                waiting.append(link)
    found.names |= actions(page, shop.address, set(routes()) - found.names)
    assert sorted(set(routes()) - found.names - papers() - PARTS) == [], "pages that nobody visits"
    assert found.wrong == [], "\n" + "\n".join(found.wrong)


def ask(page: Page, shop: Site) -> str:
    """The link of a question to the owner."""
    page.goto(f"{shop.address}/{ORGNR}/transactions/1/")
    page.get_by_text("Spør eieren", exact=True).click()
    page.get_by_label("Hva vil du vite?").fill("Hva er dette?")
    page.get_by_role("button", name="Lag lenken").click()
    told = page.get_by_role("status").first.inner_text()
    return re.search(r"http\S+", told)[0]  # type: ignore[index]  # shown, or the test fails


def look_at(page: Page, address: str, found: Findings) -> list[str]:
    """Open it and hold it against everything; the answer is where its links lead."""
    said: list[str] = []
    page.on("console", lambda each: said.append(each.text) if each.type == "error" else None)
    page.emulate_media(color_scheme="light")
    answer = page.goto(address)
    assert answer is not None
    name = name_of(address)
    found.names.add(name)
    at = urlsplit(page.url).path
    html = answer.text()
    if answer.status >= 500:
        found.wrong.append(f"{at}: {answer.status}")
    if len(html.encode()) > BYTES_MAX:
        found.wrong.append(f"{at}: {len(html.encode())} bytes")
    found.wrong += [f"{at}: {each}" for each in loud(answer.headers, html)]
    found.wrong += [f"{at}: {each}" for each in restless(page)]
    page.evaluate(AXE)
    found.wrong += [f"{at}: {each}" for each in faults(page, tags=RULES)]
    page.emulate_media(color_scheme="dark")
    found.wrong += [f"{at} (dark): {each}" for each in faults(page, rules=["color-contrast"])]
    refused = "Failed to load resource" if answer.status >= 400 else "\0"
    found.wrong += [f"{at}: {each}" for each in said if refused not in each]
    links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    return [each for each in links if each.startswith(address.split("/", 3)[0])]


def restless(page: Page) -> Iterator[str]:
    """Whether it moved while it loaded, and whether it is wider than a telephone."""
    shifts = page.evaluate("window.shifts")
    if shifts > 0.001:
        yield f"it moves while it loads ({shifts:.3f})"
    page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > _PHONE["width"]:
        yield f"{wide} pixels wide on a telephone"
    page.set_viewport_size(_WIDE)  # type: ignore[arg-type]


def faults(page: Page, **wanted: list[str]) -> list[str]:
    """What axe-core finds by these `tags` or `rules`, each with the first place."""
    [(kind, values)] = wanted.items()
    options = {"runOnly": {"type": kind[:-1], "values": values}, "resultTypes": ["violations"]}
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}"
        for each in answer["violations"]
    ]


def loud(headers: dict[str, str], html: str) -> Iterator[str]:
    """Whatever the content security policy should have kept out."""
    policy = headers.get("content-security-policy", "")
    if (
        "script-src 'self'" not in policy
        or "unsafe" in policy
        or "default-src 'none'" not in policy
    ):
        yield f"the policy is {policy!r}"
    yield from re.findall(r"<style[^>]*>|\sstyle=\"[^\"]*\"|<script(?![^>]*\ssrc=)[^>]*>", html)


def name_of(address: str) -> str:
    """The name of the page at an address; "" where it is none of ours."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


@cache
def routes() -> dict[str, str]:
    """Every named address of the program, with something in the place of each part."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
        for each in patterns:
            here = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, here)
            elif each.name:
                yield each.name, here

    filled = {"<str:orgnr>": ORGNR, "<int:": "1", "<slug:": "x", "<str:": "x"}
    found = {}
    for name, route in walk(get_resolver().url_patterns, "/"):
        for part in re.findall(r"<[^>]+>", route):
            value = next(said for start, said in filled.items() if part.startswith(start))
            route = route.replace(part, value)
        found[name] = route
    return found


def papers() -> set[str]:
    """Files, not pages: nothing for a browser to hold against rules of pages."""
    return {name for name, route in routes().items() if route.endswith((".pdf", ".xml"))}


def actions(page: Page, address: str, names: set[str]) -> set[str]:
    """Those of `names` that are no pages: they refuse to be looked at, or lead to one."""
    known = routes()
    answers = {
        name: page.request.get(address + known[name], max_redirects=0).status for name in names
    }
    return {name for name, status in answers.items() if status in (302, 403, 405)}
