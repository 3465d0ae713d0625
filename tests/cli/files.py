"""Small bank files and invoice files for the tests of the command line."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.command import Avstem

ORGNR = "974760673"
BBAN = "15030001017"
NOT_OURS = "15030001025"
HEADER = (
    "type,number,party_name,party_orgnr,party_account,invoice_date,currency,amount,kid,description"
)
_SHAPES = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
}


@dataclass(frozen=True)
class Line:
    """One entry of a bank file; `parts` are details as (reference, amount, kid)."""

    amount: str
    reference: str = ""
    kid: str = ""
    text: str = ""
    name: str = ""
    day: str = ""
    status: str = "BOOK"
    parts: tuple[tuple[str, str, str], ...] = ()


def statement_xml(
    account: str,
    day: str,
    opening: str,
    closing: str,
    entries: list[Line],
    *,
    kind: str = "053",
    id: str = "",
    currency: str = "NOK",
    until: str = "",
    message: str = "M1",
) -> str:
    """A bank's message (camt.053, .054 or .052) about one account."""
    root, each = _SHAPES[kind]
    last = until or day
    balances = "" if kind != "053" else _balance("OPBD", opening, day, currency)
    balances += "" if kind != "053" else _balance("CLBD", closing, last, currency)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.02"><{root}>\n'
        f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>{last}T23:59:00</CreDtTm></GrpHdr>\n"
        f"<{each}><Id>{id or f'{kind}-{day}'}</Id><CreDtTm>{last}T23:59:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{day}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{account}</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id>"
        f"<Ccy>{currency}</Ccy></Acct>\n{balances}"
        + "".join(_entry(line, line.day or day, currency) for line in entries)
        + f"</{each}></{root}></Document>\n"
    )


def _balance(code: str, amount: str, day: str, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(amount, currency)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _money(amount: str, currency: str) -> str:
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    return f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>" if text else ""


def _entry(line: Line, day: str, currency: str) -> str:
    parts = line.parts or ((("", line.amount, line.kid),) if line.kid or line.name else ())
    details = "".join(_detail(part, line, currency) for part in parts)
    return (
        f"<Ntry>{_money(line.amount, currency)}<Sts>{line.status}</Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        + _tag("AcctSvcrRef", line.reference)
        + "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd>" + _tag("NtryDtls", details) + _tag("AddtlNtryInf", line.text) + "</Ntry>\n"
    )


def _detail(part: tuple[str, str, str], line: Line, currency: str) -> str:
    reference, amount, kid = part
    side = "Cdtr" if amount.startswith("-") else "Dbtr"
    party = f"<RltdPties><{side}><Nm>{line.name}</Nm></{side}></RltdPties>" if line.name else ""
    own = f'<AmtDtls><TxAmt><Amt Ccy="{currency}">{amount.lstrip("-")}</Amt></TxAmt></AmtDtls>'
    strd = (
        "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        f"<Ref>{kid}</Ref></CdtrRefInf></Strd></RmtInf>"
        if kid
        else ""
    )
    refs = f"<Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>" if reference else ""
    return f"<TxDtls>{refs}{own}{party}{strd}</TxDtls>"


@dataclass(frozen=True)
class Books:
    """A company with an operating account, driven by the real command."""

    run: Avstem
    folder: Path

    def file(self, name: str, text: str) -> Path:
        """A file with that text."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def statement(self, day: str, opening: str, entries: list[Line], **more: Any) -> Path:
        """A file; where no closing balance is given it is what the entries come to."""
        name = more.pop("name", f"{more.get('kind', '053')}-{day}.xml")
        booked = [Decimal(line.amount) for line in entries if line.status == "BOOK"]
        closing = more.pop("closing", f"{sum(booked, Decimal(opening)):.2f}")
        account = more.pop("account", BBAN)
        return self.file(name, statement_xml(account, day, opening, closing, entries, **more))

    def take(self, *paths: Path, code: int = 0) -> Any:
        """`statement import`; answers its JSON."""
        return self.run("statement", "import", "--company", ORGNR, *paths, "--json", code=code).json

    def invoices(self, *rows: str, code: int = 0) -> Any:
        """`invoices import` of those rows; answers its JSON."""
        path = self.file("invoices.csv", "\n".join([HEADER, *rows]) + "\n")
        return self.run("invoices", "import", "--company", ORGNR, path, "--json", code=code).json

    def matches(self) -> list[Any]:
        """`export matches`."""
        return self.run("export", "matches", "--company", ORGNR).lines

    def vouchers(self) -> list[Any]:
        """`export vouchers`."""
        return self.run("export", "vouchers", "--company", ORGNR).lines

    def amounts(self) -> list[str]:
        """The amounts of all bank transactions."""
        return [line["amount"] for line in self.matches()]

    def reconcile(self) -> Any:
        """`reconcile`; answers its JSON."""
        return self.run("reconcile", "--company", ORGNR, "--json").json

    def verify(self) -> None:
        """Every check holds."""
        self.run("verify")


def customer_invoice(number: str, amount: str, kid: str = "", name: str = "Nordlys Bygg AS") -> str:
    """A row of invoices.csv."""
    return f"customer_invoice,{number},{name},,,2026-02-01,NOK,{amount},{kid},"
