"""The papers of an agreement: the order to print or send, and ready letters to the bank.

The caller makes the language (`nb`, `en`) the one that is spoken, and names it. Names of menus and
boxes are the bank's own.
"""

from datetime import date

from avstem import wording
from avstem.banks.dialects import dialect
from avstem.banks.order_guide import order_guide
from avstem.domain.identifiers import grouped_account, grouped_orgnr
from avstem.formats.paper import Boxes, Facts, Grid, Heading, Paper, Part, Signatures, Text
from avstem.services.agreement_status import AccountStatus, AgreementStatus
from avstem.store.models import Company
from avstem.wording.banks import bank_text

# What is ordered, by the agreement's own fields.
ORDERED: dict[str, str] = {
    "statements": "Account statements each bank day ({formats})",
    "notifications": "Money in and out in detail ({formats})",
    "ocr": "OCR: payments with KID",
    "payments": "Payments from the accounts, with the bank's answers ({formats})",
}

# How payments are approved, where the bank leaves a choice: by `bank_approves`.
APPROVED: dict[bool, str] = {
    False: "Payments are approved in the accounting system (accounting-approved payments)",
    True: "Payments are approved in the internet bank after they are sent",
}

ORDER: dict[str, str] = {
    "title": "Order: files between the bank and the accounts",
    "intro": (
        "{company} orders an agreement about the exchange of files with its accounting system, "
        "for the accounts below. If the bank has a form of its own for this, please send it; "
        "this order says what is to stand in it."
    ),
    "accounts": "Accounts",
    "ordered": "What is ordered",
    "boxes": "To be ticked or asked for at the bank",
    "channel": "How files go",
    "open": "To be agreed with the bank",
    "answer": "The bank's answer",
    "answer_text": (
        "Please tell us when the agreement is active, from which day statements come, and who we "
        "are to the exchange of files (customer number, user or division)."
    ),
    "sign": "Signed for the company",
    "who": "Who may sign",
}

LATE: dict[str, str] = {
    "title": "Statements that have not come",
    "intro": (
        "{company} has an active agreement with you about account statements to its accounting "
        "system. Statements of the accounts below, from the day beside each, were expected {last} "
        "at the latest and have not come."
    ),
    "ask": (
        "Please find out whether the statements were made and where they were sent, and send them "
        "again from and including that day. If something is missing on our side, please tell us "
        "what."
    ),
}

ENDING: dict[str, str] = {
    "title": "The agreement about files is ended",
    "intro": (
        "{company} ends the agreement about the exchange of files with its accounting system, for "
        "the accounts below, from {day}. The accounts themselves are kept."
    ),
    "ask": (
        "Please stop sending statements and notifications, close access for payments from the "
        "accounting system, stop charging for the agreement, and confirm in writing."
    ),
}

COMMON: dict[str, str] = {
    "account": "Account number",
    "iban": "IBAN",
    "currency": "Currency",
    "from": "From and including",
    "until": "Last day",
    "expected": "Expected at the latest",
    "late": "Bank days late",
    "company": "Company",
    "orgnr": "Organisation number",
    "orgnr_short": "Org. no. {orgnr}",
    "bank": "Bank",
    "page": "Page",
    "place": "Place and date",
    "signature": "Signature",
    "name": "Name in capitals",
    "regards": "Regards",
}


def order_paper(status: AgreementStatus, company: Company, day: date, language: str) -> Paper:
    """The filled-in order: who, which accounts, what, what to tick, and where to sign."""
    guide = order_guide(status.bank)
    live = [each for each in status.accounts if each.activation.closed_at is None]
    signers = "; ".join(bank_text(each, "signer") for each in guide.signers)
    channel = status.agreement.channel
    parts: list[Part] = [
        Text(_say(ORDER["intro"], company=company.name)),
        Facts((
            (_say(COMMON["company"]), company.name),
            (_say(COMMON["orgnr"]), grouped_orgnr(company.orgnr)),
            (_say(COMMON["bank"]), status.bank.name),
        )),
        Heading(_say(ORDER["accounts"])),
        _accounts(live, COMMON["from"], [_day(each.activation.activation_date) for each in live]),
        Heading(_say(ORDER["ordered"])),
        _ordered(status),
        Heading(_say(ORDER["boxes"])),
        Boxes(tuple((bank_text(each, "box"), False) for each in guide.boxes)),
        Heading(_say(ORDER["channel"])),
        Text(channel_text(channel) if channel else _say(ORDER["open"])),
        Heading(_say(ORDER["answer"])),
        Text(_say(ORDER["answer_text"])),
        Heading(_say(ORDER["sign"])),
        Facts(((_say(ORDER["who"]), signers),)),
        _signatures(2),
    ]  # fmt: skip
    return _paper(status, company, day, language, ORDER["title"], parts)


def late_letter(status: AgreementStatus, company: Company, day: date, language: str) -> Paper:
    """To the bank about the accounts of which the first statement, or those since, are late."""
    late = [(each, each.overdue) for each in status.accounts if each.overdue]
    last = max((overdue.due_on for _, overdue in late), default=day)
    parts: list[Part] = [
        Text(_say(LATE["intro"], company=company.name, last=_day(last))),
        Grid(
            tuple(_say(COMMON[name]) for name in ("account", "from", "expected", "late")),
            tuple(
                (
                    grouped_account(each.activation.account.iban),
                    _day(overdue.missing_from),
                    _day(overdue.due_on),
                    str(overdue.bank_days),
                )
                for each, overdue in late
            ),
        ),
        Text(_say(LATE["ask"])),
        Text(_say(COMMON["regards"])),
        Text(company.name),
    ]  # fmt: skip
    return _paper(status, company, day, language, LATE["title"], parts)


def ending_letter(status: AgreementStatus, company: Company, day: date, language: str) -> Paper:
    """To the bank about the accounts that are deactivated; all of them before any is."""
    ended = [each for each in status.accounts if each.activation.ended_on]
    told = ended or [each for each in status.accounts if each.activation.closed_at is None]
    days = [each.activation.ended_on or day for each in told]
    parts: list[Part] = [
        Text(_say(ENDING["intro"], company=company.name, day=_day(min(days, default=day)))),
        _accounts(told, COMMON["until"], [_day(each) for each in days]),
        Text(_say(ENDING["ask"])),
        _signatures(1),
    ]
    return _paper(status, company, day, language, ENDING["title"], parts)


PAPERS = {"order": order_paper, "late": late_letter, "ending": ending_letter}


def channel_text(channel: str) -> str:
    """How files go, in words."""
    if channel == "folder":
        return wording.translate(FOLDER)
    return bank_text(channel, "channel")


FOLDER = "Through a folder that the bank's own program fills and empties"


def _ordered(status: AgreementStatus) -> Boxes:
    agreement, ways = status.agreement, dialect(status.bank.dialect)
    if agreement.generation:
        ways = ways.of_generation(1 if agreement.generation == 1 else 2)
    formats: dict[str, str] = {
        "statements": ", ".join(ways.statement_versions),
        "notifications": ways.notification,
        "payments": ways.pain001_version,
    }
    ticked = {"statements": True} | {
        name: getattr(agreement, name) for name in ("notifications", "ocr", "payments")
    }
    boxes = [
        (_say(text, formats=formats.get(name, "")), ticked[name]) for name, text in ORDERED.items()
    ]
    if agreement.payments and ways.approval_in_bank == "choice":
        boxes += [(_say(text), agreement.bank_approves is way) for way, text in APPROVED.items()]
    return Boxes(tuple(boxes))


def _accounts(told: list[AccountStatus], last_head: str, last: list[str]) -> Grid:
    rows = tuple(
        (
            grouped_account(each.activation.account.iban),
            each.activation.account.iban,
            each.activation.account.currency,
            day,
        )
        for each, day in zip(told, last, strict=True)
    )
    head = (COMMON["account"], COMMON["iban"], COMMON["currency"], last_head)
    return Grid(tuple(map(_say, head)), rows)


def _paper(
    status: AgreementStatus,
    company: Company,
    day: date,
    language: str,
    title: str,
    parts: list[Part],
) -> Paper:
    sender = (company.name, _say(COMMON["orgnr_short"], orgnr=grouped_orgnr(company.orgnr)))
    return Paper(
        language, _say(title), sender, (status.bank.name,), _day(day),
        _say(COMMON["page"]), tuple(parts),
    )  # fmt: skip


def _signatures(count: int) -> Signatures:
    return Signatures(tuple(_say(COMMON[name]) for name in ("place", "signature", "name")), count)


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _say(text: str, **facts: str) -> str:
    return wording.translate(text).format(**facts)
