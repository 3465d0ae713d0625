"""Each booking explains itself in full: in the scenarios, and over a demo company's months."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from avstem.matching.decision import Decision
from avstem.services.add_account import NewAccount, add_account
from avstem.services.add_company import add_company
from avstem.services.import_invoices import import_invoices
from avstem.services.import_statement import import_statement
from avstem.services.reconcile import reconcile
from avstem.store.decisions import content_of
from avstem.store.models import Decision as DecisionRow
from avstem.testbank.demo_company import generate
from avstem.wording import REASONS, RULES, reason_text
from tests.services.test_undo import BY

from .table import Scenario, read_scenarios

ALL = list(read_scenarios())


def gaps(content: dict[str, Any], rule: str, version: int) -> list[str]:
    """What an explanation lacks: rule, version, what agreed, what disagreed, how many others fit."""
    if len(content["suggestions"]) != 1:
        return [f"{len(content['suggestions']) - 1} others fitted, and it was booked"]
    [said] = content["suggestions"]
    reasons = [*said["reasons"], *content["reasons"]]
    found = []
    if (said["rule"], said["rule_version"]) != (rule, version) or version < 1:
        found.append("another rule")
    if rule.partition(":")[0] not in RULES:
        found.append(f"no words for {rule}")
    if not any(each["agrees"] for each in reasons):
        found.append("nothing agreed")
    found += [f"booked against {each['code']}" for each in reasons if not each["agrees"]]
    for each in reasons:
        if each["code"] not in REASONS or "…" in reason_text(each["code"], each["facts"], "NOK"):
            found.append(f"no words for {each['code']} with {each['facts']}")
    if content["left_because"] is not None:
        found.append("left as well as booked")
    return found


def gaps_of(decision: Decision) -> list[str]:
    assert decision.best is not None
    return gaps(content_of(decision), decision.best.rule, decision.best.rule_version)


@pytest.mark.parametrize("scenario", ALL, ids=[each.id for each in ALL])
def test_every_booking_of_the_scenarios_is_explained(scenario: Scenario) -> None:
    for decision in scenario.books.decide(scenario.lines):
        if decision.verdict.name == "BOOK":
            assert gaps_of(decision) == []


def test_the_scenarios_have_bookings_to_explain() -> None:
    verdicts = [each.verdict.name for s in ALL for each in s.books.decide(s.lines)]
    assert verdicts.count("BOOK") > 50


def test_what_is_missing_is_found() -> None:
    reason = {"code": "text.exact", "facts": {}, "agrees": False}
    said = {"rule": "named_in_text", "rule_version": 1, "reasons": [reason]}
    content = {"suggestions": [said], "reasons": [], "left_because": None}
    assert len(gaps(content, "named_in_text", 1)) == 3
    assert gaps({**content, "suggestions": [said, said]}, "named_in_text", 1)


@pytest.mark.django_db
@pytest.mark.database
def test_every_booking_of_the_demo_company_is_explained(tmp_path: Path) -> None:
    demo = generate(1, start=date(2025, 9, 1))
    demo.write_to(tmp_path)
    company = add_company(orgnr=demo.orgnr, name="Demo AS", **BY).pk
    for place, each in enumerate(demo.accounts):
        account = NewAccount(each.iban, "operating", str(1920 + place))
        add_account(company_id=company, account=account, **BY)
    invoices = tmp_path / "invoices.csv"
    import_invoices(company_id=company, path=invoices, name=invoices.name, **BY)
    for file in demo.bank_files[: len(demo.bank_files) // 2]:
        path = tmp_path / "bank" / file.name
        import_statement(company_id=company, path=path, name=path.name, source="test", **BY)
    booked = reconcile(company_id=company, **BY).booked
    rows = list(DecisionRow.objects.filter(company_id=company, verdict="book"))
    assert len(rows) == booked > 50
    for row in rows:
        assert gaps(row.content, row.rule, row.rule_version) == []
        assert row.decided_by == BY["actor"]
        codes = {each["code"] for each in row.content["suggestions"][0]["reasons"]}
        assert codes & {"record.first", "record.so_far"}, "what became of those like it"
