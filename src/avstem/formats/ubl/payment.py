"""How a document is to be paid: the account, and the reference the payer gives.

`PaymentID` (BT-83) is the remittance information of any country. In Norway it is the KID, and no
attribute says so: it is one where the account is Norwegian and the check digit fits. An `RF`
reference is one wherever it is right. All else is text for the payee.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from avstem.domain import kid as kids
from avstem.domain.errors import InvalidValueError
from avstem.domain.identifiers import compact, is_creditor_reference, normalise_account
from avstem.domain.statement import Notice
from avstem.formats.ubl.model import PaymentMeans
from avstem.formats.ubl.node import Node
from avstem.formats.values import notice

_DIGITS_OF_ACCOUNT = 11


def read_payment_means(
    root: Node, currency: str, notices: list[Notice]
) -> tuple[PaymentMeans, ...]:
    """Every `PaymentMeans`, in the order of the document."""
    found = tuple(_read_means(each, currency, notices) for each in root.each("PaymentMeans"))
    if len({(each.account, each.payment_id) for each in found}) > 1:
        notice(notices, "payment_means.several", f"{root.path}/PaymentMeans")
    return found


def _read_means(node: Node, currency: str, notices: list[Notice]) -> PaymentMeans:
    account = node.child("PayeeFinancialAccount")
    means = PaymentMeans(
        code=node.text_or_none("PaymentMeansCode"),
        account_name=account.text_or_none("Name") if account else None,
        bic=_bic(account) if account else None,
        due_date=node.day_or_none("PaymentDueDate"),
    )
    written = account.text_or_none("ID") if account else None
    if written is not None and account is not None:
        means = _with_account(means, written, account, notices)
    ids = node.texts("PaymentID")
    if len(set(ids)) > 1:
        notice(notices, "payment_id.several", f"{node.path}/PaymentID", ids[1])
    return _with_reference(means, ids[0], currency, node, notices) if ids else means


def _bic(account: Node) -> str | None:
    return account.text_or_none("FinancialInstitutionBranch/ID") or account.text_or_none(
        "FinancialInstitutionBranch/FinancialInstitution/ID"
    )


def _with_account(
    means: PaymentMeans, written: str, node: Node, notices: list[Notice]
) -> PaymentMeans:
    try:
        return replace(means, account=normalise_account(written), account_is_valid=True)
    except InvalidValueError:
        # An account elsewhere may have a form of its own; only an IBAN can be checked.
        notice(notices, "account.check_digits", f"{node.path}/ID", written)
        return replace(means, account=compact(written))


def _with_reference(
    means: PaymentMeans, written: str, currency: str, node: Node, notices: list[Notice]
) -> PaymentMeans:
    means = replace(means, payment_id=written)
    if is_creditor_reference(written):
        return replace(means, kid=compact(written))
    if not _is_norwegian(means, currency):
        return replace(means, text=written)
    kid = "".join(written.split())
    if kids.is_valid(kid):
        return replace(means, kid=kid)
    notice(notices, "kid.not_valid", f"{node.path}/PaymentID", written)
    return replace(means, text=written)


def _is_norwegian(means: PaymentMeans, currency: str) -> bool:
    """An account in Norway; without an account, an amount in kroner."""
    account = means.account
    if account is None:
        return currency == "NOK"
    return account.startswith("NO") or (account.isdigit() and len(account) == _DIGITS_OF_ACCOUNT)


def read_due_date(
    root: Node, means: tuple[PaymentMeans, ...], notices: list[Notice]
) -> date | None:
    """`DueDate`; else the due date of the payment terms, else of the means (BT-9).

    A credit note has it only in its payment means. Of several days (instalments) the first one
    counts: the amount is one open item here.
    """
    days = list(_due_dates(root, means))
    if len(set(days)) > 1:
        notice(notices, "due_date.several", root.path, ", ".join(map(str, sorted(set(days)))))
    own = root.day_or_none("DueDate")
    return own or min(days, default=None)


def _due_dates(root: Node, means: tuple[PaymentMeans, ...]) -> Iterator[date]:
    own = root.day_or_none("DueDate")
    terms = [each.day_or_none("PaymentDueDate") for each in root.each("PaymentTerms")]
    for day in (own, *terms, *(each.due_date for each in means)):
        if day is not None:
            yield day
