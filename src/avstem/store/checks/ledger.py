"""Vouchers, postings and allocations."""

from collections.abc import Iterator

from avstem.domain.open_item import ItemKind
from avstem.store.checks import Fault, rows

_CUSTOMER_DEBITS = "', '".join(
    kind.value for kind in ItemKind if kind.direction > 0
)  # settling these credits the ledger


def vouchers_balance(company_id: int) -> Iterator[Fault]:
    """Debit and credit of every voucher are equal: its values, and in one currency its amounts."""
    sql = """
        SELECT v.year, v.number, sum(p.amount_minor), sum(coalesce(p.value_minor, 0)),
               count(DISTINCT p.currency)
          FROM store_posting p JOIN store_voucher v ON v.id = p.voucher_id
         WHERE p.company_id = %(company)s
         GROUP BY v.id, v.year, v.number
        HAVING sum(coalesce(p.value_minor, 0)) <> 0
            OR sum(p.amount_minor) <> 0 AND count(DISTINCT p.currency) = 1"""
    for year, number, amount, value, currencies in rows(sql, company_id):
        differs = f"{amount} in amounts, " if currencies == 1 else ""
        yield Fault(
            f"voucher {year}-{number}", f"a difference of {differs}{value} in values (minor)", "0"
        )


def values_are_known(company_id: int) -> Iterator[Fault]:
    """Every posting has its value in the company's currency, its own amount where it is in it.

    A voucher of before there were rates is named until it has been undone.
    """
    sql = """
        SELECT v.year, v.number, p.amount_minor, p.currency, p.value_minor FROM store_posting p
          JOIN store_voucher v ON v.id = p.voucher_id
          JOIN store_company c ON c.id = p.company_id
         WHERE p.company_id = %(company)s
           AND (p.currency = c.currency AND (p.value_minor IS NULL OR p.value_minor <> p.amount_minor)
                OR p.value_minor > 0 AND p.amount_minor < 0
                OR p.value_minor < 0 AND p.amount_minor > 0
                OR p.value_minor IS NULL AND v.reverses_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM store_voucher r WHERE r.reverses_id = v.id))"""
    for year, number, minor, currency, value in rows(sql, company_id):
        found = "no value" if value is None else f"the value {value}"
        yield Fault(
            f"voucher {year}-{number}",
            f"{found} of {minor} ({currency}, minor)",
            "its value in the company's currency; undo it and book it again",
        )


def vouchers_have_postings(company_id: int) -> Iterator[Fault]:
    """Every voucher has two postings at least, and no posting is without its voucher."""
    sql = """
        SELECT v.year, v.number, count(p.id) FROM store_voucher v
          LEFT JOIN store_posting p ON p.voucher_id = v.id AND p.company_id = v.company_id
         WHERE v.company_id = %(company)s
         GROUP BY v.id, v.year, v.number HAVING count(p.id) < 2"""
    for year, number, count in rows(sql, company_id):
        yield Fault(f"voucher {year}-{number}", f"{count} postings", "two at least")
    sql = """
        SELECT p.id FROM store_posting p LEFT JOIN store_voucher v ON v.id = p.voucher_id
         WHERE p.company_id = %(company)s AND v.id IS NULL"""
    for (posting,) in rows(sql, company_id):
        yield Fault(f"posting {posting}", "no voucher", "a voucher that holds it")


def numbers_have_no_gap(company_id: int) -> Iterator[Fault]:
    """Voucher numbers run from 1 without gap in each year and series."""
    sql = """
        SELECT year, series, min(number), max(number), count(*) FROM store_voucher
         WHERE company_id = %(company)s GROUP BY year, series
        HAVING min(number) <> 1 OR max(number) <> count(*)"""
    for year, series, low, high, count in rows(sql, company_id):
        yield Fault(
            f"vouchers of {year}, series {series}",
            f"{count} from {low} to {high}",
            "1, 2, 3, …",
        )


def vouchers_are_dated_in_their_year(company_id: int) -> Iterator[Fault]:
    """A voucher's number belongs to the year of its date."""
    sql = """
        SELECT year, number, date FROM store_voucher
         WHERE company_id = %(company)s AND substr(CAST(date AS text), 1, 4) <> CAST(year AS text)"""
    for year, number, day in rows(sql, company_id):
        yield Fault(f"voucher {year}-{number}", f"the date {day}", f"a day in {year}")


def items_agree_with_allocations(company_id: int) -> Iterator[Fault]:
    """What is left of an item is its amount less all allocations, and never below nothing."""
    sql = """
        SELECT i.kind, i.number, i.amount_minor, i.remaining_minor, coalesce(sum(a.amount_minor), 0)
          FROM store_openitem i
          LEFT JOIN store_allocation a ON a.item_id = i.id AND a.company_id = i.company_id
         WHERE i.company_id = %(company)s
         GROUP BY i.id, i.kind, i.number, i.amount_minor, i.remaining_minor
        HAVING i.remaining_minor <> i.amount_minor - coalesce(sum(a.amount_minor), 0)
            OR coalesce(sum(a.amount_minor), 0) NOT BETWEEN 0 AND i.amount_minor"""
    for kind, number, amount, left, settled in rows(sql, company_id):
        yield Fault(f"{kind} {number}", f"{left} left, {settled} settled", f"{amount} in all")


def allocations_agree_with_postings(company_id: int) -> Iterator[Fault]:
    """Each allocation has its posting on the same voucher and item, with the same amount."""
    sql = f"""
        SELECT v.year, v.number, i.number, x.allocated, x.posted FROM (
          SELECT voucher_id, item_id, sum(allocated) AS allocated, sum(posted) AS posted FROM (
            SELECT voucher_id, item_id, amount_minor AS allocated, 0 AS posted
              FROM store_allocation WHERE company_id = %(company)s
            UNION ALL
            SELECT p.voucher_id, p.item_id, 0,
                   CASE WHEN i.kind IN ('{_CUSTOMER_DEBITS}') THEN -p.amount_minor ELSE p.amount_minor END
              FROM store_posting p JOIN store_openitem i ON i.id = p.item_id
             WHERE p.company_id = %(company)s) AS both_sides
           GROUP BY voucher_id, item_id) AS x
          LEFT JOIN store_voucher v ON v.id = x.voucher_id
          LEFT JOIN store_openitem i ON i.id = x.item_id
         WHERE x.allocated <> x.posted OR v.id IS NULL OR i.id IS NULL"""  # noqa: S608  # our own words
    for year, number, item, allocated, posted in rows(sql, company_id):
        yield Fault(
            f"voucher {year}-{number}, item {item}",
            f"{posted} posted",
            f"{allocated}, as allocated",
        )


def item_values_agree(company_id: int) -> Iterator[Fault]:
    """When nothing is left of a foreign item, all it was booked at is posted, and before not more.

    Where parts came back in another order than they were paid, some øre may move between the parts
    (at most a krone); the last one takes them. Those with old parts of unknown value are left out:
    `values_are_known` names them.
    """
    sql = f"""
        SELECT i.kind, i.number, i.remaining_minor, i.value_minor, x.posted
          FROM store_openitem i
          JOIN store_company c ON c.id = i.company_id AND c.currency <> i.currency
          JOIN (SELECT p.item_id, count(*) - count(p.value_minor) AS unknown,
                       sum(CASE WHEN j.kind IN ('{_CUSTOMER_DEBITS}')
                           THEN -p.value_minor ELSE p.value_minor END) AS posted
                  FROM store_posting p JOIN store_openitem j ON j.id = p.item_id
                 WHERE p.company_id = %(company)s GROUP BY p.item_id) AS x ON x.item_id = i.id
         WHERE i.company_id = %(company)s AND x.unknown = 0
           AND (i.value_minor IS NULL OR x.posted NOT BETWEEN -100 AND i.value_minor + 100
                OR i.remaining_minor = 0 AND x.posted <> i.value_minor)"""  # noqa: S608  # our own words
    for kind, number, left, value, posted in rows(sql, company_id):
        yield Fault(f"{kind} {number}", f"{posted} posted, {left} left", f"{value} in all")


def reversals_mirror(company_id: int) -> Iterator[Fault]:
    """A reversing voucher takes back exactly what it reverses."""
    sql = """
        SELECT r.year, r.number, p.account, sum(p.amount_minor) FROM store_voucher r
          JOIN store_posting p ON p.voucher_id IN (r.id, r.reverses_id)
         WHERE r.company_id = %(company)s AND r.reverses_id IS NOT NULL
         GROUP BY r.id, r.year, r.number, p.account, p.party_id, p.item_id, p.currency
        HAVING sum(p.amount_minor) <> 0 OR sum(coalesce(p.value_minor, 0)) <> 0"""
    for year, number, account, minor in rows(sql, company_id):
        yield Fault(f"voucher {year}-{number}", f"{minor} left on account {account}", "0")


def credits_are_used_once(company_id: int) -> Iterator[Fault]:
    """What documents were settled with is never more than the credit it was taken of."""
    sql = """
        SELECT p.id, abs(p.amount_minor), sum(u.amount_minor) FROM store_credituse u
          JOIN store_posting p ON p.id = u.credit_id
         WHERE u.company_id = %(company)s
           AND NOT EXISTS (SELECT 1 FROM store_voucher r WHERE r.reverses_id = u.voucher_id)
         GROUP BY p.id, p.amount_minor HAVING sum(u.amount_minor) > abs(p.amount_minor)"""
    for posting_id, has, used in rows(sql, company_id):
        yield Fault(f"credit {posting_id}", f"{used} used", f"{has} at most (minor)")


def totals_agree_with_postings(company_id: int) -> Iterator[Fault]:
    """Each total that is kept is the sum of the postings up to its last one."""
    sql = """
        SELECT t.account, t.currency, t.last_posting, t.moved_minor,
               coalesce(sum(p.amount_minor), 0)
          FROM store_ledgertotal t
          LEFT JOIN store_posting p ON p.company_id = t.company_id AND p.account = t.account
               AND p.currency = t.currency AND p.id <= t.last_posting
         WHERE t.company_id = %(company)s
           AND t.last_posting = (SELECT max(n.last_posting) FROM store_ledgertotal n
                                  WHERE n.company_id = t.company_id AND n.account = t.account)
         GROUP BY t.id, t.account, t.currency, t.last_posting, t.moved_minor, t.value_minor,
                  t.unvalued
        HAVING coalesce(sum(p.amount_minor), 0) <> t.moved_minor
            OR coalesce(sum(p.value_minor), 0) <> t.value_minor
            OR count(p.id) - count(p.value_minor) <> t.unvalued"""
    for account, currency, last, kept, posted in rows(sql, company_id):
        yield Fault(
            f"the total of account {account} to posting {last}",
            f"{kept} ({currency}, minor)",
            f"{posted}, or its value",
        )


CHECKS = {
    "vouchers balance": vouchers_balance,
    "values are known": values_are_known,
    "items' values agree with postings": item_values_agree,
    "vouchers have postings": vouchers_have_postings,
    "voucher numbers have no gap": numbers_have_no_gap,
    "vouchers are dated in their year": vouchers_are_dated_in_their_year,
    "open items agree with allocations": items_agree_with_allocations,
    "allocations agree with postings": allocations_agree_with_postings,
    "reversals mirror what they reverse": reversals_mirror,
    "kept totals agree with postings": totals_agree_with_postings,
    "credits are used once": credits_are_used_once,
}
