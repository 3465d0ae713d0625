"""A company with a bank account, made by the real command, a copy for each test."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.cli.files import Books
from tests.conftest import ON_POSTGRESQL, SERVER
from tests.support.command import Avstem
from tests.support.databases import fresh_postgresql, fresh_sqlite


@pytest.fixture
def books(template_of_books: str, tmp_path: Path) -> Iterator[Books]:
    """The company Prøve AS with its operating account."""
    made: AbstractContextManager[str] = (
        fresh_postgresql(SERVER, template_of_books)
        if ON_POSTGRESQL
        else fresh_sqlite(Path(template_of_books), tmp_path)
    )
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    with made as url:
        yield Books(Avstem(url, home), tmp_path)
