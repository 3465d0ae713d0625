"""The database's own word that no credit is used twice."""

from typing import Any

_USED = """coalesce((SELECT sum(u.amount_minor) FROM store_credituse u
      WHERE u.credit_id = NEW.credit_id
        AND NOT EXISTS (SELECT 1 FROM store_voucher r WHERE r.reverses_id = u.voucher_id)), 0)"""
_FITS = f"""EXISTS (SELECT 1 FROM store_posting p
    WHERE p.id = NEW.credit_id AND p.company_id = NEW.company_id
      AND p.party_id IS NOT NULL AND p.item_id IS NULL
      AND NEW.amount_minor + {_USED} <= abs(p.amount_minor))"""  # noqa: S608  # our own words
_SAID = "credit.overdrawn: more is used of a credit than it has"


def install_credit_guard(_apps: Any, schema_editor: Any) -> None:
    """A use is of a posting on a party without a document, and all that stand are within it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION avstem_credit_fits() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NOT ({_FITS}) THEN RAISE EXCEPTION '{_SAID}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
            params=None,
        )
        schema_editor.execute(
            "CREATE TRIGGER credit_fits BEFORE INSERT ON store_credituse"
            " FOR EACH ROW EXECUTE FUNCTION avstem_credit_fits()",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE TRIGGER credit_fits BEFORE INSERT ON store_credituse WHEN NOT ({_FITS})"
        f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END",
        params=None,
    )
