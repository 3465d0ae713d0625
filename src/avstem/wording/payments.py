"""What is said of supplier payments: where they stand, what holds them, and their timeline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from avstem import wording

# The states of an order (domain.payment_life.OrderState): its name, and the one thing to do next.
ORDER_STATES: dict[str, tuple[str, str]] = {
    "draft": ("Draft", "Finish it, or cancel it."),
    "awaiting_approval": ("To approve", "Approve it, or cancel it."),
    "approved": ("Approved", "Nothing: it goes with the next file to the bank."),
    "in_file": ("In a file", "Nothing: the file is about to be sent."),
    "unknown_outcome": (
        "Nobody knows whether the bank has it",
        "Wait: the bank is asked, and it is not paid twice meanwhile.",
    ),
    "sent": ("Sent", "Nothing: the bank will answer."),
    "received": ("Received by the bank", "Nothing: the bank is looking at it."),
    "awaiting_bank_approval": ("Waits in the bank", "Approve it in the bank."),
    "accepted": ("Accepted by the bank", "Nothing: the bank pays it on its day."),
    "executed": ("Paid, the bank says", "Nothing: it is settled when the account shows it."),
    "settled": ("Paid", "Nothing: the money has left the account."),
    "rejected": ("Rejected", "Read why, put it right, and pay it again."),
    "cancelled": ("Cancelled", "Nothing: the bill can be paid anew."),
    "returned": ("Came back", "Read why, ask the supplier, and pay it again."),
}

# Why an order needs a person (domain.payment_shield.Hold), and what the person looks at.
HOLDS: dict[str, tuple[str, str]] = {
    "first_payment": (
        "The first payment to this recipient.",
        "See that the recipient and the account number are the right ones.",
    ),
    "new_account": (
        "Another account number than before.",
        "Ask the recipient by a telephone number you know, never by one on the bill.",
    ),
    "account_of_another": (
        "The account number is known as somebody else's.",
        "Ask the recipient by a telephone number you know, never by one on the bill.",
    ),
    "account_typed": (
        "The account number was typed by hand.",
        "Hold it against the bill; whoever typed it does not approve it.",
    ),
    "like_bill": (
        "There is a bill like this one from the same supplier.",
        "See that they are two bills, and not one that came twice.",
    ),
    "same_payment": (
        "The same amount was sent to the same account with the same reference.",
        "See that it is not paid already.",
    ),
    "like_payment": (
        "Another list has a payment much like this one to the same recipient about that day.",
        "See whether this row corrects it; then cancel the one that is wrong.",
    ),
    "paid_meanwhile": (
        "Less is owed than it pays: it was settled in another way since it was made.",
        "Cancel it, or undo the other booking if that one is wrong.",
    ),
    "failed_before": (
        "It was paid before, and the bank refused it or the money came back.",
        "Read why, and see that it has not been paid after all.",
    ),
    "account_remembered": (
        "The bill names no account: it goes to the number that is written down for this supplier.",
        "See that the bill is to be paid by us, and not drawn by card or direct debit.",
    ),
    "account_abroad": (
        "The account is in another country than the organisation.",
        "Ask the recipient by a telephone number you know, never by one on the bill.",
    ),
    "bank_exchanges": (
        "The account is in another currency, and no payment from it has been exchanged before.",
        "Ask the bank whether the agreement covers it, or have an account in the currency.",
    ),
    "refund": (
        "It pays a customer back.",
        "See why, and that the account is the customer's own.",
    ),
    "salary": (
        "Wages are always looked at.",
        "Hold names, accounts and the sum against the payroll.",
    ),
    "tax": (
        "Tax is always looked at.",
        "Hold the account, the KID and the sum against the claim.",
    ),
}

# Why a bill cannot become an order (domain.payment_shield.Bar), and what to do.
BARS: dict[str, tuple[str, str]] = {
    "no_account": (
        "The bill has no account number.",
        "Import the bill anew with it, or write the number of one without IBAN on its page.",
    ),
    "wrong_account": ("The account number is not a right one.", "Ask the supplier for it."),
    "wrong_kid": ("No bank would take the KID.", "Ask the supplier for the right one."),
    "needs_address": (
        "A payment abroad names the supplier's address, town and country at least.",
        "Write it on the page of the bill.",
    ),
    "needs_bank": (
        "A payment abroad names the bank of this account, in the account's own country.",
        "Write its BIC on the page of the bill.",
    ),
    "needs_purpose": (
        "Above NOK 100 000, or where nobody knows the rate, a payment abroad says what it is for.",
        "Write code and words on the page of the bill, or bring in the rate.",
    ),
    "no_agreement": (
        "No account in this currency or in kroner has an active agreement for payments.",
        "Order one on the page of bank agreements.",
    ),
    "blocked": ("The supplier is blocked.", "Find out why before anything is paid."),
    "on_its_way": ("A payment of it is on its way.", "Wait until it is settled."),
    "covered_by_credit": (
        "Credit notes cover it.",
        "Set them off against each other on its page; nothing is to be paid.",
    ),
}

# Why a payment leaves on another day than was asked for (domain.payment_day.DayReason).
DAY_REASONS: dict[str, str] = {
    "as_asked": "On the day asked for.",
    "bank_day_before": "The day is no bank day: paid on the bank day before, to be there in time.",
    "bank_day_after": "The day is no bank day, and the one before it is past: paid on the next.",
    "past": "The day has passed: paid on the next bank day.",
    "cut_off": "The bank's last run today is over: paid on the next bank day.",
}

# The states of a file to the bank (store.models.FileState).
FILE_STATES: dict[str, str] = {
    "made": "Made, not sent",
    "withdrawn": "Taken apart before it was sent",
    "sending": "Is being sent",
    "sent": "Sent",
    "unknown": "Nobody knows whether the bank has it",
    "answered": "Answered by the bank",
}

# What the bank wants beside our approval (banks.dialects.Dialect.approval_in_bank).
BANK_APPROVAL: dict[str, str] = {
    "always": (
        "This bank wants its own approval: it may wait in the internet bank, under files to be "
        "approved."
    ),
    "choice": (
        "If the agreement says that payments are approved in the internet bank, it waits there, "
        "under files to be approved."
    ),
    "not_expected": (
        "By the agreement what is approved here is enough. See that the account covers it, or ask "
        "the bank whether its agreement says otherwise."
    ),
}

# How an agreement has payments approved (banks.dialects.Approval).
APPROVALS: dict[str, str] = {
    "always": "In the internet bank too, after they are approved here and sent.",
    "never": "Here alone: the bank takes what is sent as approved.",
    "choice": "Nobody has written down what the agreement says.",
}

# What a payment abroad is for, as the currency register counts it.
PURPOSES: dict[str, str] = {
    "14": "Goods",
    "26": "Rent and licences",
    "29": "Other services",
    "31": "Interest",
    "35": "Dividend",
    "38": "Other return on capital",
    "41": "Real estate",
    "43": "Direct investment, shares",
    "45": "Direct investment, other",
    "51": "Portfolio shares",
    "52": "Bonds",
    "53": "Derivatives",
    "71": "Life insurance and pension",
    "79": "Other financial",
    "81": "Wages",
    "82": "Inheritance and gifts",
}

# Who pays the banks of a payment abroad.
CHARGES: dict[str, str] = {
    "SLEV": "Each pays its own bank",
    "SHAR": "Each pays its own bank",
    "DEBT": "We pay both banks",
    "CRED": "The supplier pays both banks",
}

# One line of the timeline, by the kind of its event.
EVENTS: dict[str, str] = {
    "prepared": "Made of the bill",
    "prepared_listed": "Made of the payment list {file}",
    "prepared_again": "Made anew, after {before}",
    "prepared_refund": "Made to pay a customer back",
    "changed": "Changed: account {account}, day {day}",
    "approval": "Approved by one",
    "approved": "Approved",
    "approved_standing": "Approved by the standing approval, up to {limit_minor}",
    "day_passed": "Its day passed: the new day is {day}",
    "held": "Held: the same payment was found when the file was made",
    "not_taken": "No bank would take it as it is: {found}",
    "in_file": "Put into the file {message_id}",
    "withdrawn": "Taken out of a file that was not sent",
    "made": "The file surely did not reach the bank",
    "handed_out": "Given to a person, who takes it to the bank",
    "sent": "Sent to the bank",
    "unknown": "Nobody knows whether the file reached the bank",
    "report": "The bank answered about the file",
    "status": "The bank says: {said}",
    "refused_by_word": "The bank refused it, a person says: {reason}",
    "copy_refused": "The bank refused a copy; the first one stands",
    "contradiction": "The bank says what cannot be true: {said}. Ask the bank",
    "cancel_asked": "The bank was asked to cancel it",
    "cancel_pending": "The bank is looking at the cancellation",
    "cancel_refused": "The bank did not cancel it",
    "cancel_by_letter": "The bank takes no cancellations: it must be written to",
    "cancelled": "Cancelled",
    "moved": "The bill is booked as paid, the money as on its way",
    "moved_back": "The bill is booked as owed again",
    "not_moved": "The bill has less left than was paid: look at it when the money has left",
    "settled": "The account shows the money gone",
    "debit_undone": "The booking of the money that left was undone",
    "returned": "The money came back",
    "booked": "Booked",
}


def order_state_text(state: str) -> str:
    """Where a payment stands."""
    return wording.translate(ORDER_STATES[state][0]) if state in ORDER_STATES else state


def order_state_step(state: str) -> str:
    """The one thing to do next."""
    return wording.translate(ORDER_STATES[state][1]) if state in ORDER_STATES else ""


def file_state_text(state: str) -> str:
    """Where a file to the bank is."""
    return wording.translate(FILE_STATES[state]) if state in FILE_STATES else state


def bank_approval_text(choice: str) -> str:
    """What the bank wants beside our approval; nothing where it wants nothing."""
    return wording.translate(BANK_APPROVAL[choice]) if choice in BANK_APPROVAL else ""


def approval_text(way: str) -> str:
    """Where payments are approved."""
    return wording.translate(APPROVALS[way])


def hold_text(code: str) -> str:
    """Why an order needs a person, and what the person looks at."""
    return " ".join(map(wording.translate, HOLDS[code])) if code in HOLDS else code


def bar_text(code: str) -> str:
    """Why a bill cannot be paid as it is, and what to do."""
    return " ".join(map(wording.translate, BARS[code])) if code in BARS else code


def purpose_text(code: str) -> str:
    """What a payment abroad is for."""
    return wording.translate(PURPOSES[code]) if code in PURPOSES else code


def charges_text(code: str) -> str:
    """Who pays the banks."""
    return wording.translate(CHARGES[code]) if code in CHARGES else code


def day_reason_text(code: str) -> str:
    """Why it leaves on that day."""
    return wording.translate(DAY_REASONS[code]) if code in DAY_REASONS else code


def event_text(kind: str, facts: Mapping[str, Any], currency: str, said: str = "") -> str:
    """A line of the timeline; a kind that has no words yet stands as it is.

    `said` is what the bank's status means.
    """
    if kind not in EVENTS:
        return kind
    shown = {**facts, "said": said or None}
    if isinstance(day := facts.get("day"), str):
        shown["day"] = f"{date.fromisoformat(day):%d.%m.%Y}"
    return wording.filled(EVENTS[kind], shown, currency)
