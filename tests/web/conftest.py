"""A demo company behind a real `avstem serve`, and a real Chromium in front of it."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.command import Avstem

ORGNR, OTHER = "317000022", "974760673"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@dataclass(frozen=True)
class Site:
    """A running site; `link(email, role, company)` makes a user and their one-time link."""

    address: str
    avstem: Avstem

    def link(
        self, email: str = "kari@example.no", role: str = "owner", company: str = ORGNR
    ) -> str:
        answer = self.avstem(
            "user", "add", "--email", email, "--company", company, "--role", role,
            "--base-url", self.address, "--json",
        )  # fmt: skip
        return str(answer.json["sign_in_link"])

    def matches(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.avstem(
            "export", "matches", "--company", ORGNR).out.splitlines()]  # fmt: skip


@pytest.fixture
def site(avstem: Avstem) -> Iterator[Site]:
    """The demo company and an empty other one, served on a free port."""
    avstem("demo", "--no-serve", "--no-browser")
    avstem("company", "add", "--orgnr", OTHER, "--name", "Nabo AS")
    port = free_port()
    server = avstem.start("serve", "--port", port, stdout=subprocess.DEVNULL)
    wait_until_it_answers(server, port)
    yield Site(f"http://127.0.0.1:{port}", avstem)
    server.terminate()
    server.wait(10)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_it_answers(server: "subprocess.Popen[bytes]", port: int) -> None:
    """Until the server takes a connection, at most half a minute."""
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
    pytest.fail("serve did not answer")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: AVSTEM_CHROMIUM, else the one on the path."""
    found = (
        os.environ.get("AVSTEM_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    if not found:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is not here")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(Path(found)), args=FLAGS)
        yield started
        started.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """A signed-in page: `open_page(locale=…, javascript=…, link=…)`."""
    contexts: list[BrowserContext] = []

    def open_one(*, locale: str = "nb-NO", javascript: bool = True, link: str = "") -> Page:
        context = browser.new_context(
            locale=locale, java_script_enabled=javascript, viewport={"width": 1440, "height": 900}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(link or site.link())
        if not javascript:
            page.get_by_role("button", name="Logg inn").click()
        page.wait_for_url(re.compile(r"/\d{9}/$"))
        return page

    yield open_one
    for context in contexts:
        context.close()
