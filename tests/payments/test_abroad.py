"""Bills in other currencies, or to accounts abroad: from what is missing to the debit."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from avstem.domain.errors import DifferenceError, InvalidValueError, PaymentOverLimitError
from avstem.domain.money import Money
from avstem.services.accept_suggestion import accept_suggestion
from avstem.services.add_account import NewAccount, add_account
from avstem.services.change_payment import change_payment
from avstem.services.import_invoices import import_invoices
from avstem.services.set_payee import Payee, set_payee
from avstem.services.set_payment_rules import limit_approver
from avstem.services.undo_booking import undo_booking
from avstem.store.models import ExchangeRate, OpenItem, Party, PaymentOrder
from avstem.store.queries.cash_ahead import cash_ahead
from tests.payments.banked import BANK, CHARGES, PAYABLES, SLUG, TODAY, USER, Banked
from tests.payments.books import ACCOUNTS, Payer, bill
from tests.support.bank_life import account_at
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]
GERMAN, BRITISH = "DE89370400440532013000", "GB82WEST12345698765432"
HEADER = (
    "type;number;party_name;party_account;invoice_date;due_date;currency;amount;"
    "amount_company_currency"
)
BERLIN = {"street": "Unter den Linden", "building_number": "1", "post_code": "10117",
          "town": "Berlin", "country": "DE"}  # fmt: skip


def foreign(
    number: str, amount: str, currency: str = "EUR", *, account: str = GERMAN, value: str = "",
    kind: str = "supplier_invoice", party: str = "Teile GmbH",
) -> str:  # fmt: skip
    return f"{kind};{number};{party};{account};2026-11-02;2026-11-24;{currency};{amount};{value}"


def take(payer: Payer | Banked, *lines: str) -> None:

    payer.serial += 1
    path = payer.folder / f"foreign{payer.serial}.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
    answer = import_invoices(path=path, name=path.name, **{**payer.by, "actor": "faktura@x.no"})
    assert not answer.refused, [str(each.refusal) for each in answer.refused]


def tell(payer: Payer | Banked, party: str = "Teile GmbH", **said: str) -> None:
    found = Party.objects.get(company_id=payer.company, name=party)
    set_payee(party_id=found.pk, payee=Payee(**said), **payer.by)


def priced() -> None:
    """A euro is 11.50."""
    ExchangeRate.objects.create(
        base="NOK", currency="EUR", day=date(2026, 11, 23), price=Decimal("11.50"), source="test"
    )


def bars(payer: Payer) -> list[str]:
    return [each.bar.value if each.bar else "" for each in payer.payable()]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    return Payer.open(tmp_path)


@pytest.fixture
def banked(tmp_path: Path) -> Banked:
    return Banked.open(tmp_path)


def test_what_lacks_is_asked_for_in_turn(payer: Payer) -> None:
    take(payer, foreign("1", "20000.00", "USD", account=BRITISH))
    assert bars(payer) == ["needs_address"]
    tell(payer, **BERLIN)
    assert bars(payer) == ["needs_bank"]
    tell(payer, bic="DEUTDEFF", account=BRITISH)
    assert bars(payer) == ["needs_bank"], "a German bank has no British account"
    tell(payer, bic="NWBKGB2L", account=BRITISH)
    assert bars(payer) == ["needs_purpose"], "nobody knows what it is in kroner"
    tell(payer, purpose_code="29", purpose_text="Reparasjon")
    assert bars(payer) == [""]
    take(payer, foreign("2", "5.00", "USD", account=GERMAN))
    assert bars(payer) == ["", "needs_bank"], "another account is at another bank"
    assert [each.abroad["purpose"]["code"] for each in payer.payable() if each.abroad] == ["29"] * 2


def test_within_sepa_nothing_but_the_purpose_of_large_sums_is_asked_for(payer: Payer) -> None:

    take(payer, foreign("1", "8000.00"), foreign("2", "9000.00"), foreign("3", "1.00", "NOK"))
    assert bars(payer) == ["needs_purpose", "needs_purpose", "needs_address"]
    priced()
    assert bars(payer) == ["", "needs_purpose", "needs_address"]
    payer.prepare()
    [order] = payer.orders()
    assert order.abroad == {
        "kind": "sepa", "address": None, "bic": "", "purpose": None, "charges": "SLEV",
        "nok_minor": 92_000_00,
    }  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        {"bic": "NONSENSE1"}, {"country": "de"}, {"purpose_code": "99", "purpose_text": "?"},
        {"purpose_code": "14"}, {"charges": "MINE"}, {"town": "Berlin"},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_bank_would_take_is_not_remembered(payer: Payer, said: dict[str, str]) -> None:
    take(payer, foreign("1", "50.00"))
    with pytest.raises(InvalidValueError):
        tell(payer, **said)


def test_an_approval_covers_the_bank_and_the_purpose(payer: Payer) -> None:
    take(payer, foreign("1", "20000.00", "USD"))
    tell(payer, **BERLIN, bic="DEUTDEFF", account=GERMAN, purpose_code="14", purpose_text="Deler")
    payer.prepare()
    [order] = payer.orders()
    seen = order.order_hash
    tell(payer, bic="COBADEFF", account=GERMAN)
    assert PaymentOrder.objects.get().order_hash == seen, "an order stays as it was made"
    payer.approve()
    payer.make()
    payer.send()
    [content] = payer.delivered().values()
    assert b"DEUTDEFF" in content and b"<Cd>14</Cd>" in content and b"<TwnNm>Berlin" in content


def test_euro_to_germany_by_sepa_from_an_account_in_kroner(banked: Banked) -> None:
    take(banked, foreign("1001", "1000.00", value="11400.00"))
    tell(banked, purpose_code="14", purpose_text="Deler")
    banked.pay()
    [order] = banked.orders()
    assert (order.state, order.currency, order.text) == ("sent", "EUR", "1001")
    banked.until(TODAY + timedelta(days=1))
    assert banked.states() == ["settled"] and banked.left("1001") == 0
    # Booked at 11.40, exchanged by the bank at 11.50.
    assert banked.vouchers()[-1] == [(BANK, -11_500_00), (PAYABLES, 1000_00), ("8160", 100_00)]
    assert banked.faults() == []


def test_dollars_abroad_with_the_purpose_and_the_bank_s_word(banked: Banked) -> None:
    take(banked, foreign("7", "20000.00", "USD", account=BRITISH, value="210000.00"))
    tell(banked, **BERLIN, bic="NWBKGB2L", account=BRITISH, purpose_code="29",
         purpose_text="Konsulent")  # fmt: skip
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    assert banked.states() == ["settled"]
    assert banked.vouchers()[-1] == [
        (BANK, -208_000_00), (PAYABLES, 20_000_00), ("8060", -2_000_00),
    ]  # fmt: skip
    assert CHARGES not in {account for account, _ in banked.vouchers()[-1]}
    assert banked.faults() == []


def test_credit_notes_in_the_currency_are_drawn_off_and_settled(banked: Banked) -> None:
    take(
        banked, foreign("1001", "1000.00", value="11400.00"),
        foreign("C9", "300.00", kind="supplier_credit_note", account="", value="3420.00"),
    )  # fmt: skip
    tell(banked, purpose_code="14", purpose_text="Deler")
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    assert (banked.left("1001"), banked.left("C9")) == (0, 0)
    assert banked.order_of("1001").text == "1001 C9"
    assert banked.faults() == []


def test_a_debit_that_is_undone_is_not_paid_again(banked: Banked) -> None:

    take(banked, foreign("1001", "1000.00", value="11400.00"))
    tell(banked, purpose_code="14", purpose_text="Deler")
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    undo_booking(transaction_id=banked.debits()[0].pk, **banked.by)
    assert banked.left("1001") == 1000_00
    banked.approve_all()
    assert len(banked.orders()) == 1


def test_what_comes_back_is_owed_again_at_its_old_value(banked: Banked) -> None:
    banked.bank.close_payee(GERMAN, is_known=False)
    take(banked, foreign("1001", "1000.00", value="11400.00"))
    tell(banked, purpose_code="14", purpose_text="Deler")
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    banked.until(TODAY + timedelta(days=7))
    assert banked.states() == ["returned"] and banked.left("1001") == 1000_00
    assert OpenItem.objects.get(number="1001").value_minor == 11_400_00
    assert banked.faults() == []


def test_an_order_abroad_changes_its_account_with_all_that_is_sent_beside_it(payer: Payer) -> None:
    take(payer, foreign("1", "50.00"))
    tell(payer, purpose_code="14", purpose_text="Deler")
    payer.prepare()
    [before] = payer.orders()
    order = change_payment(order_id=before.pk, creditor_account=ACCOUNTS[0], **payer.by)
    assert before.abroad and order.abroad
    assert (before.abroad["purpose"], order.abroad["purpose"]) == (
        {"code": "14", "text": "Deler"}, None,
    )  # fmt: skip
    assert order.order_hash != before.order_hash and "account_typed" in order.holds
    with pytest.raises(InvalidValueError):
        change_payment(order_id=order.pk, creditor_account="12345678901", **payer.by)


def test_the_page_of_the_bill_asks_and_remembers(payer: Payer) -> None:
    take(payer, foreign("1", "20000.00", "USD", account=BRITISH))
    item = OpenItem.objects.get(number="1")
    who = member(payer, "accountant")
    assert "names the supplier's address" in who.get("payments/")
    assert "To be paid abroad" in who.get(f"invoices/{item.pk}/")
    said = {**BERLIN, "bic": "NWBKGB2L", "purpose_code": "29", "purpose_text": "Konsulent"}
    who.post(f"invoices/{item.pk}/payee/", charges="DEBT", **said)
    payer.prepare()
    [order] = payer.orders()
    assert order.abroad == {
        "kind": "cross_border", "address": BERLIN, "bic": "NWBKGB2L", "charges": "DEBT",
        "nok_minor": None, "purpose": {"code": "29", "text": "Konsulent"},
    }  # fmt: skip
    shown = who.get(f"payments/approve/?order={order.pk}")
    for each in ("NWBKGB2L", "Unter den Linden", "Konsulent", "We pay both banks"):
        assert each in shown, "the hash covers it"
    reader = member(payer, "reader")
    assert reader.status_of(f"invoices/{item.pk}/payee/", charges="SHAR") == 403


def test_a_limit_is_in_kroner_whatever_the_payment_is_in(payer: Payer) -> None:
    priced()
    take(payer, foreign("1", "1000.00"), foreign("2", "100.00"), foreign("3", "10.00", "USD"))
    tell(payer, **BERLIN, bic="DEUTDEFF", account=GERMAN, purpose_code="14", purpose_text="Deler")
    payer.prepare()
    payer.add_person("per@example.no", "approver")
    limit_approver(person="per@example.no", limit_minor=10_000_00, **payer.by)
    for number in ("1", "3"):
        with pytest.raises(PaymentOverLimitError):
            payer.approve(payer.order(number), person="per@example.no")
    payer.approve(payer.order("2"), person="per@example.no")
    assert payer.order("2").state == "approved"


def test_cash_ahead_counts_what_the_bank_will_exchange(banked: Banked) -> None:
    priced()
    banked.until(TODAY + timedelta(days=1))
    take(banked, foreign("1", "1000.00"), foreign("2", "10.00", "USD"))
    tell(banked, **BERLIN, bic="DEUTDEFF", account=GERMAN, purpose_code="14", purpose_text="Deler")
    banked.approve_all()
    found = cash_ahead(banked.company, today=TODAY + timedelta(days=1))
    [account] = found.accounts
    assert account.ahead.start_minor - account.ahead.days[-1].balance_minor == 11_500_00
    assert found.unplaced == (("USD", -10_00),), "nobody knows what a dollar costs"
    [order] = PaymentOrder.objects.filter(item__number="1")
    assert order.abroad["nok_minor"] == 11_500_00


def test_euro_leave_the_account_in_euro_where_there_is_one(tmp_path: Path) -> None:
    priced()
    banked = Banked.open(tmp_path)
    iban = banked.bank.open_account(USER, Money(5_000_00, "EUR"), iban=account_at(SLUG, 2))
    banked.bank.activate(iban)
    euro = NewAccount(
        iban, "currency", "1921", currency="EUR", from_date=TODAY, opening_balance="5000.00"
    )
    banked.order(SLUG, [add_account(account=euro, **banked.by)])
    banked.confirm(SLUG)
    take(banked, foreign("1001", "1000.00", value="11400.00"))
    banked.pay()
    [order] = banked.orders()
    assert (order.account.currency, order.state) == ("EUR", "sent")
    banked.until(TODAY + timedelta(days=1))
    assert (banked.states(), banked.left("1001")) == (["settled"], 0)
    assert banked.vouchers()[-1] == [("1921", -1000_00), (PAYABLES, 1000_00), ("8160", 100_00)]
    assert banked.faults() == []


def test_what_was_sent_beside_a_payment_abroad_can_be_cancelled(payer: Payer) -> None:
    priced()
    take(payer, foreign("1", "1000.00"))
    payer.bills(bill("1001"))
    payer.pay()
    assert payer.states() == ["sent", "sent"]
    for number in ("1", "1001"):
        [request] = payer.cancel(payer.order(number)).requests
        assert payer.order(number).batch_id.encode() in bytes(request.content)


def test_a_bill_booked_at_a_value_that_no_rate_explains_holds_up_nothing(banked: Banked) -> None:
    take(banked, foreign("1001", "1000.00", value="114.00"))
    tell(banked, purpose_code="14", purpose_text="Deler")
    banked.bills(bill("1002", due="2026-11-24"))
    banked.pay()
    banked.until(TODAY + timedelta(days=1))
    assert (banked.left("1001"), banked.left("1002")) == (1000_00, 0)
    [waits] = [each for each in banked.debits() if each.state != "booked"]
    assert waits.state == "suggested", "a person looks at the value"
    with pytest.raises(DifferenceError):
        accept_suggestion(transaction_id=waits.pk, position=0, **banked.by)
    assert banked.faults() == []
