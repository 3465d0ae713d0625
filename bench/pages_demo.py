"""The server's time and the weight of every page of the demo company.

    python -m bench.pages_demo [--rounds 15]

Begins at the company's home and follows every link, as the owner, until each kind of page (a name
in `web/urls.py`) has been met; then asks for each one again, middleware and templates included,
without a network. The control is the page /design/, which asks the tables only who one is.
"""

import argparse
import os
import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.main_job import AVSTEM, run

GOAL_MS, GOAL_KB = 100, 150
_LINK = re.compile(r'href="(/[^"#]*)"')
#: Not pages: files to download, and what only sends one elsewhere.
_SKIPPED = re.compile(r"\.(?:pdf|xml|txt)$|/sign-out/|/static/|/language/")
_PAGES_MAX = 2_000


def main() -> None:
    """Make the demo company, find its pages, measure each, print them by time."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["AVSTEM_HOME"] = home
        os.environ["AVSTEM_DATABASE_URL"] = f"sqlite:///{home}/demo.sqlite3"
        run([*AVSTEM, "demo", "--no-serve", "--no-browser"], dict(os.environ), Path(home) / "out")
        from avstem.config.startup import start

        start()
        client, orgnr = _owner()
        pages = {"control: /design/": "/design/", **_found(client, f"/{orgnr}/")}
        measured = {name: _measure(client, path, asked.rounds) for name, path in pages.items()}
    _report(measured)


def _owner() -> tuple[Any, str]:
    from django.test import Client

    from avstem.store.models import Company, User

    company = Company.objects.order_by("pk").first()
    assert company is not None, "the demo company is made"
    user = User.objects.create(email="bench@example.no")
    company.memberships.create(user=user, role="owner")
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="nb")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, company.orgnr


def _found(client: Any, start: str) -> dict[str, str]:
    """The first address of each kind of page that links lead to."""
    from django.urls import Resolver404, resolve

    waiting, seen, kinds = [start], {start}, {}
    while waiting and len(seen) < _PAGES_MAX:
        path = waiting.pop(0)
        try:
            name = resolve(path.split("?")[0]).url_name or path
        except Resolver404:
            continue
        if name in kinds:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        kinds[name] = path
        links = [each.replace("&amp;", "&") for each in _LINK.findall(answer.content.decode())]
        fresh = [each for each in links if each not in seen and not _SKIPPED.search(each)]
        seen.update(fresh)
        waiting += fresh
    return kinds


def _measure(client: Any, path: str, rounds: int) -> tuple[float, float, int, int]:
    """The median and the slowest but one in ten in ms, how many queries, and bytes."""
    from django.db import connection

    asked = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        size = len(client.get(path).content)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1_000)
    times.sort()
    return statistics.median(times), times[int(0.9 * (rounds - 1))], len(asked), size


def _report(measured: dict[str, tuple[float, float, int, int]]) -> None:
    control = measured["control: /design/"][0]
    print(f"{len(measured) - 1} kinds of page; {'median':>28} {'p90':>8} of control queries     kB")
    for name, (median, ninth, queries, size) in sorted(
        measured.items(), key=lambda each: -each[1][0]
    ):
        over = "  above the goal" if median > GOAL_MS or size > GOAL_KB * 1_000 else ""
        print(
            f"{name:34} {median:13.0f}ms {ninth:6.0f}ms {median / control:10.1f} {queries:7}"
            f" {size / 1_000:6.0f}{over}"
        )


if __name__ == "__main__":
    main()
