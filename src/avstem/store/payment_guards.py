"""Guards of the payments: moves, what is approved and by whom, and what stays as it was.

The moves come as the migration knew them; a test holds them against `domain.payment_life`. What
`{differs}` stands for compares with NULL as a value of its own.
"""

from collections.abc import Sequence
from typing import Any

#: "state>state" for each move that is allowed.
Moves = Sequence[str]

_MONEY = (
    "account_id", "party_id", "creditor_name", "creditor_account", "amount_minor", "currency",
    "execution_date", "kid", "text", "documents", "order_hash", "approvals_needed", "standing_id",
    "account_changed_by",
)  # fmt: skip
_CHANGEABLE = "OLD.state IN ('draft', 'awaiting_approval')"
_BACK = "(OLD.state = 'approved' AND NEW.state = 'awaiting_approval')"
_STANDING = """(NEW.holds = '' AND NEW.approvals_needed = 1 AND EXISTS (
    SELECT 1 FROM store_standingapproval s WHERE s.id = NEW.standing_id AND s.ended_at IS NULL
       AND s.company_id = NEW.company_id AND s.currency = NEW.currency
       AND s.limit_minor >= NEW.amount_minor))"""
_PEOPLE = """NEW.approvals_needed <= (
    SELECT count(DISTINCT a.person) FROM store_paymentapproval a
     WHERE a.company_id = NEW.company_id AND a.order_id = NEW.id
       AND a.order_hash = NEW.order_hash)"""
_SAME_HASH = """NOT EXISTS (SELECT 1 FROM store_paymentorder o
    WHERE o.id = NEW.order_id AND o.company_id = NEW.company_id AND o.order_hash = NEW.order_hash
      AND o.state = 'awaiting_approval'
      AND (o.account_changed_by <> NEW.person OR NEW.reason <> ''))"""


def guard_orders(moves: Moves) -> Any:
    """An order moves by the table, is approved before it goes, and stays what was approved."""
    return _build(
        "store_paymentorder",
        (
            ("begins", "INSERT", "NEW.state NOT IN ('draft', 'awaiting_approval')",
             "an order begins before its approval"),
            ("moves", "UPDATE", _no_move(moves), "the state does not move like that"),
            ("same", "UPDATE", _changed(("company_id", "purpose", "item_id", "end_to_end_id")),
             "what it is for is not changed"),
            ("fixed", "UPDATE", f"NOT {_CHANGEABLE} AND NOT {_BACK} AND ({_changed(_MONEY)})",
             "what is approved is not changed"),
            ("approved", "UPDATE", "NEW.state = 'approved' AND OLD.state = 'awaiting_approval'"
             f" AND NOT {_STANDING} AND NOT {_PEOPLE}", "nobody has approved this"),
            ("filed", "UPDATE", "NEW.file_id {differs} OLD.file_id AND NOT (OLD.file_id IS NULL"
             " AND NEW.state = 'in_file' OR OLD.state = 'in_file' AND NEW.state = 'approved')",
             "it stays in its file"),
            ("in_a_file", "UPDATE", "NEW.file_id IS NULL AND NEW.state NOT IN"
             " ('draft', 'awaiting_approval', 'approved', 'cancelled')", "it is in no file"),
            ("kept", "DELETE", "", "it is cancelled, not deleted"),
        ),
    )  # fmt: skip


def move_orders_by(moves: Moves) -> Any:
    """The moves of orders that are allowed from now on, in place of those of before."""

    def build(_apps: Any, schema_editor: Any) -> None:
        on = " ON store_paymentorder" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER paymentorder_moves{on}")
        if on:
            schema_editor.execute("DROP FUNCTION avstem_paymentorder_moves()")
        said = "paymentorder.moves: the state does not move like that"
        args = ("paymentorder_moves", "UPDATE", _no_move(moves), said)
        _refuse(schema_editor, "store_paymentorder", *args)

    return build


def fix_abroad() -> Any:
    """What a payment abroad says is approved with it, and stays as it was."""
    when = f"NOT {_CHANGEABLE} AND NOT {_BACK} AND ({_changed(('abroad',))})"
    said = "what is approved is not changed"
    return _build("store_paymentorder", (("abroad_fixed", "UPDATE", when, said),))


def guard_approvals() -> Any:
    """An approval is of what stands there, and not by who changed the account number."""
    said = "it approves something else, or its own account number"
    return _build("store_paymentapproval", (("of_this", "INSERT", _SAME_HASH, said),))


def guard_standing() -> Any:
    """A standing approval is ended once, and nothing else of it is changed."""
    fixed = ("company_id", "given_by", "given_at", "limit_minor", "currency")
    return _build(
        "store_standingapproval",
        (
            ("same", "UPDATE", f"OLD.ended_at IS NOT NULL OR {_changed(fixed)}",
             "what was given is only ended"),
            ("kept", "DELETE", "", "it is ended, not deleted"),
        ),
    )  # fmt: skip


def guard_files(moves: Moves) -> Any:
    """A file's bytes, identity and name are what they were when it was made."""
    fixed = (
        "company_id", "agreement_id", "kind", "version", "message_id", "remote_name", "content",
        "sha256", "payments", "about_id", "made_at", "made_by",
    )  # fmt: skip
    return _build(
        "store_paymentfile",
        (
            ("begins", "INSERT", "NEW.state <> 'made'", "a file begins as made"),
            ("moves", "UPDATE", _no_move(moves), "the state does not move like that"),
            ("same", "UPDATE", _changed(fixed), "what was made is not changed"),
            ("kept", "DELETE", "", "it is kept"),
        ),
    )


def _no_move(moves: Moves) -> str:
    allowed = ", ".join(f"'{move}'" for move in moves)
    return f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed})"


def _changed(columns: Sequence[str]) -> str:
    return " OR ".join(f"NEW.{column} {{differs}} OLD.{column}" for column in columns)


def _build(table: str, guards: Sequence[tuple[str, str, str, str]]) -> Any:
    name = table.removeprefix("store_")

    def build(_apps: Any, schema_editor: Any) -> None:
        for suffix, action, when, said in guards:
            trigger = f"{name}_{suffix}"
            _refuse(schema_editor, table, trigger, action, when, f"{name}.{suffix}: {said}")

    return build


def _refuse(
    schema_editor: Any, table: str, trigger: str, action: str, when: str, said: str
) -> None:
    """PostgreSQL takes no question about other rows in WHEN, so the function asks."""
    head = f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW"
    if schema_editor.connection.vendor == "postgresql":
        condition = (when or "TRUE").format(differs="IS DISTINCT FROM")
        schema_editor.execute(
            f"CREATE FUNCTION avstem_{trigger}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF {condition} THEN RAISE EXCEPTION '{said}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(f"{head} EXECUTE FUNCTION avstem_{trigger}()", params=None)
        return
    condition = f" WHEN ({when.format(differs='IS NOT')})" if when else ""
    schema_editor.execute(
        f"{head}{condition} BEGIN SELECT RAISE(ABORT, '{said}'); END", params=None
    )
