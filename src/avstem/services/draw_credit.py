"""Settle an open document with what its party has to its credit, because a person says so."""

from datetime import datetime

from django.db import transaction as database

from avstem.domain.errors import NotFoundError
from avstem.matching.decision import Reason
from avstem.matching.facts import Item
from avstem.store.candidates import Loader
from avstem.store.credit_draws import BY_HAND, Drawing, post_drawings
from avstem.store.locks import lock_company
from avstem.store.models import Voucher
from avstem.store.party_credits import OpenCredit, open_credits
from avstem.store.tenancy import in_company


@in_company
@database.atomic
def draw_credit(
    *, company_id: int, credit_id: int, item_id: int, actor: str, now: datetime
) -> Voucher:
    """The voucher: as much of the credit as it has and the document needs.

    Refused where the credit is used up, the document is not the same party's open one on the same
    side and in the same currency, or it is not known what one of them was booked at.
    """
    company = lock_company(company_id)
    credit = _credit(company_id, credit_id)
    item = _item(company_id, credit, item_id)
    drawing = Drawing(
        credit=credit,
        item=item,
        amount_minor=min(credit.credit.left_minor, item.remaining_minor),
        reasons=(Reason("decided_by_hand"),),
        rule=BY_HAND,
    )
    [posted] = post_drawings(company, [drawing], actor=actor, now=now)
    return Voucher.objects.get(company_id=company_id, pk=posted.id)


def _credit(company_id: int, credit_id: int) -> OpenCredit:
    """The credit, if there is something left of it."""
    for each in open_credits(company_id):
        if each.credit.id == credit_id:
            return each
    raise NotFoundError("credit", str(credit_id))


def _item(company_id: int, credit: OpenCredit, item_id: int) -> Item:
    """An open invoice of the credit's party, on its side of the ledger and in its currency."""
    loader = Loader(company_id)
    loader.open_by_party({credit.credit.party_id})
    item = loader.items.get(item_id)
    said = credit.credit
    wanted = (said.is_customer, said.currency, False)
    if item is None or (item.kind.is_customer, item.currency, item.kind.is_credit_note) != wanted:
        raise NotFoundError("invoice", str(item_id))
    return item
