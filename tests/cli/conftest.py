"""A company with a bank account, made by the real command."""

from pathlib import Path

import pytest

from tests.cli.files import BBAN, ORGNR, Books
from tests.support.command import Avstem


@pytest.fixture
def books(avstem: Avstem, tmp_path: Path) -> Books:
    """The company Prøve AS with its operating account."""
    avstem("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
    avstem(
        "account", "add", "--company", ORGNR, "--iban", BBAN, "--kind", "operating",
        "--ledger-account", "1920",
    )  # fmt: skip
    return Books(avstem, tmp_path)
