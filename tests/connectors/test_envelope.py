"""Secure envelopes: what is signed, what is believed, and what is not known."""

import base64
import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from avstem.connectors.envelope import NS, Signer, upload_request
from avstem.connectors.port import Sent
from avstem.connectors.secure_envelope import EnvelopeConnector, EnvelopePlace
from avstem.connectors.xml_signature import DS, EXCLUSIVE, INCLUSIVE, read_xml, sign, verified
from avstem.domain.carrying_errors import (
    CredentialsRejectedError,
    EnvelopeRefusedError,
    EnvelopeUntrustedError,
    HostKeyMismatchError,
    OutcomeUnknownError,
    PeerUnreachableError,
    RemoteRefusedError,
    TransferCutError,
    UnsafeNameError,
)
from avstem.domain.errors import FileTooLargeError
from tests.support.envelope_bank import NOW, EnvelopeBank, Identity, identity, running

NAME = "pain001-17.xml"


@dataclass(frozen=True)
class People:
    """Keys are slow to make: once for all tests."""

    bank: Identity
    customer: Identity
    stranger: Identity
    tls: Identity


@pytest.fixture(scope="module")
def people() -> People:
    return People(*(identity(name) for name in ("bank", "customer", "stranger", "127.0.0.1")))


@pytest.fixture
def bank(people: People, tmp_path: Path) -> Iterator[EnvelopeBank]:
    made = EnvelopeBank(people.bank, people.customer)
    with running(made, people.tls, tmp_path):
        yield made


@pytest.fixture
def place(bank: EnvelopeBank, people: People) -> EnvelopePlace:
    return EnvelopePlace(
        url=f"https://127.0.0.1:{bank.port}/files",
        signer=signer_of(people),
        bank_certificates=(people.bank.certificate,),
        send_type="NDCAPXMLI",
        fetch_types=("NDCAPXMLO",),
        authorities=people.tls.certificate,
        connect_s=5,
        answer_s=5,
        file_bytes_max=5_000_000,
    )


def signer_of(people: People) -> Signer:
    key, certificate = people.customer.secret(), people.customer.certificate
    return Signer("1122334455", "11111111A1", "avstem 0.1", "TEST", key, certificate)


def at(place: EnvelopePlace, **differs: Any) -> EnvelopeConnector:
    return EnvelopeConnector(replace(place, **differs), clock=lambda: NOW)


def test_a_file_is_sent_as_it_is_and_twice_is_once(
    bank: EnvelopeBank, place: EnvelopePlace
) -> None:
    data = bytes(range(256)) * 4_000
    connector = at(place)
    assert connector.send(NAME, BytesIO(data)) is Sent.DELIVERED
    assert connector.send(NAME, data) is Sent.ALREADY_THERE
    assert list(bank.received.values()) == [data]
    assert connector.describe(NAME) is None


def test_waiting_files_are_listed_and_fetched(bank: EnvelopeBank, place: EnvelopePlace) -> None:
    bank.waiting = {"REF1": b"<Document>1</Document>", "REF2": b"x" * 1_000_000}
    connector, sink = at(place), BytesIO()
    assert [(file.name, file.size) for file in connector.list_files()] == [
        ("REF1", None), ("REF2", None),
    ]  # fmt: skip
    assert connector.list_files()[0].modified == datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
    assert connector.fetch("REF2", sink).size == 1_000_000
    assert sink.getvalue() == bank.waiting["REF2"]
    rest = BytesIO()
    connector.fetch("REF1", rest, offset=10)
    assert rest.getvalue() == bank.waiting["REF1"][10:]


def test_the_bank_s_no_is_said_in_its_own_words(bank: EnvelopeBank, place: EnvelopePlace) -> None:
    bank.code = "18"
    with pytest.raises(EnvelopeRefusedError) as refused:
        at(place).send(NAME, b"abc")
    assert (refused.value.bank_code, refused.value.bank_text) == ("18", "Not OK.")
    assert bank.received == {}


def test_a_cut_after_the_upload_is_unknown_and_the_repeat_tells(
    bank: EnvelopeBank, place: EnvelopePlace
) -> None:
    bank.drops = True
    connector = at(place)
    with pytest.raises(OutcomeUnknownError):
        connector.send(NAME, b"abc")
    assert connector.send(NAME, b"abc") is Sent.ALREADY_THERE
    assert list(bank.received.values()) == [b"abc"]


def test_a_cut_while_asking_is_asked_again(bank: EnvelopeBank, place: EnvelopePlace) -> None:
    bank.waiting, bank.drops = {"REF1": b"1"}, True
    connector = at(place)
    with pytest.raises(TransferCutError):
        connector.list_files()
    assert len(connector.list_files()) == 1


@pytest.mark.parametrize(
    ("status", "on_list", "on_send"),
    [
        (503, TransferCutError, OutcomeUnknownError),
        (403, CredentialsRejectedError, CredentialsRejectedError),
        (400, RemoteRefusedError, RemoteRefusedError),
        (302, RemoteRefusedError, RemoteRefusedError),
    ],
)
def test_an_answer_that_is_none(
    bank: EnvelopeBank,
    place: EnvelopePlace,
    status: int,
    on_list: type[Exception],
    on_send: type[Exception],
) -> None:
    bank.status = status
    with pytest.raises(on_list):
        at(place).list_files()
    with pytest.raises(on_send):
        at(place).send(NAME, b"abc")


def test_an_answer_signed_by_somebody_else_is_not_used(
    bank: EnvelopeBank, place: EnvelopePlace, people: People
) -> None:
    bank.signs_as, bank.waiting = people.stranger, {"REF1": b"1"}
    with pytest.raises(EnvelopeUntrustedError, match="somebody else"):
        at(place).fetch("REF1", BytesIO())
    with pytest.raises(OutcomeUnknownError):
        at(place).send(NAME, b"abc")
    both = (people.bank.certificate, people.stranger.certificate)
    assert at(place, bank_certificates=both).fetch("REF1", BytesIO()).size == 1


def other_content(signed: bytes) -> bytes:
    content = base64.b64encode(gzip.compress(b"2"))
    return signed.replace(b"<Content>", b"<Content>" + content, 1)


def unsigned(signed: bytes) -> bytes:
    start, end = signed.index(b"<Signature"), signed.index(b"</Signature>") + len(b"</Signature>")
    return signed[:start] + signed[end:]


def wrapped(signed: bytes) -> bytes:
    """The signed message inside a new one that says something else."""
    inner = signed.partition(b"?>")[2]
    return (
        b'<ApplicationResponse xmlns="http://bxd.fi/xmldata/">' + inner + b"</ApplicationResponse>"
    )


def twice(signed: bytes) -> bytes:
    start, end = signed.index(b"<Signature"), signed.index(b"</Signature>") + len(b"</Signature>")
    return signed[:end] + signed[start:end] + signed[end:]


@pytest.mark.parametrize(
    "spoil",
    [
        other_content,
        unsigned,
        wrapped,
        twice,
        lambda signed: signed[:-40],
        lambda signed: signed.replace(b'URI=""', b'URI="#x"'),
        lambda signed: signed.replace(b"xmldsig-more#rsa-sha256", b"xmldsig-more#rsa-sha1"),
        lambda signed: signed.replace(b"xmlenc#sha256", b"xmldsig#sha1"),
        lambda signed: signed.replace(b"#enveloped-signature", b"#base64"),
        lambda signed: signed.replace(b"?>", b"?><!DOCTYPE a [<!ENTITY b 'c'>]>", 1),
        lambda signed: signed + b"<?more than that?>",
        lambda signed: b"",
        lambda signed: b"not xml",
    ],
)
def test_an_answer_that_was_tampered_with_is_not_used(
    bank: EnvelopeBank, place: EnvelopePlace, spoil: Any
) -> None:
    bank.spoil, bank.waiting = spoil, {"REF1": b"1"}
    sink = BytesIO()
    with pytest.raises(EnvelopeUntrustedError):
        at(place).fetch("REF1", sink)
    assert sink.getvalue() == b""


def test_a_comment_put_into_a_value_does_not_cut_it(people: People) -> None:
    root = etree.fromstring(b"<a><b>whole value</b></a>")
    signed = sign(root, private_key=people.bank.secret(), certificate=people.bank.certificate)
    commented = signed.replace(b"whole value", b"whole<!-- --> value")
    read = verified(read_xml(commented), certificates=(people.bank.certificate,), now=NOW)
    assert read.findtext("b") == "whole value"


def test_an_answer_to_another_customer_or_about_another_file_is_not_used(
    bank: EnvelopeBank, place: EnvelopePlace
) -> None:
    bank.waiting = {"REF1": b"1", "REF2": b"2"}
    bank.customer_id = "9988776655"
    with pytest.raises(EnvelopeUntrustedError, match="somebody else"):
        at(place).list_files()
    bank.customer_id = "1122334455"
    bank._describe = lambda root, name, real=bank._describe: real(root, "REF2")
    with pytest.raises(EnvelopeUntrustedError, match="another file"):
        at(place).fetch("REF1", BytesIO())


def test_a_little_that_unfolds_to_a_lot_is_stopped(
    bank: EnvelopeBank, place: EnvelopePlace
) -> None:
    bank.waiting = {"REF1": b"0" * 5_000_001}
    with pytest.raises(FileTooLargeError):
        at(place).fetch("REF1", BytesIO())
    with pytest.raises(FileTooLargeError):
        at(place).send(NAME, b"0" * 5_000_001)


def test_a_certificate_out_of_its_time_signs_nothing(
    bank: EnvelopeBank, place: EnvelopePlace, people: People
) -> None:
    late = EnvelopeConnector(place, clock=lambda: NOW + timedelta(days=4_000))
    with pytest.raises(EnvelopeUntrustedError, match="out of its time"):
        late.list_files()


def test_a_short_key_signs_nothing() -> None:
    weak = identity("weak", bits=1024)
    signed = sign(
        etree.fromstring(b"<a/>"), private_key=weak.secret(), certificate=weak.certificate
    )
    with pytest.raises(EnvelopeUntrustedError):
        verified(read_xml(signed), certificates=(weak.certificate,), now=NOW)


def test_a_host_that_nobody_vouches_for_is_told_nothing(
    bank: EnvelopeBank, place: EnvelopePlace, people: People
) -> None:
    with pytest.raises(HostKeyMismatchError):
        at(place, authorities=people.stranger.certificate).send(NAME, b"abc")
    with pytest.raises(PeerUnreachableError):
        at(place, url="https://127.0.0.1:1/").send(NAME, b"abc")
    assert bank.received == {}


@pytest.mark.parametrize("name", ["../x", "a/b", ""])
def test_a_name_that_leads_elsewhere_is_not_used(place: EnvelopePlace, name: str) -> None:
    for use in (lambda: at(place).send(name, b""), lambda: at(place).fetch(name, BytesIO())):
        with pytest.raises(UnsafeNameError):
            use()


def test_the_request_says_what_the_schema_asks_in_its_order(people: People) -> None:
    request = upload_request(
        signer_of(people), file_type="NDCAPXMLI", name=NAME, sha256="a" * 64, data=b"abc", at=NOW
    )
    names = [str(etree.QName(child).localname) for child in etree.fromstring(request)]
    assert names == [
        "CustomerId", "Command", "Timestamp", "Environment", "UserFilename", "TargetId",
        "ExecutionSerial", "Compression", "CompressionMethod", "SoftwareId", "FileType", "Content",
        "Signature",
    ]  # fmt: skip
    again = upload_request(
        signer_of(people), file_type="NDCAPXMLI", name=NAME, sha256="a" * 64, data=b"abc", at=NOW
    )
    assert request == again, "the same question is the same bytes"


@pytest.fixture
def xmlsec1() -> str:
    """Another program's word on signatures; where it was promised (CI), it must be there."""
    found = shutil.which("xmlsec1")
    if not found:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say("xmlsec1 is not here: apt-get install xmlsec1")
    return str(found)


def test_another_program_accepts_our_signature(
    people: People, tmp_path: Path, xmlsec1: str
) -> None:
    request = upload_request(
        signer_of(people), file_type="NDCAPXMLI", name=NAME, sha256="a" * 64, data=b"abc", at=NOW
    )
    (tmp_path / "signed.xml").write_bytes(request)
    (tmp_path / "certificate.pem").write_text(people.customer.certificate)
    command = [xmlsec1, "--verify", "--pubkey-cert-pem", tmp_path / "certificate.pem"]
    done = subprocess.run([*command, tmp_path / "signed.xml"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "signed.xml").write_bytes(request.replace(b"TEST", b"PROD"))
    done = subprocess.run([*command, tmp_path / "signed.xml"], capture_output=True, check=False)
    assert done.returncode != 0


TEMPLATE = """<?xml version="1.0"?>
<!-- beside the message's own words -->
<ApplicationResponse xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{ns}">
  <CustomerId>1122334455</CustomerId> <!-- a comment -->
  <ResponseText>Å og &amp; ø</ResponseText>
  <Signature xmlns="{ds}"><SignedInfo><CanonicalizationMethod Algorithm="{how}"/>
  <SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
  <Reference URI=""><Transforms><Transform Algorithm="{ds}enveloped-signature"/>{second}</Transforms>
  <DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference>
  </SignedInfo><SignatureValue/></Signature>
</ApplicationResponse>"""


@pytest.mark.parametrize("how", [EXCLUSIVE, INCLUSIVE])
@pytest.mark.parametrize("second", ["", EXCLUSIVE, INCLUSIVE])
def test_we_accept_what_another_program_signed(
    people: People, tmp_path: Path, xmlsec1: str, how: str, second: str
) -> None:
    said = f'<Transform Algorithm="{second}"/>' if second else ""
    (tmp_path / "template.xml").write_text(TEMPLATE.format(ns=NS, ds=DS, how=how, second=said))
    (tmp_path / "key.pem").write_text(people.bank.key)
    subprocess.run(
        [xmlsec1, "--sign", "--privkey-pem", tmp_path / "key.pem",
         "--output", tmp_path / "signed.xml", tmp_path / "template.xml"],
        check=True,
    )  # fmt: skip
    signed = (tmp_path / "signed.xml").read_bytes()
    read = verified(read_xml(signed), certificates=(people.bank.certificate,), now=NOW)
    assert read.findtext(f"{{{NS}}}ResponseText") == "Å og & ø"
    changed = signed.replace("Å og".encode(), b"A og").replace(b"&#xC5; og", b"A og")
    assert changed != signed
    with pytest.raises(EnvelopeUntrustedError, match="changed"):
        verified(read_xml(changed), certificates=(people.bank.certificate,), now=NOW)
