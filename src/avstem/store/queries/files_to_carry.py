"""Files that a person carries to a bank, and may not have carried yet."""

from avstem.store.models import PaymentFile
from avstem.store.payment_sending import BY_HAND, TO_SEND

FILES_MAX = 50


def files_to_carry(company_id: int) -> list[PaymentFile]:
    """Those of agreements without a channel of which nobody has said that they are there."""
    rows = PaymentFile.objects.filter(
        company_id=company_id, state__in=TO_SEND, agreement__channel__in=BY_HAND,
        agreement__state="active",
    )  # fmt: skip
    return list(rows.select_related("agreement").defer("content").order_by("pk")[:FILES_MAX])
