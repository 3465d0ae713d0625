"""The life of an agreement: each service, each move it must refuse, and what the tables refuse."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from avstem.domain.agreement import MOVES, AgreementState, Days
from avstem.domain.errors import (
    AccountNotPermittedError,
    AlreadyExistsError,
    InvalidValueError,
    NotFoundError,
    RefusalError,
    StateError,
    WaitingForBankError,
)
from avstem.domain.secret import Secret
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.add_transaction import add_transaction
from avstem.services.agreement_status import AccountStatus, AgreementStatus, agreement_status
from avstem.services.confirm_agreement import confirm_agreement
from avstem.services.connect_agreement import Connection, connect_agreement
from avstem.services.deactivate_activation import deactivate_activation
from avstem.services.import_statement import import_statement
from avstem.services.mend_agreement import mend_agreement
from avstem.services.note_order_sent import note_order_sent
from avstem.services.order_agreement import Order, order_agreement
from avstem.services.reject_agreement import reject_agreement
from avstem.services.report_agreement_error import report_agreement_error
from avstem.services.verify import verify
from avstem.store.models import (
    Activation,
    Agreement,
    AuditEvent,
    BankAccount,
    BankTransaction,
)
from tests.cli.files import Line, statement_xml

pytestmark = [pytest.mark.django_db, pytest.mark.database]
S = AgreementState
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
TODAY = date(2026, 11, 24)
BBAN, SECOND = "15030001017", "15030002021"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


class Bank:
    """A company and its agreement with DNB; each method is one click."""

    def __init__(self) -> None:
        self.at = NOW
        company = add_company(orgnr="974760673", name="Prøve AS", actor="kari", now=NOW)
        self.company = company.pk
        self.account = self.add(BBAN, "operating", "1920")
        self.second = self.add(SECOND, "currency", "1960")

    @property
    def by(self) -> dict[str, Any]:
        return {"company_id": self.company, "actor": "kari", "now": self.at}

    @property
    def on(self) -> dict[str, Any]:
        return {**self.by, "agreement_id": Agreement.objects.latest("pk").pk}

    def add(self, number: str, kind: str, ledger: str, **more: Any) -> BankAccount:
        return add_account(account=NewAccount(number, kind, ledger, **more), **self.by)

    def order(self, *accounts: BankAccount, bank: str = "dnb", **more: Any) -> Agreement:
        ids = tuple(each.pk for each in accounts or (self.account,))
        return order_agreement(order=Order(bank, ids, **more), **self.by)

    def sent(self) -> Agreement:
        return note_order_sent(**self.on)

    def confirm(self, **more: Any) -> Agreement:
        return confirm_agreement(**self.on, **more)

    def reject(self, reason: str = "Prokura mangler", **more: Any) -> Agreement:
        return reject_agreement(reason=reason, **self.on, **more)

    def fail(self, reason: str = "Nøkkelen er utløpt", **more: Any) -> Agreement:
        return report_agreement_error(reason=reason, **self.on, **more)

    def mend(self) -> Agreement:
        return mend_agreement(**self.on)

    def deactivate(self, *accounts: BankAccount) -> list[Activation]:
        wanted = accounts or (self.account,)
        rows = [Activation.objects.filter(account=each).latest("pk").pk for each in wanted]
        return deactivate_activation(activation_ids=rows, **self.by)

    def typed(self, day: date, account: BankAccount | None = None) -> BankTransaction:
        return add_transaction(
            account_id=(account or self.account).pk, booking_date=day, amount_minor=-12_500,
            text="Gebyr", **self.by,
        )  # fmt: skip

    def statement(
        self, path: Path, day: str, *lines: Line, source: str = "sync", **more: Any
    ) -> Any:
        path.write_text(statement_xml(BBAN, day, "0.00", "0.00", list(lines), **more), "utf-8")
        return import_statement(path=path, name=path.name, source=source, **self.by)

    def states(self) -> tuple[str, list[str]]:
        rows = Activation.objects.filter(agreement=Agreement.objects.latest("pk"))
        return Agreement.objects.latest("pk").state, [each.state for each in rows.order_by("pk")]

    def status(self) -> AgreementStatus:
        return agreement_status(company_id=self.company, now=self.at)[0]

    def first(self) -> AccountStatus:
        return self.status().accounts[0]

    def events(self) -> list[str]:
        rows = AuditEvent.objects.filter(action__startswith="agreement.").order_by("sequence")
        return [each.action.removeprefix("agreement.") for each in rows]


@pytest.fixture
def bank() -> Bank:
    return Bank()


def test_the_whole_life(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    assert bank.states() == ("ordered", ["ordered", "ordered"])
    bank.sent()
    assert bank.states() == ("awaiting_bank", ["awaiting_bank", "awaiting_bank"])
    bank.confirm(account_ids=[bank.account.pk])
    assert bank.states() == ("active", ["active", "awaiting_bank"])
    bank.reject(account_ids=[bank.second.pk])
    assert bank.states() == ("active", ["active", "rejected"])
    bank.fail()
    assert bank.states() == ("in_error", ["active", "rejected"])
    bank.mend()
    assert bank.states() == ("active", ["active", "rejected"])
    assert Agreement.objects.get().reason == ""
    bank.deactivate()
    assert bank.states() == ("ended", ["ended", "rejected"])
    ended = Activation.objects.get(account=bank.account)
    assert ended.ended_on == TODAY
    assert bank.events() == [
        "ordered", "sent", "confirmed", "rejected", "in_error", "mended", "deactivated",
    ]  # fmt: skip
    assert [check for check in verify() if check.faults] == []


CLICKS: dict[str, Callable[[Bank], Any]] = {
    "order": lambda bank: bank.order(),
    "sent": lambda bank: bank.sent(),
    "confirm": lambda bank: bank.confirm(),
    "reject": lambda bank: bank.reject(),
    "fail": lambda bank: bank.fail(),
    "mend": lambda bank: bank.mend(),
    "deactivate": lambda bank: bank.deactivate(),
}
# How the agreement comes to each state, and what each click makes of it: `=` nothing, `-` refused.
LIVES = {
    "ordered": ("order",),
    "awaiting_bank": ("order", "sent"),
    "active": ("order", "sent", "confirm"),
    "in_error": ("order", "sent", "fail"),
    "in_error later": ("order", "sent", "confirm", "fail"),
    "ended": ("order", "sent", "confirm", "deactivate"),
    "rejected": ("order", "sent", "reject"),
}
CLICK_NAMES = ("order", "sent", "confirm", "reject", "fail", "mend", "deactivate")
OUTCOMES = {
    # found            order sent            confirm   reject      fail        mend     deactivate
    "ordered":        ("= awaiting_bank active   rejected    -           =             ended"),
    "awaiting_bank":  ("= =             active   rejected    in_error    =             ended"),
    "active":         ("= =             =        -           in_error    =             ended"),
    "in_error":       ("= awaiting_bank active   rejected    =           awaiting_bank ended"),
    "in_error later": ("= -             =        -           =           active        ended"),
    "ended":          ("ordered -       -        -           -           -             ="),
    "rejected":       ("ordered -       -        =           -           -             ="),
}  # fmt: skip


@pytest.mark.parametrize(("life", "click"), list(product(LIVES, CLICK_NAMES)))
def test_every_click_in_every_state(bank: Bank, life: str, click: str) -> None:
    for each in LIVES[life]:
        CLICKS[each](bank)
    found, events = bank.states(), bank.events()
    outcome = OUTCOMES[life].split()[CLICK_NAMES.index(click)]
    if outcome == "-":
        with pytest.raises(RefusalError) as refused, transaction.atomic():
            CLICKS[click](bank)
        assert isinstance(refused.value, StateError)
    else:
        CLICKS[click](bank)
    after = bank.states()
    assert after[0] == (found[0] if outcome in "=-" else outcome)
    assert (bank.events() == events) is (outcome in "=-"), "an event for each change, and no other"

    if outcome not in "=-" and click != "order":
        events = bank.events()
        CLICKS[click](bank)
        assert bank.states() == after
        assert bank.events() == events, "twice is once"


@pytest.mark.parametrize("model", [Agreement, Activation])
@pytest.mark.parametrize(("found", "wanted"), [p for p in product(S, S) if p[0] is not p[1]])
def test_the_tables_refuse_every_other_move(bank: Bank, model: Any, found: S, wanted: S) -> None:
    bank.order()
    for state in {S.ORDERED: (), S.AWAITING_BANK: (S.AWAITING_BANK,)}.get(
        found, (S.AWAITING_BANK, *((S.ACTIVE,) if found is S.IN_ERROR else ()), found)
    ):
        write(model, state)
    if wanted in MOVES[found]:
        write(model, wanted)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        write(model, wanted)
    assert model.objects.get().state == found


def write(model: Any, state: S) -> None:
    closed = NOW if state in (S.ENDED, S.REJECTED) else None
    model.objects.update(state=state.value, confirmed_at=NOW, closed_at=closed)


@pytest.mark.parametrize(
    "changed",
    [
        {"bank": "nordea"}, {"closed_at": NOW}, {"state": "active"},
        {"state": "ended"}, {"state": "nonsense"},
    ],
)  # fmt: skip
def test_the_table_keeps_what_an_agreement_is_for(bank: Bank, changed: dict[str, Any]) -> None:
    bank.order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.update(**changed)


def test_the_tables_keep_one_live_activation_an_account(bank: Bank) -> None:
    bank.order()
    other = Agreement.objects.create(company_id=bank.company, bank="nordea", ordered_at=NOW)
    row = {"company_id": bank.company, "agreement": other, "activation_date": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(account=bank.account, **row)
    savings = bank.add("15030003028", "savings", "1930")
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(account=savings, **row)
    BankAccount.objects.filter(pk=bank.second.pk).update(iban="15030002021")
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(account=bank.second, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(account=bank.second, state="active", confirmed_at=NOW, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.create(company_id=bank.company, bank="dnb", ordered_at=NOW)
    for model in (Activation, Agreement):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_ordering_more_accounts_adds_them_to_the_agreement(bank: Bank) -> None:
    first = bank.order()
    bank.confirm()
    again = bank.order(bank.account, bank.second)
    assert again == first
    assert bank.states() == ("active", ["active", "ordered"])
    bank.confirm()
    assert bank.states() == ("active", ["active", "active"])


def test_what_cannot_be_connected_is_refused(bank: Bank) -> None:
    tax = bank.add("15030004032", "tax", "1950")
    with pytest.raises(AccountNotPermittedError):
        bank.order(tax)
    BankAccount.objects.filter(pk=bank.second.pk).update(iban="")
    bank.second.refresh_from_db()
    with pytest.raises(AccountNotPermittedError):
        bank.order(bank.account, bank.second)
    assert not Agreement.objects.exists(), "all of an order or nothing"
    bank.order()
    with pytest.raises(AccountNotPermittedError):
        bank.order(bank.account, bank="nordea")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"bank": "finnes-ikke"}, NotFoundError),
        ({"channel": "brevdue"}, InvalidValueError),
        ({"activation_date": date(2016, 1, 1)}, InvalidValueError),
    ],
)
def test_an_order_that_is_wrong_is_refused(
    bank: Bank, wrong: dict[str, Any], refusal: type[RefusalError]
) -> None:
    with pytest.raises(refusal):
        bank.order(**wrong)


def test_an_order_needs_an_account(bank: Bank) -> None:
    with pytest.raises(InvalidValueError):
        order_agreement(order=Order("dnb", ()), **bank.by)


def test_another_channel_for_a_live_agreement_is_refused(bank: Bank) -> None:
    bank.order(channel="sftp")
    assert bank.order(channel="sftp").channel == "sftp"
    with pytest.raises(AlreadyExistsError):
        bank.order(channel="folder")


def test_typing_obeys_the_waiting_rules(bank: Bank) -> None:
    begins = TODAY - timedelta(days=4)
    before = begins - timedelta(days=1)
    assert bank.typed(begins)
    bank.order(activation_date=begins)
    for click in (None, bank.sent, bank.fail):
        if click:
            click()
        assert bank.typed(before)
        for day in (begins, TODAY):
            with pytest.raises(WaitingForBankError):
                bank.typed(day)
        assert bank.typed(TODAY, bank.second), "another account is another matter"
    bank.mend()
    bank.confirm()
    assert bank.typed(begins)
    assert bank.typed(TODAY)
    bank.fail()
    assert bank.typed(TODAY), "what was active may be typed while it is mended"


def test_a_day_has_come_when_it_has_come_in_norway(bank: Bank) -> None:
    bank.at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert bank.typed(date(2026, 11, 25)), "half past midnight in Oslo"
    bank.at = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    with pytest.raises(InvalidValueError):
        bank.typed(date(2026, 11, 25))


@pytest.mark.parametrize("over", ["deactivate", "reject"])
def test_an_order_that_is_withdrawn_or_rejected_lets_go(bank: Bank, over: str) -> None:
    bank.order()
    with pytest.raises(WaitingForBankError):
        bank.typed(TODAY)
    CLICKS[over](bank)
    assert bank.typed(TODAY)


def test_a_line_of_the_bank_joins_what_was_typed_for_a_waiting_day(
    bank: Bank, tmp_path: Path
) -> None:
    bank.order()
    bank.confirm()
    bank.typed(TODAY)
    bank.at += timedelta(days=1)
    line = Line("-125.00", "B-1", text="Gebyr", day=str(TODAY))
    path = tmp_path / "first.xml"
    path.write_text(
        statement_xml(BBAN, str(TODAY), "1000.00", "875.00", [line], until="2026-11-25"), "utf-8"
    )
    done = import_statement(path=path, name=path.name, source="sync", **bank.by)
    assert (done.added, done.joined) == (0, 1)
    rows = BankTransaction.objects.exclude(state="superseded")
    assert [each.amount_minor for each in rows] == [-12_500]


def test_the_first_statement_is_expected_late_and_then_there(bank: Bank, tmp_path: Path) -> None:
    bank.order()
    assert (bank.first().expected, bank.first().days_late) == (None, 0)
    bank.confirm()
    assert bank.first().expected == Days(date(2026, 11, 25), date(2026, 11, 27))
    bank.at = NOW + timedelta(days=5)  # a Sunday
    assert bank.first().days_late == 0
    bank.at = NOW + timedelta(days=6)
    assert bank.first().days_late == 1
    connect_agreement(connection=Connection("folder", FOLDERS), **bank.on)
    bank.statement(tmp_path / "by_hand.xml", "2026-11-26", source="upload")
    assert bank.first().days_late == 1, "what a person brought is no sign that the bank sends"
    bank.statement(tmp_path / "sent.xml", "2026-11-27", id="2")
    assert (bank.first().days_late, bank.first().first_came) == (0, True)
    assert bank.status().late == ()


def test_the_gap_and_the_waiting_days_are_shown(bank: Bank, tmp_path: Path) -> None:
    bank.statement(tmp_path / "old.xml", "2026-11-10")
    bank.order(activation_date=date(2026, 11, 20))
    assert bank.first().gap == Days(date(2026, 11, 11), date(2026, 11, 19))
    assert bank.first().waiting_days is None, "nothing can be typed yet"
    bank.confirm()
    assert bank.first().waiting_days == Days(date(2026, 11, 20), TODAY)
    bank.at += timedelta(days=1)
    bank.statement(tmp_path / "new.xml", "2026-11-23", until="2026-11-24", id="2")
    assert bank.first().waiting_days == Days(date(2026, 11, 20), date(2026, 11, 22))
    bank.statement(tmp_path / "gap.xml", "2026-11-11", until="2026-11-22", id="3")
    assert (bank.first().gap, bank.first().waiting_days) == (None, None)


def test_the_bank_may_begin_another_day_than_was_asked(bank: Bank) -> None:
    bank.order()
    bank.confirm(activation_date=date(2026, 12, 1))
    assert Activation.objects.get().activation_date == date(2026, 12, 1)
    assert bank.first().expected == Days(date(2026, 12, 2), date(2026, 12, 4))


def test_a_no_to_one_account_alone_leaves_the_agreement_and_needs_a_reason(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(InvalidValueError):
            bank.reject(reason)
    bank.reject(account_ids=[bank.second.pk])
    bank.reject(account_ids=[bank.second.pk])
    assert bank.states() == ("ordered", ["ordered", "rejected"])
    assert Activation.objects.latest("pk").reason == "Prokura mangler"


def test_one_account_in_error_leaves_the_others(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    bank.confirm()
    bank.fail(account_ids=[bank.second.pk])
    assert bank.states() == ("active", ["active", "in_error"])
    bank.mend()
    assert bank.states() == ("active", ["active", "active"])


FOLDERS = {"incoming": "/srv/bank/ut", "outgoing": "/srv/bank/inn"}
SFTP = {
    "host": "sftp.example.no", "user": "974760673",
    "host_keys": ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"],
    "fetch_folder": "out", "send_folder": "in",
}  # fmt: skip


def test_a_connection_keeps_its_secret_sealed(bank: Bank) -> None:
    bank.order()
    said = Connection("sftp", SFTP, {"sftp_private_key": Secret("HEMMELIG")}, sender_id="974760673")
    row = connect_agreement(connection=said, **bank.on)
    assert row.credential is not None
    assert (row.credential.kind, row.credential.name) == ("sftp_private_key", "dnb")
    event = AuditEvent.objects.get(action="agreement.connected")
    assert "HEMMELIG" not in json.dumps([event.facts, row.place])
    connect_agreement(connection=Connection("sftp", SFTP, sender_id="974760673"), **bank.on)
    assert bank.events() == ["ordered", "connected"], "the same again is nothing new"


@pytest.mark.parametrize(
    "wrong",
    [
        Connection("brevdue"),
        Connection("sftp", {"host": "x"}),
        Connection("sftp", {**SFTP, "password": "hemmelig"}),
        Connection("sftp", {**SFTP, "host_keys": "SHA256:abc"}),
        Connection("sftp", {**SFTP, "host_keys": []}),
        Connection("sftp", {**SFTP, "host_keys": ["SHA256:abc"]}),
        Connection("sftp", SFTP),
        Connection("folder", FOLDERS, new_key="rsa"),
        Connection("folder", FOLDERS, freshness="at once"),
        Connection("sftp", {**SFTP, "port": 70_000}),
        Connection("folder", FOLDERS, {"pin": Secret("1234")}),
        Connection("folder", FOLDERS, sender_id="x" * 36),
        Connection("folder", FOLDERS, generation=3),
    ],
)
def test_a_connection_that_is_wrong_is_refused(bank: Bank, wrong: Connection) -> None:
    bank.order()
    with pytest.raises(InvalidValueError):
        connect_agreement(connection=wrong, **bank.on)


def test_an_agreement_that_is_over_is_not_connected(bank: Bank) -> None:
    bank.order()
    bank.deactivate()
    with pytest.raises(StateError):
        connect_agreement(connection=Connection("folder", FOLDERS), **bank.on)


def test_another_companys_agreements_and_accounts_are_not_there(bank: Bank) -> None:
    bank.order()
    mine = Activation.objects.get()
    other = add_company(orgnr="923609016", name="Annen AS", actor="ola", now=NOW)
    bank.company = other.pk
    clicks = [bank.sent, bank.confirm, bank.reject, bank.fail, bank.mend, bank.order]
    clicks.append(lambda: connect_agreement(connection=Connection("netbank"), **bank.on))
    for click in clicks:
        with pytest.raises(NotFoundError), transaction.atomic():
            click()
    with pytest.raises(NotFoundError):
        deactivate_activation(activation_ids=[mine.pk], **bank.by)
    assert agreement_status(company_id=other.pk, now=NOW) == []
    theirs = Agreement.objects.create(company=other, bank="dnb", ordered_at=NOW)
    row = {"company": other, "agreement": theirs, "activation_date": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Activation.objects.create(account=bank.account, **row)


def test_the_status_takes_two_queries_however_many_accounts(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    with CaptureQueriesContext(
        connection,
    ) as few:
        bank.status()
    for n in range(20):
        number = bank.add(SPARE[n], "operating", str(7000 + n))
        bank.order(number)
    with CaptureQueriesContext(connection) as many:
        assert len(bank.status().accounts) == 22
    assert len(many) == len(few)


def _spare() -> list[str]:
    from avstem.domain.identifiers import is_norwegian_account

    numbers = (f"1503{n:07d}" for n in range(500_000, 501_000))
    return [each for each in numbers if is_norwegian_account(each)][:20]


SPARE = _spare()
