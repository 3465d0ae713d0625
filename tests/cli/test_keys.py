"""`avstem keys`, by the real command: killed at any point, no secret is lost."""

import json
import random
import stat
import subprocess
import sys
import time

import pytest

from tests.cli.files import ORGNR, Books
from tests.support.command import Avstem

pytestmark = pytest.mark.database
SECRETS = 3_000

#: Runs inside the command's own environment.
FILL = f"""
from datetime import UTC, datetime
from avstem.config.startup import start
start()
from avstem.domain.secret import Secret
from avstem.store import key_ring
from avstem.store.models import Company, Credential
from avstem.store.secrets import seal
from avstem.store.tenancy import company_scope
company, ring = Company.objects.get(orgnr="{ORGNR}"), key_ring.read_ring()
with company_scope(company.pk):
    Credential.objects.bulk_create(
        Credential(company=company, kind="sftp_password", name=str(n), sealed_with=ring.newest,
                   created_at=datetime.now(UTC),
                   ciphertext=seal(ring, company.pk, "sftp_password", str(n), Secret(f"ord {{n}}")))
        for n in range({SECRETS}))
"""
READ = f"""
import json
from avstem.config.startup import start
start()
from avstem.store import key_ring
from avstem.store.models import Company, Credential
from avstem.store.tenancy import company_scope
company, ring = Company.objects.get(orgnr="{ORGNR}"), key_ring.read_ring()
with company_scope(company.pk):
    rows = list(Credential.objects.filter(company=company))
opened = [(row.name, ring.open(row.ciphertext)) for row in rows]
good = sum(text is not None and json.loads(text)[3] == f"ord {{name}}" for name, text in opened)
print(json.dumps({{"good": good, "keys": len(ring.keys),
                  "moved": sum(row.sealed_with == ring.newest for row in rows)}}))
"""


def run(avstem: Avstem, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**avstem.environment(), "DJANGO_SETTINGS_MODULE": "avstem.config.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_key_is_printed_and_kept_nowhere(avstem: Avstem) -> None:
    key = avstem("keys", "make").out.strip()
    assert len(key) == 44
    assert key != avstem("keys", "make").out.strip()
    assert not list(avstem.home.glob("credentials*"))


def test_rotating_says_what_it_did(books: Books) -> None:
    avstem = books.run
    assert "0 secrets sealed with a new key" in avstem("keys", "rotate").out
    assert avstem("keys", "rotate", "--json").json["secrets"] == 0
    [file] = avstem.home.glob("credentials.key")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_killed_at_any_point_no_secret_is_lost(books: Books) -> None:
    avstem, chance = books.run, random.Random(17)
    run(avstem, FILL)
    before = time.monotonic()
    avstem("keys", "--help")
    startup_s = time.monotonic() - before
    killed_midway = 0
    for _ in range(8):
        process = avstem.start("keys", "rotate", stdout=subprocess.DEVNULL)
        try:
            process.wait(startup_s + chance.uniform(0.3, 2.5))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        found = json.loads(run(avstem, READ))
        assert found["good"] == SECRETS
        assert found["keys"] in (1, 2), "a rotation that was begun is gone on with"
        killed_midway += 0 < found["moved"] < SECRETS
    assert killed_midway, "at least one run was killed between two of its transactions"

    avstem("keys", "rotate")
    found = json.loads(run(avstem, READ))
    assert found == {"good": SECRETS, "keys": 1, "moved": SECRETS}
    avstem("verify")


@pytest.mark.slow
def test_two_rotations_at_once_take_turns(books: Books) -> None:
    run(books.run, FILL)
    both = [books.run.start("keys", "rotate", stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert json.loads(run(books.run, READ)) == {"good": SECRETS, "keys": 1, "moved": SECRETS}


WRITE = f"""
from datetime import UTC, datetime
from avstem.config.startup import start
start()
from avstem.domain.secret import Secret
from avstem.store.models import Company
from avstem.store.secrets import keep_secret, open_secret
from avstem.store.tenancy import company_scope
company = Company.objects.get(orgnr="{ORGNR}")
with company_scope(company.pk):
    for n in range(300):
        whose = {{"company_id": company.pk, "kind": "sftp_password", "name": str(n)}}
        keep_secret(**whose, secret=Secret(f"ord {{n}}"), now=datetime.now(UTC))
        assert open_secret(**whose).reveal() == f"ord {{n}}"
"""


@pytest.mark.slow
def test_secrets_kept_while_the_keys_change_are_all_opened(books: Books) -> None:
    avstem = books.run
    avstem("keys", "rotate")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE],
        env={**avstem.environment(), "DJANGO_SETTINGS_MODULE": "avstem.config.settings"},
    )
    rotations = 0
    while writer.poll() is None:
        avstem("keys", "rotate")
        rotations += 1
    assert writer.returncode == 0
    assert rotations > 1, "the keys changed while secrets were kept"
    assert json.loads(run(avstem, READ))["good"] == 300
    avstem("verify")
