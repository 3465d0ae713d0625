"""Which database the tests run on, fresh databases, the command line, and a real browser.

AVSTEM_TEST_DATABASE is `sqlite` (the default) or `postgresql`; the server stands in AVSTEM_TEST_PG.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.conf import settings

from avstem import wording
from tests.cli.files import BBAN, ORGNR
from tests.support.command import Avstem
from tests.support.databases import database_of, fresh_postgresql, fresh_sqlite, migrate

ROOT = Path(__file__).resolve().parent.parent
ON_POSTGRESQL = os.environ.get("AVSTEM_TEST_DATABASE") == "postgresql"
SERVER = os.environ.get("AVSTEM_TEST_PG", "")

os.environ.setdefault("AVSTEM_HOME", tempfile.mkdtemp(prefix="avstem-test-"))


@pytest.fixture(scope="session", autouse=True)
def the_database_asked_for() -> None:
    """Settings are read before this file is: a run must not test SQLite and call it PostgreSQL."""
    wanted = "postgresql" if ON_POSTGRESQL else "sqlite3"
    found = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    assert found == wanted, f"set AVSTEM_DATABASE_URL too (scripts/run_tests.py does): {found}"


@pytest.fixture(autouse=True)
def the_words_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command run in this process makes the texts translated; the next test finds them plain."""
    monkeypatch.setattr(wording, "translate", wording.translate)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real bank files of others; skipped where they are missing, but never in CI."""
    folder = Path(os.environ.get("AVSTEM_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (folder / "MANIFEST.csv").exists():
        if os.environ.get("CI"):
            pytest.fail(f"the corpus is missing: {folder}")
        pytest.skip("the corpus of bank files is not here (AVSTEM_CORPUS)")
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database to copy: a file, or the name of one on the server."""
    folder = tmp_path_factory.mktemp("template")
    if not ON_POSTGRESQL:
        file = folder / "template.sqlite3"
        migrate(f"sqlite:///{file}", folder)
        yield str(file)
        return
    with fresh_postgresql(SERVER) as url:
        migrate(url, folder)
        yield database_of(url)


@pytest.fixture
def fresh_database(template: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database that only this test has."""
    made: AbstractContextManager[str] = (
        fresh_postgresql(SERVER, template)
        if ON_POSTGRESQL
        else fresh_sqlite(Path(template), tmp_path)
    )
    with made as url:
        yield url


@pytest.fixture
def avstem(fresh_database: str, tmp_path: Path) -> Avstem:
    """The real command line on a fresh database."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return Avstem(fresh_database, home)


@pytest.fixture(scope="session")
def template_of_books(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database to copy that holds the company Prøve AS with its operating account."""
    folder = tmp_path_factory.mktemp("books")
    made: AbstractContextManager[str] = (
        fresh_postgresql(SERVER, template)
        if ON_POSTGRESQL
        else fresh_sqlite(Path(template), folder)
    )
    with made as url:
        run = Avstem(url, folder)
        run("company", "add", "--orgnr", ORGNR, "--name", "Prøve AS")
        run(
            "account", "add", "--company", ORGNR, "--iban", BBAN, "--kind", "operating",
            "--ledger-account", "1920",
        )  # fmt: skip
        yield database_of(url) if ON_POSTGRESQL else str(folder / "avstem.sqlite3")
