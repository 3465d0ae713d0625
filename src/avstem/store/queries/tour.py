"""How far one has come on the tour of the demo company: out of the log of who did what."""

from avstem.store.models import AuditEvent, BankFile, Membership

#: What each step of the tour leaves in the log; the others leave nothing.
TRACES: dict[str, frozenset[str]] = {
    "accept": frozenset({"voucher.posted"}),
    "undo": frozenset({"voucher.reversed"}),
    "ask": frozenset({"question.asked", "transaction.set_aside"}),
    "activate": frozenset({"agreement.ordered"}),
    "fetch": frozenset({"agreement.fetch_asked"}),
    "pay": frozenset({"payments.approved", "payments.standing_given"}),
    "close": frozenset({"period.closed"}),
}


def is_demo(company_id: int) -> bool:
    """Whether `avstem demo` made the company."""
    return BankFile.objects.filter(company_id=company_id, source="demo").exists()


def steps_done(company_id: int) -> set[str]:
    """The steps that somebody who works in the company has taken; two queries."""
    people = Membership.objects.filter(company_id=company_id).values("user__email")
    events = AuditEvent.objects.filter(company_id=company_id, actor__in=people)
    actions = set(events.order_by().values_list("action", flat=True).distinct())
    return {step for step, traces in TRACES.items() if traces & actions}
