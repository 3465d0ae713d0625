"""Account reports in JSON: booked and pending, and no direction of money that is merely guessed."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from avstem.domain.errors import FileTooLargeError, RefusalError
from avstem.domain.statement import (
    BalanceProof,
    Entry,
    EntryStatus,
    Notice,
    Reference,
    StatementHead,
    StatementKind,
)
from avstem.formats import read_statements
from avstem.formats.detect import HEAD_BYTES, claims
from avstem.formats.json_tree import BYTES_MAX
from tests.support.corpus import FOLDER, corpus_rows

IBAN, OTHER = "NO9386011117947", "NO6115030001017"
#: Amounts without a sign, whose parties (both, or none) do not tell the direction.
REFUSED = {
    f"xs2a_json/adorsys-xs2a__{name}.json"
    for name in (
        "AccountModelMapper-transaction-details-expected",
        "AccountModelMapper-transactions",
        "CardAccountTransaction",
        "CardTransactionList",
        "transactions-list-expected",
    )
}
UNSIGNED = ["-100.00 USD", "100.00 USD", "-100.00 USD"]


def read(
    content: Any, notices: list[Notice] | None = None
) -> list[tuple[StatementHead, list[Entry]]]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    sources = read_statements(io.BytesIO(data), file="konto.json", notices=notices)
    return [(source.head, list(source.entries)) for source in sources]


@pytest.mark.parametrize("row", corpus_rows("xs2a_json"))
def test_real_files(row: Any) -> None:
    content = Path(FOLDER / row["file"]).read_bytes()
    assert [name.name for _, name in claims(content[:HEAD_BYTES])] == ["xs2a"]
    if row["file"] in REFUSED:
        with pytest.raises(RefusalError, match="a sign on the amounts"):
            read(content)
        return
    notices: list[Notice] = []
    [(head, entries)] = read(content, notices)
    told = row["expected"]["read"]
    for status in (EntryStatus.BOOKED, EntryStatus.PENDING):
        counts = [n for key, n in told.items() if key.endswith(f".{status.value}")]
        assert sum(entry.status is status for entry in entries) == sum(counts)
    if entries:
        assert [str(entry.amount) for entry in entries] == UNSIGNED
        assert head.kind is StatementKind.REPORT
        assert "xs2a.unsigned" in {each.code for each in notices}
    else:
        assert head.account == "DE371234599997"


def transaction(amount: str, day: str = "2026-03-02", **more: Any) -> dict[str, Any]:
    return {
        "transactionAmount": {"currency": more.pop("currency", "NOK"), "amount": amount},
        "bookingDate": day,
    } | more


def report(*booked: Any, pending: Any = (), **more: Any) -> dict[str, Any]:
    lists = {"booked": list(booked), "pending": list(pending)} | more.pop("lists", {})
    return {"account": {"iban": IBAN, "currency": "NOK"}, "transactions": lists} | more


def balance(kind: str, amount: str) -> dict[str, Any]:
    return {"balanceType": kind, "balanceAmount": {"currency": "NOK", "amount": amount}}


PAID = transaction(
    "1250.50",
    entryReference="R1",
    transactionId="T-1",
    valueDate="2026-03-03",
    endToEndId="NOTPROVIDED",
    bankTransactionCode="PMNT-RCDT-ESCT",
    debtorName="Bjørg  &\nSønn",
    debtorAccount={"bban": "15030001017"},
    creditorName="Vi AS",
    creditorAccount={"iban": IBAN},
    remittanceInformationStructured={"reference": "12345674", "referenceType": "SCOR"},
    remittanceInformationUnstructured="Faktura 88",
    remittanceInformationUnstructuredArray=["Faktura 88", "takk"],
    currencyExchange=[
        {"exchangeRate": 11.37, "instructedAmount": {"currency": "EUR", "amount": "110.00"}}
    ],
)


def test_a_transaction_with_all_its_parts() -> None:
    for content in (json.dumps(report(PAID), ensure_ascii=False).encode(encoding)
                    for encoding in ("utf-8", "utf-8-sig", "utf-16")):  # fmt: skip
        [(head, [entry])] = read(content)
        assert (head.account, head.currency, head.kind) == (IBAN, "NOK", StatementKind.STATEMENT)
        assert (str(head.from_date), str(entry.booking_date)) == ("2026-03-02", "2026-03-02")
        assert (str(entry.value_date), str(entry.amount)) == ("2026-03-03", "1250.50 NOK")
        assert (entry.reference, entry.entry_number) == ("R1", "T-1")
        assert entry.code == "PMNT/RCDT/ESCT"
        [part] = entry.transactions
        assert (part.counterparty, part.counterparty_account) == ("Bjørg & Sønn", OTHER)
        assert part.references == (Reference("kid", "12345674"),)
        assert part.remittance == ("Faktura 88", "takk")
        assert part.end_to_end_id is None
        assert (str(part.original_amount), part.exchange_rate) == ("110.00 EUR", "11.37")


def test_pending_is_not_booked_and_balances_are_proved_by_what_is() -> None:
    [(head, entries)] = read(
        report(
            transaction("-50.00", creditorName="Kari"),
            pending=[transaction("-99.00", creditorName="Ola")],
            balances=[balance("openingBooked", "100.00"), balance("closingBooked", "50.00"),
                      balance("interimAvailable", "1.00")],
        )
    )  # fmt: skip
    proof = BalanceProof(head)
    statuses = [entry.status for entry in proof.watch(entries)]
    assert statuses == [EntryStatus.BOOKED, EntryStatus.PENDING]
    assert proof.holds() is True
    assert entries[0].transactions[0].counterparty == "Kari"


def test_a_page_proves_nothing() -> None:
    notices: list[Notice] = []
    balances = [balance("openingBooked", "100.00"), balance("closingBooked", "-999.00")]
    links = {"_links": {"next": {"href": "http://bank/2"}}}
    [(head, _)] = read(report(transaction("-50.00"), lists=links, balances=balances), notices)
    assert head.balances_booked is False
    assert [each.code for each in notices] == ["xs2a.more_pages"]


DEBTOR = {"debtorName": "Kari"}
CREDITOR = {"creditorName": "Butikken"}
OPENING = balance("openingBooked", "100.00")


def amounts(content: Any) -> tuple[StatementKind, list[str]]:
    [(head, entries)] = read(content)
    return head.kind, [entry.amount.decimal() for entry in entries]


@pytest.mark.parametrize(
    ("entries", "closing", "kind", "read_as"),
    [
        ([("-5", CREDITOR), ("7", CREDITOR)], None, "statement", ["-5.00", "7.00"]),
        ([("5", DEBTOR), ("7", DEBTOR)], None, "statement", ["5.00", "7.00"]),
        ([("5", DEBTOR), ("7", CREDITOR)], None, "report", ["5.00", "-7.00"]),
        ([("5", DEBTOR), ("7", CREDITOR)], "98.00", "statement", ["5.00", "-7.00"]),
        ([("5", DEBTOR), ("7", CREDITOR)], "112.00", "statement", ["5.00", "7.00"]),
        ([("5", DEBTOR), ("7", CREDITOR)], "1.00", "report", ["5.00", "-7.00"]),
        ([("5", {}), ("7", CREDITOR | DEBTOR)], "112.00", "statement", ["5.00", "7.00"]),
        ([("5", {"creditDebitIndicator": "DBIT"}), ("7", CREDITOR)], None, "statement",
         ["-5.00", "7.00"]),
    ],
)  # fmt: skip
def test_the_direction_is_stated_or_proved_and_else_never_booked(
    entries: Any, closing: str | None, kind: str, read_as: list[str]
) -> None:
    booked = [transaction(amount, **parties) for amount, parties in entries]
    balances = [OPENING, balance("closingBooked", closing)] if closing else []
    assert amounts(report(*booked, balances=balances)) == (StatementKind(kind), read_as)


@pytest.mark.parametrize("parties", [{}, DEBTOR | CREDITOR])
def test_a_direction_that_nothing_tells_is_refused(parties: dict[str, str]) -> None:
    with pytest.raises(RefusalError) as refused:
        read(report(transaction("5", **DEBTOR), transaction("7", **parties)))
    assert refused.value.facts()["place"] == "transactions.booked[1].transactionAmount"


def test_a_batch_has_its_parts_where_they_add_up() -> None:
    parts = [{"transactionAmount": {"currency": "NOK", "amount": each}, "creditorName": each}
             for each in ("30", "20.00")]  # fmt: skip
    [(_, [entry])] = read(report(transaction("-50.00", entryDetails=parts)))
    assert [str(part.amount) for part in entry.transactions] == ["-30.00 NOK", "-20.00 NOK"]
    assert entry.transactions[0].counterparty == "30"
    notices: list[Notice] = []
    [(_, [entry])] = read(report(transaction("-51.00", entryDetails=parts)), notices)
    assert [str(part.amount) for part in entry.transactions] == ["-51.00 NOK"]
    assert [each.code for each in notices] == ["entry.details_differ"]


def test_a_card_is_no_account_and_shows_what_was_paid_abroad() -> None:
    bought = {
        "cardTransactionId": "C1", "transactionDate": "2026-03-01", "transactionDetails": "ICA",
        "transactionAmount": {"currency": "NOK", "amount": "-110.00"},
        "originalAmount": {"currency": "SEK", "amount": "-100.00"},
    }  # fmt: skip
    content = {"cardAccount": {"maskedPan": "1234****5678"},
               "cardTransactions": {"booked": [bought], "pending": [bought]}}  # fmt: skip
    [(head, [booked, pending])] = read(content)
    assert (head.account, head.currency) == (None, "NOK")
    assert (str(booked.booking_date), booked.text) == ("2026-03-01", "ICA")
    assert (pending.booking_date, str(pending.value_date)) == (None, "2026-03-01")
    assert str(booked.transactions[0].original_amount) == "100.00 SEK"


@pytest.mark.parametrize(
    ("content", "place", "found"),
    [
        (report(transaction("-5", "2026-02-30")), "transactions.booked[0].bookingDate", "2026-02-30"),
        (report(transaction("-5,00")), "transactions.booked[0].transactionAmount.amount", "-5,00"),
        (report(transaction("-5.001")), "transactions.booked[0].transactionAmount.amount", "-5.001"),
        (report(transaction("-5", currency="kr")), "transactions.booked[0].transactionAmount", "kr"),
        (report({"bookingDate": "2026-03-02"}), "transactions.booked[0].transaction", "nothing"),
        (report(transaction("-5", "")), "transactions.booked[0].bookingDate", "nothing"),
        (report("hei"), "transactions.booked[0]", "hei"),
        (report(transaction("-5", creditDebitIndicator="CRDT")), "transactions.booked[0]", "CRDT"),
        (report(transaction("-5", debtorName=["x"])), "transactions.booked[0].debtorName", "list"),
        (b'{"booked": [{"a": 1, "a": 2}]}', "the file", "twice"),
        (b'{"booked": [NaN]}', "the file", "NaN"),
        (b'{"booked": [{}', "line 1", "Expecting"),
        (b'{"booked": []} x', "line 1", "Extra"),
        (b'{"booked": ["\xff"]}', "byte", "UTF-8"),
        (b'{"booked": ' + b"[" * 40 + b"]" * 40 + b"}", "character 43", "32 levels"),
        (b'{"booked": [' + b"1," * 1_500_001 + b"1]}", "character", "values"),
    ],
    ids=lambda each: str(each)[:20],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_place(content: Any, place: str, found: str) -> None:
    with pytest.raises(RefusalError) as refused:
        read(content)
    facts = refused.value.facts()
    assert facts["place"].startswith(place)
    assert found in facts["found"]


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(FileTooLargeError):
        read(b'{"booked": [' + b" " * BYTES_MAX + b"]}")


def test_characters_that_no_table_takes_are_blanks() -> None:
    [(_, [entry])] = read(report(transaction("-5", creditorName="A\x00B\ud800C")))
    assert entry.transactions[0].counterparty == "A B C"


def test_a_reference_that_is_none_is_text() -> None:
    notices: list[Notice] = []
    [(_, [entry])] = read(
        report(transaction("-5", remittanceInformationStructuredArray=[
            {"reference": "RF18 5390 0754 7034"}, {"reference": "ordre 7"}])), notices
    )  # fmt: skip
    [part] = entry.transactions
    assert part.references == (Reference("kid", "RF18539007547034"),)
    assert part.remittance == ("ordre 7",)
    assert [each.code for each in notices] == ["kid.not_a_kid"]
