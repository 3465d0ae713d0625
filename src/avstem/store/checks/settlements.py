"""Payouts of payment providers: the sums are those of the lines."""

from collections.abc import Iterator

from avstem.store.checks import Fault, rows


def payouts_are_what_their_lines_say(company_id: int) -> Iterator[Fault]:
    """Count, gross, fees, refunds and other of each payout, recounted from its lines."""
    sql = """
        SELECT s.provider, s.payout_id,
               s.line_count, s.gross_minor, s.fees_minor, s.refunds_minor, s.other_minor,
               count(l.id),
               coalesce(sum(CASE WHEN l.kind = 'sale' THEN l.gross_minor END), 0),
               coalesce(sum(l.fee_minor), 0)
                 - coalesce(sum(CASE WHEN l.kind = 'fee' THEN l.gross_minor END), 0),
               -coalesce(sum(CASE WHEN l.kind = 'refund' THEN l.gross_minor END), 0),
               coalesce(sum(CASE WHEN l.kind IN ('adjustment', 'chargeback') THEN l.gross_minor END), 0)
          FROM store_settlement s
          LEFT JOIN store_settlementline l ON l.company_id = s.company_id AND l.settlement_id = s.id
         WHERE s.company_id = %(company)s
         GROUP BY s.id, s.provider, s.payout_id, s.line_count, s.gross_minor, s.fees_minor,
                  s.refunds_minor, s.other_minor"""
    for provider, name, *sums in rows(sql, company_id):
        stored, counted = sums[:5], sums[5:]
        if stored != counted:
            yield Fault(f"payout {name} ({provider})", _said(stored), _said(counted))


def _said(sums: list[int]) -> str:
    return "{} lines, gross {}, fees {}, refunds {}, other {}".format(*sums)


CHECKS = {"payouts are what their lines say": payouts_are_what_their_lines_say}
