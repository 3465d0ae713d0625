"""Where and as whom an SFTP connector works: all of it data of an agreement."""

from dataclasses import dataclass

from avstem.connectors.port import FILE_BYTES_MAX
from avstem.domain.secret import Secret


@dataclass(frozen=True)
class SftpPlace:
    """A bank's SFTP server and our user there.

    `host_keys` pins who the server is, and there is always one: lines of OpenSSH
    (`ssh-ed25519 AAAA…`) or fingerprints (`SHA256:…`). A bank that changes its key announces it;
    both stand here meanwhile. `private_key` (OpenSSH or PEM) goes before `password`.
    `fetch_folder` and `send_folder` are the bank's names; `taken_folder` is where the bank moves
    what it has taken, if it does, so that `describe` finds it there too.
    Times are in seconds; `answer_s` is how long one answer may take.
    """

    host: str
    user: str
    host_keys: tuple[str, ...]
    fetch_folder: str
    send_folder: str
    port: int = 22
    private_key: Secret | None = None
    passphrase: Secret | None = None
    password: Secret | None = None
    taken_folder: str | None = None
    connect_s: float = 20
    answer_s: float = 60
    file_bytes_max: int = FILE_BYTES_MAX

    def __post_init__(self) -> None:
        assert self.host_keys, "a place without a pinned host key is anybody's"
        assert self.private_key or self.password, "nobody signs in with nothing"
