"""What an EHF document becomes in the company's books: whose, which way, paid where and how."""

import base64
import hashlib
from datetime import date
from io import BytesIO

import pytest

from avstem.domain.early_payment import DiscountTerms
from avstem.domain.errors import InvalidValueError
from avstem.domain.money import Money
from avstem.domain.open_item import Document, ItemKind
from avstem.formats.invoices import read_invoice_file
from avstem.formats.invoices_csv import REQUIRED, InvoiceRow, claim_invoices_csv
from avstem.formats.ubl.model import UblDocument
from avstem.formats.ubl.reader import read_ubl
from avstem.formats.xml_reader import BoundedStream
from tests.support.ubl import COMPANY, IBAN, KID, SUPPLIER, Ubl, party, tag

THIRD = "889640782"
BILL = Ubl()
INVOICE = BILL.but(supplier=BILL.customer, customer=BILL.supplier)


def row(document: Ubl, orgnr: str = COMPANY) -> InvoiceRow:
    stream = BytesIO(document.xml().encode())
    (found,) = read_invoice_file(stream, file="f.xml", orgnr=orgnr)
    return found


def item(document: Ubl) -> Document:
    found = row(document).document
    assert found is not None
    return found


def source(document: Ubl) -> UblDocument:
    stream = BoundedStream(BytesIO(document.xml().encode()), file="f.xml")
    return read_ubl(stream, file="f.xml", notices=[])


def test_a_bill_has_the_supplier_the_account_the_kid_and_what_is_to_pay() -> None:
    found = row(BILL.but(prepaid="50.00"))
    assert found.warnings == ()
    assert found.document is not None
    assert found.document.party.orgnr == SUPPLIER
    assert found.document.party.name == "Leverandør AS"
    assert found.document.amount == Money(120000, "NOK")
    assert found.document.kid == KID
    assert found.document.party_account == IBAN
    assert found.document.invoice_date == date(2026, 2, 1)
    assert found.document.due_date == date(2026, 2, 15)


def test_our_own_invoice_has_the_customer_and_never_our_account_as_the_customers() -> None:
    found = item(INVOICE)
    assert (found.kind, found.party.orgnr) == (ItemKind.CUSTOMER_INVOICE, SUPPLIER)
    assert (found.kid, found.party_account) == (KID, None)


NEGATIVE = {"lines": ("-800.00", "-200.00"), "tax": "-250.00"}


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (BILL, ItemKind.SUPPLIER_INVOICE),
        (BILL.but(root="CreditNote"), ItemKind.SUPPLIER_CREDIT_NOTE),
        (BILL.but(**NEGATIVE), ItemKind.SUPPLIER_CREDIT_NOTE),
        (BILL.but(root="CreditNote", **NEGATIVE), ItemKind.SUPPLIER_INVOICE),
        (BILL.but(prepaid="2500.00"), ItemKind.SUPPLIER_CREDIT_NOTE),
        (INVOICE, ItemKind.CUSTOMER_INVOICE),
        (INVOICE.but(root="CreditNote"), ItemKind.CUSTOMER_CREDIT_NOTE),
        (INVOICE.but(**NEGATIVE), ItemKind.CUSTOMER_CREDIT_NOTE),
        (INVOICE.but(root="CreditNote", **NEGATIVE), ItemKind.CUSTOMER_INVOICE),
    ],
)
def test_side_root_and_sign_say_what_a_document_is_and_its_amount_is_positive(
    document: Ubl, kind: ItemKind
) -> None:
    found = row(document)
    assert found.document is not None
    assert (found.document.kind, found.document.amount) == (kind, Money(125000, "NOK"))
    turned = "-1250.00" in document.xml() or document.prepaid == "2500.00"
    assert any("the amount to pay is -1250.00" in each for each in found.warnings) == turned


def test_a_document_without_anything_to_pay_is_no_open_item_and_says_so() -> None:
    found = row(BILL.but(prepaid="1250.00"))
    assert (found.document, found.refusal) == (None, None)
    assert found.warnings == ("nothing is to pay (0.00 NOK), so there is no open item",)


@pytest.mark.parametrize(
    ("document", "numbers"),
    [
        (BILL.but(customer=party(THIRD, "Annen AS")), f"supplier {SUPPLIER}, customer {THIRD}"),
        (BILL.but(supplier=BILL.customer), f"supplier {COMPANY}, customer {COMPANY}"),
        (BILL.but(customer=party(None, "Privat")), f"supplier {SUPPLIER}, customer without a n"),
    ],
)
def test_a_document_between_others_or_with_oneself_is_refused_with_both_numbers(
    document: Ubl, numbers: str
) -> None:
    refusal = row(document).refusal
    assert isinstance(refusal, InvalidValueError)
    assert refusal.found.startswith(numbers)
    assert COMPANY in refusal.expected


def test_a_number_that_is_too_long_is_refused_and_never_cut() -> None:
    assert item(BILL.but(number="F" * 70)).number == "F" * 70
    refusal = row(BILL.but(number="F" * 71)).refusal
    assert isinstance(refusal, InvalidValueError)
    assert refusal.kind == "number"


def test_a_pro_forma_invoice_is_refused_for_it_is_no_claim() -> None:
    refusal = row(BILL.but(type_code="325")).refusal
    assert isinstance(refusal, InvalidValueError)
    assert "325" in refusal.found


def identified(*values: str, country: str = "NO") -> str:
    address = f"<cac:Country>{tag('IdentificationCode', country)}</cac:Country>"
    return (
        f"<cac:Party>{values[0]}<cac:PostalAddress>{address}</cac:PostalAddress>"
        + "".join(values[1:])
        + f"<cac:PartyLegalEntity>{tag('RegistrationName', 'Navn AS')}</cac:PartyLegalEntity>"
        "</cac:Party>"
    )


def vat(number: str) -> str:
    return f"<cac:PartyTaxScheme>{tag('CompanyID', number)}</cac:PartyTaxScheme>"


@pytest.mark.parametrize(
    ("written", "orgnr"),
    [
        (identified("", vat(f"NO{SUPPLIER}MVA")), SUPPLIER),
        (identified("", vat(f"NO {SUPPLIER} MVA")), SUPPLIER),
        (identified("", vat(f"{SUPPLIER}MVA")), SUPPLIER),
        (identified(tag("EndpointID", SUPPLIER, schemeID="0192")), SUPPLIER),
        (identified(tag("EndpointID", SUPPLIER, schemeID="9908")), SUPPLIER),
        (identified(tag("EndpointID", SUPPLIER, schemeID="0088")), None),
        (identified(tag("EndpointID", "923609017", schemeID="0192")), None),
        (identified("", vat("SE556000000101"), country="SE"), "SE556000000101"),
        (identified("", vat("556000000101"), country="SE"), "SE556000000101"),
        (party(SUPPLIER, "Navn AS"), SUPPLIER),
    ],
)
def test_the_party_is_known_by_its_number_however_it_is_written(
    written: str, orgnr: str | None
) -> None:
    found = item(BILL.but(supplier=written))
    assert (found.party.orgnr, found.party.name) == (orgnr, "Navn AS")


@pytest.mark.parametrize("name", ["A" * 300, "\u0390" * 140, "ß" * 139])
def test_a_name_that_is_too_long_is_cut_so_that_its_key_fits_too(name: str) -> None:
    party_found = item(BILL.but(supplier=party(None, name))).party
    assert name.startswith(party_found.name)
    assert 0 < len(party_found.key) <= 140


def test_a_branchs_number_gives_way_to_the_legal_entitys_with_a_warning() -> None:
    written = BILL.supplier.replace(
        f'schemeID="0192">{SUPPLIER}</cbc:EndpointID>', f'schemeID="0192">{THIRD}</cbc:EndpointID>'
    )
    found = row(BILL.but(supplier=written))
    assert found.document is not None
    assert found.document.party.orgnr == SUPPLIER
    assert f"({THIRD}, {SUPPLIER})" in found.warnings[0]


def test_with_factoring_the_money_goes_to_the_payees_account_which_is_not_the_suppliers() -> None:
    payee = (
        f"<cac:PayeeParty><cac:PartyName>{tag('Name', 'Factoring AS')}</cac:PartyName>"
        f"<cac:PartyLegalEntity>{tag('CompanyID', THIRD)}</cac:PartyLegalEntity></cac:PayeeParty>"
    )
    found = row(BILL.but(payee=payee))
    assert found.document is not None
    assert (found.document.party.orgnr, found.document.party_account) == (SUPPLIER, IBAN)
    assert not found.account_is_partys
    assert found.warnings == ("the money goes to Factoring AS, not to the supplier",)
    assert row(BILL).account_is_partys


@pytest.mark.parametrize(
    ("account", "payment_id", "kid", "description"),
    [
        (IBAN, "1234 5674", KID, None),
        (None, KID, KID, None),
        (IBAN, "000006-", "000006-", None),
        (IBAN, "RF18539007547034", "RF18539007547034", None),
        ("SE4550000000058398257466", "RF18539007547034", "RF18539007547034", None),
        (IBAN, "12345675", None, "12345675"),
        (IBAN, "Faktura F-1", None, "Faktura F-1"),
        ("SE4550000000058398257466", KID, None, KID),
        (IBAN, None, None, None),
    ],
)
def test_a_payment_id_is_a_kid_where_the_account_is_norwegian_and_the_check_digit_fits(
    account: str | None, payment_id: str | None, kid: str | None, description: str | None
) -> None:
    found = row(BILL.but(account=account, payment_id=payment_id))
    assert found.document is not None
    assert (found.document.kid, found.document.description) == (kid, description)
    wrong = payment_id is not None and kid is None and account == IBAN
    assert any("no right KID" in each for each in found.warnings) == wrong


def test_a_credit_note_keeps_the_kid_of_its_invoice_as_text_only() -> None:
    about = f"<cac:InvoiceDocumentReference>{tag('ID', 'F-0')}</cac:InvoiceDocumentReference>"
    reference = f"<cac:BillingReference>{about}</cac:BillingReference>"
    found = item(BILL.but(root="CreditNote", extra=reference))
    assert (found.kid, found.description) == (None, f"{KID} · F-0")


def test_an_account_with_wrong_check_digits_is_left_out_with_a_warning() -> None:
    found = row(BILL.but(account="15030001018"))
    assert found.document is not None
    assert found.document.party_account is None
    assert "15030001018" in found.warnings[0]


def test_what_the_payee_draws_itself_has_no_account_to_pay_to() -> None:
    found = row(BILL.but(means_code="49"))
    assert found.document is not None
    assert found.document.party_account is None
    assert "credit transfer" in found.warnings[0]


def means(account: str, payment_id: str, code: str = "30") -> str:
    holder = f"<cac:PayeeFinancialAccount>{tag('ID', account)}</cac:PayeeFinancialAccount>"
    values = tag("PaymentMeansCode", code) + tag("PaymentID", payment_id)
    return f"<cac:PaymentMeans>{values}{holder}</cac:PaymentMeans>"


def test_of_several_ways_to_pay_the_first_transfer_counts_with_its_own_kid() -> None:
    other = "NO9386011117947"
    first = means("SE4550000000058398257466", "000006-", "48") + means(other, "234567")
    found = row(BILL.but(extra=first.replace("234567", "2345676")))
    assert found.document is not None
    assert (found.document.party_account, found.document.kid) == (other, "2345676")
    assert any("several ways" in each for each in found.warnings)


def terms(day: str) -> str:
    return f"<cac:PaymentTerms>{tag('PaymentDueDate', day)}</cac:PaymentTerms>"


@pytest.mark.parametrize(
    ("extra", "due_date", "expected"),
    [
        ("", None, None),
        (terms("2026-03-01"), None, date(2026, 3, 1)),
        (terms("2026-03-01"), "2026-02-20", date(2026, 2, 20)),
        (terms("2026-04-01") + terms("2026-03-01"), None, date(2026, 3, 1)),
        ("", "2026-02-20+01:00", date(2026, 2, 20)),
    ],
)
def test_the_due_date_is_the_documents_own_else_that_of_its_terms(
    extra: str, due_date: str | None, expected: date | None
) -> None:
    found = row(BILL.but(extra=extra, due_date=due_date))
    assert found.document is not None
    assert found.document.due_date == expected
    several = expected is not None and extra.count("DueDate>") > 2
    several = several or (extra != "" and due_date is not None)
    assert any("several due dates" in each for each in found.warnings) == several


def test_a_credit_note_has_its_due_date_with_the_payment_means() -> None:
    extra = means(IBAN, KID).replace(
        "<cbc:PaymentID", tag("PaymentDueDate", "2026-03-01") + "<cbc:PaymentID"
    )
    assert item(BILL.but(root="CreditNote", extra=extra)).due_date == date(2026, 3, 1)


def test_an_attachment_is_there_with_its_bytes_and_their_digest() -> None:
    content = b"%PDF-1.7 " + bytes(range(256))

    def attached(text: str) -> str:
        holder = tag(
            "EmbeddedDocumentBinaryObject", text, mimeCode="application/pdf", filename="f.pdf"
        )
        inner = tag("ID", "1") + tag("DocumentDescription", "Faktura")
        return (
            f"<cac:AdditionalDocumentReference>{inner}<cac:Attachment>{holder}</cac:Attachment>"
            "</cac:AdditionalDocumentReference>"
        )

    good = base64.encodebytes(content).decode()
    (found,) = source(BILL.but(extra=attached(good))).attachments
    assert (found.content, found.size_bytes) == (content, len(content))
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert (found.file_name, found.mime_code, found.description) == (
        "f.pdf", "application/pdf", "Faktura",
    )  # fmt: skip
    broken = row(BILL.but(extra=attached("%%%")))
    assert broken.document is not None
    assert "attachment" in broken.warnings[0]


def test_a_table_of_invoices_is_claimed_by_all_its_columns_and_no_fewer() -> None:
    assert claim_invoices_csv(";".join(REQUIRED).encode() + b"\r\n1;2") is not None
    assert claim_invoices_csv(b"\xef\xbb\xbfKID," + ",".join(REQUIRED).encode()) is not None
    for name in REQUIRED:
        fewer = ",".join(each for each in REQUIRED if each != name)
        assert claim_invoices_csv(fewer.encode()) is None
    assert claim_invoices_csv(b"") is None
    assert claim_invoices_csv(b'"' + b"\x00\xff" * 1000) is None


def terms(*notes: str, more: str = "") -> str:
    written = "".join(tag("Note", note) for note in notes)
    return f"<cac:PaymentTerms>{written}{more}</cac:PaymentTerms>"


def test_discounts_in_the_payment_terms_are_read_by_day() -> None:
    notes = terms(
        "#SKONTO#TAGE=14#PROZENT=2.00#\n#SKONTO#TAGE=7#PROZENT=3.00#BASISBETRAG=800.00#\n"
    )
    found = item(BILL.but(extra=notes)).discounts
    assert found == (
        DiscountTerms(300, date(2026, 2, 8), 80_000),
        DiscountTerms(200, date(2026, 2, 15)),
    )


def test_a_discount_in_elements_of_its_own_is_read_too() -> None:
    period = f"<cac:SettlementPeriod>{tag('EndDate', '2026-02-11')}</cac:SettlementPeriod>"
    more = tag("SettlementDiscountPercent", "1.5") + period
    assert item(BILL.but(extra=terms(more=more))).discounts == (
        DiscountTerms(150, date(2026, 2, 11)),
    )


@pytest.mark.parametrize(
    "note", ["#SKONTO#TAGE=14#PROZENT=80.00#", "#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=9999.00#"]
)
def test_a_discount_that_makes_no_sense_is_left_out_with_a_warning(note: str) -> None:
    found = row(BILL.but(extra=terms(note)))
    assert found.document is not None
    assert found.document.discounts == ()
    assert any("makes no sense" in warning for warning in found.warnings)


@pytest.mark.parametrize("note", ["2 % rabatt innen 14 dager", "#SKONTO#TAGE=14#PROZENT=2#", ""])
def test_free_text_is_no_discount(note: str) -> None:
    assert item(BILL.but(extra=terms(note))).discounts == ()


def test_an_order_number_is_kept_where_it_is_a_number() -> None:
    order = "<cac:OrderReference>{}</cac:OrderReference>"
    assert item(BILL.but(extra=order.format(tag("ID", "PO-7001")))).order_number == "PO-7001"
    assert item(BILL.but(extra=order.format(tag("ID", "NA")))).order_number is None


def taxed(*rates: str) -> Ubl:
    parts = "".join(
        f'<cac:TaxSubtotal><cbc:TaxAmount currencyID="NOK">{250 / len(rates):.2f}</cbc:TaxAmount>'
        f"<cac:TaxCategory>{tag('ID', 'S')}{tag('Percent', rate)}</cac:TaxCategory>"
        "</cac:TaxSubtotal>"
        for rate in rates
    )
    return BILL.but(extra_tax=parts)


def test_the_vat_code_is_told_where_all_of_it_has_one_norwegian_rate() -> None:
    assert item(taxed("25.00")).vat_code == "1"
    assert item(taxed("25", "15")).vat_code == ""
    assert item(taxed("19")).vat_code == ""
    assert item(BILL).vat_code == ""
