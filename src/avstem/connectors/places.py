"""The place that an agreement's words name: from its channel, its JSON and its secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from avstem.connectors.envelope import Signer
from avstem.connectors.folder import Folders
from avstem.connectors.opening import Place
from avstem.connectors.secure_envelope import EnvelopePlace
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.secret import Secret


def place_from(
    channel: str, stated: Mapping[str, Any], secrets: Mapping[str, Secret]
) -> Place | None:
    """Where files go and come from; None where a person carries them (`netbank`, or not known).

    `stated` is what `connect_agreement` has checked, `secrets` are by kind.
    """
    match channel:
        case "folder":
            return Folders(Path(stated["incoming"]), Path(stated["outgoing"]))
        case "sftp":
            return _sftp(stated, secrets)
        case "secure_envelope":
            return _envelope(stated, secrets)
        case _:
            return None


def _sftp(stated: Mapping[str, Any], secrets: Mapping[str, Secret]) -> SftpPlace:
    return SftpPlace(
        host=stated["host"],
        user=stated["user"],
        host_keys=tuple(stated["host_keys"]),
        fetch_folder=stated["fetch_folder"],
        send_folder=stated["send_folder"],
        port=stated.get("port", 22),
        private_key=secrets.get("sftp_private_key"),
        passphrase=secrets.get("sftp_passphrase"),
        password=secrets.get("sftp_password"),
        taken_folder=stated.get("taken_folder"),
    )


def _envelope(stated: Mapping[str, Any], secrets: Mapping[str, Secret]) -> EnvelopePlace:
    signer = Signer(
        customer_id=stated["customer_id"],
        target_id=stated.get("target_id", ""),
        software_id=stated.get("software_id", "avstem"),
        environment=stated.get("environment", "PRODUCTION"),
        private_key=secrets["envelope_private_key"],
        certificate=stated.get("certificate", ""),
    )
    return EnvelopePlace(
        url=stated["url"],
        signer=signer,
        bank_certificates=tuple(stated["bank_certificates"]),
        send_type=stated["send_type"],
        fetch_types=tuple(stated["fetch_types"]),
        authorities=stated.get("authorities"),
    )
