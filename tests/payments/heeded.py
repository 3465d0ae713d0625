"""What people do about alarms of the account, in the lives of `many`."""

from datetime import datetime


def explain_balances(company_id: int, now: datetime) -> int:
    """The bank says that balances were told wrongly, and a person writes it down; how many."""
    from avstem.services.explain_statement import explain_statement
    from avstem.store.chains import breaks_by_account
    from avstem.store.tenancy import company_scope

    with company_scope(company_id):
        broken = breaks_by_account(company_id)
    wrong = {each.statement_id for found in broken.values() for each in found}
    for statement_id in wrong:
        explain_statement(
            company_id=company_id, statement_id=statement_id, actor="kari@example.no",
            reason="Banken sier at saldoen var feil", now=now,
        )  # fmt: skip
    return len(wrong)
