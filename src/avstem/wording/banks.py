"""What banks, channels and the steps of an order are called.

The codes are those of the data in `avstem.banks`; a test demands a text for each. Names of menus
and boxes are the banks' own, so they stay Norwegian in every language.
"""

from avstem import wording
from avstem.banks.bank import Fee

# Where a bank belongs to none; the alliances have names of their own.
ALLIANCES: dict[str, str] = {
    "Independent": "Independent",
    "Foreign branch": "Branch of a foreign bank",
}

CHANNELS: dict[str, str] = {
    "netbank": "Files by hand in the internet bank",
    "aggregator": "Through a company that carries files to many banks",
    "direct": "Directly between the accounts and the bank",
    "sftp": "SFTP",
    "secure_envelope": "Signed envelopes (Corporate Access)",
    "edi_web_services": "Signed web services (EDI)",
    "psd2": "Open banking (PSD2), by a company that is licensed",
}

# The same in a word or two, for lists.
CHANNELS_SHORT: dict[str, str] = {
    "netbank": "Internet bank",
    "aggregator": "File carrier",
    "direct": "Direct",
    "sftp": "SFTP",
    "secure_envelope": "Corporate Access",
    "edi_web_services": "Web services",
    "psd2": "PSD2",
}

FRESHNESS: dict[str, str] = {
    "unknown": "Not known; usually the same or the next bank day, as the agreement says",
    "same_or_next_day": "The same or the next bank day",
    "once_a_day": "Once a day",
    "same_day": "The same bank day",
    "next_day": "The next bank day",
}

WAYS: dict[str, str] = {
    "online_bankid": "In the internet bank, with BankID",
    "form": "With the bank's form",
    "signed_paper": "With a signed agreement",
    "in_person": "In person at a branch",
    "unknown": "Not known: ask the bank",
}

# Whom a way is for.
WHEN: dict[str, str] = {
    "": "",
    "bank_has_form": "where your bank uses a form of its own",
    "more_accounts": "for more than three accounts",
    "new_user": "if the bank must see who you are first",
    "three_accounts": "for up to three accounts",
}

STEPS: dict[str, str] = {
    "adviser_sends_contract": (
        "Ask your adviser in the bank for an integration with the accounts. The bank sends an "
        "agreement to be looked through and signed."
    ),
    "ask_accounts": "Say which accounts it is for, by their numbers, and from which day.",
    "ask_adviser": (
        "Ask your adviser, or the bank's business service, how an agreement about exchanging "
        "files with the accounts is ordered."
    ),
    "ask_form": "Ask the bank for its form for exchanging files with an accounting system.",
    "ask_format": "Say that files go as ISO 20022 (XML).",
    "check_accounts": "See that all the accounts are in it, and what is to be ticked (below).",
    "choose_accounts": "Choose the accounts, and what is to be ticked (below).",
    "confirm_here": "Say here that it is ordered, and from which day it holds.",
    "danske_edi_user": (
        "Find the EDI user that the bank makes in Business Online or District, and note it in "
        "CAPITALS."
    ),
    "danske_form": "Fill in the order form on the bank's site.",
    "dnb_division": "Make a division for each file format in the internet bank (often “XML”).",
    "dnb_identity": (
        "Hand in the signature form at a branch, with your passport. The bank must know who its "
        "users are."
    ),
    "dnb_netbank": (
        "See that the company has Nettbank bedrift. It is made an integrated one when the "
        "agreement is ordered."
    ),
    "dnb_order": "Order the integration with an accounting system (Bankintegrasjon).",
    "eika_contact": "Give a contact, and the e-mail and telephone of those who sign.",
    "eika_menu": (
        "Choose Meny → Produkter og tjenester → Søknad og bestilling → Bankintegrasjon, and the "
        "accounting system in the list."
    ),
    "eika_messages": "Choose which messages go, and the account that money comes in to.",
    "fill_accounts": "Fill in the accounts, and tick what is needed (below).",
    "integration_form": (
        "Find the form for integration with an accounting system on the bank's site."
    ),
    "nordea_digital_form": "Fill in the digital form on Nordea's site.",
    "nordea_paper_form": "Fill in the paper form for more than three accounts.",
    "nordea_scan": (
        "Sign it on both sides. Scan the whole as a PDF and send it to your adviser or to cash "
        "management."
    ),
    "ost_netbank": "See that the company has Nettbedrift with integration.",
    "ost_website": "Order on the bank's site; the bank sends an agreement to be signed.",
    "sor_netbank": "See that the company has Nettbedrift.",
    "sb1_menu": (
        "Choose Bestill and the agreement about file transfer, or Mine produkter → Koble til "
        "økonomisystem."
    ),
    "sign_and_return": "Sign it and send it back.",
    "sign_and_send": "Let those who may sign for the company do so, and send it.",
    "sign_in_bankid": "Sign in to the bank with BankID.",
    "sign_in_netbank": "Sign in to the corporate internet bank with BankID.",
    "sign_what_comes": "Sign what the bank sends.",
    "signatories_sign": "Those who may sign for the company sign with BankID.",
    "wait_mail": "Wait for the bank's e-mail that it is ready.",
}

# What must be ticked or asked for.
BOXES: dict[str, str] = {
    "bankavstemming": "“Bankavstemming”. Without it no statements come.",
    "camt053": "Account statements (camt.053). Without them no statements come.",
    "camt054": "Money in and out in detail (camt.054), so that lump sums can be told apart.",
    "eika_incoming_account": "The account that money comes in to.",
    "form_for_each_account": "Money in, with and without KID: a form for each account.",
    "handelsbanken_kontoutskrift": (
        "“Tilvalg innbetalingstjenester: Kontoutskrift”. Without it no statements come."
    ),
    "landkreditt_kontoinformasjon": (
        "“Kontoinformasjon/kontoutskrift”. Without it no statements come."
    ),
    "nordea_bankavstemming": "“Bankavstemming: Ja”. Without it no statements come.",
    "pain001_pain002": (
        "Payments out (pain.001) with answers (pain.002), if suppliers are to be paid from here."
    ),
    "remittering": "“Remittering”, if suppliers are to be paid from here.",
}

SIGNERS: dict[str, str] = {
    "ask": "Not known; usually those who may sign for the company. Ask the bank.",
    "dnb_orderer": "Whoever has the right “bestiller” in the internet bank",
    "procurist": "A procurist",
    "signatory": "Those who may sign for the company",
}

# What else to know.
NOTES: dict[str, str] = {
    "accountant_mandate": (
        "An accountant orders as a user of the client's internet bank, or with a mandate on the "
        "account (up to six accounts at once)."
    ),
    "agreement_is_orgnr": "The agreement's number is the organisation number.",
    "approve_again": "Every payment is approved again in the internet bank.",
    "approver_registered": (
        "Whoever approves payments must be a user of the internet bank with the right to do it, "
        "and be known to the bank by BankID or passport."
    ),
    "approver_signed_in_once": (
        "Whoever approves payments must have signed in to the internet bank at least once."
    ),
    "choose_approval": (
        "Choose whether payments are approved again in the internet bank, or are approved once, "
        "in the accounts (regnskapsgodkjente betalinger)."
    ),
    "danske_capitals": "An EDI user in small letters is not found.",
    "kid_compulsory": "The bank refuses payments without a KID to accounts that demand one.",
    "nordea_no_rgb": "Payments are approved in the internet bank, whoever approved them before.",
    "nordea_stop_by_mail": (
        "Only Corporate Netbank can change or stop a payment that is sent; others write an e-mail "
        "to the bank."
    ),
    "ocr_after": "OCR (payments with KID) is an order of its own, after this one.",
    "ocr_apart": "OCR (payments with KID) is usually an agreement of its own.",
    "rgb_never_off": (
        "What the accounts have approved is approved in the bank; it cannot be switched off."
    ),
    "sor_ocr": "For OCR the bank sends an agreement to fill in and sign; about two bank days.",
    "xml_only": "Files are ISO 20022 alone since 1 October 2024.",
}

# What it costs.
FEES: dict[str, str] = {
    "unknown": "Not known; the bank may charge for it. Ask.",
    "may_cost": "The bank charges for it. Ask how much.",
    "monthly": "{amount} {currency} a month, as the bank has published",
}

_TABLES = {
    "alliance": ALLIANCES,
    "channel": CHANNELS, "short": CHANNELS_SHORT, "freshness": FRESHNESS, "way": WAYS,
    "when": WHEN, "step": STEPS,
    "box": BOXES, "signer": SIGNERS, "note": NOTES,
}  # fmt: skip


def bank_text(code: str, kind: str) -> str:
    """What a code of the directory says; `kind` is `channel`, `way`, `step`, `box`, …"""
    text = _TABLES[kind].get(code, code) if kind == "alliance" else _TABLES[kind][code]
    # gettext answers the empty text with its own header.
    return wording.translate(text) if text else ""


def fee_text(fee: Fee, *, may_cost: bool | None = None) -> str:
    """What the agreement costs; not known is never said as nothing."""
    if fee.monthly_minor is None:
        return wording.translate(FEES["may_cost" if may_cost else "unknown"])
    amount = wording.amount_text(fee.monthly_minor, fee.currency)
    return wording.translate(FEES["monthly"]).format(amount=amount, currency=fee.currency)
