"""Four weeks with banks that misbehave in every way; the whole year is `python -m bench.simulated_year`."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.year import year
from tests.support.year_checks import faults

pytestmark = [pytest.mark.django_db, pytest.mark.database]

DAYS = 28
#: So many in a thousand files go wrong.
PER_THOUSAND = 200


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> None:
    settings.CREDENTIAL_KEYS = ""
    settings.CREDENTIAL_KEYS_FILE = tmp_path / "credentials.key"


@pytest.mark.parametrize("seed", [1])
def test_four_weeks_with_everything_wrong(tmp_path: Path, seed: int) -> None:
    with year(tmp_path, seed) as it:
        it.open(("dnb", "nordea"), accounts_each=2, banks_each=2)
        for _ in it.live(DAYS, per_thousand=PER_THOUSAND):
            pass
        done = Counter(each.kind.value for each in it.bank.misdeeds())
        assert faults(it) == [], f"seed {seed}: {dict(done)}"
        assert len(done) >= 7, done
