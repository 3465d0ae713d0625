"""One lock order everywhere: the company first. Writers of one company take turns."""

from avstem.domain.errors import NotFoundError
from avstem.store.models import Company


def lock_company(company_id: int) -> Company:
    """The company's row, locked until the transaction ends.

    NO KEY UPDATE lets rows that point at the company be written meanwhile. SQLite has one
    writer at a time by itself.
    """
    company = Company.objects.select_for_update(no_key=True).filter(pk=company_id).first()
    if company is None:
        raise NotFoundError("company", str(company_id))
    return company
