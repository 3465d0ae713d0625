"""What the bank's codes mean: each has a stable key, and the single next step for a person.

The tables are closed: a code that is not here is shown as it was written, with the bank's own words
beside it. Sentences are elsewhere; scripts may branch on the keys. `name` is ISO's own.

Source: ISO 20022 external code sets: ExternalPaymentTransactionStatus1Code,
ExternalStatusReason1Code, ExternalReturnReason1Code, ExternalCancellationReason1Code,
CancellationIndividualStatus1Code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class NextStep(StrEnum):
    """What a person does about it: one thing, and first things first."""

    NOTHING = "nothing"
    WAIT = "wait"
    APPROVE_IN_BANK = "approve_in_bank"
    READ_PAYMENTS = "read_payments"
    READ_BANK_TEXT = "read_bank_text"
    CHECK_CHANGE = "check_change"
    CORRECT_CREDITOR_ACCOUNT = "correct_creditor_account"
    CORRECT_DEBTOR_ACCOUNT = "correct_debtor_account"
    CORRECT_CREDITOR_BANK = "correct_creditor_bank"
    CORRECT_CREDITOR_ADDRESS = "correct_creditor_address"
    CORRECT_AMOUNT = "correct_amount"
    CORRECT_CURRENCY = "correct_currency"
    CORRECT_DATE = "correct_date"
    CORRECT_REFERENCE = "correct_reference"
    ADD_REGULATORY_REPORT = "add_regulatory_report"
    ADD_FUNDS = "add_funds"
    CHECK_NOT_PAID_TWICE = "check_not_paid_twice"
    PREPARE_AGAIN = "prepare_again"
    ASK_APPROVER = "ask_approver"
    ASK_CREDITOR = "ask_creditor"
    ASK_BANK = "ask_bank"
    REPORT_FAULT = "report_fault"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code's stable key, its next step, and ISO's own name for it."""

    key: str
    next_step: NextStep
    name: str


STATUSES: Mapping[str, Meaning] = {
    "RCVD": Meaning("status.received", NextStep.WAIT, "Received"),
    # For approval in the bank, or for cover: the bank's text says which.
    "PDNG": Meaning("status.pending", NextStep.APPROVE_IN_BANK, "Pending"),
    "PATC": Meaning(
        "status.partly_approved",
        NextStep.APPROVE_IN_BANK,
        "PartiallyAcceptedTechnicalCorrect",
    ),
    "ACTC": Meaning("status.technically_valid", NextStep.WAIT, "AcceptedTechnicalValidation"),
    "ACCP": Meaning("status.accepted", NextStep.WAIT, "AcceptedCustomerProfile"),
    # The bank moved the day or mended a field; it pays all the same.
    "ACWC": Meaning("status.accepted_with_change", NextStep.CHECK_CHANGE, "AcceptedWithChange"),
    "ACSP": Meaning("status.in_execution", NextStep.WAIT, "AcceptedSettlementInProcess"),
    # Executed, by its own word; booked only when the account says so.
    "ACSC": Meaning("status.executed", NextStep.NOTHING, "AcceptedSettlementCompleted"),
    "PART": Meaning("status.partly_accepted", NextStep.READ_PAYMENTS, "PartiallyAccepted"),
    "RJCT": Meaning("status.refused", NextStep.READ_BANK_TEXT, "Rejected"),
    "CANC": Meaning("status.cancelled", NextStep.NOTHING, "Cancelled"),
}

_REASONS = """
AC01 account.incorrect            correct_creditor_account IncorrectAccountNumber
AC02 account.debtor_invalid       correct_debtor_account   InvalidDebtorAccountNumber
AC03 account.creditor_invalid     correct_creditor_account InvalidCreditorAccountNumber
AC04 account.closed               ask_creditor             ClosedAccountNumber
AC06 account.blocked              ask_bank                 BlockedAccount
AC07 account.creditor_closed      ask_creditor             ClosedCreditorAccountNumber
AC13 account.debtor_type          correct_debtor_account   InvalidDebtorAccountType
AG01 agreement.forbidden          ask_bank                 TransactionForbidden
AG03 agreement.not_supported      ask_bank                 TransactionNotSupported
AG06 creditor_bank.country        correct_creditor_bank    InvalidCreditorAgentCountry
AG08 agreement.no_access          ask_bank                 InvalidAccessRights
AM01 amount.zero                  correct_amount           ZeroAmount
AM02 amount.not_allowed           correct_amount           NotAllowedAmount
AM03 amount.currency_not_allowed  correct_currency         NotAllowedCurrency
AM04 amount.insufficient_funds    add_funds                InsufficientFunds
AM05 duplicate.payment            check_not_paid_twice     Duplication
AM09 amount.wrong                 correct_amount           WrongAmount
AM10 file.control_sum             report_fault             InvalidControlSum
AM18 file.transaction_count       report_fault             InvalidNumberOfTransactions
BE04 creditor.address_missing     correct_creditor_address MissingCreditorAddress
BE16 debtor.id_invalid            ask_bank                 InvalidDebtorIdentificationCode
CH03 date.too_far_ahead           correct_date             ExecutionDateTooFarInFuture
CH04 date.in_the_past             correct_date             ExecutionDateTooFarInPast
CH16 file.element_incorrect       report_fault             ElementContentFormallyIncorrect
CH21 file.element_missing         report_fault             RequiredCompulsoryElementMissing
CNOR creditor_bank.unknown        correct_creditor_bank    CreditorBankIsNotRegistered
CURR currency.incorrect           correct_currency         IncorrectCurrency
CUST requested.by_customer        nothing                  RequestedByCustomer
DS02 approval.cancelled           prepare_again            OrderCancelled
DS04 approval.refused             ask_approver             OrderRejected
DT01 date.invalid                 correct_date             InvalidDate
DU01 duplicate.message_id         check_not_paid_twice     DuplicateMessageID
DU02 duplicate.batch_id           check_not_paid_twice     DuplicatePaymentInformationID
DU03 duplicate.transaction        check_not_paid_twice     DuplicateTransaction
DU04 duplicate.end_to_end_id      check_not_paid_twice     DuplicateEndToEndID
DU05 duplicate.instruction_id     check_not_paid_twice     DuplicateInstructionID
FF01 file.format                  report_fault             InvalidFileFormat
MS03 not_stated                   ask_bank                 NotSpecifiedReasonAgentGenerated
NARR see_text                     read_bank_text           Narrative
RC01 creditor_bank.bic            correct_creditor_bank    BankIdentifierIncorrect
RF01 duplicate.reference          check_not_paid_twice     NotUniqueTransactionReference
RR04 regulatory                   add_regulatory_report    RegulatoryReason
RR07 remittance.invalid           correct_reference        RemittanceInformationInvalid
RR09 reference.invalid            correct_reference        InvalidStructuredCreditorReference
TM01 date.cut_off                 correct_date             InvalidCutOffTime
"""

# Why money came back (camt.053, camt.054: `RtrInf/Rsn`): most are as above, others are only here.
_RETURN_REASONS = """
AC14 account.creditor_type        correct_creditor_account InvalidCreditorAccountType
AG02 agreement.operation_code     ask_bank                 InvalidBankOperationCode
BE01 creditor.name_differs        ask_creditor             InconsistentWithEndCustomer
BE05 creditor.unknown             ask_creditor             UnrecognisedInitiatingParty
BE06 creditor.unknown             ask_creditor             UnknownEndCustomer
BE07 debtor.address_missing       ask_bank                 MissingDebtorAddress
CUST requested.by_customer        nothing                  RequestedByCustomer
DUPL duplicate.payment            check_not_paid_twice     DuplicatePayment
ED05 settlement_failed            prepare_again            SettlementFailed
FOCR cancellation.returned        nothing                  FollowingCancellationRequest
FR01 fraud                        ask_bank                 Fraud
MD07 creditor.dead                ask_creditor             EndCustomerDeceased
MS02 refused.by_creditor          ask_creditor             NotSpecifiedReasonCustomerGenerated
NOAS cancellation.no_answer       ask_creditor             NoAnswerFromCustomer
NOOR payment.not_received         ask_bank                 NoOriginalTransactionReceived
RC07 creditor_bank.bic            correct_creditor_bank    InvalidCreditorBICIdentifier
RR01 debtor.account_missing       ask_bank                 MissingDebtorAccountOrIdentification
RR02 debtor.address_missing       ask_bank                 MissingDebtorNameOrAddress
RR03 creditor.address_missing     correct_creditor_address MissingCreditorNameOrAddress
SVNR service_not_given            ask_bank                 ServiceNotRendered
TECH technical                    ask_bank                 TechnicalProblem
UPAY payment.undue                nothing                  UnduePayment
"""

_CANCELLATION_REASONS = """
CUST requested.by_customer        nothing                  RequestedByCustomer
DUPL duplicate.payment            check_not_paid_twice     DuplicatePayment
TECH technical                    ask_bank                 TechnicalProblem
AGNT creditor_bank.wrong          correct_creditor_bank    IncorrectAgent
CURR currency.incorrect           correct_currency         IncorrectCurrency
UPAY payment.undue                nothing                  UnduePayment
"""

CANCELLATION_STATUSES: Mapping[str, Meaning] = {
    "CNCL": Meaning("cancellation.done", NextStep.NOTHING, "CancelledAsPerRequest"),
    "ACCR": Meaning("cancellation.done", NextStep.NOTHING, "AcceptedCancellationRequest"),
    "RJCR": Meaning("cancellation.refused", NextStep.ASK_BANK, "RejectedCancellationRequest"),
    "PDCR": Meaning("cancellation.pending", NextStep.WAIT, "PendingCancellationRequest"),
    "PACR": Meaning(
        "cancellation.partly_done",
        NextStep.READ_PAYMENTS,
        "PartiallyAcceptedCancellationRequest",
    ),
}


def _table(text: str) -> Mapping[str, Meaning]:
    rows = (line.split() for line in text.strip().splitlines())
    return {code: Meaning(key, NextStep(step), name) for code, key, step, name in rows}


#: Why a payment, a batch or a file was refused, or is waiting.
REASONS = _table(_REASONS)
#: Why money that had left came back: what is not told apart here means what it does above.
RETURN_REASONS = {**REASONS, **_table(_RETURN_REASONS)}
#: Why somebody asks to cancel.
CANCELLATION_REASONS = _table(_CANCELLATION_REASONS)
