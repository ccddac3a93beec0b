"""Pictures to text, in memory, in one worker process that is replaced when it hangs, grows or dies."""

import multiprocessing
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol, Self

from bot.pictures.lines import Line
from bot.pictures.sample import sample
from bot.pictures.text import MAX_BYTES, PictureText, Reason, UnreadablePicture

__all__ = ["Line", "PictureText", "Pictures", "Reason", "UnreadablePicture"]

THREADS = 2
MAX_RSS = 700_000_000
"""Bytes of memory at which the worker is ended."""
HANGS = 10.0
"""Seconds without a sign of life after which the worker is ended."""
LONGEST = 60.0
"""Seconds that a picture may take in all, however lively the worker is."""
_STARTS = 60.0
"""Seconds that a new worker may take to load its models."""
_LOOK = 0.05
_PAGE = 4096


class PictureReader(Protocol):
    """Reads pictures; what others need of it."""

    def warm(self) -> None:
        """Get ready for the first picture."""
        ...

    def read(self, data: bytes) -> PictureText:
        """Return the text of a picture file's bytes, or raise UnreadablePicture."""
        ...


class Pictures:
    """Reads pictures one at a time; safe to call from several threads."""

    def __init__(self, threads: int = THREADS, *, most_memory: int = MAX_RSS, hangs: float = HANGS) -> None:
        """Take how many threads the worker may compute with, and when it is ended: bytes, and seconds of silence."""
        self._threads = threads
        self._most_memory = most_memory
        self.hangs = hangs
        self._one_at_a_time = threading.Lock()
        self._worker: SpawnProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the worker; None while there is none."""
        return self._worker.pid if self._worker is not None else None

    def close(self) -> None:
        """End the worker; the next picture would start another."""
        with self._one_at_a_time:
            self._end()

    def warm(self) -> None:
        """Start the worker and have it read something, so that the first picture takes no longer than the next."""
        with suppress(UnreadablePicture):  # the next picture starts another worker
            self.read(sample())

    def read(self, data: bytes) -> PictureText:
        """Return the text of a picture file's bytes; blocks until it is read, and while others are.

        Raises:
            UnreadablePicture: nothing could be read; its reason says why.
        """
        if len(data) > MAX_BYTES:
            raise UnreadablePicture("too-large")
        if (kind := _kind(data)) != "picture":
            raise UnreadablePicture(kind)
        with self._one_at_a_time:
            answer = self._ask(data)
        if isinstance(answer, PictureText):
            return answer
        raise UnreadablePicture(answer)

    def _ask(self, data: bytes) -> PictureText | Reason:
        """Send a picture to a worker that lives, and wait for what it makes of it."""
        waiting = self._worker
        try:
            try:
                answer = self._answer(data)
            except TimeoutError:  # an OSError too, but it had its time
                raise
            except (EOFError, OSError):
                if waiting is None or self._worker is not waiting:
                    raise  # it died over this picture
                self._end()  # it may have been killed while it waited: the picture goes to a new one
                answer = self._answer(data)
            if self._worker is not None and _rss(self._worker) > self._most_memory:
                self._end()
        except (EOFError, OSError, TimeoutError, MemoryError):
            self._end()
            return "failed"
        except BaseException:  # an interrupted picture must not leave its answer for the next one
            self._end()
            raise
        return answer

    def _answer(self, data: bytes) -> PictureText | Reason:
        worker, connection = self._living()
        # aside, since a worker that hangs may never take all of it
        threading.Thread(target=_send, args=(connection, data), daemon=True).start()
        return self._wait(worker, connection, self.hangs)

    def _living(self) -> tuple[SpawnProcess, Connection]:
        if self._worker is None or self._connection is None or not self._worker.is_alive():
            self._end()
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._worker = context.Process(target=_work, args=(theirs, self._threads), name="pictures", daemon=True)
            with _no_main_module():
                self._worker.start()
            theirs.close()
            self._wait(self._worker, self._connection, _STARTS)  # it says that it is ready
        return self._worker, self._connection

    def _wait(self, worker: SpawnProcess, connection: Connection, seconds: float) -> PictureText | Reason:
        """Return what the worker sends; it sends None as a sign of life.

        Raises:
            EOFError, OSError: the worker died.
            TimeoutError: it gave no sign of life for so many seconds, or took too long in all.
            MemoryError: it grew beyond its limit.
        """
        deadline = time.monotonic() + seconds
        latest = time.monotonic() + max(seconds, LONGEST)
        while True:
            if connection.poll(_LOOK):
                answer: PictureText | Reason | None = connection.recv()
                if answer is not None:
                    return answer
                deadline = min(time.monotonic() + seconds, latest)
            elif time.monotonic() > deadline:
                raise TimeoutError
            if _rss(worker) > self._most_memory:
                raise MemoryError

    def _end(self) -> None:
        if self._worker is not None:
            if self._worker.pid is not None:
                self._worker.kill()
                self._worker.join()
            self._worker.close()
        if self._connection is not None:
            self._connection.close()
        self._connection = self._worker = None


def _send(connection: Connection, data: bytes) -> None:
    with suppress(OSError):  # a worker that dies while it receives is noticed by who waits for its answer
        connection.send_bytes(data)


def _work(connection: Connection, threads: int) -> None:
    """Be the worker. Its libraries are imported here, so that the process that asks never loads them."""
    from bot.pictures.worker import serve

    serve(connection, threads)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep a spawned process from importing the program it was started from, with all its models."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _rss(worker: SpawnProcess) -> int:
    """Return a process's memory in bytes; 0 where it has ended, or the system has no /proc."""
    try:
        return int(Path(f"/proc/{worker.pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _kind(data: bytes) -> Literal["picture", "animated", "not-a-picture"]:
    """Tell pictures, animated stickers and videos, and other files apart by how they begin."""
    if data[:3] == b"\xff\xd8\xff" or data[:8] == b"\x89PNG\r\n\x1a\n" or data[:6] in (b"GIF87a", b"GIF89a"):
        return "picture"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "picture"
    if data[4:8] == b"ftyp":
        brands = {data[at : at + 4] for at in range(8, min(int.from_bytes(data[:4], "big"), 64), 4)}
        return "picture" if brands & {b"heic", b"heix", b"mif1", b"heim", b"avif"} else "animated"
    return "animated" if data[:4] == b"\x1aE\xdf\xa3" or _is_animated_sticker(data) else "not-a-picture"


def _is_animated_sticker(data: bytes) -> bool:
    """Whether it is gzipped JSON, as Telegram's animated stickers are."""
    if data[:3] != b"\x1f\x8b\x08":
        return False
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 16).lstrip().startswith(b"{")
    except zlib.error:
        return False
