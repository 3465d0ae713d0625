"""Whether something has come since the last matching, so that matching again may find more."""

from django.db.models import Max

from avstem.store.models import AuditEvent, BankTransaction, ReconcileRun

#: What may make an open transaction match that did not before.
NEWS = frozenset({"invoices.imported", "settlement.imported", "items.valued", "payments.answered"})
STATEMENT = "statement.imported"
#: So many events since the last matching are looked at; with more there is news among them.
EVENTS_MAX = 1_000


def has_news(company_id: int, actor: str) -> bool:
    """Whether there are open transactions, and something came that may match them.

    Invoices, payouts and rates, whoever brought them, and statements that `actor` took in: one
    that a person stored without matching (`--no-reconcile`) is left to that person.
    """
    waiting = BankTransaction.objects.filter(company_id=company_id, state__in=("open", "suggested"))
    if not waiting.exists():
        return False
    runs = ReconcileRun.objects.filter(company_id=company_id)
    last = runs.aggregate(at=Max("started_at"))["at"]
    events = AuditEvent.objects.filter(company_id=company_id).order_by("-sequence")
    newest = events.values_list("action", "actor", "at")[:EVENTS_MAX]
    for number, (action, by, at) in enumerate(newest, 1):
        if last is not None and at <= last:
            return False
        if action in NEWS or (action == STATEMENT and by == actor) or number == EVENTS_MAX:
            return True
    return False
