"""Every refusal, reason and state in words people understand.

The texts here are English and are the message ids of gettext; `locale/` has bokmål (and later
nynorsk). A test demands a text for each code.
"""

from collections.abc import Callable, Mapping
from typing import Any

from avstem.domain.errors import RefusalError
from avstem.domain.money import format_minor
from avstem.domain.statement import Notice

#: Says a text in the reader's language. `config` puts gettext's function here at start-up;
#: without it (the command line without a database) the English stands.
translate: Callable[[str], str] = str

# code -> what happened, then what the reader can do.
REFUSALS: dict[str, str] = {
    "file.unreadable": (
        "{file}: {place}: found “{found}”, expected {expected}. "
        "Nothing of the file was taken; ask the bank for it again."
    ),
    "file.unknown_format": ("{file}: not a file avstem reads: {found}. Expected {expected}."),
    "file.not_opened": "{file} cannot be opened: {found}. Check the path and who may read it.",
    "file.too_large": "{file}: {bytes_found} bytes; at most {bytes_max} are read.",
    "value.invalid": "{kind} “{found}” is not right: expected {expected}.",
    "not_found": "There is no {kind} {identifier} here. Check the number, or add it first.",
    "exists.differs": (
        "{kind} {identifier} is there already with other content ({differs}). "
        "What is posted is not changed; correct it with a credit note."
    ),
    "currency.mismatch": "The currency is {found}, but {expected} was expected.",
    "statement.account_not_named": (
        "{file} does not say which account it is of. "
        "Choose the account beside the file (on the command line: --account IBAN)."
    ),
    "statement.account_not_ours": (
        "{file}: the account {account} is not one of the company's. "
        "Add it with `avstem account add`, or import the file for the right company."
    ),
    "allocation.exceeds_remaining": (
        "You are settling {requested}, but only {remaining} is left. Choose a smaller amount."
    ),
    "booking.difference": (
        "A difference of {difference} is left. Add another item or book the rest to an account."
    ),
    "state.not_permitted": (
        "{kind} {identifier} is {found}; this can only be done when it is {expected}."
    ),
    "period.closed": ("{booking_date} is in a closed period. Choose a date from {open_from}."),
}


def sentence(refusal: RefusalError) -> str:
    """The refusal as one line for people."""
    facts = {name: _plain(value) for name, value in refusal.facts().items()}
    text = translate(REFUSALS[refusal.code]).format(**facts)
    # A refusal outside any file has no file to name.
    return text.removeprefix(": ")


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    # A word of ours is said in the reader's language; what was found stands as it is. (gettext
    # answers the empty string with its own header.)
    return translate(str(value)) if value else str(value)


# The states of a bank transaction.
STATES: dict[str, str] = {
    "open": "Open",
    "suggested": "Suggestion",
    "booked": "Booked",
    "set_aside": "Set aside",
    "superseded": "Replaced by its parts",
}

# The documents.
KINDS: dict[str, str] = {
    "customer_invoice": "Customer invoice",
    "customer_credit_note": "Customer credit note",
    "supplier_invoice": "Supplier invoice",
    "supplier_credit_note": "Supplier credit note",
}

# What is wrong in the chain of an account's statements (domain.chain.BreakKind).
BREAKS: dict[str, str] = {
    "balance": (
        "The entries do not add up to the closing balance: {expected_minor} was expected, "
        "the bank says {found_minor}."
    ),
    "gap": (
        "A statement is missing before this one: it opens with {found_minor}, "
        "but the one before closed with {expected_minor}."
    ),
    "takeover": (
        "The first statement opens with {found_minor}, "
        "but the books were taken over with {expected_minor}."
    ),
    "alarm": "The bank has changed an entry that was known. What was stored first stands.",
}

# rule -> what it goes by.
RULES: dict[str, str] = {
    "by_hand": "Matched by hand",
    "own_key": "The payment's own key came back from the bank",
    "structured_reference": "KID or other structured reference",
    "named_in_text": "Invoice named in the text",
    "account_and_amount": "The payer's account and the exact amount",
    "amount_of_party": "The amount fits open invoices of the same party",
    "amount": "An open invoice has exactly this amount",
    "part_of_party": "Part payment from a known account",
}

# Why a transaction was left to a person without a suggestion (matching.decision.LeftBecause).
LEFT_BECAUSE: dict[str, str] = {
    "nothing_fits": "No open invoice fits the reference, the account, the name or the amount.",
    "reference_bad_check": (
        "The KID has a wrong check digit, so the payer has probably mistyped it."
    ),
    "reference_unknown": "The KID is a right one, but no invoice here has it.",
    "search_limit": (
        "The party has so many open items that a sum of some of them would prove nothing."
    ),
    "zero_amount": "The amount is zero: there is nothing to match.",
    "return_unknown": "Money came back, but the payment it belongs to was not found.",
}

# reason code -> the reason in words, with its facts. Facts that end in `_minor` are amounts.
REASONS: dict[str, str] = {
    "decided_by_hand": "A person decided it.",
    "own_key.end_to_end_id": "The bank answers with the id {key} of a payment we sent.",
    "own_key.instruction_id": "The bank answers with the id {key} of a payment we sent.",
    "own_key.payment_information_id": (
        "The bank answers with the id {key} of a batch of {payments} payments we sent."
    ),
    "own_key.message_id": (
        "The bank answers with the id {key} of a file of {payments} payments we sent."
    ),
    "own_key.returned": "The payment {key} that we sent has come back.",
    "kid.exact": "The reference {reference} is invoice {item}'s, and the amount is what is left.",
    "kid.exact_with_charge": (
        "The reference {reference} is invoice {item}'s, and the amount with the bank's charge of "
        "{charge_minor} is what is left."
    ),
    "kid.part": (
        "The reference {reference} is invoice {item}'s; {left_minor} was left, so it is a part."
    ),
    "kid.more": (
        "The reference {reference} is invoice {item}'s; only {left_minor} was left, "
        "and the rest stays on the party."
    ),
    "kid.paid_twice": (
        "The reference {reference} is invoice {item}'s, which is paid already: the amount stays "
        "on the party, to be paid back or used."
    ),
    "kid.several": "{count} invoices have the same reference; {item} is one of them.",
    "reference.each": "The payment has a reference for each of {items}.",
    "reference.bad_check": "The reference {reference} has a wrong check digit.",
    "reference.unknown": "The reference {reference} is a right one, but of no invoice here.",
    "reference.says": "The reference is invoice {item}'s.",
    "text.exact": "The text names {items}, and the sum is exactly the amount.",
    "text.names": "The text names {items}, but the sum is another.",
    "text.refund": "The text names {item}, which was paid: this may be money back.",
    "account.exact": "The account {account} is the party's, and {item} has exactly the amount.",
    "account.part": "The account {account} is the party's, and {item} is its oldest.",
    "amount.exact": "{items} has exactly the amount.",
    "amount.sum": "{items} have the amount in sum.",
    "name.alike": "The payer's name is like {party}.",
    "veto.chain_broken": (
        "The account's statements do not add up or follow on, so nothing is booked by itself."
    ),
    "veto.period_closed": "The day is in a closed period.",
    "veto.returned": "The bank marks it as a return or reversal.",
    "veto.currency": "{item} is in {currency}.",
    "veto.direction": "{item} is settled by money the other way.",
    "veto.newer_than_payment": "{item} is dated {date}, after the payment.",
    "veto.party_blocked": "{party} is blocked.",
    "veto.payment_on_its_way": "A payment of {item} is on its way already.",
    "veto.rejected_before": "This reading with {item} has been undone or refused before.",
    "veto.account_of_another": "The payer's account is known as {party}'s.",
    "veto.new_account": "The account {account} stands neither on the bill nor in the register.",
    "veto.amount_common": "{count} open items have this amount, so it says little.",
    "veto.fraction_of_another": "The amount is a half, a third or a quarter of {item}.",
    "veto.reference_of_another": "The reference {reference} is not this item's.",
    "veto.reference_bad_check": "The reference {reference} may be a mistyped one.",
    "veto.sum_differs": "The sum is not exactly the amount.",
    "veto.item_has_less_left": "{item} has less left than was sent.",
    "veto.another_fits_exactly": "{items} fits the amount exactly.",
    "veto.several_parties": "The items are several parties'.",
    "veto.claimed_by_several": "Another payment names the same invoice with the same amount.",
    "veto.only_a_number": "There is only a number to go by: no account, KID or name of {party}.",
    "veto.equal_candidates": "{items} items and {lines} payments fit equally well.",
    "veto.sum_of_others": "{items} fit the amount as well.",
    "veto.text_names_another": "The text names {item}.",
}

# code of a notice -> what was odd in a file and what was done about it; `place` stands before it.
NOTICES: dict[str, str] = {
    "account.check_digits": "the account {found} is no IBAN or Norwegian account, and is left out",
    "aeb43.day_outside": "the day {found} is outside the statement's period",
    "archive.passed_over": "passed over: it is no bank file that avstem reads",
    "attachment.not_readable": "an attachment cannot be read; it is kept as it came",
    "bai2.broken_line": "a text is broken over a line without a record code; it is joined",
    "bai2.no_money": "a message without money is left out: {found}",
    "bai2.records_on_one_line": "{found} records stand on one line; they are parted",
    "bai2.summaries_left_out": "the control total {found} leaves the summary amounts out",
    "balance.no_chain": "the column of balances does not follow from row to row; it is not used",
    "balance.no_sign": "a balance without its sign is taken to be in credit",
    "balance.of_several_accounts": "the balances are those of several accounts; they are not used",
    "bgmax.references_sum": (
        "the references come to {found}, not to the payment; the payment counts"
    ),
    "bgmax.test_file": "the file is marked as a test",
    "cancellation.no_case": "the answer does not say which case it answers",
    "cfonb120.bank_differs": "the bank and branch {found} differ from those of the opening balance",
    "cfonb120.fee": "the fee “{found}” cannot be read; it is kept as text",
    "cfonb120.mmo": "the original amount “{found}” cannot be read; it is kept as text",
    "coda.account_differs": "the new balance names another account: {found}",
    "coda.another_announced": "another statement is announced, and none follows",
    "coda.behind_last": "a statement stands behind the one marked as the last",
    "coda.check_digits": "the reference {found} has wrong check digits; it is kept as text",
    "coda.details_do_not_add_up": "the details do not add up to {found}; the entry is one sum",
    "coda.globalisation_open": "a collection of details is not ended",
    "coda.message": "the bank writes: {found}",
    "coda.numbering": "the movement's number {found} does not follow the one before",
    "coda.sequence_differs": "the new balance has another sequence number: {found}",
    "coda.totals_differ": "a control total differs ({found}), and so does the balance",
    "due_date.several": "there are several due dates: {found}",
    "entry.details_differ": "the details do not add up to {found}; the entry is taken as one",
    "entry.other_currency": "an entry in {found}, another currency than the account's",
    "kid.check_digit": "the KID {found} has a wrong check digit; it is kept",
    "kid.missing": "a payment without the KID it should have",
    "kid.not_a_kid": "“{found}” is no KID; it is kept as text",
    "kid.not_valid": "the payment id {found} is no right KID, and is kept as text",
    "kid.odd_characters": "the KID “{found}” has characters that a KID has not; it is kept",
    "mapping.by_content": "the column was chosen by what is in it: “{found}”",
    "mapping.by_name": "the column was chosen by its name: “{found}”",
    "mapping.currency_open": "nothing says which currency it is: say it",
    "mapping.date_form": "the form of the days was chosen by “{found}”",
    "mapping.date_form_open": "a day as “{found}” may be read in several ways: say which",
    "mapping.decimal_mark": "the decimal mark is “{found}”",
    "mapping.decimal_mark_open": "“{found}” does not tell which sign is the decimal mark: say it",
    "mapping.ignored_row": "rows that begin with “{found}” are no entries",
    "mapping.sign": "money in and out is told apart by: {found}",
    "mt940.amount_not_read": "“{found}” in the text cannot be read as an amount; it is not used",
    "mt940.balance_without_currency": "the balance “{found}” has no currency; it is not used",
    "mt940.entry_after_closing": "an entry behind the closing balance is taken: “{found}”",
    "mt940.no_comma": "the amount in “{found}” has no decimal comma",
    "mt940.no_such_day": "the balance “{found}” is on a day that does not exist",
    "mt940.no_such_value_date": "the value date {found} does not exist and is left out",
    "mt940.other_currency": "the closing balance is in {found}, the opening balance in another",
    "mt940.page_missing": "a page does not begin where the one before it ended: “{found}”",
    "mt940.unknown_field": "{found} is no field of the format",
    "mt942.moment_not_read": "the time of the report, “{found}”, cannot be read",
    "ocr_giro.days_displaced": "the first and last day stand one field too early: {found}",
    "ocr_giro.no_amount_item_2": (
        "a payment without amount item 2: its archive reference is unknown"
    ),
    "ocr_giro.numbering": "the transaction number {found} does not rise",
    "ocr_giro.other_service": "an assignment that is no OCR giro is passed over: {found}",
    "ocr_giro.reversals_subtracted": "the sum {found} has the reversals taken off, not added",
    "ocr_giro.text_unexpected": "a text on a payment of type {found}, which has none; it is kept",
    "ofx.empty_balance": "the balance is empty",
    "ofx.investment": "a statement of securities: only what moves money is read",
    "ofx.no_statement": "there is no statement in it",
    "ofx.period": "the day {found} of the period cannot be read and is left out",
    "ofx.reference_twice": "two entries have the same reference {found}; both are kept",
    "party.orgnr_not_valid": "the organisation number {found} fails its check digit",
    "party.several_numbers": "a party has several organisation numbers: {found}",
    "payment.characters_replaced": (
        "characters that the bank does not take were replaced: “{found}”"
    ),
    "payment.count_differs": "it says {found} payments, but holds another number",
    "payment.name_shortened": "the name is longer than the bank takes and was cut: “{found}”",
    "payment.no_execution_date": "the day of execution “{found}” is no day",
    "payment.sum_differs": "it says the sum {found}, but the payments come to another",
    "payment_id.several": "there are several payment ids; the first is used, not {found}",
    "payment_means.several": "it can be paid in several ways; the first credit transfer is used",
    "row.account_of_the_others": (
        "the row names no account; it is taken to be on {found}, as the others"
    ),
    "row.ignored": "a row that is no entry is left out: “{found}”",
    "row.undated": "a row without a day is left out: “{found}”",
    "row.zero": "a row whose amount is zero or empty is left out: “{found}”",
    "saft.account_balance": (
        "opening balance and lines do not come to the closing balance of account {found}"
    ),
    "saft.account_unknown": "account {found} is not in the chart",
    "saft.lines_counted": "the number of entries, {found}, is that of the lines, not the vouchers",
    "saft.total_missing": "a control total is left out",
    "saft.version_unknown": "the version {found} of SAF-T is not known; it is read as 1.30",
    "saft.voucher_unbalanced": "debit and credit of the voucher differ by {found}",
    "statement.empty": "there are no entries",
    "status.no_original_message": "the bank does not say which file it answers",
    "text.cut": "a long text was cut: “{found}”",
    "total.missing": "a sum is left out",
    "type_code.unknown": "the type code {found} is unknown",
    "xml.no_namespace": "there is no namespace; it is read as {found}",
}

# What a file is for that is neither a statement nor an invoice, and where it belongs.
PURPOSES: dict[str, str] = {
    "payment_status": "This is {label}, the bank's answer to payments. It belongs with these.",
    "payment_order": "This is {label}, payments for the bank to make. It belongs in the bank.",
    "cancellation": "This is {label}, about taking a payment back. It belongs with the payment.",
    "settlement": "This is {label}, what a payout is made of. The payout comes in a statement.",
    "accounting": "This is {label}, the books of an accounting program. It belongs in one.",
    "other": "This is {label}: neither a bank statement nor an invoice.",
}


def amount_text(minor: int, currency: str, *, grouped: bool = True) -> str:
    """The amount as it is written here: `-1250.5` is `−1 250,50`; not `grouped`, `-1250,50`."""
    whole, dot, decimals = format_minor(abs(minor), currency).partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", "\N{NO-BREAK SPACE}")
    minus = "\N{MINUS SIGN}" if grouped else "-"
    return f"{minus if minor < 0 else ''}{whole}{',' if dot else ''}{decimals}"


def state_text(state: str) -> str:
    """A bank transaction's state."""
    return translate(STATES[state])


def kind_text(kind: str) -> str:
    """A document's kind."""
    return translate(KINDS[kind])


def rule_text(rule: str) -> str:
    """What a rule goes by."""
    return translate(RULES[rule]) if rule in RULES else rule


def left_text(code: str) -> str:
    """Why there is no suggestion."""
    return translate(LEFT_BECAUSE[code]) if code in LEFT_BECAUSE else code


def reason_text(code: str, facts: Mapping[str, Any], currency: str) -> str:
    """One reason in words; one that an older version wrote is said by its code and facts."""
    if code not in REASONS:
        return " ".join([code, *(f"{name}={value}" for name, value in facts.items())])
    return translate(REASONS[code]).format_map(_Said(_said(facts, currency)))


def notice_text(notice: Notice) -> str:
    """What was odd in a file; one without a sentence yet is said by its code."""
    if notice.code not in NOTICES:
        return f"{notice.code} {notice.found}".rstrip()
    return translate(NOTICES[notice.code]).format(found=notice.found or "…")


def format_text(label: str) -> str:
    """What people call a family of files."""
    return translate(label)


def purpose_text(purpose: str, label: str) -> str:
    """What a file is that is not taken here, and where it belongs."""
    text = PURPOSES.get(purpose, PURPOSES["other"])
    return translate(text).format(label=format_text(label))


def warning_text(words: str) -> str:
    """What is odd about an invoice; with facts in it, it stands as it was said."""
    return translate(words)


def break_text(kind: str, facts: Mapping[str, Any], currency: str) -> str:
    """What is wrong with a statement."""
    return translate(BREAKS[kind]).format_map(_Said(_said(facts, currency)))


class _Said(dict[str, str]):
    """Facts by name; one that is missing leaves a gap in the sentence, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def _said(facts: Mapping[str, Any], currency: str) -> dict[str, str]:
    return {name: _fact(name, value, currency) for name, value in facts.items()}


def _fact(name: str, value: Any, currency: str) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return amount_text(value, currency)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "…" if value is None else str(value)
