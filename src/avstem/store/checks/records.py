"""The records of the rules: counted again from the vouchers and their decisions."""

from collections.abc import Iterator

from avstem.matching.record import Record
from avstem.store.answer_records import records_of, recounted
from avstem.store.checks import Fault


def records_are_what_the_vouchers_tell(company_id: int) -> Iterator[Fault]:
    """Each record is the sum of the bookings that stand and of those undone."""
    kept, counted = records_of(company_id), recounted(company_id)
    for key in sorted(kept.keys() | counted.keys()):
        found, expected = kept.get(key, Record()), counted.get(key, Record())
        if found != expected:
            yield Fault(f"record of {key}", _said(found), _said(expected))


def _said(record: Record) -> str:
    recent = "".join(told for _, told in record.recent)
    return (
        f"{record.booked} booked, {record.accepted} accepted, {record.undone} undone, "
        f"{record.passed_over} passed over; of late {recent or 'nothing'}"
    )


CHECKS = {"records are what the vouchers tell": records_are_what_the_vouchers_tell}
