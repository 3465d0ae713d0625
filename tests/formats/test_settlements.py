"""Settlements: each payout with its lines, exact to the øre, or refused with the place."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avstem.domain.errors import RefusalError, UnknownFormatError, UnreadableFileError
from avstem.domain.money import Money, format_minor
from avstem.domain.settlement import LineKind, Settlement, SettlementLine, settle
from avstem.domain.statement import Notice
from avstem.formats import read_statements
from avstem.formats.detect import claims, describe
from avstem.formats.settlements.files import read_settlements
from tests.support.bank_tables import cell, sheet, workbook

SECTIONS = """\
OrganizationNumber,MerchantName
918713867,Fjordbutikken AS
Name,VisitingAddress,Postbox,Zipno,Place,Country,CompanyNumber
Vipps AS,Gata 1,,0191,Oslo,Norway,918713867
SettlementInfo,SalesUnitName,SaleUnitNumber,SettlementDate,SettlementID,SettlementAccount,Gross,Currency,Fee,Refund,Net,NumberOfTransactions
SettlementInfo,Fjordbutikken,513428,12.04.2026,2000001,97104133219,150.00,NOK,-2.50,0.00,147.50,2
SettlementInfo,Fjordbutikken,513428,13.04.2026,2000002,97104133219,60.00,NOK,-1.00,-20.00,39.00,2
FeeInfo,SettlementDate,SaleUnitName,SaleUnitNumber,FeeAccount,Fee,Currency
TransactionInfo,SalesDate,SaleUnitName,SaleUnitNumber,TransactionId,SettlementId,OrderID,SettlementDate,Gross,Currency,Fee,Refund,Net
TransactionInfo,11.04.2026,Fjordbutikken,513428,5554795401,2000001,F-1,12.04.2026,100.00,NOK,-1.50,0.00,98.50
TransactionInfo,11.04.2026,Fjordbutikken,513428,5554795402,2000001,F-2,12.04.2026,50.00,NOK,-1.00,0.00,49.00
TransactionInfo,12.04.2026,Fjordbutikken,513428,5554795403,2000002,F-3,13.04.2026,60.00,NOK,-1.00,0.00,59.00
TransactionInfo,12.04.2026,Fjordbutikken,513428,5554795404,2000002,F-1,13.04.2026,0.00,NOK,0.00,-20.00,-20.00
"""
ROWS = """\
Salgsdato;Salgssted;Vippsnummer;Produkt;Transaksjons-ID;Ordre-ID;Brutto;Gebyr;Netto;Transaksjonstype;Oppgjørs-ID;Oppgjørsdato;Oppgjørssum;Oppgjørskonto;Fornavn;Etternavn;Melding
11.04.2026;Fjord;57860;Vipps;7001;;100,00;1,75;98,25;Salg;2000023;13.04.2026;78,25;97104133219;;;Til kaffen
12.04.2026;Fjord;57860;Vipps;7002;;-20,00;0,00;-20,00;Refundering;2000023;13.04.2026;78,25;97104133219;;;
"""
STRIPE = """\
automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created_utc,available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,invoice_number
po_1,2026-09-18 00:00:00,txn_1,2026-09-14 10:02:11,2026-09-16 00:00:00,nok,600.00,8.70,591.30,charge,ch_1,Order 1041,F-1041
po_1,2026-09-18 00:00:00,txn_2,2026-09-15 10:02:11,2026-09-16 00:00:00,nok,-20.00,0.00,-20.00,refund,re_1,,
po_1,2026-09-18 00:00:00,txn_3,2026-09-15 10:02:11,2026-09-16 00:00:00,nok,-2.00,0.00,-2.00,fee,,Radar,
po_1,2026-09-18 00:00:00,txn_4,2026-09-15 10:02:11,2026-09-16 00:00:00,nok,-100.00,150.00,-250.00,dispute,dp_1,,
po_1,2026-09-18 00:00:00,txn_5,2026-09-18 00:00:00,2026-09-18 00:00:00,nok,-319.30,0.00,-319.30,payout,po_1,STRIPE PAYOUT,
,,txn_6,2026-09-19 08:00:00,2026-09-21 00:00:00,nok,10.00,0.50,9.50,charge,ch_2,,
"""
EXPORT = """\
id,Type,Source,Amount,Fee,Destination Platform Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Transfer,Transfer Date (UTC),order_id (metadata)
txn_1,charge,ch_1,"60,00","1,04",,"58,96",nok,2026-03-05 10:00,2026-03-10 00:00,,po_9,2026-03-31 00:00,A-1
txn_2,stripe_fee,,"-0,30","0,00",,"-0,30",nok,2026-03-05 10:00,2026-03-10 00:00,,po_9,2026-03-31 00:00,
txn_3,payout,po_9,"-58,66","0,00",,"-58,66",nok,2026-03-30 10:00,2026-03-31 00:00,STRIPE PAYOUT,,,
"""
ZETTLE = """\
Oppgjørsdato;Betalingsdato;Referanse;Type;Netto;Saldo
2026-05-04 03:00;;;Utbetaling til bankkonto;-97,25;0,00
2026-05-03 10:01;;4002;Gebyr;-1,00;97,25
2026-05-03 10:01;2026-05-02 09:00;4002;Kortbetaling;50,00;98,25
2026-05-02 10:01;;4001;Gebyr;-1,75;48,25
2026-05-02 10:01;2026-05-01 09:00;4001;Kortbetaling;50,00;50,00
"""
ZETTLE_PAYMENTS = """\
Dato,Tid,Kvitteringsnummer,Moms (25.0%),Total,Afgift,Netto,Betalingsmetode,Kortudsteder,Beskrivelse
2026-05-01,09:00,4001,10.00,50.00,-0.88,49.12,Kontaktløs,Mastercard,Kaffe
2026-05-02,09:00,4002,10.00,50.00,0.00,50.00,Kontant,,Te
2026-05-03,09:00,4003,-2.00,-10.00,0.00,-10.00,Chip,Visa,Kaffe
"""


def xml(*, kind: str = "Net", settled: str = "79.05", count: str = "2", extra: str = "") -> str:
    """A payout of a sale of 100 and a refund of 20, with a fee of 0.95."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<SettlementReport xmlns="http://vipps.no/xmlschema/SettlementReport-3.0.xsd"><SettlementDetailsInfo>
<SaleUnitName>Fjord</SaleUnitName><SerialNumber>16655</SerialNumber><PaymentsInfo>
<SettlementCurrencyCode>NOK</SettlementCurrencyCode><SettlementAccountNum>97104133219</SettlementAccountNum>
<SettlementInfo><SettlementDate>2026-09-22</SettlementDate><SettlementID>2000004</SettlementID>
<SettlementCurrencyCode>NOK</SettlementCurrencyCode><SettlementType>{kind}</SettlementType>
<TransactionInfo><TransactionTime>2026-09-22T18:43:57.437+02:00</TransactionTime>
<TransactionCaptureAmount>100.00</TransactionCaptureAmount><TransactionRefundAmount>0.00</TransactionRefundAmount>
<TransactionGrossAmount>100.00</TransactionGrossAmount><TransactionNetAmount>99.05</TransactionNetAmount>
<TransactionFeeAmount>0.95</TransactionFeeAmount><SettlementCurrencyCode>NOK</SettlementCurrencyCode>
<TransactionID>5584146378</TransactionID><OrderID>24</OrderID></TransactionInfo>{extra}
<TransactionInfo><TransactionTime>2026-09-22T19:00:00+02:00</TransactionTime>
<TransactionCaptureAmount>0.00</TransactionCaptureAmount><TransactionRefundAmount>-20.00</TransactionRefundAmount>
<TransactionGrossAmount>-20.00</TransactionGrossAmount><TransactionNetAmount>-20.00</TransactionNetAmount>
<TransactionFeeAmount>0.00</TransactionFeeAmount><SettlementCurrencyCode>NOK</SettlementCurrencyCode>
<TransactionID>5584146379</TransactionID><OrderID></OrderID></TransactionInfo>
<NumOfTransactions>{count}</NumOfTransactions><CaptureSettlementAmount>100.00</CaptureSettlementAmount>
<RefundSettlementAmount>-20.00</RefundSettlementAmount><GrossSettlementAmount>80.00</GrossSettlementAmount>
<NetSettlementAmount>79.05</NetSettlementAmount><FeeSettlementAmount>0.95</FeeSettlementAmount>
<SettledAmount>{settled}</SettledAmount></SettlementInfo><NumOfSettlements>1</NumOfSettlements>
</PaymentsInfo></SettlementDetailsInfo><VippsInfo><Name>Vipps AS</Name></VippsInfo></SettlementReport>"""


def twice(text: str) -> str:
    """The report with its payout told again."""
    begin, end = text.index("<SettlementInfo>"), text.index("<NumOfSettlements>")
    return text[:end] + text[begin:end] + text[end:].replace(">1<", ">2<", 1)


FILES = {
    "vipps": [SECTIONS, ROWS, xml()],
    "stripe": [STRIPE, EXPORT],
    "zettle": [ZETTLE, ZETTLE_PAYMENTS],
}
EACH = [
    pytest.param(family, text, id=f"{family} {n}")
    for family, texts in FILES.items()
    for n, text in enumerate(texts)
]


def read(text: str | bytes, notices: list[Notice] | None = None) -> list[Settlement]:
    content = text if isinstance(text, bytes) else text.encode()
    return list(read_settlements(io.BytesIO(content), file="s", notices=notices, currency="NOK"))


def sums(found: Settlement) -> tuple[str, ...]:
    """gross, fees, refunds, other, net, unexplained."""
    parts = (found.gross, found.fees, found.refunds, found.other, found.net, found.unexplained)
    return tuple(each.decimal() for each in parts)


def codes(text: str) -> list[tuple[str, str]]:
    notices: list[Notice] = []
    read(text, notices)
    return [(each.code, each.place) for each in notices]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            SECTIONS,
            [
                (
                    "513428-2000001",
                    date(2026, 4, 12),
                    ("150.00", "2.50", "0.00", "0.00", "147.50", "0.00"),
                ),
                (
                    "513428-2000002",
                    date(2026, 4, 13),
                    ("60.00", "1.00", "20.00", "0.00", "39.00", "0.00"),
                ),
            ],
            id="vipps sections",
        ),
        pytest.param(
            ROWS,
            [
                (
                    "57860-2000023",
                    date(2026, 4, 13),
                    ("100.00", "1.75", "20.00", "0.00", "78.25", "0.00"),
                )
            ],
            id="vipps rows",
        ),
        pytest.param(
            xml(),
            [
                (
                    "16655-2000004",
                    date(2026, 9, 22),
                    ("100.00", "0.95", "20.00", "0.00", "79.05", "0.00"),
                )
            ],
            id="vipps xml",
        ),
        pytest.param(
            STRIPE,
            [
                (
                    "po_1",
                    date(2026, 9, 18),
                    ("600.00", "160.70", "20.00", "-100.00", "319.30", "0.00"),
                )
            ],
            id="stripe report",
        ),
        pytest.param(
            EXPORT,
            [("po_9", date(2026, 3, 31), ("60.00", "1.34", "0.00", "0.00", "58.66", "0.00"))],
            id="stripe export",
        ),
        pytest.param(
            ZETTLE,
            [("2026-05-04", date(2026, 5, 4), ("100.00", "2.75", "0.00", "0.00", "97.25", "0.00"))],
            id="zettle statement",
        ),
        pytest.param(
            ZETTLE_PAYMENTS,
            [("2026-05-01/2026-05-03", None, ("50.00", "0.88", "10.00", "0.00", "39.12", "0.00"))],
            id="zettle payments",
        ),
    ],
)
def test_each_payout_is_read_with_its_sums(
    text: str, expected: list[tuple[str, date | None, tuple[str, ...]]]
) -> None:
    found = read(text)
    assert [(each.id, each.payout_date, sums(each)) for each in found] == expected


def test_a_line_has_the_providers_reference_and_the_sellers_own() -> None:
    sale, refund, fee, dispute, payout = read(STRIPE)[0].lines
    assert (sale.reference, sale.order_id, sale.date) == ("ch_1", "F-1041", date(2026, 9, 14))
    assert [each.kind for each in (refund, fee, dispute, payout)] == [
        LineKind.REFUND,
        LineKind.FEE,
        LineKind.CHARGEBACK,
        LineKind.PAYOUT,
    ]
    [vipps] = read(ROWS)
    assert (vipps.account, vipps.lines[0].text) == ("NO9297104133219", "Til kaffen")


def test_the_order_of_the_rows_does_not_matter() -> None:
    header, *rows = STRIPE.splitlines()
    turned = read("\n".join([header, *reversed(rows)]))
    assert [sums(each) for each in turned] == [sums(each) for each in read(STRIPE)]
    header, *rows = ZETTLE.splitlines()
    turned = read("\n".join([header, *reversed(rows)]))
    assert [sums(each) for each in turned] == [sums(each) for each in read(ZETTLE)]
    payout, *others = EXPORT.splitlines()[::-1][:-1]
    text = "\n".join([EXPORT.splitlines()[0], payout, *others])
    assert [each.payout_date for each in read(text)] == [date(2026, 3, 31)]


def test_what_is_not_paid_out_yet_is_left_out_with_a_notice() -> None:
    assert codes(STRIPE) == [("row.ignored", "line 7")]
    assert codes(ZETTLE_PAYMENTS) == [("row.ignored", "line 3")]
    assert codes(STRIPE.splitlines()[0]) == [("statement.empty", "s")]


@pytest.mark.parametrize(
    ("text", "unexplained", "place"),
    [
        (SECTIONS.replace("-2.50,0.00,147.50", "-2.50,0.00,140.00"), "-7.50", "line 6"),
        (ROWS.replace("78,25", "80,00"), "1.75", "line 2"),
        (xml(settled="80.00"), "0.95", "SettlementInfo[1]"),
        (STRIPE.replace("-319.30", "-319.00"), "-0.30", "line 2"),
        (STRIPE.replace("600.00,8.70,591.30", "600.00,8.70,591.00"), "0.00", "line 2"),
        (ZETTLE.replace("Utbetaling til bankkonto;-97,25;0,00", "Utbetaling til bankkonto;-90,00;7,25"), "-7.25", "line 2"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_shown_and_never_spread(
    text: str, unexplained: str, place: str
) -> None:
    assert read(text)[0].unexplained.decimal() == unexplained
    assert ("payment.sum_differs", place) in codes(text)


def test_a_payout_without_its_transactions_is_unexplained() -> None:
    text = "\n".join([EXPORT.splitlines()[0], EXPORT.splitlines()[3]])
    [found] = read(text)
    assert sums(found) == ("0.00", "0.00", "0.00", "0.00", "58.66", "58.66")
    assert found.payout_date == date(2026, 3, 30)


def test_fees_that_are_invoiced_are_no_part_of_the_payout() -> None:
    [found] = read(xml(kind="Gross", settled="80.00"))
    assert sums(found) == ("100.00", "0.00", "20.00", "0.00", "80.00", "0.00")
    assert found.invoiced_fees == Money(95, "NOK")
    assert codes(xml(kind="Gross", settled="80.00")) == []


def test_a_section_that_is_repeated_counts_once() -> None:
    body = "\n".join(SECTIONS.splitlines()[4:])
    twice = read(SECTIONS + body)
    assert [sums(each) for each in twice] == [sums(each) for each in read(SECTIONS)]
    assert {code for code, _ in codes(SECTIONS + body)} == {"row.ignored"}


def test_a_refund_inside_the_gross_is_known_by_the_net() -> None:
    within = SECTIONS.replace("0.00,NOK,0.00,-20.00,-20.00", "-20.00,NOK,0.00,-20.00,-20.00")
    assert sums(read(within)[1]) == sums(read(SECTIONS)[1])


def test_a_fee_that_is_given_back_lowers_the_fees_however_it_is_signed() -> None:
    given_back = SECTIONS.replace("0.00,NOK,0.00,-20.00,-20.00", "0.00,NOK,0.35,-20.00,-19.65")
    given_back = given_back.replace("NOK,-1.00,-20.00,39.00", "NOK,-0.65,-20.00,39.35")
    assert sums(read(given_back)[1]) == ("60.00", "0.65", "20.00", "0.00", "39.35", "0.00")


def test_a_refund_is_money_out_however_it_is_signed() -> None:
    unsigned = ROWS.replace("-20,00;0,00;-20,00", "20,00;0,00;20,00")
    assert sums(read(unsigned)[0]) == sums(read(ROWS)[0])
    given_back = ZETTLE.replace("Kortbetaling;50,00;98,25", "Kortbetaling;-10,00;38,25")
    given_back = given_back.replace("-1,00;97,25", "0,00;38,25").replace(
        "-97,25;0,00", "-38,25;0,00"
    )
    assert sums(read(given_back)[0]) == ("50.00", "1.75", "10.00", "0.00", "38.25", "0.00")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (SECTIONS.replace("219,150.00", "219,151.00"), "line 6"),
        (SECTIONS.replace("150.00,NOK,-2.50", "150.00,NOK,-2.40"), "line 6"),
        (SECTIONS.replace("-1.00,-20.00,39.00", "-1.00,-21.00,39.00"), "line 7"),
        (xml().replace("CaptureSettlementAmount>100", "CaptureSettlementAmount>101", 1), "SettlementInfo[1]/CaptureSettlementAmount"),
        (xml().replace("NetSettlementAmount>79.05", "NetSettlementAmount>79.50", 1), "SettlementInfo[1]/NetSettlementAmount"),
    ],
)  # fmt: skip
def test_a_sum_that_the_lines_do_not_come_to_is_noticed(text: str, place: str) -> None:
    assert codes(text) == [("payment.sum_differs", place)]
    assert read(text)[0].unexplained.minor == 0


REFUSED: dict[str, tuple[str, str]] = {
    "sections: another number of transactions": (SECTIONS.replace("147.50,2", "147.50,3"), "line 6"),
    "sections: cut off in a row": (SECTIONS[:-20], "line 13"),
    "sections: cut off between rows": ("\n".join(SECTIONS.splitlines()[:-1]), "line 7"),
    "sections: a day that does not exist": (SECTIONS.replace("12.04.2026,2000001", "31.04.2026,2000001"), "line 6"),
    "sections: an amount that is none": (SECTIONS.replace("98.50", "98.5O"), "line 10"),
    "sections: an amount with three decimals": (SECTIONS.replace("98.50", "98.505"), "line 10"),
    "sections: a payout nobody told of": (SECTIONS.replace("5554795403,2000002", "5554795403,2000009"), "line 12"),
    "sections: a transaction told twice otherwise": (SECTIONS.replace("5554795402", "5554795401"), "line 11"),
    "sections: a refund that does not fit": (SECTIONS.replace("0.00,NOK,0.00,-20.00,-20.00", "0.00,NOK,0.00,-20.00,-3.00"), "line 13"),
    "sections: another currency": (SECTIONS.replace("60.00,NOK,-1.00,0.00", "60.00,SEK,-1.00,0.00"), "line 12"),
    "sections: an unknown section": (SECTIONS + "Bonus,1\n", "line 14"),
    "rows: a day": (ROWS.replace("12.04.2026", "30.02.2026"), "line 3"),
    "rows: an amount": (ROWS.replace("98,25", "98,2x"), "line 2"),
    "rows: two sums of one payout": (ROWS.replace("-20,00;Refundering;2000023;13.04.2026;78,25", "-20,00;Refundering;2000023;13.04.2026;78,26"), "line 3"),
    "rows: two days of one payout": (ROWS.replace("Refundering;2000023;13.04.2026", "Refundering;2000023;14.04.2026"), "line 3"),
    "rows: a transaction twice": (ROWS.replace("7002", "7001"), "line 3"),
    "rows: cut off": (ROWS[:-40], "line 3"),
    "rows: two decimal marks": (ROWS.replace("-20,00;0,00", "-20.00;0,00"), "line 3"),
    "xml: another number of transactions": (xml(count="3"), "SettlementInfo[1]/NumOfTransactions"),
    "xml: another number of payouts": (xml().replace("<NumOfSettlements>1", "<NumOfSettlements>2"), "PaymentsInfo/NumOfSettlements"),
    "xml: a payout twice": (twice(xml()), "SettlementInfo[2]/SettlementID"),
    "xml: another currency": (xml().replace("Code><TransactionID", "Code>\n<TransactionID").replace("NOK</SettlementCurrencyCode>\n<TransactionID>5584146379", "SEK</SettlementCurrencyCode>\n<TransactionID>5584146379"), "SettlementInfo[1]/TransactionInfo[2]/SettlementCurrencyCode"),
    "xml: cut off": (xml()[:-300], "line "),
    "xml: an amount with a comma": (xml(settled="79,05"), "SettlementInfo[1]/SettledAmount"),
    "xml: a day": (xml().replace("2026-09-22T19", "2026-09-31T19"), "SettlementInfo[1]/TransactionInfo[2]/TransactionTime"),
    "xml: the sign of a refund": (xml().replace("RefundAmount>-20", "RefundAmount>20"), "SettlementInfo[1]/TransactionInfo[2]/TransactionRefundAmount"),
    "xml: neither net nor gross": (xml(kind="Both"), "SettlementInfo[1]/SettlementType"),
    "xml: something between transactions": (xml(extra="<Bonus/>"), "TransactionInfo"),
    "xml: no account": (xml().replace("97104133219", ""), "PaymentsInfo/SettlementAccountNum"),
    "xml: the older version": ('<SettlementReport xmlns="http://vipps.dnb.no/XMLSchema/SettlementReport.xsd"/>', "SettlementReport"),
    "xml: a document type": (xml().replace("<SettlementReport", "<!DOCTYPE x><SettlementReport", 1), "line 1"),
    "stripe: an amount": (STRIPE.replace("591.30", "abc"), "line 2"),
    "stripe: an empty amount": (STRIPE.replace("591.30", ""), "line 2"),
    "stripe: a day": (STRIPE.replace("2026-09-14 10", "2026-09-31 10"), "line 2"),
    "stripe: a transaction twice": (STRIPE.replace("txn_2", "txn_1"), "line 3"),
    "stripe: another currency in the payout": (STRIPE.replace("nok,-20.00", "eur,-20.00"), "line 3"),
    "stripe: another day of the payout": (STRIPE.replace("po_1,2026-09-18 00:00:00,txn_2", "po_1,2026-09-19 00:00:00,txn_2"), "line 3"),
    "stripe: no such currency": (STRIPE.replace(",nok,600", ",kroner,600"), "line 2"),
    "stripe: cut off": (STRIPE[: STRIPE.index(",ch_2")], "line 7"),
    "stripe: an open quote": (STRIPE + '"', "line 8"),
    "zettle: a balance that does not follow": (ZETTLE.replace("98,25", "98,00"), "line "),
    "zettle: an amount": (ZETTLE.replace("-1,75;", "gratis;"), "line 5"),
    "zettle: payments, a day": (ZETTLE_PAYMENTS.replace("2026-05-03", "2026-05-32"), "line 4"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_uncertain_refuses_the_file_with_its_place(what: str) -> None:
    text, place = REFUSED[what]
    with pytest.raises(UnreadableFileError) as refusal:
        read(text)
    assert refusal.value.place.startswith(place)
    assert refusal.value.place == place or place == "line "


def test_a_transaction_that_holds_too_much_is_refused_before_it_fills_the_memory() -> None:
    text = xml().replace("<SaleUnitName>", "<a/>" * 800_000 + "<SaleUnitName>")
    with pytest.raises(UnreadableFileError) as refusal:
        read(text)
    assert refusal.value.place == "byte 0"


def test_zettles_amounts_need_a_currency_that_somebody_says() -> None:
    with pytest.raises(UnreadableFileError) as refusal:
        list(read_settlements(io.BytesIO(ZETTLE.encode()), file="s"))
    assert refusal.value.place == "line 2"


def test_zettles_workbook_is_read_below_what_stands_above_the_table() -> None:
    above = [[cell("Fjordbutikken AS")]] * 16
    header, *rows = (line.split(",") for line in ZETTLE_PAYMENTS.splitlines())
    table = [[cell(text) for text in row] for row in (header, *rows)]
    book = workbook(sheet([*above, *table, [cell("Totalt")]]))
    assert [sums(each) for each in read(book)] == [sums(each) for each in read(ZETTLE_PAYMENTS)]


@pytest.mark.parametrize(("family", "text"), EACH)
def test_a_report_is_claimed_by_its_provider_alone(family: str, text: str) -> None:
    for content in (
        text.encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "\r\n").encode(),
    ):
        found = claims(content)
        assert [(each.family, getattr(each, "purpose", "")) for each, _ in found] == [
            (family, "settlement")
        ]
        assert read(content)


@pytest.mark.parametrize(("family", "text"), EACH)
def test_a_bank_command_refuses_it_by_its_name(family: str, text: str) -> None:
    with pytest.raises(UnknownFormatError) as refusal:
        list(read_statements(io.BytesIO(text.encode()), file="s"))
    assert refusal.value.found.casefold().startswith(family)
    assert "settlement" in refusal.value.found


def test_any_file_that_another_command_takes_is_called_by_its_label() -> None:
    head = b"type,number,party_name,invoice_date,currency,amount\n"
    assert describe(head) == "invoices.csv"


@pytest.mark.parametrize(
    "header",
    [
        "Dato;Forklaring;Rentedato;Ut fra konto;Inn på konto",
        "Date,Description,Amount,Currency,Balance",
        "id,Amount,Fee,Net,Currency",
        "Dato,Total,Netto",
        "OrganizationNumber,MerchantName",
        "<SettlementReport/>",
    ],
)
def test_what_only_looks_like_one_is_not_claimed(header: str) -> None:
    assert [each for each, _ in claims(f"{header}\n".encode()) if each.family in FILES] == []
    with pytest.raises(UnknownFormatError):
        read(header)


minor = st.integers(min_value=-(10**9), max_value=10**9)
lines = st.builds(
    lambda kind, gross, fee: SettlementLine(
        kind, "r", None, date(2026, 1, 2), gross, fee, gross - fee
    ),
    st.sampled_from([kind for kind in LineKind if kind is not LineKind.PAYOUT]),
    st.builds(Money, minor, st.just("NOK")),
    st.builds(Money, minor, st.just("NOK")),
)


@given(st.lists(lines), minor)
def test_lines_that_add_up_explain_the_payout_to_the_oere(
    made: list[SettlementLine], more: int
) -> None:
    found = settle(made, provider="p", id="1", currency="NOK")
    assert found.unexplained.minor == 0
    assert found.net.minor == sum(line.gross.minor - line.fee.minor for line in made)
    other = settle(made, provider="p", id="1", currency="NOK", net=found.net + Money(more, "NOK"))
    assert other.unexplained.minor == more
    assert (other.gross, other.fees, other.refunds, other.other) == (
        found.gross,
        found.fees,
        found.refunds,
        found.other,
    )


amounts = st.tuples(st.integers(1, 10**12), st.integers(0, 10**9))


@given(st.lists(amounts, min_size=1, max_size=20))
def test_gross_less_fee_is_net_in_every_report(sales: list[tuple[int, int]]) -> None:
    for written in (_stripe, _rows, _sections):
        [found] = read(written(sales))
        assert found.gross.minor == sum(gross for gross, _ in sales)
        assert found.fees.minor == sum(fee for _, fee in sales)
        assert found.gross - found.fees == found.net
        assert found.unexplained.minor == 0
        assert all(line.gross - line.fee == line.net for line in found.lines)


def _in(minor_units: int, mark: str = ".") -> str:
    return format_minor(minor_units, "NOK").replace(".", mark)


def _stripe(sales: list[tuple[int, int]]) -> str:
    rows = [
        f"po_1,2026-09-18,txn_{n},2026-09-14,2026-09-16,nok,{_in(g)},{_in(f)},{_in(g - f)},charge,,,"
        for n, (g, f) in enumerate(sales)
    ]
    return "\n".join([STRIPE.splitlines()[0], *rows])


def _rows(sales: list[tuple[int, int]]) -> str:
    net = sum(g - f for g, f in sales)
    rows = [
        f"11.04.2026;F;1;V;{n};;{_in(g, ',')};{_in(f, ',')};{_in(g - f, ',')};Salg;9;13.04.2026;{_in(net, ',')};1;;;"
        for n, (g, f) in enumerate(sales)
    ]
    return "\n".join([ROWS.splitlines()[0], *rows])


def _sections(sales: list[tuple[int, int]]) -> str:
    gross, fees = (sum(each) for each in zip(*sales, strict=True))
    head = SECTIONS.splitlines()
    payout = f"SettlementInfo,F,1,12.04.2026,9,1,{_in(gross)},NOK,{_in(-fees)},0.00,{_in(gross - fees)},{len(sales)}"
    rows = [
        f"TransactionInfo,11.04.2026,F,1,{n},9,,12.04.2026,{_in(g)},NOK,{_in(-f)},0.00,{_in(g - f)}"
        for n, (g, f) in enumerate(sales)
    ]
    return "\n".join([*head[:5], payout, *head[7:9], *rows])


@pytest.mark.parametrize(("family", "text"), EACH)
@given(data=st.data())
def test_a_damaged_report_is_read_or_refused_and_nothing_else(
    family: str, text: str, data: st.DataObject
) -> None:
    content = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
        if not content:
            return
    try:
        found = read(bytes(content))
    except RefusalError:
        return
    assert all(each.explained + each.unexplained == each.net for each in found)
