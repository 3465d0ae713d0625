"""The message to a bank that takes no cancellations from programs: ready to be sent as it is.

Banks ask for the number of the agreement, the account, the amount and the day (Nordea asks for
exactly those); the ids let them find the payment whatever they search by.
"""

from django.utils.translation import get_language, gettext, override

from avstem import wording
from avstem.domain.identifiers import grouped_account, grouped_orgnr
from avstem.store.models import Company, PaymentOrder

MESSAGE: tuple[str, ...] = (
    "Subject: Please stop a payment, {company} ({orgnr})",
    "",
    "Please stop this payment, which we have sent and which is not to be paid:",
    "",
    "Agreement: {agreement}",
    "From account: {account}",
    "Amount: {amount}",
    "Day: {day}",
    "To: {creditor}, account {creditor_account}",
    "File (MsgId): {message_id}",
    "Batch (PmtInfId): {batch_id}",
    "Payment (EndToEndId): {end_to_end_id}",
    "",
    "Please tell us whether it was stopped.",
    "",
    "Kind regards",
    "{company}",
)
_TO_BANKS = ("nb", "nn")


def cancel_message(order: PaymentOrder, company: Company) -> str:
    """Subject and text, in the Norwegian that is spoken; `order` with its file and agreement."""
    assert order.file is not None, "only what was sent is asked to be stopped"
    spoken = get_language() or ""
    facts = {
        "company": company.name,
        "orgnr": grouped_orgnr(company.orgnr),
        "agreement": order.file.agreement.sender_id or company.orgnr,
        "account": grouped_account(order.account.iban),
        "amount": f"{wording.amount_text(order.amount_minor, order.currency)} {order.currency}",
        "day": f"{order.execution_date:%d.%m.%Y}",
        "creditor": order.creditor_name,
        "creditor_account": grouped_account(order.creditor_account),
        "message_id": order.file.message_id,
        "batch_id": order.batch_id,
        "end_to_end_id": order.end_to_end_id,
    }
    with override(spoken if spoken in _TO_BANKS else "nb"):
        return "\n".join(line and gettext(line).format(**facts) for line in MESSAGE)
