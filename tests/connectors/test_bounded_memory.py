"""A file of a gigabyte goes through in bounded memory, both ways."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from avstem.connectors.port import PIECE_BYTES
from tests.connectors.conftest import Peer, plain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the peak"),
]
GIGABYTE = 1024**3
#: Over what the process holds before: a few pieces, the library's windows, and room to breathe.
MEMORY_BYTES_MAX = 64 * 1024**2

#: Runs in a process of its own, so that the peak is the connector's and nobody else's.
CODE = """
import hashlib, json, sys, time
from avstem.connectors.sftp import SftpConnector
from avstem.connectors.sftp_place import SftpPlace
from avstem.domain.secret import Secret

class Sink:
    def __init__(self): self.digest = hashlib.sha256()
    def write(self, piece): self.digest.update(piece)

def peak():  # of this program alone; getrusage would count the one that started it too
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

place = json.loads(sys.stdin.readline())
place["private_key"] = Secret(place["private_key"])
connector = SftpConnector(SftpPlace(**place))
connector.list_files()
before, started = peak(), time.monotonic()
sink = Sink()
connector.fetch("large.xml", sink)
fetched = time.monotonic() - started
with open(sys.argv[1], "rb") as file:
    connector.send("large.xml", file)
sent = time.monotonic() - started - fetched
connector.close()
print(json.dumps({"held": peak() - before, "sha256": sink.digest.hexdigest(),
                  "fetch_s": round(fetched, 1), "send_s": round(sent, 1)}))
"""


def test_a_gigabyte_goes_through_in_bounded_memory(openssh: Peer) -> None:
    large, arrived = openssh.out / "large.xml", openssh.tray / "large.xml"
    digest = hashlib.sha256()
    with large.open("wb") as file:
        for number in range(GIGABYTE // PIECE_BYTES):
            piece = number.to_bytes(8, "big") * (PIECE_BYTES // 8)
            digest.update(piece)
            file.write(piece)
    place = plain(openssh)
    place["port"] = openssh.bank.port

    done = subprocess.run(
        [sys.executable, "-c", CODE, large],
        input=json.dumps(place) + "\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(f"1 GB over SFTP: {found}")
    assert found["sha256"] == digest.hexdigest() == sha256_of(arrived)
    assert 0 < found["held"] < MEMORY_BYTES_MAX
    for each in (large, arrived):  # two gigabytes are not kept with the other tests' folders
        each.unlink()


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
