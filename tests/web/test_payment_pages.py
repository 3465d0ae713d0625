"""The payment pages without a browser: who sees and does what, and what is approved."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avstem.services.add_company import add_company
from avstem.services.cancel_payments import cancel_payments
from avstem.services.change_payment import change_payment
from avstem.services.set_payment_rules import limit_approver, set_payment_rules
from avstem.store.models import AuditEvent
from tests.payments.books import ACCOUNTS, HEADER, ORGNR, Payer, bill, credit, report
from tests.web.payer import Member, member, words

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def payer(tmp_path: Path) -> Payer:
    payer = Payer.open(tmp_path)
    payer.bills(bill("1001", "1250.50"), bill("1002", "300.00", party="Maler AS"))
    return payer


@pytest.fixture
def keeper(payer: Payer) -> Member:
    return member(payer, "bookkeeper")


@pytest.fixture
def approver(payer: Payer) -> Member:
    return member(payer, "approver")


def prepare(keeper: Member, *items: int, **more: str) -> str:
    return keeper.post("payments/prepare/", bill=[*map(str, items)], **more)


def approve(person: Member, payer: Payer, *numbers: str, **more: str) -> str:
    orders = [payer.order(number) for number in numbers]
    seen = {f"seen-{each.pk}": each.order_hash for each in orders}
    return person.post(
        "payments/approve/", order=[str(each.pk) for each in orders], **{**seen, **more}
    )


def test_bills_that_wait_for_an_agreement_lead_to_it(tmp_path: Path) -> None:
    payer = Payer(tmp_path)
    payer.company = add_company(orgnr=ORGNR, name="Prøve AS", actor="test", now=payer.at).pk
    payer.bills(bill("1001"))
    page = member(payer, "bookkeeper").browser.get(f"/{ORGNR}/payments/").content.decode()
    assert "The bills below wait for an agreement" in words(page)
    assert f'<a class="button primary" href="/{ORGNR}/agreements/">' in page
    assert '<details class="card" open>' in page


def test_what_leaves_first_is_the_first_to_approve(payer: Payer, keeper: Member) -> None:
    later, sooner = payer.item("1001").pk, payer.item("1002").pk
    prepare(keeper, later, **{f"day-{later}": "11.12.2026"})
    prepare(keeper, sooner, **{f"day-{sooner}": "02.12.2026"})
    said = keeper.get("payments/?tab=approve")
    assert said.index("1002") < said.index("1001")
    assert said.index("02.12.2026") < said.index("11.12.2026")


def test_what_is_ready_is_shown_with_what_holds_it_and_what_cannot_be_paid(
    payer: Payer, keeper: Member
) -> None:
    payer.bills(bill("1003", account="", party="Uten AS"), credit("K1", "50.50"))
    said = keeper.get("payments/")
    assert "Rør AS 1001" in said
    assert "1 200,00" in said
    assert "Less credit note K1: 50,50" in said
    assert "The first payment to this recipient." in said
    assert "1 bill cannot be paid as it is" in said
    assert "The bill has no account number." in said


def test_only_what_is_ticked_becomes_a_payment_a_part_and_another_day_as_typed(
    payer: Payer, keeper: Member
) -> None:
    item = payer.item("1001").pk
    said = prepare(keeper, item, **{f"amount-{item}": "250,50", f"day-{item}": "15.02.2027"})
    assert "1 payment is made." in said
    [order] = payer.orders()
    assert (order.amount_minor, str(order.execution_date)) == (25050, "2027-02-15")


@pytest.mark.parametrize(
    ("field", "typed"), [("amount", "1250,51"), ("amount", "0"), ("day", "31.02.2027")]
)
def test_more_than_is_left_nothing_or_a_day_that_is_none_makes_no_payment(
    payer: Payer, keeper: Member, field: str, typed: str
) -> None:
    item = payer.item("1001").pk
    prepare(keeper, item, **{f"{field}-{item}": typed})
    assert payer.orders() == []


def test_nothing_ticked_pays_nothing(payer: Payer, keeper: Member) -> None:
    assert "one payment at least" in prepare(keeper)
    assert payer.orders() == []


def test_the_page_of_approval_shows_all_that_the_hash_covers(
    payer: Payer, approver: Member
) -> None:
    payer.prepare()
    order = payer.order("1001")
    said = approver.get(f"payments/approve/?order={order.pk}")
    for part in (
        "Rør AS", ACCOUNTS[0], "1 250,50", "NOK", f"{order.execution_date:%d.%m.%Y}",
        order.account.iban, order.text, order.end_to_end_id, order.order_hash[:16],
        "The first payment to this recipient.", "1 person must say yes.", "kari@example.no",
    ):  # fmt: skip
        assert part in said, part


def test_nothing_chosen_is_said_and_shows_no_page_of_approval(
    payer: Payer, approver: Member
) -> None:
    answer = approver.browser.get(f"/{ORGNR}/payments/approve/", follow=True)
    assert "one payment at least" in words(answer.content.decode())


def test_what_was_seen_is_approved_and_what_was_changed_meanwhile_is_not(
    payer: Payer, approver: Member
) -> None:
    payer.prepare()
    old = payer.order("1002")
    change_payment(order_id=old.pk, pay_on=old.execution_date.replace(day=4), **payer.by)
    assert "2 payments are approved." not in approve(
        approver, payer, "1001", "1002", **{f"seen-{old.pk}": old.order_hash}
    )
    assert payer.states() == ["awaiting_approval", "awaiting_approval"]
    assert "2 payments are approved." in approve(approver, payer, "1001", "1002")
    assert payer.states() == ["approved", "approved"]
    kept = AuditEvent.objects.filter(action="payments.approved").latest("sequence")
    assert (kept.actor, kept.facts["confirmed_by"]) == (approver.email, "code")


def test_two_people_are_two_people_whoever_clicks_twice(payer: Payer, approver: Member) -> None:
    set_payment_rules(selects=False, approvals_needed=2, **payer.by)
    payer.prepare()
    said = approve(approver, payer, "1001")
    assert "1 waits for one more person." in said
    approve(approver, payer, "1001")
    assert payer.order("1001").state == "awaiting_approval"
    assert "yes from approver@example.no" in approver.get("payments/?tab=approve")
    approve(member(payer, "accountant"), payer, "1001")
    assert payer.order("1001").state == "approved"


def test_who_may_not_is_told_why_beforehand_and_nothing_is_sent_along(
    payer: Payer, approver: Member
) -> None:
    limit_approver(person=approver.email, limit_minor=1_000_00, **payer.by)
    payer.prepare()
    order = payer.order("1001")
    answer = approver.browser.get(f"/{ORGNR}/payments/approve/?order={order.pk}")
    page = answer.content.decode()
    assert "you may approve up to" in page
    assert f"seen-{order.pk}" not in page
    approve(approver, payer, "1001")
    assert payer.order("1001").state == "awaiting_approval"


def test_the_only_approver_writes_why_a_typed_account_number_is_right(payer: Payer) -> None:
    kari = member(payer, "owner", "kari@example.no")
    payer.prepare()
    order = payer.order("1002")
    kari.post(f"payments/{order.pk}/change/", account=ACCOUNTS[1])
    assert "Write how you know" in kari.get(f"payments/approve/?order={order.pk}")
    approve(kari, payer, "1002")
    assert payer.order("1002").state == "awaiting_approval"
    approve(kari, payer, "1002", reason="Ringte Maler AS på 22 00 00 00")
    assert payer.order("1002").state == "approved"


@pytest.mark.parametrize("role", ["bookkeeper", "reader"])
def test_who_approves_nothing_reaches_no_page_of_approval(payer: Payer, role: str) -> None:
    payer.prepare()
    order = payer.order("1001")
    person = member(payer, role)
    person.get(f"payments/approve/?order={order.pk}", status=403)
    form = {"order": str(order.pk), f"seen-{order.pk}": order.order_hash}
    assert person.status_of("payments/approve/", **form) == 403
    assert order.state == payer.order("1001").state == "awaiting_approval"


def test_an_approver_changes_and_makes_nothing_but_may_cancel(
    payer: Payer, approver: Member
) -> None:
    item = payer.item("1001").pk
    assert approver.status_of("payments/prepare/", bill=str(item)) == 403
    payer.prepare()
    order = payer.order("1001")
    assert approver.status_of(f"payments/{order.pk}/change/", account=ACCOUNTS[1]) == 403
    approver.post("payments/cancel/", order=str(order.pk), reason="Feil")
    assert payer.order("1001").state == "cancelled"
    reader = member(payer, "reader")
    reader.post("payments/cancel/", order=str(payer.order("1002").pk), reason="Feil")
    assert payer.order("1002").state == "awaiting_approval"


def test_the_payments_and_bills_of_another_company_are_not_found(
    payer: Payer, tmp_path: Path, approver: Member
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    other = Payer.open(theirs, orgnr="317000022")
    other.bills(bill("9001"))
    other.prepare()
    order, item = other.order("9001"), other.item("9001")
    own = payer.item("1001").pk
    for path in (
        f"payments/{order.pk}/", f"invoices/{item.pk}/", f"invoices/{own}/like/{item.pk}/",
    ):  # fmt: skip
        approver.get(path, status=404)
    form = {"order": str(order.pk), f"seen-{order.pk}": order.order_hash}
    approver.post("payments/approve/", **form)
    approver.post("payments/cancel/", **form)
    assert other.order("9001").state == "awaiting_approval"


def test_the_invoice_tells_where_its_payment_is_with_file_ids_status_and_person(
    payer: Payer, keeper: Member
) -> None:
    payer.pay()
    order, file = payer.order("1001"), payer.file()
    line = (order.batch_id, order.end_to_end_id, "RJCT", "AC04")
    payer.answer(report(file.message_id, lines=[line]))
    said = keeper.get(f"invoices/{order.item_id}/")
    told = [
        "Made of the bill", "Approved", f"Put into the file {file.message_id}", "Sent to the bank",
        "The bank says: The bank has refused it.", "RJCT", "The account is closed.",
        "Ask the supplier for an account that can be paid to.", "AC04", "«Bankens ord»",
    ]  # fmt: skip
    places = [said.index(part, said.index("Where is the payment now?")) for part in told]
    assert places == sorted(places)
    assert file.remote_name in said
    assert "kari@example.no" in said
    listed = keeper.get("payments/?tab=rejected")
    assert "The account is closed." in listed


def test_a_code_that_nobody_knows_is_shown_as_the_bank_wrote_it(
    payer: Payer, keeper: Member
) -> None:
    payer.pay()
    order = payer.order("1001")
    line = (order.batch_id, order.end_to_end_id, "RJCT", "ZZ99")
    payer.answer(report(payer.file().message_id, lines=[line]))
    assert "ZZ99 «Bankens ord»" in keeper.get("payments/?tab=rejected")


def test_a_payment_at_the_bank_is_asked_back_from_its_page(payer: Payer, keeper: Member) -> None:
    payer.pay()
    order = payer.order("1001")
    assert "It has left: the bank is asked" in keeper.get(f"payments/{order.pk}/")
    said = keeper.post("payments/cancel/", order=str(order.pk), reason="Feil beløp")
    assert "The bank is asked with the next file." in said
    assert "The bank was asked to cancel it" in keeper.get(f"payments/{order.pk}/")


def test_bills_that_are_alike_are_compared(payer: Payer, keeper: Member) -> None:
    payer.bills(bill("F-1001", "1250.50"))
    payer.prepare()
    order, other = payer.order("F-1001"), payer.item("1001")
    assert "Compare with 1001" in keeper.get(f"payments/{order.pk}/")
    assert "Compare with F-1001" in keeper.get(f"invoices/{other.pk}/")
    said = keeper.get(f"invoices/{other.pk}/like/{order.item_id}/")
    assert re.search(r"1001 Supplier Rør AS .* F-1001 Supplier Rør AS", said)


def test_a_bill_that_may_have_come_before_is_named_where_it_is_uploaded(
    payer: Payer, keeper: Member
) -> None:
    rows = "\n".join([HEADER, bill("F-1001", "1250.50"), bill("77", "8.00")]) + "\n"
    file = SimpleUploadedFile("more.csv", rows.encode())
    said = keeper.post("upload/", files=[file])
    assert "1 bill is like another from the same supplier." in said
    assert "F-1001 1 250,50 Compare with 1001" in said


def test_a_long_list_takes_as_many_questions_as_a_short_one(payer: Payer, keeper: Member) -> None:
    counts = []
    for start in (0, 40):
        payer.bills(*(bill(f"L{n}", party=f"Lev {n} AS") for n in range(start, start + 40)))
        payer.prepare()
        paths = ("payments/", "payments/?tab=approve")
        if start:
            cancel_payments(order_ids=[payer.order("L40").pk], reason="x", **payer.by)
        for path in paths:
            with CaptureQueriesContext(connection) as seen:
                keeper.get(path)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 38, counts
