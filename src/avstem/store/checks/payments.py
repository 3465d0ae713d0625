"""Payment orders, and the account of payments on their way."""

import hashlib
from collections.abc import Iterator

from avstem.domain.voucher import LedgerRole
from avstem.store.checks import Fault, rows
from avstem.store.models import AuditEvent, PaymentFile


def clearing_is_what_is_on_its_way(company_id: int) -> Iterator[Fault]:
    """Of each order, the account holds its amount while it is on its way, and nothing afterwards.

    What people post there themselves carries no order's id, and is theirs.
    """
    sql = f"""
        SELECT s.end_to_end_id, x.minor,
               CASE WHEN s.clearing_id IS NOT NULL AND NOT s.settled THEN -s.amount_minor
                    ELSE 0 END
          FROM store_sentpayment s
          JOIN (SELECT p.text, sum(p.amount_minor) AS minor FROM store_posting p
                  JOIN store_ledgeraccount a ON a.company_id = p.company_id AND a.number = p.account
                 WHERE p.company_id = %(company)s
                   AND a.role = '{LedgerRole.PAYMENTS_ON_THEIR_WAY.value}'
                 GROUP BY p.text) AS x ON x.text = s.end_to_end_id
         WHERE s.company_id = %(company)s AND s.order_id IS NOT NULL"""  # noqa: S608  # our own word
    for order, found, expected in rows(sql, company_id):
        if found != expected:
            yield Fault(f"payment {order}", f"{found} on its way (minor)", f"{expected}")


def settled_orders_have_their_debit(company_id: int) -> Iterator[Fault]:
    """A payment is settled by a transaction of the account, and moved by a voucher that stands."""
    sql = """
        SELECT s.end_to_end_id, o.state, s.settled, s.debit_id, s.clearing_id
          FROM store_sentpayment s JOIN store_paymentorder o ON o.id = s.order_id
         WHERE s.company_id = %(company)s
           AND (s.settled AND s.debit_id IS NULL
                OR o.state = 'returned' AND s.clearing_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM store_voucher r WHERE r.reverses_id = s.clearing_id))"""
    for order, state, settled, debit, clearing in rows(sql, company_id):
        yield Fault(
            f"payment {order} ({state})",
            f"settled: {bool(settled)}, transaction {debit}, voucher {clearing}",
            "a settled one its transaction, a returned one no voucher that stands",
        )


def files_are_as_made(company_id: int) -> Iterator[Fault]:
    """A file's bytes are those that the audit chain tells of."""
    events = AuditEvent.objects.filter(company_id=company_id, action="payments.file_made")
    told = {each["file"]: each["sha256"] for each in events.values_list("facts", flat=True)}
    files = PaymentFile.objects.filter(company_id=company_id, kind="pain.001").order_by("pk")
    for file in files.iterator(100):
        found = hashlib.sha256(bytes(file.content)).hexdigest()
        expected = told.get(file.message_id, "no file")
        if found != expected:
            yield Fault(f"payment file {file.message_id}", found[:16], expected[:16])


CHECKS = {
    "payment files are as made": files_are_as_made,
    "the clearing account is what is on its way": clearing_is_what_is_on_its_way,
    "settled payments have their debit": settled_orders_have_their_debit,
}
