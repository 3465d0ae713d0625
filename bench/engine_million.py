"""`python -m bench.engine_million`: a million lines against a million items, and one line alone.

The first is the engine in memory, nothing written: wall time and peak memory of a process of its
own. The second goes through the lookups of the database (SQLite, or the empty one of `--database`),
after a million invoices have been imported: the median of a hundred lines, one at a time.
"""

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from avstem.domain import kid as kids
from avstem.domain.open_item import ItemKind
from avstem.domain.statement import Reference
from avstem.matching.decision import Verdict
from avstem.matching.engine import decide
from avstem.matching.facts import Candidates, Item, Key, Line
from avstem.matching.keys import keys_of_document
from avstem.matching.policy import Policy
from avstem.testbank.bulk import write_bulk

FIRST = date(2026, 1, 5)
#: One object a day, as the loader keeps it (`store.open_lines`).
_DAYS = [FIRST + timedelta(10 + day) for day in range(300)]
_PARTY_ITEMS = 20
_SAMPLE = 100
_AVSTEM = [sys.executable, "-m", "avstem.cli"]


def make_company(size: int) -> tuple[list[Line], Candidates]:
    """As many lines as items: 75 % by KID (5 % in part), 10 % text, 10 % account, 5 % nothing."""
    random = Random(1)  # noqa: S311  # practice data
    lines, items = [], {}
    by_key: dict[Key, tuple[int, ...]] = {}
    by_party: dict[int, list[int]] = defaultdict(list)
    by_amount: dict[tuple[int, str, int], tuple[int, ...]] = {}
    accounts = [f"A{party}" for party in range(size // _PARTY_ITEMS + 1)]
    for number in range(1, size + 1):
        item = _item(number, random.randrange(10_000, 5_000_000))
        items[number] = item
        alone = (number,)
        for key in keys_of_document(item.kind, item.number, item.kid):
            by_key[key] = alone
        by_party[item.party_id].append(number)
        amount = (1, "NOK", item.remaining_minor)
        by_amount[amount] = (*by_amount[amount], number) if amount in by_amount else alone
        lines.append(_line(item, random.random(), accounts))
    return lines, Candidates(
        items=items,
        by_key=by_key,
        party_accounts={account: (party,) for party, account in enumerate(accounts)},
        party_names={party: f"Kunde {party} AS" for party in range(len(accounts))},
        open_by_party=by_party,
        open_by_amount={key: found for key, found in by_amount.items() if len(found) <= 20},
        amount_counts={key: len(found) for key, found in by_amount.items() if len(found) > 1},
        open_count=size,
    )


def _item(number: int, minor: int) -> Item:
    return Item(
        id=number,
        kind=ItemKind.CUSTOMER_INVOICE,
        number=str(10_000_000 + number),
        party_id=number // _PARTY_ITEMS,
        invoice_date=FIRST,
        currency="NOK",
        amount_minor=minor,
        remaining_minor=minor,
        kid=kids.make_kid(number, 12),
    )


def _line(item: Item, kind: float, accounts: Sequence[str]) -> Line:
    minor, kid, text = item.remaining_minor, item.kid if kind < 0.75 else None, ""
    if 0.70 <= kind < 0.75:
        minor = minor // 3 + 1
    elif 0.75 <= kind < 0.85:
        text = f"Faktura {item.number}"
    elif kind >= 0.95:
        minor, text = minor + 7, "Overføring"
    return Line(
        id=item.id,
        account_id=1,
        booking_date=_DAYS[item.id % 300],
        amount_minor=minor,
        currency="NOK",
        bank_reference=f"R{item.id}",
        references=(Reference("kid", kid),) if kid else (),
        counterparty_account=accounts[item.party_id] if kind < 0.95 else None,
        text=text,
    )


def match_all(size: int) -> None:
    """Match and print: seconds, lines a second, what was booked, and the process's peak memory."""
    gc.disable()
    lines, candidates = make_company(size)
    made_mib = _peak_mib()
    began, cpu_began = time.perf_counter(), time.process_time()
    decisions = decide(lines, candidates, Policy())
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    booked = sum(each.verdict is Verdict.BOOK for each in decisions)
    print(
        f"{size:,} lines against {size:,} items: {seconds:.1f} s ({cpu_s:.1f} s of one core), "
        f"{booked:,} booked; peak {_peak_mib():,.0f} MiB, of which {made_mib:,.0f} the lines and "
        "items themselves"
    )


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_line(size: int, database: str | None) -> None:
    """Import a million invoices, then look up and decide lines one at a time; print the median."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bulk = write_bulk(folder, seed=1, transactions=2_000, open_items=size)
        os.environ["AVSTEM_HOME"] = str(folder / "home")
        os.environ["AVSTEM_DATABASE_URL"] = database or f"sqlite:///{folder / 'bench.sqlite3'}"
        company = ["--company", bulk.orgnr]
        for words in (
            ["migrate"],
            ["company", "add", "--orgnr", bulk.orgnr, "--name", bulk.company_name],
            ["account", "add", *company, "--iban", bulk.iban, "--kind", "operating",
             "--ledger-account", "1920"],
            ["invoices", "import", *company, str(bulk.invoices)],
            ["statement", "import", *company, "--no-reconcile", str(bulk.statement)],
        ):  # fmt: skip
            subprocess.run([*_AVSTEM, *words], check=True, stdout=subprocess.DEVNULL)
        _time_lookups()


def _time_lookups() -> None:
    from avstem.config.startup import start

    start()
    from avstem.store.candidates import load_candidates
    from avstem.store.models import Company, OpenItem
    from avstem.store.open_lines import open_lines
    from avstem.store.tenancy import company_scope

    company = Company.objects.get()
    with company_scope(company.pk):
        count = OpenItem.objects.filter(company_id=company.pk).count()
        chosen = Random(1)  # noqa: S311  # which lines to time
        lines = chosen.sample(open_lines(company.pk, halted={}, closed_to=None), _SAMPLE)
        times, cpu_times = [], []
        for line in lines:
            began, cpu_began = time.perf_counter(), time.process_time()
            decide([line], load_candidates(company.pk, [line]), Policy())
            times.append(1_000 * (time.perf_counter() - began))
            cpu_times.append(1_000 * (time.process_time() - cpu_began))
    ninth = statistics.quantiles(times, n=10)[-1]
    print(
        f"one line against {count:,} items: median {statistics.median(times):.1f} ms, "
        f"nine of ten under {ninth:.1f} ms; {statistics.median(cpu_times):.1f} ms of one core"
    )


def main() -> None:
    """Each measurement in a process of its own, so that neither's memory is the other's."""
    parser = argparse.ArgumentParser(prog="bench.engine_million", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database for the second measurement")
    parser.add_argument("--only", choices=("all", "one"))
    chosen = parser.parse_args()
    if chosen.only == "all":
        match_all(chosen.size)
    elif chosen.only == "one":
        one_line(chosen.size, chosen.database)
    else:
        again = [sys.executable, "-m", "bench.engine_million", *sys.argv[1:]]
        for which in ("all", "one"):
            subprocess.run([*again, "--only", which], check=True)


if __name__ == "__main__":
    main()
