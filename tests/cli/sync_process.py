"""What the killing test runs: `python -m tests.cli.sync_process FOLDER STRIDE`.

For each STRIDE-th boundary between two steps a company of its own does `avstem sync` in a child that
is killed there (SIGKILL); then another child does it to the end. A line of JSON tells what stands.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.payments.process import in_child, orgnr

BOUNDARIES_MAX = 400
USER = "kunde"


def main(folder: Path, stride: int) -> None:
    """One boundary after the other, until a child comes to its end alive."""
    from avstem.config.startup import start

    start()
    at_bank = folder / "files"
    at_bank.mkdir()
    assert in_child(lambda: lay_out(folder / "bank", at_bank)) == 0
    for boundary in range(1, BOUNDARIES_MAX, stride):
        place = folder / str(boundary)
        shutil.copytree(at_bank, place / "in")
        (place / "out").mkdir()
        number = orgnr(boundary)
        assert in_child(lambda place=place, number=number: open_company(place, number)) == 0
        status = in_child(lambda boundary=boundary, number=number: sync(number, kill_at=boundary))
        assert in_child(lambda number=number: sync(number, kill_at=0)) == 0
        assert in_child(lambda boundary=boundary, number=number: tell(boundary, number)) == 0
        if status == 0:
            return
        assert status == signal.SIGKILL, status
    raise AssertionError("it never came to an end")


def lay_out(bank_folder: Path, at_bank: Path) -> None:
    """Three days of a bank: two invoices paid, and a statement that is cut off."""
    from avstem.testbank.backoffice.dialects import ways_of
    from avstem.testbank.bank import Bank, PayIn
    from avstem.testbank.misbehaviour import Kind
    from tests.support.bank_life import kid_of
    from tests.support.practice_bank import IBAN, START, nok

    with Bank(bank_folder, start=START) as bank:
        bank.add_customer(USER, "Prøve AS", ways_of("dnb"))
        bank.open_account(USER, nok(100_000_00), iban=IBAN)
        bank.activate(IBAN, ("statements", "notifications"))
        bank.pay_in(IBAN, [PayIn(nok(n * 100_00), "Kari", kid=kid_of(n)) for n in (1, 2)])
        bank.advance_to(datetime(2026, 11, 25, 12))
        bank.misbehave(Kind.TRUNCATED, USER, "camt053")
        bank.advance_to(date(2026, 11, 26))
        for path in (bank.homes / USER / bank.customers()[0].ways.folder_out).iterdir():
            shutil.copy2(path, at_bank / path.name)


def open_company(place: Path, number: str) -> None:
    """Its account, its two invoices, and an active agreement with the bank's folder."""
    from avstem.services.add_account import NewAccount, add_account
    from avstem.services.add_company import add_company
    from avstem.services.confirm_agreement import confirm_agreement
    from avstem.services.connect_agreement import Connection, connect_agreement
    from avstem.services.import_invoices import import_invoices
    from avstem.services.order_agreement import Order, order_agreement
    from tests.support.bank_life import HEADER, sale
    from tests.support.practice_bank import IBAN, TODAY

    at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    company = add_company(orgnr=number, name="Prøve AS", actor="test", now=at)
    by: dict[str, Any] = {"company_id": company.pk, "actor": "test", "now": at}
    account = add_account(account=NewAccount(IBAN, "operating", "1920"), **by)
    lines = [sale(n, f"{n}00.00", issued=TODAY, due=TODAY) for n in (1, 2)]
    path = place / "invoices.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    import_invoices(path=path, name=path.name, **by)
    on = {**by, "agreement_id": order_agreement(order=Order("dnb", (account.pk,)), **by).pk}
    told = {"incoming": str(place / "in"), "outgoing": str(place / "out")}
    connect_agreement(connection=Connection("folder", told), **on)
    confirm_agreement(**on)


def sync(number: str, kill_at: int) -> None:
    """The command itself; killed at that boundary, where one is named."""
    from avstem.cli.main import main as avstem

    # What it prints is another test's; this one's standard output is JSON lines.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if kill_at:
        set_traps(kill_at)
    avstem(["sync", "--company", number], standalone_mode=False)


def set_traps(kill_at: int) -> None:
    """Before and after each commit and each question to the bank."""
    from django.db.transaction import Atomic

    from avstem.connectors.folder import FolderConnector

    passed = 0

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: Any, names: Iterable[str]) -> None:
        for name in names:
            real = getattr(owner, name)

            def trapped(*args: Any, real: Any = real, **kwargs: Any) -> Any:
                boundary()
                answer = real(*args, **kwargs)
                boundary()
                return answer

            setattr(owner, name, trapped)

    around(Atomic, ("__exit__",))
    around(FolderConnector, ("list_files", "fetch"))


def tell(boundary: int, number: str) -> None:
    """All that must be the same wherever it was killed."""
    from avstem.services.verify import verify
    from avstem.store.models import (
        AuditEvent,
        BankFile,
        BankTransaction,
        Company,
        FetchedFile,
        OpenItem,
        Statement,
        Voucher,
    )

    of = {"company_id": Company.objects.get(orgnr=number).pk}
    files = FetchedFile.objects.filter(**of).order_by("remote_name")
    money = BankTransaction.objects.filter(**of).exclude(state="superseded")
    print(json.dumps({
        "boundary": boundary,
        "files": list(files.values_list("remote_name", "state", "reason_code")),
        "raw": BankFile.objects.filter(**of).count(),
        "statements": sorted(Statement.objects.filter(**of).values_list("kind", "closing_minor")),
        "money": sorted(money.values_list("amount_minor", "state")),
        "remaining": sorted(OpenItem.objects.filter(**of).values_list("number", "remaining_minor")),
        "vouchers": Voucher.objects.filter(**of).count(),
        "set_aside_told": AuditEvent.objects.filter(action="file.set_aside", **of).count(),
        "faults": [each.name for each in verify(orgnr=number) if each.faults],
    }))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
