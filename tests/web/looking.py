"""A page as a signed-in member sees it, in a process of its own: Django is set up once a process."""

import json
import subprocess
import sys

from tests.cli.files import ORGNR
from tests.support.command import Avstem
from tests.web.posting import Page

_SCRIPT = """
import json, re, sys
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
email = f"reader@{asked['member_of']}.no"
add_user(company_id=company.pk, email=email, role="reader", actor="test",
         now=datetime(2026, 11, 24, tzinfo=UTC))
browser = Client(headers={"host": "localhost", "accept-language": asked["language"]})
browser.force_login(User.objects.get(email=email),
                    backend="django.contrib.auth.backends.ModelBackend")
answers = [browser.get(f"/{asked['company']}/{path}") for path in asked["paths"]]
linked = [path for each in answers for kind in asked["follow"] for path in
          re.findall(rf'href="(/\\d+/{kind}/\\d+/)"', each.content.decode())]
answers += [browser.get(path) for path in dict.fromkeys(linked)]
print(json.dumps([{"status": each.status_code, "page": each.content.decode()} for each in answers]))
"""


def look(
    avstem: Avstem,
    *paths: str,
    company: str = ORGNR,
    member_of: str = ORGNR,
    language: str = "en",
    follow: tuple[str, ...] = (),
) -> list[Page]:
    """The pages of `company` under these paths, for a reader of `member_of`.

    Behind them come the pages of the kinds `follow` that they link to, each once.
    """
    asked = {
        "paths": paths,
        "company": company,
        "member_of": member_of,
        "language": language,
        "follow": follow,
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(asked), env=avstem.environment(), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [Page(**each) for each in json.loads(done.stdout)]
