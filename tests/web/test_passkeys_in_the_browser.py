"""Passkeys in real Chromium, whose virtual authenticator is the person's device."""

import re

import pytest
from playwright.sync_api import Page

from tests.web.conftest import ORGNR, OpenPage, Site

pytestmark = pytest.mark.browser


def device(page: Page) -> None:
    """A device with a fingerprint reader that always knows the person."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_confirms_and_signs_in_and_a_removed_one_does_not(
    open_page: OpenPage, site: Site
) -> None:
    link = site.link().replace("127.0.0.1", "localhost")  # an address of numbers has no passkeys
    page = open_page(locale="en-GB", link=link)
    address = site.address.replace("127.0.0.1", "localhost")
    device(page)
    page.goto(f"{address}/security/")
    page.get_by_label("What you call the device").fill("Kari's laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey is kept.").wait_for()

    # Five minutes later: another session, signed in by the passkey, and confirmed by it.
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(rf"/{ORGNR}/$"))
    page.goto(f"{address}/{ORGNR}/people/invite/")
    page.get_by_role("heading", name="Invite somebody").wait_for()

    # Signed in by a link, it is asked for, and answers from the page it is asked on.
    page.context.clear_cookies()
    page.goto(site.link().replace("127.0.0.1", "localhost"))
    page.wait_for_url(re.compile(rf"/{ORGNR}/$"))
    page.goto(f"{address}/{ORGNR}/people/invite/")
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_role("button", name="Use the passkey").click()
    page.get_by_role("heading", name="Invite somebody").wait_for()

    page.goto(f"{address}/security/")
    page.get_by_role("button", name="Remove Kari's laptop").click()
    page.get_by_text("The passkey is removed.").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("That is not right").wait_for()
