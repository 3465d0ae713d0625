"""A company with bills and its people, walked through in the pages without a browser."""

import html
import re
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from avstem.services.add_user import add_user
from avstem.store.models import User
from tests.payments.books import ORGNR, Payer

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass
class Member:
    """A member at work; pages answer in English."""

    browser: Client
    email: str

    def get(self, path: str, *, status: int = 200) -> str:
        """The page in words."""
        answer = self.browser.get(f"/{ORGNR}/{path}")
        assert answer.status_code == status, answer.status_code
        return words(answer.content.decode())

    def post(self, path: str, **form: Any) -> str:
        """What the page behind the form says."""
        answer = self.browser.post(f"/{ORGNR}/{path}", form, follow=True)
        assert answer.status_code == 200, answer.status_code
        return words(answer.content.decode())

    def status_of(self, path: str, **form: Any) -> int:
        """What a form is answered with."""
        return int(self.browser.post(f"/{ORGNR}/{path}", form).status_code)


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def member(payer: Payer, role: str, email: str = "", *, confirmed: bool = True) -> Member:
    """A member with that role, signed in, and confirmed just now."""
    address = email or f"{role}@example.no"
    add_user(email=address, company_id=payer.company, role=role, actor="test", now=payer.at)
    browser = Client(headers={"host": "localhost", "accept-language": "en"})
    user = User.objects.get(email=address)
    browser.force_login(user, backend=BACKEND)
    if confirmed:
        session = browser.session
        session["confirmed"] = {"at": timezone.now().timestamp(), "how": "code", "user": user.pk}
        session.save()
    return Member(browser, address)
