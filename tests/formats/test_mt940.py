"""MT940 and MT942 read to what was written, to what others found, and refuse what is uncertain."""

import contextlib
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnreadableFileError
from avstem.domain.identifiers import is_iban
from avstem.domain.money import Money
from avstem.domain.statement import (
    BalanceProof,
    Entry,
    EntryStatus,
    Notice,
    StatementHead,
    StatementKind,
)
from avstem.formats import detect, read_statements
from avstem.formats.mt940 import reader as mt940_reader
from avstem.formats.mt940.claim import claim_mt940
from tests.support.corpus import FOLDER, corpus_rows

Statement = tuple[StatementHead, list[Entry], bool | None]

#: Refused, though the manifest calls them valid; the place, and why.
REFUSED = {
    # It ends within or behind an account number: nobody can tell that it was not cut off there.
    "wolph-mt940__account_identification.sta": "line 1",
    # Balances with a dot, which the manifest's reader cut off at it; then a lone `:20:`.
    "kingsquare__Rabo_sample2.sta": "line 5",
    # An entry without its statement: no account, no currency, and what stood before it is lost.
    "cmxl__statement-details-mt940.txt": "line 1",
}
#: Read otherwise than the manifest, and why.
OTHERWISE = {
    # Its reader took a field it did not know into the statement number.
    "cmxl__mt940.txt": {"number"},
    "wolph-mt940__raphaelm.sta": {"number"},
    # An end-of-file mark before `:20:` hid the last statement from it; there are four.
    "zilverline__two_accounts.txt": {"statements"},
    # A page is proved by its booked balances alone (`:60F:` with `:62F:`).
    "kingsquare__Knab_sample.sta": {"balanced"},
    "kingsquare__Knab_sample3.sta": {"balanced"},
    "kingsquare__Spk_sample.sta": {"balanced"},
    "mt940-rs__MT940_DK_Example.sta": {"balanced"},
}
#: Read, though not all in them is as the standard has it.
NOTICES = {
    "cmxl__mt940-deutsche_bank.txt": {"mt940.no_such_day"},
    "cmxl__mt940-iso8859-1.txt": {"mt940.no_such_day"},
    "cmxl__mt940.txt": {"mt940.no_such_day"},
    # No closing balance, but a forward one behind where it should be: the entries had ended.
    "jejik-mt940__K4262927_20200905-080000-952.txt": {"mt940.no_closing_balance"},
    "jejik-mt940__knab.txt": {"mt940.no_comma"},
    "jejik-mt940__oldenburgischelandesbank2.txt": {"mt940.no_closing_balance"},
    "wolph-mt940__knab.sta": {"mt940.no_comma"},
    "wolph-mt940__multiline.sta": {"mt940.entry_after_closing"},
    "wolph-mt940__raphaelm.sta": {"mt940.balance_without_currency"},
    # `12:11` of a time at the beginning of a line, and a bank's own 30 February.
    "wolph-mt940__transaction_details_wrapped.sta": {
        "mt940.unknown_field",
        "mt940.no_such_value_date",
    },
    "wolph-mt940__wrapped_timestamp.sta": {"mt940.unknown_field", "mt940.no_such_value_date"},
}
#: Broken files that are read, for no value in them is uncertain.
READ_ALL_THE_SAME = {
    # As the one above, which the manifest calls valid.
    "wolph-mt940__february_30.sta": {"mt940.no_such_value_date"},
    # The text of an entry goes on with `:12:11`.
    "mt940-rs__unknown_tag.sta": {"mt940.unknown_field"},
    # `:9401:` for `:940:` before the first statement.
    "oca-bsi__v10.0_test-wrong-file.940": {"mt940.unknown_field"},
}
REFUSALS = {
    "mt940-rs__unexpected_tag.sta": ("line 2", "no :25:"),
    "php-finformats__invalid.mt940": ("line 1", "no :60F:"),
    "wolph-mt940__account_balance_credit.sta": ("line 1", ":60F:"),
    "wolph-mt940__account_balance_debit.sta": ("line 1", ":60F:"),
    "wolph-mt940__account_identification_iban.sta": ("line 1", ":25:"),
    "wolph-mt940__account_identification_legacy.sta": ("line 1", ":25:"),
    "wolph-mt940__amount_formats.sta": ("line 1", ":60F:"),
    "wolph-mt940__currency_in_25.sta": ("line 1", ":25:"),
    "wolph-mt940__empty_86.sta": ("line 1", ":86:"),
    "wolph-mt940__missing_crlf_at_end.sta": ("line 1", ":62F:"),
    "zilverline__knab_invalid.txt": ("line 9", "the end of the statement"),
}


def read(content: bytes, notices: list[Notice] | None = None) -> list[Statement]:
    found = []
    for source in read_statements(io.BytesIO(content), file="bank.sta", notices=notices):
        proof, entries = BalanceProof(source.head), []
        for entry in source.entries:
            proof.add(entry)
            entries.append(entry)
        found.append((source.head, entries, proof.holds()))
    return found


def read_corpus(file: str, notices: list[Notice] | None = None) -> list[Statement]:
    return read((FOLDER / file).read_bytes(), notices)


def decimal(amount: Money | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.decimal())


def total(amounts: Iterable[Money]) -> Decimal:
    return sum((abs(Decimal(each.decimal())) for each in amounts), Decimal(0))


def said(statement: Statement) -> dict[str, Any]:
    """What we read, under the manifest's names."""
    head, entries, balanced = statement
    return {
        "account": head.account,
        "ccy": head.currency,
        "number": head.sequence,
        "ref": head.id,
        "entries": len(entries),
        "opening": decimal(head.opening_balance),
        "closing": decimal(head.closing_balance),
        "sum_credit": total(each.amount for each in entries if each.amount.minor > 0),
        "sum_debit": total(each.amount for each in entries if each.amount.minor < 0),
        "balanced": balanced,
        "reversals": sum(each.reversal for each in entries),
    }


def expected(facts: dict[str, Any]) -> dict[str, Any]:
    """The manifest's facts in the same types; an IBAN without the currency behind it."""
    wanted = dict(facts)
    for name in ("opening", "closing", "sum_credit", "sum_debit"):
        wanted[name] = None if wanted[name] is None else Decimal(wanted[name])
    bare = str(wanted.get("account")).removesuffix("EUR").strip()
    if is_iban(bare):
        wanted["account"] = bare
    return wanted


@pytest.mark.parametrize("row", corpus_rows("mt940", "mt942", valid="yes"))
def test_a_real_file_reads_to_what_an_independent_reader_found(row: dict[str, Any]) -> None:
    name, notices = Path(row["file"]).name, list[Notice]()
    if name in REFUSED:
        with pytest.raises(UnreadableFileError) as refused:
            read_corpus(row["file"])
        assert refused.value.place == REFUSED[name]
        return
    found = read_corpus(row["file"], notices)
    wanted, leave_out = row["expected"]["read"]["statements"], OTHERWISE.get(name, set())
    if "statements" not in leave_out:
        assert len(found) == len(wanted)
        for statement, facts in zip(found, wanted, strict=True):
            got, want = said(statement), expected(facts)
            names = (got.keys() & want.keys()) - leave_out
            assert {each: got[each] for each in names} == {each: want[each] for each in names}
    assert {each.code for each in notices} == NOTICES.get(name, set())
    assert {head.format for head, _, _ in found} == {row["kind"]}


@pytest.mark.parametrize("row", corpus_rows("mt940", "mt942", valid="no"))
def test_a_broken_real_file_is_refused_or_has_no_uncertain_value(row: dict[str, Any]) -> None:
    name, notices = Path(row["file"]).name, list[Notice]()
    if name in READ_ALL_THE_SAME:
        assert all(balanced for _, _, balanced in read_corpus(row["file"], notices))
        assert {each.code for each in notices} == READ_ALL_THE_SAME[name]
        return
    with pytest.raises(UnreadableFileError) as refused:
        read_corpus(row["file"])
    assert (refused.value.place, refused.value.found) == REFUSALS[name]


def test_an_end_of_file_mark_does_not_hide_the_statement_behind_it() -> None:
    row = "mt940/zilverline__two_accounts.txt"
    if not (FOLDER / row).exists():
        pytest.skip("no corpus")
    found = read_corpus(row)
    assert [(head.account, len(entries), balanced) for head, entries, balanced in found] == [
        ("1567.50.961EUR", 2, True),
        ("9914.30.727EUR", 0, True),
        ("3462.483.153 EUR", 0, True),
        ("1325.76.155EUR", 1, True),
    ]


def message(*lines: str, opening: str = "C251231NOK0,00", closing: str | None = None) -> str:
    """A statement around these lines; without a closing balance given, it is cut off."""
    head = [":20:STATEMENT", ":25:DNBANOKK/86011117947", ":28C:7/1", f":60F:{opening}", *lines]
    return "\n".join([*head, *([f":62F:{closing}", "-"] if closing else []), ""])


def entries_of(*lines: str, closing: str = "C260131NOK0,00") -> list[Entry]:
    return read(message(*lines, closing=closing).encode())[0][1]


def test_the_head_tells_whose_money_and_when() -> None:
    text = message(":61:2601050105C12,50NTRFNONREF//B1", closing="C260131NOK12,50")
    ((head, _, balanced),) = read(text.encode())
    assert (head.format, head.kind) == ("mt940", StatementKind.STATEMENT)
    assert (head.id, head.sequence) == ("STATEMENT", "7/1")
    assert (head.account, head.currency) == ("NO9386011117947", "NOK")
    assert (head.from_date, head.to_date) == (date(2025, 12, 31), date(2026, 1, 31))
    assert (head.opening_balance, head.closing_balance) == (Money(0, "NOK"), Money(1250, "NOK"))
    assert balanced is True


@pytest.mark.parametrize(
    ("mark", "minor", "is_reversal"),
    [("C", 1250, False), ("D", -1250, False), ("RC", -1250, True), ("RD", 1250, True),
     ("CK", 1250, False), ("DD", -1250, False), ("RDR", 1250, True), ("RCR", -1250, True)],
)  # fmt: skip
def test_a_reversal_moves_the_money_back(mark: str, minor: int, is_reversal: bool) -> None:
    (entry,) = entries_of(f":61:2601050105{mark}12,5NTRFNONREF")
    assert (entry.amount.minor, entry.reversal) == (minor, is_reversal)


@pytest.mark.parametrize(
    ("value", "entered", "booked"),
    [("251231", "0102", date(2026, 1, 2)), ("260102", "1231", date(2025, 12, 31)),
     ("240228", "0229", date(2024, 2, 29)), ("260105", "", None)],
)  # fmt: skip
def test_the_entry_date_takes_the_year_that_is_nearest(
    value: str, entered: str, booked: date | None
) -> None:
    (entry,) = entries_of(f":61:{value}{entered}C1,NTRFNONREF")
    assert entry.booking_date == booked
    assert entry.value_date == date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))


def test_references_are_whose_they_are() -> None:
    first, second = entries_of(
        ":61:2601050105C1,00NTRFINV 17//BANK 1",
        ":86:TEXT",
        ":61:2601050105C1,00NTRFNONREF",
        ":86:T",
    )
    part = first.transactions[0]
    assert (first.reference, part.bank_reference, part.end_to_end_id) == ("BANK 1", None, "INV 17")
    assert (second.reference, second.transactions[0].end_to_end_id) == (None, None)
    assert (first.code, first.status) == ("NTRF", EntryStatus.BOOKED)


def test_german_subfields_are_read() -> None:
    (entry,) = entries_of(
        ":61:2601050105C230,00N166NONREF//5",
        ":86:166?00GUTSCHRIFT?100004772?20EREF+E2E-1?21KREF+P-9?22SVWZ+Rechnung 4711 vo"
        "m 3. J?23anuar?30COBADEFFXXX?31DE89370400440532013001?32Max Mustermann?33GmbH",
    )
    part = entry.transactions[0]
    assert (entry.text, part.counterparty) == ("GUTSCHRIFT", "Max Mustermann GmbH")
    assert part.counterparty_account == "DE89370400440532013001"
    assert (part.end_to_end_id, part.payment_information_id) == ("E2E-1", "P-9")
    assert part.remittance == ("Rechnung 4711 vom 3. Januar",)


def test_fields_between_slashes_are_read_across_lines() -> None:
    first = "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/"
    (entry,) = entries_of(
        ":61:2601050105C1,00NTRFEREF//9", f":86:{first}", "R. SMITH/REMI/Factuur 17/18/EREF/NOT-1"
    )
    part = entry.transactions[0]
    assert (entry.text, part.counterparty) == ("SEPA OVERBOEKING", "R. SMITH")
    assert part.counterparty_account == "NL91ABNA0417164300"
    assert (part.end_to_end_id, part.remittance) == ("NOT-1", ("Factuur 17/18",))


@pytest.mark.parametrize(
    ("text", "kid"),
    [
        ("/EREF/1/REMI/STRD/CUR/9001 1234/", "90011234"),
        ("/REMI/STRD/ISO/RF18539007547034/", "RF18539007547034"),
        ("/REMI/STRD/ISO/RF19539007547034/", None),
        ("/KID/12345674/", "12345674"),
        ("KID 12345674", "12345674"),
        ("KID: 12345675", None),
        ("Faktura 12345674", None),
        ("/REMI/USTD//12345674/", None),
    ],
)
def test_only_what_is_marked_as_a_structured_reference_is_one(text: str, kid: str | None) -> None:
    (entry,) = entries_of(":61:2601050105C1,00NTRFNONREF", f":86:{text}")
    assert entry.transactions[0].kid == kid
    assert kid or entry.transactions[0].remittance


def test_free_text_is_joined_and_a_full_line_goes_on_in_the_next() -> None:
    (entry,) = entries_of(
        ":61:2601050105C1,00NTRFNONREF", f":86:{'x' * 65}", "yz  end", ":86:Second", ":no field"
    )
    assert entry.transactions[0].remittance == (f"{'x' * 65}yz end", "Second :no field")


def test_a_line_that_is_no_field_goes_on_with_the_text() -> None:
    notices: list[Notice] = []
    text = message(":61:2601050105C1,00NTRFNONREF", ":86:AT 16", ":26:37 OSLO",
                   closing="C260131NOK1,00")  # fmt: skip
    ((_, (entry,), _),) = read(text.encode(), notices)
    assert entry.transactions[0].remittance == ("AT 16 :26:37 OSLO",)
    assert notices == [Notice("mt940.unknown_field", "line 7", ":26:")]


@pytest.mark.parametrize("later", [":64:C260131NOK1,00", ":65:D260131NOK1,00", ":65F:Dnull1,"])
def test_a_later_balance_tells_that_the_entries_had_ended(later: str) -> None:
    notices: list[Notice] = []
    text = message(":61:2601050105C1,00NTRFNONREF", later).encode()
    ((head, (entry,), balanced),) = read(text, notices)
    assert (head.closing_balance, head.to_date, balanced) == (None, None, None)
    assert (entry.amount, entry.status) == (Money(100, "NOK"), EntryStatus.BOOKED)
    assert notices == [Notice("mt940.no_closing_balance", "line 6", later)]


def test_a_time_that_was_cut_before_its_minutes_does_not_end_a_statement() -> None:
    text = message(":61:2601050105C1,00NTRFNONREF", ":86:AT 16", ":65:37 OSLO")
    with pytest.raises(UnreadableFileError) as refused:
        read(text.encode())
    assert refused.value.found == "the end of the statement"


@pytest.mark.parametrize(
    ("lines", "closing", "place", "found"),
    [
        ([":61:2604310501C1,00NTRF"], "C260131NOK1,00", "line 5", "260431"),
        ([":61:2601050230C1,00NTRF"], "C260131NOK1,00", "line 5", "0230"),
        ([":61:260230C1,00NTRF"], "C260131NOK1,00", "line 5", "260230"),
        ([":61:2601050105C1.50NTRF"], "C260131NOK1,50", "line 5", "2601050105C1.50NTRF"),
        ([":61:2601050105C1,50,NTRF"], "C260131NOK1,50", "line 5", "2601050105C1,50,NTRF"),
        ([":61:2601050105C1,505NTRF"], "C260131NOK1,50", "line 5", "1.505"),
        ([":61:2601050105X1,50NTRF"], "C260131NOK1,50", "line 5", "2601050105X1,50NTRF"),
        ([":61:2601050105C1,50"[:14]], "C260131NOK1,50", "line 5", "2601050105"),
        ([":61:2601050105C1,50 WORDS"], "C260131NOK1,50", "line 5", "2601050105C1,50 WORDS"),
        ([":61:2601050105C1,00NTRFNONREF", ":86:A", ":61:"], "C260131NOK1,00", "line 7", "nothing"),
        ([":60F:C260101NOK1,00"], "C260131NOK1,00", "line 5", "a second :60F:"),
        ([":61:2601050105C1,00NTRF", ":62F:C260131NOK1,00"], "C260131NOK1,00", "line 7", ":62F:"),
        ([":61:2601050105C1,00NTRF", ":60F:C260131NOK1,00"], "C260131NOK1,00", "line 6", ":60F:"),
        ([], "C260131NOK1", "line 5", "C260131NOK1"),
        ([], "C260131NOK1.00", "line 5", "C260131NOK1.00"),
        ([], "260131NOK1,00", "line 5", "260131NOK1,00"),
        ([], None, "line 4", "the end of the statement"),
    ],
)
def test_what_is_uncertain_is_refused_at_its_line(
    lines: list[str], closing: str | None, place: str, found: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(message(*lines, closing=closing).encode())
    assert (refused.value.place, refused.value.found) == (place, found)


WHOLE = message(
    ":61:2601050105C1250,00NTRFNONREF//B1", ":86:Faktura 17", ":61:2601060106D50,00NCHGNONREF//B2",
    opening="C251231NOK100,00", closing="C260131NOK1300,00",
)  # fmt: skip


@pytest.mark.parametrize("length", range(WHOLE.index(":60F:"), len(WHOLE)))
def test_a_statement_cut_off_anywhere_is_refused_or_does_not_add_up(length: int) -> None:
    """Behind the amount of the closing balance nothing is lost."""
    try:
        ((_, _, balanced),) = read(WHOLE[:length].encode())
    except UnreadableFileError:
        return
    is_complete = length >= WHOLE.index("1300,00") + len("1300,")
    assert balanced is is_complete


@pytest.mark.parametrize("place", range(2))
def test_an_envelope_that_is_not_closed_is_refused(place: int) -> None:
    envelope = "{1:F01DNBANOKKAXXX0000000000}{2:I940DNBANOKKXXXXN}{4:\n"
    whole = (envelope + WHOLE.removesuffix("-\n") + "-}\n") * 2
    assert [balanced for _, _, balanced in read(whole.encode())] == [True, True]
    cut = whole.replace("-}\n", "", 1) if place == 0 else whole.removesuffix("-}\n")
    with pytest.raises(UnreadableFileError) as refused:
        read(cut.encode())
    assert refused.value.found == "the end of the file"


def test_a_balance_of_pages_is_no_proof_and_a_gap_between_them_is_noticed() -> None:
    first = message(closing="C260131NOK0,00").replace(":62F:", ":62M:").removesuffix("-\n")
    notices: list[Notice] = []
    second = message(opening="C260131NOK5,00", closing="C260131NOK5,00").replace(":60F:", ":60M:")
    found = read((first + second).encode(), notices)
    assert [balanced for _, _, balanced in found] == [None, None]
    assert [(each.code, each.place) for each in notices] == [("mt940.page_missing", "line 9")]


def report(*lines: str, floor: str = "NOK0,", end: str = "-") -> bytes:
    head = [":20:R1", ":25:86011117947", ":28C:7/1", f":34F:{floor}", ":13D:2601271000+0100"]
    return "\n".join([*head, *lines, end, ""]).encode()


IN, OUT = ":61:2601270127C750,00NTRFNONREF//B1", ":61:2601270127D125,00NTRFNONREF//B2"


def test_an_interim_report_announces_and_proves_nothing() -> None:
    ((head, entries, balanced),) = read(
        report(IN, ":86:TEXT", OUT, ":90D:1NOK125,", ":90C:1NOK750,")
    )
    assert (head.format, head.kind) == ("mt942", StatementKind.REPORT)
    assert (head.currency, head.opening_balance, balanced) == ("NOK", None, None)
    assert (head.created, head.to_date) == ("2026-01-27T10:00:00+01:00", date(2026, 1, 27))
    assert [(each.amount.minor, each.status) for each in entries] == [
        (75000, EntryStatus.PENDING), (-12500, EntryStatus.PENDING),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "floor", "end", "place"),
    [
        ([IN, ":90C:2NOK750,"], "NOK0,", "-", "line 7"),
        ([IN, ":90C:1NOK751,"], "NOK0,", "-", "line 7"),
        ([IN, ":90C:0NOK0,"], "NOK1000,", "-", "line 7"),
        ([":90D:1NOK5,"], "NOK0,", "-", "line 6"),
        ([IN], "NOK0,", "", "line 7"),
    ],
)
def test_a_report_that_is_not_what_its_totals_say_is_refused(
    lines: list[str], floor: str, end: str, place: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(report(*lines, floor=floor, end=end))
    assert refused.value.place == place


def test_below_a_floor_limit_the_bank_counts_more_than_it_shows() -> None:
    ((_, entries, _),) = read(report(IN, ":90C:3NOK800,", floor="NOK500,"))
    assert len(entries) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, line_end: str) -> None:
    text = WHOLE.replace("Faktura", "Blåbærsyltetøy").replace("\n", line_end)
    ((_, entries, balanced),) = read(text.encode(encoding))
    assert balanced and entries[0].transactions[0].remittance == ("Blåbærsyltetøy 17",)


@pytest.mark.parametrize(
    "head",
    [b"{1:F01A}{2:I103B}{4:\n:20:X\n:32A:260101NOK1,\n", b":20:X\n:25:1\n:32A:260101NOK1,\n",
     b"{1:F01A}{2:O950B}{4:\n:20:X\n:25:1\n:60F:C260101NOK0,\n", b"date;amount\n", b""],
)  # fmt: skip
def test_other_messages_are_not_claimed(head: bytes) -> None:
    assert claim_mt940(head) is None


def test_the_format_is_found_from_the_content_alone() -> None:
    found = detect(WHOLE.encode()), detect(report(IN))
    assert [each[1].name for each in found if each] == ["mt940", "mt942"]


LETTERS = st.characters(codec="ascii", categories=["L", "N", "Zs"], include_characters="/?:+-,.")
WORDS = st.text(LETTERS, max_size=40)


@st.composite
def subfields(draw: st.DrawFn) -> str:
    """As German banks write them, in order or nearly, cut anywhere into lines."""
    value = st.text(LETTERS, max_size=30) | st.sampled_from(["", "DE89370400440532013000", "A+B"])
    first = draw(st.sampled_from(["?20EREF+E1?21SVWZ+", "?20SVWZ+", "?20EREF+NOTPROVIDED?21SVWZ+"]))
    keys = draw(st.lists(st.sampled_from("21 22 23 29 30 31 32 33 34 38 60".split()), max_size=5))
    keys = keys if draw(st.booleans()) else sorted(keys)
    tail = "".join(f"?{key}{draw(value)}" for key in keys)
    text = f"166?00{draw(value)}{draw(st.sampled_from(['', '?10931']))}{first}{draw(value)}{tail}"
    at = draw(st.integers(1, len(text)))
    return text[:at] + (f"\n{text[at:]}" if draw(st.booleans()) else text[at:])


@st.composite
def entry_lines(draw: st.DrawFn) -> str:
    day = draw(st.sampled_from(["260105", "2601050105", "2512310102", "2402290301"]))
    mark = draw(st.sampled_from(["C", "D", "CK", "RD", "RC"]))
    amount = draw(st.sampled_from(["1,00", "12,5", "0,01", "99999,", "1234567,89"]))
    code = draw(st.sampled_from(["NTRF", "N051", "NRTI", "FMSC"]))
    own = draw(st.sampled_from(["", "NONREF", "INV17", "A  B", "KID 5"]))
    bank = draw(st.sampled_from(["", "//B1", "//B 2 ", "// "]))
    said = WORDS | subfields() | st.sampled_from(["KID 12345674", "166?00A?20B"])
    texts = draw(st.lists(said, max_size=2))
    below = draw(st.sampled_from(["", "\nMore"]))
    return f":61:{day}{mark}{amount}{code}{own}{bank}{below}" + "".join(f"\n:86:{t}" for t in texts)


@settings(max_examples=600)
@given(lines=st.lists(entry_lines(), max_size=5))
def test_the_quick_reading_of_common_entries_is_the_careful_one(lines: list[str]) -> None:
    content = message(*lines, closing="C260131NOK0,00").encode()
    quick = read(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            mt940_reader, "read_common", lambda text, line, currency, careful: careful(text, line)
        )
        patch.setattr(
            mt940_reader, "read_german", lambda text, line, currency, others: others(text, line)
        )
        assert read(content) == quick
    assert len(quick[0][1]) == len(lines)


@settings(max_examples=200)
@given(
    place=st.integers(0, len(WHOLE)),
    cut=st.integers(0, 30),
    put=st.binary(max_size=20) | st.sampled_from([b"\n:62F:", b":61:", b"\n-}", b"\n:20:", b"\r"]),
)
def test_whatever_is_done_to_a_file_only_refusals_come_of_it(
    place: int, cut: int, put: bytes
) -> None:
    content = WHOLE.encode()
    with contextlib.suppress(RefusalError):
        read(content[:place] + put + content[place + cut :])


def test_a_statement_of_many_pieces_keeps_every_entry_and_its_line() -> None:
    """Larger than what is read at a time, with an odd entry here and there."""
    count = 12_000
    lines = [f":61:2601050105C1,00NTRF{'A  B' if n % 7 == 0 else 'R'}//{n}\n:86:Text {n}"
             for n in range(count)]  # fmt: skip
    ((_, entries, balanced),) = read(message(*lines, closing="C260131NOK12000,00").encode())
    assert balanced and [each.reference for each in entries] == [str(n) for n in range(count)]
    lines[count - 2] = ":61:2601050105C1;00NTRF"
    with pytest.raises(UnreadableFileError) as refused:
        read(message(*lines, closing="C260131NOK12000,00").encode())
    assert refused.value.place == f"line {5 + 2 * (count - 2)}"


def test_a_message_and_an_entry_have_their_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    long_text = ":86:" + "x" * 20_000
    with pytest.raises(UnreadableFileError, match="at most 16384"):
        entries_of(":61:2601050105C1,00NTRFNONREF", long_text)
    monkeypatch.setattr("avstem.formats.mt940.messages.MESSAGE_BYTES_MAX", 200)
    with pytest.raises(UnreadableFileError, match="smaller statements"):
        entries_of(*[":61:2601050105C1,00NTRFNONREF"] * 10)
