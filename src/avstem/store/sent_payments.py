"""What a booking means for the payments that were sent to the bank."""

from collections.abc import Collection

from avstem.store.models import SentPayment


def settle_sent(company_id: int, item_ids: Collection[int]) -> None:
    """A payment whose money has left the account is no longer on its way."""
    if item_ids:
        rows = SentPayment.objects.filter(company_id=company_id, item_id__in=item_ids)
        rows.filter(rejected=False).update(settled=True)


def fail_sent(company_id: int, item_ids: Collection[int], ids: Collection[str]) -> None:
    """A payment whose money came back has failed: its bill may be paid again."""
    if item_ids and ids:
        rows = SentPayment.objects.filter(company_id=company_id, item_id__in=item_ids)
        rows.filter(end_to_end_id__in=ids).update(rejected=True)


def unsettle_sent(company_id: int, item_ids: Collection[int]) -> None:
    """After undoing: the payment counts as on its way again, so that nobody pays the bill anew."""
    if item_ids:
        rows = SentPayment.objects.filter(company_id=company_id, item_id__in=item_ids)
        rows.filter(rejected=False).update(settled=False)


def unfail_sent(company_id: int, item_ids: Collection[int], ids: Collection[str]) -> None:
    """After undoing a return: the payment stands, and is settled as it was."""
    if item_ids and ids:
        rows = SentPayment.objects.filter(company_id=company_id, item_id__in=item_ids)
        rows.filter(end_to_end_id__in=ids).update(rejected=False)
