"""People and workers at once, as threads with a connection each: `python -m tests.races.process NAME`.

Every round is a race of its own: what can be claimed once is made, all start at the same moment,
and each answers what it did or what it was refused with. The rounds are printed as JSON.
"""

import json
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 10)
KARI, OLA, WORKER = "kari@example.no", "ola@example.no", "worker"
Call = Callable[[], Any]


def main() -> None:
    """Start Django, run the race so often, print what each runner said in each round."""
    from avstem.config.startup import start

    start()
    from tests.races.rounds import RACES, Track

    name, rounds, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    track = Track(folder)
    told = [RACES[name](track, number) for number in range(rounds)]
    print(json.dumps({"rounds": told, "faults": track.faults()}))


def together(**calls: Call) -> dict[str, Any]:
    """Let all go at once. A refusal is answered by its code and facts; anything else is a fault."""
    from django.db import connection

    gate, said = threading.Barrier(len(calls)), dict[str, Any]()

    def run(name: str, call: Call) -> None:
        try:
            connection.ensure_connection()
            gate.wait(30)
            said[name] = _answer(call)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in calls.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return said


def _answer(call: Call) -> dict[str, Any]:
    from avstem.domain.errors import RefusalError
    from avstem.wording import sentence

    try:
        done = call()
    except RefusalError as refusal:
        return {"refused": refusal.code, "said": sentence(refusal)}
    except Exception as wrong:  # a runner that dies is a finding, and the test shows it
        return {"died": repr(wrong)}
    return {"done": str(done)}


if __name__ == "__main__":
    main()
