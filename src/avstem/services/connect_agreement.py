"""Say how files go by an agreement: the channel, the place, and the secret to sign in with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction as database

from avstem.connectors.sftp_keys import KeyKind, check_host_key, make_key
from avstem.domain.errors import InvalidValueError, StateError
from avstem.domain.secret import Secret
from avstem.store.agreements import change, get_agreement, tell
from avstem.store.locks import lock_company
from avstem.store.models import Agreement, Channel, Credential
from avstem.store.schedules import ROUND, move_round
from avstem.store.secrets import keep_secret
from avstem.store.tenancy import in_company

#: By channel, what its place must say and what it may (names of `connectors`).
PLACES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    Channel.NETBANK: (frozenset(), frozenset()),
    Channel.FOLDER: (frozenset({"incoming", "outgoing"}), frozenset()),
    Channel.SFTP: (
        frozenset({"host", "user", "host_keys", "fetch_folder", "send_folder"}),
        frozenset({"port", "taken_folder", "public_key"}),
    ),
    Channel.SECURE_ENVELOPE: (
        frozenset({"url", "customer_id", "bank_certificates", "send_type", "fetch_types"}),
        frozenset({"authorities", "certificate", "target_id", "environment", "software_id"}),
    ),
}
SECRET_KINDS = ("sftp_private_key", "sftp_passphrase", "sftp_password", "envelope_private_key")
_SIGNING_IN = frozenset({"sftp_private_key", "sftp_password"})
_LISTS = frozenset({"host_keys", "bank_certificates", "fetch_types"})


@dataclass(frozen=True, slots=True)
class Connection:
    """How files go. `place` is by the channel's own names; lists are lists, `port` a number.

    `secrets` are kept sealed, by kind, under the bank's slug; those not named stay as they are.
    `generation` None leaves the choice to the bank's dialect, `freshness` None to the directory.
    `new_key` (`rsa` or `ed25519`) makes a pair for SFTP: its private half is sealed, the public
    one stands in the place, for the bank.
    """

    channel: str
    place: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    sender_id: str = ""
    division_id: str = ""
    generation: int | None = None
    freshness: str | None = None
    new_key: KeyKind | None = None


@in_company
@database.atomic
def connect_agreement(
    *, company_id: int, agreement_id: int, connection: Connection, actor: str, now: datetime
) -> Agreement:
    """The agreement with its connection, in the place of what was said before.

    Refused: what is missing or not right in the place, a host key that is none, and SFTP without a
    key or a password.
    """
    _check(connection)
    company = lock_company(company_id)
    agreement = get_agreement(company_id, agreement_id)
    if agreement.closed_at is not None:
        raise StateError("agreement", agreement.bank, agreement.state, "live")
    connection = _with_new_key(connection, f"avstem {company.orgnr} {agreement.bank}")
    for kind, secret in connection.secrets.items():
        keep_secret(company_id=company_id, kind=kind, name=agreement.bank, secret=secret, now=now)
    wanted = _wanted(agreement, connection)
    if not connection.secrets and all(
        getattr(agreement, name) == value for name, value in wanted.items()
    ):
        return agreement

    change([agreement], **wanted)
    if connection.new_key:
        # A passphrase is that of another key, and a password is not asked for any more.
        stale = Credential.objects.filter(company_id=company_id, name=agreement.bank)
        stale.filter(kind__in=("sftp_passphrase", "sftp_password")).delete()
    move_round(company_id, ROUND, now)
    tell(
        agreement, "agreement.connected", (), actor=actor, now=now, channel=connection.channel,
        place=dict(connection.place), secrets=sorted(connection.secrets),
    )  # fmt: skip
    return agreement


def _with_new_key(connection: Connection, comment: str) -> Connection:
    """The connection with the pair that it asks for."""
    if connection.new_key is None:
        return connection
    pair = make_key(connection.new_key, comment)
    return replace(
        connection,
        place={**connection.place, "public_key": pair.public},
        secrets={**connection.secrets, "sftp_private_key": pair.private},
    )


def _wanted(agreement: Agreement, connection: Connection) -> dict[str, Any]:
    kept = Credential.objects.filter(company_id=agreement.company_id, name=agreement.bank)
    kinds = {row.kind: row.pk for row in kept}
    first = next((kinds[kind] for kind in SECRET_KINDS if kind in kinds), None)
    if connection.channel == Channel.SFTP and not kinds.keys() & _SIGNING_IN:
        raise InvalidValueError("secret", "nothing", "a key or a password to sign in with")
    return {
        "channel": connection.channel,
        "place": dict(connection.place),
        "sender_id": connection.sender_id,
        "division_id": connection.division_id,
        "generation": connection.generation,
        "freshness": connection.freshness,
        "credential_id": first,
    }


def _check(connection: Connection) -> None:
    if connection.channel not in PLACES:
        raise InvalidValueError("channel", connection.channel[:60], ", ".join(Channel.values))
    _check_place(connection)
    for kind in connection.secrets:
        if kind not in SECRET_KINDS:
            raise InvalidValueError("secret", kind[:60], ", ".join(SECRET_KINDS))
    for name in ("sender_id", "division_id"):
        if len(getattr(connection, name)) > 35:
            raise InvalidValueError(name, getattr(connection, name)[:60], "at most 35 characters")
    if connection.freshness not in (None, "same_day", "next_day"):
        raise InvalidValueError("freshness", str(connection.freshness)[:60], "same_day or next_day")
    if connection.new_key is not None and connection.channel != Channel.SFTP:
        raise InvalidValueError("key", connection.new_key, "the channel sftp")
    if connection.generation not in (None, 1, 2):
        raise InvalidValueError("generation", str(connection.generation), "1 or 2")


def _check_place(connection: Connection) -> None:
    needed, allowed = PLACES[connection.channel]
    said = set(connection.place)
    if said - needed - allowed or not needed <= said:
        found = ", ".join(sorted(said)) or "nothing"
        raise InvalidValueError("place", found[:60], ", ".join(sorted(needed | allowed)))
    for name, value in connection.place.items():
        if not value or isinstance(value, list) is not (name in _LISTS):
            raise InvalidValueError(name, str(value)[:60], "a value; a list where there are many")
    for key in connection.place.get("host_keys", ()):
        check_host_key(key)
    port = connection.place.get("port", 22)
    if not isinstance(port, int) or not 0 < port < 65536:
        raise InvalidValueError("port", str(port)[:60], "a number from 1 to 65535")
