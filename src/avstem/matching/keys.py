"""Reference keys: what an item is known by, and what a line may name it by."""

from collections.abc import Iterator

from avstem.domain.open_item import ItemKind
from avstem.matching.facts import Key, KeyKind, Line
from avstem.matching.text import (
    Token,
    is_reference,
    normalise_kid,
    normalise_number,
    read_tokens,
)

VALUE_CHARACTERS_MAX = 64


def keys_of_document(kind: ItemKind, number: str, kid: str | None) -> list[Key]:
    """The keys under which a document stands in the reference table."""
    del kind  # own and suppliers' documents are known by the same kinds of key
    keys = [Key(KeyKind.NUMBER, normalise_number(number))]
    if kid:
        keys.append(Key(KeyKind.KID, normalise_kid(kid)[:VALUE_CHARACTERS_MAX]))
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


def structured_keys(line: Line) -> list[Key]:
    """The keys of the structured references whose check digits fit, and of documents named."""
    keys = []
    for reference in line.references:
        if reference.kind != "kid":
            keys.append(Key(KeyKind.NUMBER, normalise_number(reference.value)))
        elif is_reference(kid := normalise_kid(reference.value)):
            keys.append(Key(KeyKind.KID, kid))
    return keys


def token_key(token: Token) -> Key:
    """The key that a number in the text may stand for."""
    return Key(KeyKind.KID if token.is_kid else KeyKind.NUMBER, token.value)


def text_keys(line: Line) -> list[Key]:
    """The keys of the numbers in the line's text."""
    return [token_key(token) for token in read_tokens(line.text)]


def keys_of(line: Line) -> Iterator[Key]:
    """Every key to look up for a line; about forty at most."""
    yield from own_keys(line)
    yield from structured_keys(line)
    yield from text_keys(line)
