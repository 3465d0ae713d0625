"""The ways of a bank that exists, from the directory: so that a program meets what it will meet."""

from avstem.banks.bank import Bank
from avstem.banks.dialects import dialect
from avstem.banks.directory import bank as bank_of
from avstem.testbank.backoffice.ways import Ways


def ways_of(
    slug: str, *, generation: int | None = None, needs_approval: bool | None = None
) -> Ways:
    """How the bank of that slug behaves; what the agreement leaves open can be said.

    What the bank has not told (when it settles, how a file of its is called) is the practice
    bank's own.
    """
    bank = bank_of(slug)
    own = dialect(bank.dialect)
    approval = own.approval_in_bank == "always" if needs_approval is None else needs_approval
    return Ways(
        slug=bank.slug,
        bic=bank.bics[0] if bank.bics else Ways().bic,
        generation=generation or own.generation,
        levels=own.status_levels,
        needs_approval=approval,
        takes_cancellation=own.takes_cancellation,
        is_batch_booking=bool(own.batch_booking),
        has_ocr_giro=own.ocr_giro,
        folder_in=own.folders.out.strip("/"),
        folder_out=own.folders.inn.strip("/"),
        cut_offs=_cut_offs(bank),
    )


def _cut_offs(bank: Bank) -> tuple[str, ...]:
    """The bank's, but for midnight: what came overnight goes with the morning's run."""
    told = tuple(f"{each:%H:%M}" for each in sorted(bank.cut_offs) if each.hour)
    return told or Ways().cut_offs
