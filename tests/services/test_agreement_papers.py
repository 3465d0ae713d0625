"""The papers of an agreement, read back from the PDF in bokmål and English."""

import io
from datetime import date, timedelta

import pytest
from django.utils.translation import gettext, override
from pypdf import PdfReader

from avstem import wording
from avstem.banks.directory import all_banks
from avstem.domain.identifiers import norwegian_iban
from avstem.formats.paper import render_pdf
from avstem.store.models import Company
from avstem.wording.papers import PAPERS

from .test_agreements import TODAY, Bank, keys

__all__ = ["keys"]
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    monkeypatch.setattr(wording, "translate", gettext)  # as start-up does
    return Bank()


def read(bank: Bank, kind: str, language: str, day: date = TODAY) -> str:
    with override(language):
        paper = PAPERS[kind](bank.status(), Company.objects.get(), day, language)
        made = render_pdf(paper)
        assert render_pdf(paper) == made
    reader = PdfReader(io.BytesIO(made))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_order_says_who_what_and_where_to_sign_in_both_languages(bank: Bank) -> None:
    bank.order(bank.account, bank.second, channel="sftp", ocr=True)
    norwegian = read(bank, "order", "nb")
    for each in (
        "Bestilling: filer mellom banken og regnskapet", "Prøve AS", "974 760 673", "DNB",
        "1503.00.01017 NO6115030001017 NOK 24.11.2026", "1503.00.02021", "Dette bestilles",
        "Kontoutskrifter hver bankdag (camt.053.001", "OCR: innbetalinger med KID", "pain.001.001",
        "Krysses av eller bes om hos banken", "SFTP", "bestiller", "Sted og dato", "Underskrift",
    ):  # fmt: skip
        assert each in norwegian, each
    english = read(bank, "order", "en")
    for each in ("Order: files between the bank", "Account statements each bank day", "Signature"):
        assert each in english
    assert "{" not in norwegian + english


def test_an_account_that_is_over_is_not_in_the_order(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    bank.deactivate(bank.second)
    assert "1503.00.02021" not in read(bank, "order", "nb")


def test_the_letter_about_late_statements_names_those_alone_that_are_late(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    bank.confirm(account_ids=[bank.account.pk])
    bank.at += timedelta(days=7)
    letter = read(bank, "late", "nb", date(2026, 12, 1))
    assert "1503.00.01017 24.11.2026 27.11.2026 2" in letter
    assert "1503.00.02021" not in letter
    assert "ventet senest 27.11.2026" in letter
    assert "expected 27.11.2026 at the latest" in read(bank, "late", "en", date(2026, 12, 1))


def test_the_letter_that_ends_it_names_the_accounts_that_are_deactivated(bank: Bank) -> None:
    bank.order(bank.account, bank.second)
    bank.confirm()
    both = read(bank, "ending", "nb")
    assert "1503.00.01017" in both, "before any is deactivated: all"
    assert "1503.00.02021" in both
    bank.deactivate(bank.second)
    one = read(bank, "ending", "nb")
    assert f"1503.00.02021 {norwegian_iban('15030002021')} NOK 24.11.2026" in one
    assert "1503.00.01017" not in one
    assert "Prøve AS sier opp avtalen" in one
    assert "ends the agreement" in read(bank, "ending", "en")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_bank_has_an_order(bank: Bank, language: str) -> None:
    for each in all_banks():
        bank.order(bank=each.slug)
        assert each.name in read(bank, "order", language)
        bank.deactivate()
