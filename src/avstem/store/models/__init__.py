"""Every row belongs to a company, and every key begins with it (design rule 7)."""

from avstem.store.models.agreements import Activation, Agreement, Channel
from avstem.store.models.attachments import Attachment, AttachmentChunk, OwnerQuestion
from avstem.store.models.audit import AuditEvent, ReconcileRun
from avstem.store.models.automation import AccountAutomation, Rehearsal
from avstem.store.models.bank import (
    BankAccount,
    BankFile,
    BankFileChunk,
    BankTransaction,
    Entry,
    ImportAlarm,
    Statement,
)
from avstem.store.models.company import Company, LedgerAccount, Membership, User
from avstem.store.models.credentials import Credential
from avstem.store.models.credits import CreditUse
from avstem.store.models.documents import (
    OpenItem,
    Party,
    PartyAccount,
    ReferenceKey,
    SentPayment,
)
from avstem.store.models.fetched import FetchedFile, FetchedFileChunk, FetchedState
from avstem.store.models.jobs import Job, Schedule
from avstem.store.models.learning import AnswerRecord, BookingSample, NameAlias
from avstem.store.models.ledger import (
    Allocation,
    Decision,
    Posting,
    RejectedPair,
    Voucher,
)
from avstem.store.models.payments import (
    ApproverLimit,
    FileState,
    PayeeDetail,
    PaymentApproval,
    PaymentEvent,
    PaymentFile,
    PaymentOrder,
    PaymentSettings,
    StandingApproval,
)
from avstem.store.models.people import Invitation, Passkey, RecoveryCode, SecondFactor
from avstem.store.models.rates import ExchangeRate
from avstem.store.models.rules import BookingRule, BookingRuleVersion, RuleTrial
from avstem.store.models.settings import MatchingSettings, UndoInClosedPeriod
from avstem.store.models.settlements import Settlement, SettlementLine
from avstem.store.models.tables import TableMapping

__all__ = [
    "AccountAutomation",
    "Activation",
    "Agreement",
    "Allocation",
    "AnswerRecord",
    "ApproverLimit",
    "Attachment",
    "AttachmentChunk",
    "AuditEvent",
    "BankAccount",
    "BankFile",
    "BankFileChunk",
    "BankTransaction",
    "BookingRule",
    "BookingRuleVersion",
    "BookingSample",
    "Channel",
    "Company",
    "Credential",
    "CreditUse",
    "Decision",
    "Entry",
    "ExchangeRate",
    "FetchedFile",
    "FetchedFileChunk",
    "FetchedState",
    "FileState",
    "ImportAlarm",
    "Invitation",
    "Job",
    "LedgerAccount",
    "MatchingSettings",
    "Membership",
    "NameAlias",
    "OpenItem",
    "OwnerQuestion",
    "Party",
    "PartyAccount",
    "Passkey",
    "PayeeDetail",
    "PaymentApproval",
    "PaymentEvent",
    "PaymentFile",
    "PaymentOrder",
    "PaymentSettings",
    "Posting",
    "ReconcileRun",
    "RecoveryCode",
    "ReferenceKey",
    "Rehearsal",
    "RejectedPair",
    "RuleTrial",
    "Schedule",
    "SecondFactor",
    "SentPayment",
    "Settlement",
    "SettlementLine",
    "StandingApproval",
    "Statement",
    "TableMapping",
    "UndoInClosedPeriod",
    "User",
    "Voucher",
]
