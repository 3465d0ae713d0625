"""The option that writes golden files anew; read the difference before it is committed."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write golden files anew")


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether what is read now is to be what is expected from now on."""
    return bool(request.config.getoption("--rewrite-golden", default=False))
