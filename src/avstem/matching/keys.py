"""Reference keys: what an item is known by, and what a line may name it by."""

from avstem.domain.open_item import ItemKind
from avstem.domain.statement import Reference
from avstem.matching.facts import Key, KeyKind, Line
from avstem.matching.orders import order_numbers
from avstem.matching.text import (
    Token,
    is_reference,
    normalise_kid,
    normalise_number,
    read_tokens,
)

VALUE_CHARACTERS_MAX = 64


def keys_of_document(
    kind: ItemKind, number: str, kid: str | None, order_number: str | None = None
) -> list[Key]:
    """The keys under which an item stands in the reference table: wages under none at all.

    Tax is known by its KID alone; own and suppliers' documents by the same kinds of key.
    """
    if kind is ItemKind.SALARY:
        return []
    keys = [Key(KeyKind.NUMBER, normalise_number(number))] if kind.is_document else []
    if kid:
        keys.append(Key(KeyKind.KID, normalise_kid(kid)[:VALUE_CHARACTERS_MAX]))
    if order_number:
        keys.append(Key(KeyKind.ORDER, normalise_number(order_number)))
    return [key for key in keys if key.value]


def own_keys(line: Line) -> list[Key]:
    """The keys that we gave a payment ourselves, the payment's own before its batch's."""
    named = (
        (KeyKind.END_TO_END, line.end_to_end_id),
        (KeyKind.INSTRUCTION, line.instruction_id),
        (KeyKind.PAYMENT_INFORMATION, line.payment_information_id),
        (KeyKind.MESSAGE, line.message_id),
    )
    return [Key(kind, value) for kind, value in named if value]


def debit_keys(line: Line) -> list[Key]:
    """The keys by which a debit names a payment of ours: the bank's own goes before a batch's."""
    found = own_keys(line)
    if line.direction < 0 and line.bank_reference:
        bank = Key(KeyKind.BANK_REFERENCE, line.bank_reference[:VALUE_CHARACTERS_MAX])
        of_one = sum(key.kind in (KeyKind.END_TO_END, KeyKind.INSTRUCTION) for key in found)
        found.insert(of_one, bank)
    return found


def reference_key(reference: Reference) -> Key | None:
    """The key of one structured reference; None for a KID whose check digit does not fit."""
    if reference.kind != "kid":
        return Key(KeyKind.NUMBER, normalise_number(reference.value))
    kid = normalise_kid(reference.value)
    return Key(KeyKind.KID, kid) if is_reference(kid) else None


def structured_keys(line: Line) -> list[Key]:
    """The keys of the structured references whose check digits fit, and of documents named."""
    return [key for each in line.references if (key := reference_key(each)) is not None]


def token_key(token: Token) -> Key:
    """The key that a number in the text may stand for."""
    return Key(KeyKind.KID if token.is_kid else KeyKind.NUMBER, token.value)


def return_keys(line: Line) -> list[Key]:
    """The ids by which a returned payment is found again: ours, then the bank's."""
    found = [key for key in own_keys(line) if key.kind in (KeyKind.END_TO_END, KeyKind.INSTRUCTION)]
    if line.bank_reference:
        found.append(Key(KeyKind.BANK_REFERENCE, line.bank_reference[:VALUE_CHARACTERS_MAX]))
    return found


def near_keys(reference: Reference) -> list[Key]:
    """The right references that a mistyped KID may have been: one digit off, or two swapped.

    None for a KID whose check digit fits, and for one of other than 4 to 25 digits.
    """
    typed = normalise_kid(reference.value)
    if reference.kind != "kid" or not typed.isdecimal() or not 4 <= len(typed) <= 25:
        return []
    if is_reference(typed):
        return []
    return [Key(KeyKind.KID, near) for near in sorted(_slips(typed)) if is_reference(near)]


def _slips(typed: str) -> set[str]:
    wrong = {
        typed[:place] + digit + typed[place + 1 :]
        for place in range(len(typed))
        for digit in "0123456789"
    }
    swapped = {
        typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
        for place in range(len(typed) - 1)
    }
    return (wrong | swapped) - {typed}


def text_keys(line: Line) -> list[Key]:
    """The keys of the numbers in the line's text, at most `text.TOKENS_MAX`, and of its orders."""
    orders = (Key(KeyKind.ORDER, order) for order in order_numbers(line.text))
    return [*(token_key(token) for token in read_tokens(line.text)), *orders]


def keys_of(line: Line) -> list[Key]:
    """Every key to look up for a line: its own, the structured ones, and those in its text.

    For a mistyped KID also those that it may have been.
    """
    near = [key for reference in line.references for key in near_keys(reference)]
    return [*debit_keys(line), *structured_keys(line), *text_keys(line), *near]
