"""An event loop in a thread of its own, so that ordinary code can use a library that awaits."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
_log = logging.getLogger(__name__)


def _is_news(record: logging.LogRecord) -> bool:
    # The loop says for each packet after a cut what the one refusal says once.
    return record.msg != "socket.send() raised exception."


logging.getLogger("asyncio").addFilter(_is_news)


class LoopThread:
    """Runs one coroutine at a time to its end, for a caller that waits."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_left_behind)
        self._thread = Thread(target=self._loop.run_forever, name="avstem-sftp", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], *, within_s: float) -> T:
        """The coroutine's answer, or TimeoutError."""
        waiting = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, within_s), self._loop)
        try:
            return waiting.result()
        except BaseException:  # Ctrl-C too: the coroutine must not go on alone
            waiting.cancel()
            raise

    def call(self, what: Callable[[], object]) -> None:
        """Have it called in the loop, soon."""
        self._loop.call_soon_threadsafe(what)

    def stop(self) -> None:
        """Let what was called run, end what still waits, and the thread; call it once, last."""
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _left_behind(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A part of a question that failed after the question had: its answer has told of the cut."""
    _log.debug("%s: %r", context.get("message"), context.get("exception"))


async def _end_all() -> None:
    ours = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not ours]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
