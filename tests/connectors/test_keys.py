"""A pair made for an agreement signs in where the bank has its public half, and nowhere else."""

import asyncssh
import pytest

from avstem.connectors.sftp_keys import KeyKind, check_host_key, fingerprint, make_key
from avstem.domain.carrying_errors import CredentialsRejectedError
from avstem.domain.errors import InvalidValueError

from .conftest import Peer


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_the_bank_that_has_the_public_half_lets_us_in(inside: Peer, kind: KeyKind) -> None:
    pair, other = make_key(kind, "avstem 974760673 dnb"), make_key("ed25519", "en annen")
    inside.bank.client_key = asyncssh.import_private_key(pair.private.reveal())
    (inside.out / "camt053.xml").write_text("<Document/>")
    files = inside.connector(private_key=pair.private).list_files()
    assert [each.name for each in files] == ["camt053.xml"]
    with pytest.raises(CredentialsRejectedError):
        inside.connector(private_key=other.private).list_files()


def test_the_public_line_says_whose_it_is_and_holds_nothing_secret() -> None:
    pair = make_key("ed25519", "avstem 974760673 dnb")
    kind, _, comment = pair.public.split(" ", 2)
    assert (kind, comment) == ("ssh-ed25519", "avstem 974760673 dnb")
    assert "PRIVATE" not in pair.public
    assert fingerprint(pair.public).startswith("SHA256:")
    assert str(pair.private) == "Secret(…)"


def test_a_host_key_is_a_line_or_a_fingerprint() -> None:
    line = make_key("ed25519", "").public
    assert check_host_key(f"  {line}\n") == line
    print_of_it = fingerprint(line)
    assert check_host_key(f"{print_of_it}=") == print_of_it


@pytest.mark.parametrize(
    "wrong", ["", "SHA256:abc", "ssh-ed25519 AAAA", "MD5:aa:bb", "bank.example", "-----BEGIN"]
)
def test_what_is_no_host_key_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidValueError):
        check_host_key(wrong)
