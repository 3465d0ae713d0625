"""States of transactions as the indexes have them, without values: SQLite takes a partial index
only for a condition that it can read."""

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

_STATE = "store_banktransaction.state"

#: Waits for a person: open, with a suggestion or without.
WAITING = RawSQL(f"{_STATE} IN ('open', 'suggested')", (), output_field=BooleanField())  # noqa: S611  # no value in it
IS_SET_ASIDE = RawSQL(f"{_STATE} = 'set_aside'", (), output_field=BooleanField())  # noqa: S611  # no value in it
