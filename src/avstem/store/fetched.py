"""What was fetched from banks, as rows: which files are known, and what became of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from avstem.domain.agreement import AgreementState
from avstem.domain.errors import RefusalError
from avstem.store.models import Activation, Agreement, BankAccount, FetchedFile, FetchedState

_CHUNK = 500
_FACT_CHARACTERS_MAX = 300

#: A file as the bank lists it: its name, size in bytes and the bank's own time.
Listed = tuple[str, int | None, datetime]


def agreements_to_fetch(company_id: int) -> list[Agreement]:
    """The company's agreements by which files are fetched now, the oldest first."""
    rows = Agreement.objects.filter(company_id=company_id, state=AgreementState.ACTIVE.value)
    return list(rows.exclude(channel__in=("", "netbank")).order_by("pk"))


def settled_files(agreement: Agreement, listed: Sequence[Listed], *, again: bool) -> set[Listed]:
    """Those of the listed files that are done with; `again`: what was set aside is not.

    A file without a size in the listing is known by its name and time.
    """
    states = [FetchedState.IMPORTED] if again else [FetchedState.IMPORTED, FetchedState.SET_ASIDE]
    found: set[Listed] = set()
    for begin in range(0, len(listed), _CHUNK):
        names = [name for name, _, _ in listed[begin : begin + _CHUNK]]
        rows = FetchedFile.objects.filter(
            company_id=agreement.company_id, agreement=agreement, remote_name__in=names,
            state__in=states,
        )  # fmt: skip
        for name, size, at in rows.values_list("remote_name", "size_bytes", "modified_at"):
            found |= {(name, size, at), (name, None, at)}
    return found.intersection(listed)


def remember(
    agreement: Agreement, name: str, *, size: int, sha256: str, modified: datetime, now: datetime
) -> FetchedFile:
    """The row of these bytes under this name, made if it is not there; then with the new time."""
    row, is_new = FetchedFile.objects.get_or_create(
        company_id=agreement.company_id, agreement=agreement, remote_name=name, sha256=sha256,
        defaults={"size_bytes": size, "modified_at": modified, "fetched_at": now},
    )  # fmt: skip
    if not is_new and row.modified_at != modified:
        _write(row, modified_at=modified)
    return row


def mark_imported(row: FetchedFile, now: datetime) -> None:
    """Its content is in the books."""
    _write(row, state=FetchedState.IMPORTED.value, reason_code="", reason_facts={}, settled_at=now)


def mark_set_aside(row: FetchedFile, refusal: RefusalError, now: datetime) -> None:
    """It cannot be taken, for that reason."""
    _write(row, state=FetchedState.SET_ASIDE.value, settled_at=now, **_reason(refusal))


def mark_waiting(row: FetchedFile, refusal: RefusalError) -> None:
    """It cannot be taken yet, and is tried at the next round."""
    _write(row, state=FetchedState.NEW.value, settled_at=None, **_reason(refusal))


def activations_by_account(
    agreement: Agreement,
) -> Mapping[str, Sequence[Activation]]:
    """From the IBAN of every account of the company to what this agreement says of it, if that."""
    company_id = agreement.company_id
    found: dict[str, list[Activation]] = defaultdict(list)
    for iban in BankAccount.objects.filter(company_id=company_id).values_list("iban", flat=True):
        found[iban] = []
    rows = Activation.objects.filter(company_id=company_id, agreement=agreement)
    for row in rows.select_related("account").order_by("pk"):
        found[row.account.iban].append(row)
    return dict(found)


def _write(row: FetchedFile, **changed: object) -> None:
    rows = FetchedFile.objects.filter(company_id=row.company_id, pk=row.pk)
    rows.update(**changed)
    for name, value in changed.items():
        setattr(row, name, value)


def _reason(refusal: RefusalError) -> dict[str, object]:
    facts = {name: str(value)[:_FACT_CHARACTERS_MAX] for name, value in refusal.facts().items()}
    return {"reason_code": refusal.code, "reason_facts": facts}
