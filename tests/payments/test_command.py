"""The command: what is not approved, or approved as something else, is not sent by it either."""

from pathlib import Path

import pytest

from tests.payments.books import ACCOUNTS, DEBIT, HEADER, ORGNR, bill
from tests.support.command import Avstem
from tests.support.days import soon

pytestmark = pytest.mark.database


def test_from_bill_to_folder(avstem: Avstem, tmp_path: Path) -> None:
    on = ("--company", ORGNR)
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem(
        "account", "add", *on, "--iban", DEBIT, "--kind", "operating", "--ledger-account", "1920"
    )
    path = tmp_path / "bills.csv"
    path.write_text(f"{HEADER}\n{bill('1001', due='2099-12-01')}\n", "utf-8")
    avstem("invoices", "import", *on, path)
    listed = avstem("payments", "list", *on, "--json").json
    assert [each["not_ready"] for each in listed["ready"]] == ["no_agreement"]
    assert avstem("payments", "prepare", *on, "--json").json["orders"] == []

    avstem("bank", "order", *on, "--bank", "dnb", "--account", DEBIT)
    avstem("bank", "confirm", *on, "--bank", "dnb")
    [order] = avstem("payments", "prepare", *on, "--json").json["orders"]
    assert (order["state"], order["holds"]) == ("awaiting_approval", ["first_payment"])
    assert avstem("payments", "send", *on, "--json").json == {"sent": [], "not_sent": []}
    wrong = avstem("payments", "approve", *on, order["id"], "--hash", "0" * 64, code=3)
    assert "is not what it was" in wrong.err
    avstem("payments", "approve", *on, order["id"], code=2)
    approve = ("payments", "approve", *on, order["id"], "--hash", order["hash"])
    assert "somebody else" in avstem(*approve, code=3).err, "who took the bill in is alone"
    avstem(*approve, "--reason", "Ringt leverandøren")
    by_hand = avstem("payments", "send", *on, "--json", code=1)
    assert by_hand.json["sent"] == [] and "internet bank" in by_hand.err
    avstem("payments", "cancel", *on, order["id"])
    assert avstem("payments", "list", *on, "--json").json["orders"][0]["state"] == "cancelled"


def test_what_a_payment_abroad_needs_and_a_customer_s_money_back(
    avstem: Avstem, tmp_path: Path
) -> None:
    on = ("--company", ORGNR)
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem(
        "account", "add", *on, "--iban", DEBIT, "--kind", "operating", "--ledger-account", "1920"
    )
    avstem("bank", "order", *on, "--bank", "dnb", "--account", DEBIT)
    avstem("bank", "confirm", *on, "--bank", "dnb")
    path, german = tmp_path / "bills.csv", "DE89370400440532013000"
    abroad = bill("1", party="Teile GmbH", account=german, due="2099-12-01")
    note = bill("K1", party="Kunde", account="", kind="customer_credit_note")
    path.write_text(f"{HEADER}\n{abroad}\n{note}\n", "utf-8")
    avstem("invoices", "import", *on, path)

    payee = ("payments", "payee", *on, "--supplier", "Teile GmbH", "--json")
    avstem(*payee, "--town", "Berlin", "--country", "DE")
    known = avstem(*payee, "--bic", "deut de ff").json
    assert (known["town"], known["bic"], known["bank_account"]) == ("Berlin", "DEUTDEFF", german)
    assert "BIC" in avstem(*payee, "--bic", "X", code=3).err.upper()
    assert avstem(*payee[:-2], "Ingen AS", "--town", "Berlin", code=3).err
    [order] = avstem("payments", "prepare", *on, "--json").json["orders"]
    assert (order["abroad"]["kind"], order["abroad"]["bic"]) == ("cross_border", "DEUTDEFF")

    refund = ("payments", "refund", *on, "--note", "K1")
    assert avstem(*refund, code=3).err, "nobody knows where the money came from"
    made = avstem(*refund, "--account", ACCOUNTS[1], "--amount", "250.00", "--json").json
    assert made["holds"] == ["refund", "account_typed"]
    avstem("payments", "refund", *on, code=2)


def test_wages_come_by_a_list_and_are_paid_anew(avstem: Avstem, tmp_path: Path) -> None:
    on = ("--company", ORGNR)
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem(
        "account", "add", *on, "--iban", DEBIT, "--kind", "operating", "--ledger-account", "1920"
    )
    path = tmp_path / "wages.csv"
    path.write_text(
        f"navn;konto;beløp;dato;e-post\nKari;{ACCOUNTS[0]};1 000,50;{soon():%d.%m.%Y};\nOla;1;1;1;\n",
        "utf-8",
    )
    take = ("payments", "import", *on, "--kind", "salary", path)
    assert "agreement" in avstem(*take, code=3).err
    avstem("bank", "order", *on, "--bank", "dnb", "--account", DEBIT)
    avstem("bank", "confirm", *on, "--bank", "dnb")

    said = avstem(*take, "--json", code=1).json
    assert (len(said["orders"]), said["total"], said["refused"][0]["line"]) == (1, "1000.50", 3)
    assert said["unread"] == ["e-post"]
    assert "line 3" in avstem(*take, code=1).err
    [order] = avstem("payments", "list", *on, "--json").json["orders"]
    assert (order["creditor"], order["holds"]) == ("Kari", ["salary", "first_payment"])
    again = ("payments", "again", *on, str(order["id"]))
    assert avstem(*again, code=3).err
    avstem("payments", "cancel", *on, str(order["id"]))
    assert avstem(*again, "--json").json["holds"] == ["salary", "first_payment"]
    avstem("payments", "import", *on, "--kind", "salary", tmp_path / "none.csv", code=3)
