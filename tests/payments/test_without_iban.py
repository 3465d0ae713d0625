"""Suppliers in countries without IBAN, and accounts abroad that are changed on an order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.clearing_codes import bank_said
from avstem.domain.errors import InvalidValueError, OwnAccountChangeError
from avstem.domain.payment_abroad import (
    NOTHING_KNOWN,
    AccountWithoutIban,
    PayeeAbroad,
    is_abroad,
    lacks,
    way_abroad,
)
from avstem.domain.payment_errors import PayeeLacksError
from avstem.services.change_payment import change_payment
from avstem.store.models import Agreement, OpenItem, Party, PayeeDetail, PaymentOrder
from avstem.store.payments import hash_of
from tests.payments.banked import TODAY, Banked
from tests.payments.books import ACCOUNTS, Payer
from tests.payments.test_abroad import BERLIN, BRITISH, GERMAN, bars, foreign, take, tell
from tests.payments.test_no_path import PATHS, Path_
from tests.web.payer import member

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NUMBER, ROUTING = "000123456789", "USABA 021000021"
US: dict[str, Any] = {
    "town": "New York", "country": "US", "number": NUMBER, "purpose_code": "29",
    "purpose_text": "Consulting",
}  # fmt: skip


def american(number: str, amount: str = "200.00") -> str:
    return foreign(number, amount, "USD", account="", value="2100.00", party="Acme Inc")


def acme(payer: Payer | Banked, bank: str = ROUTING, **more: str) -> None:
    tell(payer, "Acme Inc", **US, number_bank=bank, **more)


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    take(payer, american("A1"))
    return payer


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("bank", ["CHASUS33", ROUTING])
def test_the_file_names_number_bank_and_address(payer: Payer, bank: str, version: int) -> None:
    Agreement.objects.update(generation=version)
    assert bars(payer) == ["no_account"]
    acme(payer, bank)
    assert bars(payer) == [""]
    payer.prepare()
    payer.approve(reason="Ringt")
    made = payer.make()
    assert made.refused == [], "the schema and our rules take it"
    content = bytes(payer.file().content)
    assert f"<Othr><Id>{NUMBER}</Id>".encode() in content and b"<TwnNm>New York" in content
    member_id = b"<MmbId>021000021</MmbId>" if bank == ROUTING else b"CHASUS33"
    assert member_id in content and b"<Cd>29</Cd>" in content


def test_it_is_held_and_whoever_wrote_the_number_does_not_approve_it(payer: Payer) -> None:
    acme(payer)
    tell(payer, "Acme Inc", street="Wall St", town="New York", country="US", number=NUMBER,
         number_bank=ROUTING)  # fmt: skip
    payer.prepare()
    order = payer.order("A1")
    assert order.holds.split() == ["first_payment", "account_remembered", "bank_exchanges"]
    assert order.account_changed_by == payer.person, "not the one who took in the bill"
    payer.add_person("per@example.no", "approver")
    with pytest.raises(OwnAccountChangeError):
        payer.approve(order)
    payer.approve(order, person="per@example.no")
    payer.make()
    payer.send()
    take(payer, american("A2", "300.00"))
    payer.person = "per@example.no"
    payer.prepare()
    assert "first_payment" not in payer.order("A2").holds

    acme(payer, "USABA 026009593")
    take(payer, american("A3", "400.00"))
    payer.prepare()
    changed = payer.order("A3")
    assert "new_account" in changed.holds, "the same number at another bank is another account"
    assert changed.account_changed_by == "per@example.no"


def test_what_another_says_again_does_not_make_it_theirs(payer: Payer) -> None:
    acme(payer)
    payer.person = "per@example.no"
    acme(payer, street="Wall St")
    assert PayeeDetail.objects.get().account_set_by == "kari@example.no"


def test_another_supplier_s_number_is_told(payer: Payer) -> None:
    acme(payer)
    take(payer, foreign("B1", "50.00", "USD", account="", value="500.00", party="Other Inc"))
    tell(payer, "Other Inc", **US, number_bank=ROUTING)
    payer.prepare()
    assert "account_of_another" in payer.order("B1").holds


@pytest.mark.parametrize("send", PATHS)
def test_no_path_sends_it_unapproved_or_to_another_bank(payer: Payer, send: Path_) -> None:
    acme(payer)
    payer.stand_for()
    payer.prepare()
    send(payer)
    assert (payer.delivered(), payer.states()) == ({}, ["awaiting_approval"])
    order = payer.order("A1")
    other = {**(order.abroad or {}), "elsewhere": "USABA 026009593"}
    order.abroad = other
    assert hash_of(order, order.account) != order.order_hash, "the bank is in the hash"


@pytest.mark.parametrize(
    "bank", ["USABA 021000022", "USABA 21", "GBDSC 123456", "DEUTDEFF", "NONSENSE1", "", "XXABC 1"]
)
def test_a_bank_that_is_none_there_is_refused(payer: Payer, bank: str) -> None:
    with pytest.raises(InvalidValueError):
        acme(payer, bank)
    assert not PayeeDetail.objects.exists()


def test_an_iban_is_no_number_without_one(payer: Payer) -> None:
    with pytest.raises(InvalidValueError):
        tell(payer, "Acme Inc", **{**US, "number": GERMAN}, number_bank=ROUTING)


def test_a_number_that_looks_norwegian_is_not() -> None:
    number = AccountWithoutIban(ACCOUNTS[0], bank_said(ROUTING))
    payee = PayeeAbroad(elsewhere=number)
    assert is_abroad("NOK", ACCOUNTS[0])
    assert lacks("NOK", ACCOUNTS[0], payee, 100) is not None
    way = way_abroad(
        "NOK", "NOX1", PayeeAbroad(elsewhere=AccountWithoutIban("NOX1", number.bank)), 1
    )
    assert way["charges"] == "SHAR" and way["kind"] == "cross_border"
    assert lacks("USD", "1", NOTHING_KNOWN, 1) is not None


def test_it_is_paid_and_settled(tmp_path: Path) -> None:
    banked = Banked.open(tmp_path)
    take(banked, foreign("A1", "20000.00", "USD", account="", value="210000.00", party="Acme Inc"))
    acme(banked)
    banked.round()
    banked.approve(*banked.orders(), reason="Ringt")
    banked.send_payments()
    banked.until(TODAY + timedelta(days=1))
    assert (banked.states(), banked.left("A1")) == (["settled"], 0)
    assert banked.faults() == []
    take(banked, american("A2", "30.00"))
    banked.round()
    assert "bank_exchanges" not in banked.order_of("A2").holds, "the bank has done it"


def change(payer: Payer, account: str) -> PaymentOrder:
    return change_payment(order_id=payer.orders()[-1].pk, creditor_account=account, **payer.by)


def test_another_account_abroad_takes_its_own_bank_and_way(payer: Payer) -> None:
    take(payer, foreign("E1", "50.00", party="Teile GmbH"))
    tell(payer, **BERLIN, purpose_code="14", purpose_text="Deler")
    payer.prepare()
    order = payer.order("E1")
    payer.approve(order)
    payer.cancel(order)
    payer.prepare()
    order = change(payer, "FR14 2004 1010 0505 0001 3M02 606")
    assert order.abroad and (order.abroad["kind"], order.account_changed_by) == (
        "sepa", payer.person,
    )  # fmt: skip
    assert "account_typed" in order.holds
    assert order.order_hash == hash_of(payer.order("E1"), order.account)
    order = change(payer, ACCOUNTS[1])
    assert order.abroad and order.abroad["purpose"] is None, "euro to Norway is not reported"
    payer.add_person("per@example.no", "approver")
    with pytest.raises(OwnAccountChangeError):
        payer.approve(order)
    payer.approve(order, person="per@example.no")
    assert payer.make().refused == []


def test_what_is_missing_for_the_other_account_is_said(payer: Payer) -> None:
    take(payer, foreign("U1", "50.00", "USD", party="Teile GmbH"))
    tell(payer, **BERLIN, bic="DEUTDEFF", account=GERMAN, purpose_code="14", purpose_text="Deler")
    payer.prepare()
    with pytest.raises(PayeeLacksError):
        change(payer, BRITISH)
    assert payer.order("U1").creditor_account == GERMAN
    tell(payer, bic="NWBKGB2L", account=BRITISH)
    order = change(payer, BRITISH)
    assert order.abroad and order.abroad["bic"] == "NWBKGB2L"
    tell(payer, number=NUMBER, number_bank="CHASUS33")
    order = change(payer, NUMBER)
    assert order.abroad and order.abroad["elsewhere"] == "CHASUS33"
    with pytest.raises(InvalidValueError):
        change(payer, "99999999")
    payer.approve(order, reason="Ringt")
    assert payer.make().refused == []


def test_the_page_takes_the_number_and_shows_what_is_approved(payer: Payer) -> None:
    who = member(payer, "accountant")
    item = OpenItem.objects.get(number="A1")
    assert "country without IBAN" in who.get(f"invoices/{item.pk}/")
    who.post(f"invoices/{item.pk}/payee/", **US, number_bank=ROUTING)
    assert NUMBER in who.get("payments/") and NUMBER in who.get(f"invoices/{item.pk}/")
    payer.prepare()
    shown = who.get(f"payments/approve/?order={payer.order('A1').pk}")
    for each in (NUMBER, ROUTING, "New York", "Consulting", "names no account"):
        assert each in shown
    assert Party.objects.filter(name="Acme Inc").exists()
