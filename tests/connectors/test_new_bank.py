"""A bank that nobody has written a line of code for: its ways and the agreement are data alone."""

from io import BytesIO
from pathlib import Path

from avstem.banks.dialects import read_dialects
from avstem.connectors.opening import connector_for
from avstem.connectors.port import Sent
from avstem.connectors.whole import fetch_whole
from avstem.formats.detect import statement_format
from tests.connectors.conftest import Peer

GOLDEN = Path(__file__).parents[1] / "golden"
COMMON = Path(__file__).parents[2] / "src" / "avstem" / "banks" / "data" / "dialects"
DIALECT = """
based_on = "bits-1"
outgoing_name = "NB-{orgnr}-{message_id}.xml"
incoming = ["nb53*.xml"]
sources = ["https://nybanken.example/filer"]
[folders]
out = "in"
inn = "out"
"""


def test_a_new_bank_with_sftp_and_iso_20022_needs_only_data(peer: Peer, tmp_path: Path) -> None:
    (tmp_path / "bits-1.toml").write_bytes((COMMON / "bits-1.toml").read_bytes())
    (tmp_path / "nybanken.toml").write_text(DIALECT)
    bank = read_dialects(tmp_path)["nybanken"]
    statement = (GOLDEN / "camt" / "kid_batch_02.xml").read_bytes()
    order = next((GOLDEN / "pain001").glob("*.xml")).read_bytes()
    (peer.out / "NB53-0001.xml").write_bytes(statement)
    (peer.out / "welcome.txt").write_bytes(b"Velkommen som kunde")

    root = peer.place().fetch_folder.rpartition("/")[0]
    folders = {
        "fetch_folder": f"{root}/{bank.folders.inn}",
        "send_folder": f"{root}/{bank.folders.out}",
    }
    connector = connector_for(peer.place(**folders))
    waiting = [file for file in connector.list_files() if bank.is_incoming(file.name)]
    sink = BytesIO()
    for file in waiting:
        fetch_whole(connector, file, sink)
    name = bank.file_name(message_id="20260504-1", orgnr="974760673")
    sent = connector.send(name, order)
    connector.close()

    assert [file.name for file in waiting] == ["NB53-0001.xml"]
    assert sink.getvalue() == statement
    assert statement_format(sink.getvalue()) is not None, "the content tells what it is"
    assert sent is Sent.DELIVERED
    assert (peer.tray / "NB-974760673-20260504-1.xml").read_bytes() == order
