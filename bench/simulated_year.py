"""A simulated year with banks that misbehave: `python -m bench.simulated_year [--seed N]`.

Twenty accounts at ten banks, over real SFTP, every misbehaviour on. At the end each ledger must be
the bank's closing balance, with nothing twice and nothing missing, and every fault reported. What
is wrong is printed with the seed, which lives the same year again. Ctrl-C ends it early: what was
lived until then is looked at all the same.
"""

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> int:
    """Exit code 1: something does not hold."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--banks", type=int, default=10)
    asked.add_argument("--per-thousand", type=int, default=60, help="of the files go wrong")
    said = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="avstem-year-") as name:
        folder = Path(name)
        os.environ.setdefault("AVSTEM_DATABASE_URL", f"sqlite:///{folder / 'year.sqlite3'}")
        os.environ["AVSTEM_HOME"] = str(folder / "home")
        (folder / "home").mkdir()
        start()
        return live(folder, said)


def start() -> None:
    """Django on an empty database."""
    from django.core.management import call_command

    from avstem.config.startup import start as start_django

    start_django()
    call_command("migrate", verbosity=0)


def live(folder: Path, said: Any) -> int:
    """The year, and what it came to."""
    from tests.support.year import BANKS, year
    from tests.support.year_checks import faults

    began, days = time.monotonic(), 0
    with year(folder, said.seed) as it:
        signal.signal(signal.SIGINT, lambda *_: setattr(it, "is_stopped", True))
        it.open(BANKS[: said.banks], accounts_each=2, banks_each=2)
        for day in it.live(said.days, per_thousand=said.per_thousand):
            days += 1
            if day.day == 1:
                print(f"{day}: {len(it.bank.misdeeds())} misdeeds", file=sys.stderr, flush=True)
        wrong = faults(it)
        done = Counter(each.kind.value for each in it.bank.misdeeds())
    print(f"seed {said.seed}: {days} mornings, {2 * said.banks} accounts at {said.banks} banks")
    print(f"misdeeds: {sum(done.values())} {dict(sorted(done.items()))}")
    print(figures())
    spent = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{time.monotonic() - began:.0f} s, {spent.ru_utime + spent.ru_stime:.0f} s of CPU, "
        f"{spent.ru_maxrss / 1024:.0f} MB"
    )
    for each in wrong:
        print(f"WRONG: {each}")
    print("All holds." if not wrong else f"{len(wrong)} WRONG; again with --seed {said.seed}")
    return 1 if wrong else 0


def figures() -> str:
    """How much came in, and what became of it."""
    from avstem.store.models import (
        BankFile,
        BankTransaction,
        ImportAlarm,
        PaymentOrder,
        Statement,
        Voucher,
    )

    counted = {
        "files": BankFile.objects.count(),
        "statements": Statement.objects.filter(kind="statement").count(),
        "retired": Statement.objects.filter(retired_at__isnull=False).count(),
        "alarms": ImportAlarm.objects.count(),
        "transactions": BankTransaction.objects.exclude(state="superseded").count(),
        "vouchers": Voucher.objects.count(),
    }
    orders = Counter(PaymentOrder.objects.values_list("state", flat=True))
    told = ", ".join(f"{count} {name}" for name, count in counted.items())
    return f"{told}; payments: {dict(sorted(orders.items()))}"


if __name__ == "__main__":
    sys.exit(main())
