"""The banks' codes about payments in words, each with the single next step.

By the stable keys of `domain.reason_codes`. A code that is not there is shown as it was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from avstem import wording
from avstem.domain.reason_codes import (
    CANCELLATION_STATUSES,
    REASONS,
    RETURN_REASONS,
    STATUSES,
    Meaning,
    NextStep,
)

# What a code means, by its key.
CODES: dict[str, str] = {
    "status.received": "The bank has received it.",
    "status.pending": "It waits in the bank, for approval or for money on the account.",
    "status.partly_approved": "Not everybody who must approve it in the bank has done so.",
    "status.technically_valid": "The bank can read it.",
    "status.accepted": "The bank has accepted it.",
    "status.accepted_with_change": "The bank has accepted it and changed something.",
    "status.in_execution": "The bank is carrying it out.",
    "status.executed": "The bank has carried it out.",
    "status.partly_accepted": "Some of the payments are accepted, others are not.",
    "status.refused": "The bank has refused it.",
    "status.cancelled": "It is cancelled.",
    "account.incorrect": "The account number is wrong.",
    "account.debtor_invalid": "The account it is paid from is not valid.",
    "account.creditor_invalid": "The recipient's account is not valid.",
    "account.closed": "The account is closed.",
    "account.blocked": "The account is blocked.",
    "account.creditor_closed": "The recipient's account is closed.",
    "account.debtor_type": "The account it is paid from is of a kind that cannot pay this.",
    "account.creditor_type": "The recipient's account is of a kind that cannot take this.",
    "agreement.forbidden": "The account may not be used for this kind of payment.",
    "agreement.not_supported": "The bank does not offer this kind of payment.",
    "agreement.operation_code": "The kind of payment does not fit the recipient's bank.",
    "agreement.no_access": "The agreement gives no right to pay from this account.",
    "amount.zero": "The amount is zero.",
    "amount.not_allowed": "The amount is not allowed, or is above the limit.",
    "amount.currency_not_allowed": "The currency is not allowed.",
    "amount.insufficient_funds": "There is not enough money on the account.",
    "amount.wrong": "The amount is wrong.",
    "creditor.address_missing": "The recipient's name or address is missing or wrong.",
    "creditor.name_differs": "The recipient's name does not fit the account.",
    "creditor.unknown": "The recipient's bank does not know the recipient.",
    "creditor.dead": "The recipient is dead.",
    "creditor_bank.country": "The country of the recipient's bank is wrong.",
    "creditor_bank.unknown": "The recipient's bank is not known.",
    "creditor_bank.bic": "The code (BIC) of the recipient's bank is wrong.",
    "creditor_bank.wrong": "It was sent to the wrong bank.",
    "currency.incorrect": "The currency is wrong.",
    "date.too_far_ahead": "The day is too far ahead.",
    "date.in_the_past": "The day is in the past.",
    "date.invalid": "The day is not one the bank takes.",
    "date.cut_off": "It came after the bank's last run of the day.",
    "debtor.id_invalid": "The bank does not know the company by the number in the file.",
    "debtor.account_missing": "Something is missing about the account it is paid from.",
    "debtor.address_missing": "The payer's name or address is missing.",
    "duplicate.payment": "The bank has had the same payment before.",
    "duplicate.message_id": "The bank has had a file with this id before.",
    "duplicate.batch_id": "The bank has had a batch with this id before.",
    "duplicate.transaction": "The bank has had this payment before.",
    "duplicate.end_to_end_id": "The bank has had a payment with this reference before.",
    "duplicate.instruction_id": "The bank has had an order with this id before.",
    "duplicate.reference": "The reference has been used before.",
    "file.control_sum": "The sum in the file is not that of its payments.",
    "file.transaction_count": "The number of payments in the file is not what it says.",
    "file.element_incorrect": "Something in the file is not as it should be.",
    "file.element_missing": "Something is missing in the file.",
    "file.format": "The bank cannot read the file.",
    "requested.by_customer": "The payer asked for it.",
    "approval.cancelled": "Somebody cancelled it in the bank.",
    "approval.refused": "Somebody who should approve it in the bank said no.",
    "not_stated": "The bank does not say why.",
    "see_text": "The bank says why in its own words.",
    "regulatory": "Something the authorities require is missing.",
    "remittance.invalid": "The KID or the message to the recipient is not valid.",
    "reference.invalid": "The KID is not valid for this recipient.",
    "refused.by_creditor": "The recipient did not take it, and does not say why.",
    "settlement_failed": "The banks could not settle it between them.",
    "fraud": "It was stopped as a possible fraud.",
    "service_not_given": "The bank did not do what was asked for.",
    "payment.undue": "It was not owed.",
    "payment.not_received": "The recipient's bank never had it.",
    "technical": "There was a technical fault.",
    "cancellation.done": "It is cancelled, as asked.",
    "cancellation.refused": "It could not be cancelled.",
    "cancellation.pending": "The bank is looking at the cancellation.",
    "cancellation.partly_done": "Some of what was asked for is cancelled.",
    "cancellation.returned": "It came back because it was cancelled.",
    "cancellation.no_answer": "The recipient did not answer whether it may come back.",
}

# The single next step.
STEPS: dict[NextStep, str] = {
    NextStep.NOTHING: "Nothing is to be done.",
    NextStep.WAIT: "Wait for the bank.",
    NextStep.APPROVE_IN_BANK: "Approve it in the bank.",
    NextStep.READ_PAYMENTS: "Look at each payment.",
    NextStep.READ_BANK_TEXT: "Read what the bank says.",
    NextStep.CHECK_CHANGE: "See what the bank changed.",
    NextStep.CORRECT_CREDITOR_ACCOUNT: "Ask the supplier for the right account number.",
    NextStep.CORRECT_DEBTOR_ACCOUNT: "Choose another account to pay from.",
    NextStep.CORRECT_CREDITOR_BANK: "Ask the supplier which bank it is.",
    NextStep.CORRECT_CREDITOR_ADDRESS: "Put the supplier's name and address right.",
    NextStep.CORRECT_AMOUNT: "Put the amount right and pay it again.",
    NextStep.CORRECT_CURRENCY: "Pay it in a currency that the account takes.",
    NextStep.CORRECT_DATE: "Choose another day and pay it again.",
    NextStep.CORRECT_REFERENCE: "Ask the supplier for the right KID.",
    NextStep.ADD_REGULATORY_REPORT: "Say what the payment is for, and pay it again.",
    NextStep.ADD_FUNDS: "Move money to the account and pay it again.",
    NextStep.CHECK_NOT_PAID_TWICE: "See on the account whether it is paid already.",
    NextStep.PREPARE_AGAIN: "Make the payment anew.",
    NextStep.ASK_APPROVER: "Ask the one who said no.",
    NextStep.ASK_CREDITOR: "Ask the supplier for an account that can be paid to.",
    NextStep.ASK_BANK: "Ask the bank.",
    NextStep.REPORT_FAULT: "Report this as an error of ours, with the bank's words.",
}


@dataclass(frozen=True)
class Said:
    """A code, what it means and the next step; both are empty where nobody knows the code."""

    code: str
    meaning: str
    step: str

    def __str__(self) -> str:
        return self.meaning or self.code


def status_said(code: str) -> Said:
    """What the bank says of a payment, a batch or a file (pain.002)."""
    return _said(code, STATUSES)


def reason_said(code: str) -> Said:
    """Why it was refused, waits or came back; the codes mean the same everywhere they stand."""
    return _said(code, {**RETURN_REASONS, **REASONS, **CANCELLATION_STATUSES})


def _said(code: str, table: Mapping[str, Meaning]) -> Said:
    found = table.get(code)
    if found is None:
        return Said(code, "", "")
    return Said(
        code, wording.translate(CODES[found.key]), wording.translate(STEPS[found.next_step])
    )
