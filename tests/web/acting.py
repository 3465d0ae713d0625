"""A member at work: pages asked for and forms sent one after another, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from tests.cli.files import ORGNR
from tests.support.command import Avstem
from tests.web.posting import Page

_SCRIPT = """
import importlib, json, sys
asked = json.load(sys.stdin)
from avstem.config.startup import start
start()
from datetime import UTC, datetime
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
from avstem.services.add_user import add_user
from avstem.store.models import Company, User

company = Company.objects.get(orgnr=asked["member_of"])
email = f"{asked['role']}@{asked['member_of']}.no"
add_user(company_id=company.pk, email=email, role=asked["role"], actor="test",
         now=datetime(2026, 11, 24, tzinfo=UTC))
browser = Client(headers={"host": "localhost", "accept-language": asked["language"]})
browser.force_login(User.objects.get(email=email),
                    backend="django.contrib.auth.backends.ModelBackend")
if asked["set_first"]:
    name, _, value = asked["set_first"].partition("=")
    module, _, name = name.rpartition(".")
    setattr(importlib.import_module(module), name, int(value))
answers = []
for path, form in asked["steps"]:
    address = f"/{asked['company']}/{path}"
    answers.append(browser.get(address) if form is None else
                   browser.post(address, form, follow=True))
print(json.dumps([{"status": each.status_code, "page": each.content.decode()} for each in answers]))
"""


@dataclass(frozen=True)
class Step:
    """A page to look at, or with a `form` one to send it to."""

    path: str
    form: dict[str, Any] | None = field(default=None)


def act(
    avstem: Avstem, *steps: Step, role: str = "bookkeeper", language: str = "en",
    company: str = ORGNR, member_of: str = ORGNR, set_first: str = "",
) -> list[Page]:  # fmt: skip
    """What each step answered, redirects followed.

    `set_first`: a bound of the program that is made smaller for it, as `module.NAME=0`.
    """
    asked = {
        "steps": [(each.path, each.form) for each in steps],
        "role": role,
        "language": language,
        "company": company,
        "member_of": member_of,
        "set_first": set_first,
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(asked), env=avstem.environment(), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [Page(**each) for each in json.loads(done.stdout)]
