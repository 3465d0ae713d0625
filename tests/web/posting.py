"""Uploads through the real pages, in a process of its own: Django is set up once a process."""

import html
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.cli.files import ORGNR
from tests.support.command import Avstem

_SCRIPT = """
import json, sys
asked = json.load(sys.stdin)
from avstem.config.startup import start
start()
from datetime import UTC, datetime
from django.core.files.uploadedfile import SimpleUploadedFile
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
files = [SimpleUploadedFile(name, open(path, "rb").read()) for name, path in asked["files"]]
answer = browser.post(f"/{asked['company']}/upload/",
                      {"files": files, "account": asked["account"]})
print(json.dumps({"status": answer.status_code, "page": answer.content.decode()}))
"""


@dataclass(frozen=True)
class Page:
    """What the page answered."""

    status: int
    page: str

    def sections(self) -> list[tuple[str, str]]:
        """(file's name, what is said of it), in the order of the page."""
        found = re.findall(
            r'<section class="card outcome"><h2>(.*?)</h2>(.*?)</section>', self.page, re.DOTALL
        )
        return [(html.unescape(name), _text(rest)) for name, rest in found]

    def said(self, name: str) -> str:
        """What is said of one file."""
        return dict(self.sections())[name]

    @property
    def text(self) -> str:
        """The page in words."""
        return _text(self.page)


def _text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def upload(
    avstem: Avstem,
    *paths: Path,
    account: str = "",
    company: str = ORGNR,
    member_of: str = ORGNR,
    role: str = "bookkeeper",
    language: str = "en",
) -> Page:
    """Send the files as a user of `member_of` to the page of `company`."""
    asked = {
        "files": [(path.name, str(path)) for path in paths],
        "account": account,
        "company": company,
        "member_of": member_of,
        "role": role,
        "language": language,
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(asked), env=avstem.environment(), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return Page(**json.loads(done.stdout))
