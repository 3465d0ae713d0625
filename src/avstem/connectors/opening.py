"""The connector that belongs to a place: the one line where a way of carrying files is chosen."""

from avstem.connectors.folder import FolderConnector, Folders
from avstem.connectors.port import Connector
from avstem.connectors.secure_envelope import EnvelopeConnector, EnvelopePlace
from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace

Place = Folders | SftpPlace | EnvelopePlace


def connector_for(place: Place) -> Connector:
    """A connector to that place; it connects at its first question."""
    match place:
        case SftpPlace():
            return SftpConnector(place)
        case EnvelopePlace():
            return EnvelopeConnector(place)
        case Folders():
            return FolderConnector(place)
