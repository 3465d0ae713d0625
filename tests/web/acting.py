"""A member at work: pages looked at, forms and files sent, in a process of its own.

Django is set up once a process, and these tests have a database each.
"""

import html
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.files import ORGNR
from tests.support.command import Avstem

_SCRIPT = """
import importlib, json, re, sys
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
if asked["set_first"]:
    name, _, value = asked["set_first"].partition("=")
    module, _, name = name.rpartition(".")
    setattr(importlib.import_module(module), name, int(value))
nobody = Client(headers={"host": "localhost", "accept-language": asked["language"]})
answers = []
for path, form, files in asked["steps"]:
    address = path if path.startswith("/") else f"/{asked['company']}/{path}"
    who = nobody if path.startswith(tuple(asked["anonymous"])) else browser
    if form is None:
        answers.append(who.get(address))
        continue
    for field, name, at in files:
        form.setdefault(field, []).append(SimpleUploadedFile(name, open(at, "rb").read()))
    answers.append(who.post(address, form, follow=True))
def page(each):
    return b"".join(each).decode(errors="replace")
linked = [path for each in answers for kind in asked["follow"] for path in
          re.findall(rf'href="(/\\d+/{kind}/\\d+/)"', page(each))]
answers += [browser.get(path) for path in dict.fromkeys(linked)]
print(json.dumps([{"status": each.status_code, "page": page(each), "headers": dict(each.headers)}
                  for each in answers]))
"""


@dataclass(frozen=True)
class Page:
    """What the page answered."""

    status: int
    page: str
    headers: dict[str, str] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Step:
    """A page to look at, or with a `form` (and `files`) one to send it to.

    The path is the company's, or with a stroke before it the whole address.
    """

    path: str
    form: dict[str, Any] | None = None
    files: tuple[Path | tuple[str, Path], ...] = field(default=())

    def sent(self) -> list[tuple[str, str, str]]:
        """(field, name, path) of each file; the field is `files` where none is said."""
        pairs = [each if isinstance(each, tuple) else ("files", each) for each in self.files]
        return [(name, file.name, str(file)) for name, file in pairs]


def act(
    avstem: Avstem, *steps: Step, role: str = "bookkeeper", language: str = "en",
    company: str = ORGNR, member_of: str = ORGNR, set_first: str = "", follow: tuple[str, ...] = (),
    anonymous: tuple[str, ...] = (),
) -> list[Page]:  # fmt: skip
    """What each step answered, redirects followed.

    `set_first`: a bound of the program that is made smaller for it, as `module.NAME=0`.
    Addresses that begin with one of `anonymous` are opened by nobody in particular.
    Behind the answers come the pages of the kinds `follow` that they link to, each once.
    """
    asked = {
        "steps": [(each.path, each.form, each.sent()) for each in steps],
        "role": role,
        "language": language,
        "company": company,
        "member_of": member_of,
        "set_first": set_first,
        "follow": follow,
        "anonymous": anonymous,
    }
    return [Page(**each) for each in json.loads(avstem.script(_SCRIPT, json.dumps(asked)))]


def look(
    avstem: Avstem,
    *paths: str,
    company: str = ORGNR,
    member_of: str = ORGNR,
    language: str = "en",
    follow: tuple[str, ...] = (),
) -> list[Page]:
    """The pages of `company` under these paths, for a reader of `member_of`; then the linked."""
    steps = map(Step, paths)
    return act(
        avstem, *steps, role="reader", language=language, company=company,
        member_of=member_of, follow=follow,
    )  # fmt: skip


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
    step = Step("upload/", {"account": account}, paths)
    [page] = act(avstem, step, role=role, language=language, company=company, member_of=member_of)
    return page
