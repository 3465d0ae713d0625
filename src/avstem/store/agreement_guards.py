"""Guards of the agreements: their moves, what they stand for, and which accounts they may be for.

The moves come as the migration knew them; a test holds them against `domain.agreement`.
"""

from collections.abc import Sequence
from typing import Any

#: "state>state" for each move that is allowed.
Moves = Sequence[str]


def guard_life(table: str, moves: Moves, fixed: Sequence[str]) -> Any:
    """A row begins as ordered, moves by the table, is never deleted; `fixed` columns stay."""
    name = table.removeprefix("store_")
    allowed = ", ".join(f"'{move}'" for move in moves)
    moved = f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({allowed})"
    other = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in fixed)
    guards = (
        ("begins", "INSERT", "NEW.state <> 'ordered'", "a life begins with the order"),
        ("moves", "UPDATE", moved, "the state does not move like that"),
        ("same", "UPDATE", other, "what it is for is not changed"),
        ("kept", "DELETE", "", "it is ended, not deleted"),
    )

    def build(_apps: Any, schema_editor: Any) -> None:
        for suffix, action, when, said in guards:
            _refuse(
                schema_editor, table, f"{name}_{suffix}", action, when, f"{name}.{suffix}: {said}"
            )

    return build


def _refuse(
    schema_editor: Any, table: str, trigger: str, action: str, when: str, said: str
) -> None:
    condition = f" WHEN ({when})" if when else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
    if schema_editor.connection.vendor == "postgresql":
        refuse = f"EXECUTE FUNCTION avstem_refuse('{said}')"
    sql = f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW{condition} {refuse}"
    schema_editor.execute(sql, params=None)


_SAID = "activation.permitted: an operating or currency account of the company, with its IBAN"
_WRONG = """NOT EXISTS (
    SELECT 1 FROM store_bankaccount a JOIN store_agreement g ON g.company_id = a.company_id
     WHERE a.id = NEW.account_id AND g.id = NEW.agreement_id AND a.company_id = NEW.company_id
       AND a.kind IN ('operating', 'currency') AND length(a.iban) >= 15)"""


def guard_permitted(_apps: Any, schema_editor: Any) -> None:
    """An activation is of an account, and in an agreement, of its own company, and permitted."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION avstem_activation_permitted() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF {_WRONG} THEN RAISE EXCEPTION '{_SAID}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            params=None,
        )
        body = "FOR EACH ROW EXECUTE FUNCTION avstem_activation_permitted()"
    else:
        body = f"WHEN {_WRONG} BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    schema_editor.execute(
        f"CREATE TRIGGER activation_permitted BEFORE INSERT ON store_activation {body}",
        params=None,
    )
