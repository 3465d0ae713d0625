"""Raw files, statements, entries and transactions, and the ledger accounts that mirror them."""

import hashlib
import zlib
from collections.abc import Iterator

from avstem.store import raw_files
from avstem.store.checks import Fault, rows
from avstem.store.models import BankFile


def raw_files_are_whole(company_id: int) -> Iterator[Fault]:
    """Every raw file's bytes still have the SHA-256 they were received with."""
    for file in BankFile.objects.filter(company_id=company_id).iterator(100):
        told = hashlib.sha256()
        try:
            for piece in raw_files.pieces_of(file):
                told.update(piece)
        except zlib.error as wrong:
            yield Fault(
                f"file {file.name}",
                f"bytes that cannot be unpacked ({wrong})",
                "its bytes",
            )
            continue
        if told.hexdigest() != file.sha256:
            yield Fault(f"file {file.name}", told.hexdigest()[:16] + "…", file.sha256[:16] + "…")


def balances_are_as_proved(company_id: int) -> Iterator[Fault]:
    """Opening + entries = closing, exactly where the statement is marked so."""
    sql = """
        SELECT statement_id, opening_minor, sum_minor, closing_minor, balance_holds
          FROM store_statement WHERE company_id = %(company)s AND balance_holds IS NOT NULL"""
    for name, opening, moved, closing, holds in rows(sql, company_id):
        if (opening + moved == closing) != bool(holds):
            yield Fault(
                f"statement {name}",
                f"{opening} + {moved} against {closing}",
                f"proof: {holds}",
            )


def entries_agree_with_transactions(company_id: int) -> Iterator[Fault]:
    """A booked entry's transactions are its amount in sum; a pending one has none."""
    sql = """
        SELECT e.id, e.booking_date, e.amount_minor, e.status, coalesce(sum(t.amount_minor), 0), count(t.id)
          FROM store_entry e
          LEFT JOIN store_banktransaction t
            ON t.entry_id = e.id AND t.company_id = e.company_id AND t.state <> 'superseded'
         WHERE e.company_id = %(company)s
         GROUP BY e.id, e.booking_date, e.amount_minor, e.status
        HAVING (e.status = 'booked' AND (coalesce(sum(t.amount_minor), 0) <> e.amount_minor OR count(t.id) = 0))
            OR (e.status <> 'booked' AND count(t.id) > 0)"""
    for entry, day, minor, status, total, count in rows(sql, company_id):
        yield Fault(
            f"entry {entry} of {day} ({status})",
            f"{count} transactions, {total}",
            f"{minor}",
        )


def booked_transactions_have_vouchers(company_id: int) -> Iterator[Fault]:
    """A booked transaction has one standing voucher, any other none.

    The `+` keeps SQLite from reading every voucher that reverses nothing for each transaction.
    """
    sql = """
        SELECT t.id, t.booking_date, t.amount_minor, t.state, count(v.id) FROM store_banktransaction t
          LEFT JOIN store_voucher v ON v.transaction_id = t.id AND +v.reverses_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM store_voucher r WHERE r.reverses_id = v.id)
         WHERE t.company_id = %(company)s
         GROUP BY t.id, t.booking_date, t.amount_minor, t.state
        HAVING count(v.id) <> CASE WHEN t.state = 'booked' THEN 1 ELSE 0 END"""
    for transaction, day, minor, state, count in rows(sql, company_id):
        yield Fault(
            f"transaction {transaction} of {day}, {minor} ({state})",
            f"{count} standing vouchers",
            "1 if it is booked, else none",
        )


def vouchers_carry_the_bank_amount(company_id: int) -> Iterator[Fault]:
    """A transaction's voucher posts exactly its amount to the account's ledger account."""
    sql = """
        SELECT v.year, v.number, t.amount_minor, coalesce(sum(p.amount_minor), 0) FROM store_voucher v
          JOIN store_banktransaction t ON t.id = v.transaction_id
          JOIN store_bankaccount b ON b.id = t.account_id
          LEFT JOIN store_posting p ON p.voucher_id = v.id AND p.account = b.ledger_account
         WHERE v.company_id = %(company)s AND +v.reverses_id IS NULL
         GROUP BY v.id, v.year, v.number, t.amount_minor
        HAVING coalesce(sum(p.amount_minor), 0) <> t.amount_minor"""
    for year, number, minor, posted in rows(sql, company_id):
        yield Fault(f"voucher {year}-{number}", f"{posted} on the bank's account", f"{minor}")


def ledger_mirrors_the_bank(company_id: int) -> Iterator[Fault]:
    """Each account's ledger account moved as much as its booked transactions."""
    sql = """
        SELECT b.iban, b.ledger_account,
               (SELECT coalesce(sum(t.amount_minor), 0) FROM store_banktransaction t
                 WHERE t.account_id = b.id AND t.state = 'booked'),
               (SELECT coalesce(sum(p.amount_minor), 0) FROM store_posting p
                 WHERE p.company_id = b.company_id AND p.account = b.ledger_account)
          FROM store_bankaccount b WHERE b.company_id = %(company)s"""
    for iban, account, booked, posted in rows(sql, company_id):
        if booked != posted:
            yield Fault(
                f"account {iban}",
                f"{posted} on ledger account {account}",
                f"{booked} booked",
            )


def transactions_are_in_the_account_currency(company_id: int) -> Iterator[Fault]:
    """A transaction, and what is posted of it, is in its account's currency."""
    sql = """
        SELECT t.id, t.currency, b.currency FROM store_banktransaction t
          JOIN store_bankaccount b ON b.id = t.account_id
         WHERE t.company_id = %(company)s AND t.currency <> b.currency"""
    for transaction, found, expected in rows(sql, company_id):
        yield Fault(f"transaction {transaction}", found, expected)


CHECKS = {
    "raw files are whole": raw_files_are_whole,
    "statement balances are as proved": balances_are_as_proved,
    "entries agree with transactions": entries_agree_with_transactions,
    "booked transactions have vouchers": booked_transactions_have_vouchers,
    "vouchers carry the bank's amount": vouchers_carry_the_bank_amount,
    "the ledger mirrors the bank": ledger_mirrors_the_bank,
    "transactions are in the account's currency": transactions_are_in_the_account_currency,
}
