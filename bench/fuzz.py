"""``python -m bench.fuzz [COUNT] [SEED]``: damaged updates of every kind through the whole bot; 20,000 where not said.

Looked for are: an update whose handling raises, or fails without an answer; a person who wrote in private and was not
answered; something that Telegram would refuse; and anybody's words in a log line or in any file afterwards.
"""

import asyncio
import json
import logging
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.constants import ChatType

from bot.logs import JsonLines, PlainLines
from bot.pictures.reader import Pictures
from bot.telegram.application import build_application
from bot.telegram.doors.life import App
from bot.telegram.intake.taking import Unreadable, read_update
from bot.telegram.services import Words
from bot.words.texts import MODERATORS, read_texts
from index.builds.rebuilding import rebuild
from index.builds.shelf import load_current
from knowledge.documents.casebook import read_casebook
from knowledge.documents.official import read_bodies
from knowledge.documents.reporting import read_countries
from knowledge.impostors.contacts import OfficialContacts
from tests.bot_api import TOKEN, BotApi
from tests.every_update import MARK, damaged, well_formed
from tests.fakes import HashingEncoder, Worker
from tests.paths import DOCUMENTS
from tests.running import Stage, settings_for

_UPDATES = 20_000
_WHOLE = 0.15  # share of updates that are left as they are
_FIRST_CHAT = 10_000_000
_HANGS = 300.0  # seconds
_LARGEST_ID = 2**52
_SAID_EVERY = 1_000


@dataclass
class Found:
    """What became of the updates."""

    updates: int = 0
    unreadable: int = 0
    """Skipped at the door."""
    wrote: int = 0
    """Those of persons who wrote in private."""
    failed: Counter[str] = field(default_factory=Counter)
    """Failures that were answered, by kind and place."""
    crashes: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not be."""
        return [*self.crashes, *self.unanswered, *self.violations, *self.leaks]


class _Failures(logging.Handler):
    """Notes what the one error handler was told, and what failed even there."""

    def __init__(self, found: Found) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if record.name.startswith("telegram"):
            self._found.crashes.append(f"{record.msg}: {_place(error)}")
        else:
            self._found.failed[_place(error)] += 1


def _place(error: BaseException | None) -> str:
    """Say what kind of error it is and where, in our own code if it was there."""
    if error is None:
        return "without an exception"
    frames = list(traceback.extract_tb(error.__traceback__))
    own = [frame for frame in frames if "/site-packages/" not in frame.filename and "/bench/" not in frame.filename]
    last = (own or frames)[-1] if frames else None
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}" if last else type(error).__name__


@contextmanager
def _logged(found: Found, folder: Path) -> Iterator[list[Path]]:
    """Log into files as the bot does, plain and as JSON, until the block ends."""
    root, ours, files = logging.getLogger(), logging.getLogger("bot"), [folder / "plain.log", folder / "json.log"]
    handlers: list[logging.Handler] = [logging.FileHandler(file, encoding="utf-8") for file in files]
    for handler, lines in zip(handlers, (PlainLines(TOKEN), JsonLines(TOKEN)), strict=True):
        handler.setFormatter(lines)
    handlers.append(_Failures(found))
    before = ours.level
    ours.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield files
    finally:
        ours.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


def wrote(update: Update) -> int | None:
    """Return the chat of a person who wrote in private; None of all else."""
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE or not isinstance(message.text, str):
        return None
    chat = message.chat.id
    whole = isinstance(chat, int) and not isinstance(chat, bool) and 0 < chat < _LARGEST_ID
    return chat if whole and message.text.strip() else None


def leaks(folder: Path) -> Iterator[str]:
    """Yield every file below a folder in which somebody's words or the token stand."""
    marks = [mark.encode(form) for mark in (MARK, TOKEN) for form in ("utf-8", "utf-16-le", "utf-32-le")]
    for file in sorted(folder.rglob("*")):
        if file.is_file() and any(mark in file.read_bytes().lower() for mark in marks):
            yield f"{file.name}: holds what somebody wrote"


async def fuzz(
    stage: Stage, folder: Path, count: int, seed: int, say: Callable[[Found], None] = lambda _: None
) -> Found:
    """Send so many updates through the application, one after the other; ``folder`` is scanned at the end.

    ``say`` is told now and then what was found so far.
    """
    found, api, chance = Found(), BotApi(), random.Random(seed)
    runner = await api.start()
    (folder / "logs").mkdir(parents=True)
    with _logged(found, folder / "logs"), stage.services(settings_for(folder / "data", api, {})) as services:
        application = build_application(settings_for(folder / "data", api, {}), services)
        async with application:
            application.bot._rate_limiter = None  # the server takes all that comes
            for number in range(1, count + 1):
                await _one(application, api, chance, number, found)
                if number % _SAID_EVERY == 0:
                    say(found)
        services.ledger.counters.flush()
    await runner.cleanup()
    found.violations += api.violations
    found.leaks += leaks(folder)
    return found


async def _one(application: App, api: BotApi, chance: random.Random, number: int, found: Found) -> None:
    chat = _FIRST_CHAT + number
    raw: Any = well_formed(chance, number, chat)
    if chance.random() > _WHOLE:
        raw = damaged(raw, chance, well_formed(chance, number, chat))
    found.updates += 1
    try:
        update = read_update(json.loads(json.dumps(raw)), application.bot)
    except Unreadable:
        found.unreadable += 1
        return
    before = len(api.calls)
    try:
        async with asyncio.timeout(_HANGS):
            await application.process_update(update)
    except Exception as error:
        found.crashes.append(f"update {number}: {_place(error)}")
    writer = wrote(update)
    if writer is not None:
        found.wrote += 1
        answers = [
            call for call in api.calls[before:] if call.method.startswith("send") and "chat_id" in call.parameters
        ]
        if not any(call.chat == writer and call.method != "sendChatAction" for call in answers):
            found.unanswered.append(f"update {number}: nobody answered what was written in private")
    api.calls.clear()
    api.shown.clear()


@contextmanager
def small_stage(folder: Path) -> Iterator[Stage]:
    """Make what is the same for every run, with a small build."""
    casebook = read_casebook(DOCUMENTS)
    rebuild(folder / "builds", HashingEncoder(), casebook)
    build = load_current(folder / "builds", HashingEncoder.name)[0]
    words = Words(read_texts(), read_texts(MODERATORS), read_countries())
    with ExitStack() as stack:
        worker, pictures = stack.enter_context(Worker()), stack.enter_context(Pictures(threads=1))
        yield Stage(casebook, lambda: build, words, worker, pictures, OfficialContacts(read_bodies()))


def _say(found: Found) -> None:
    print(
        f"{found.updates} updates, {found.failed.total()} failed, {len(found.faults)} faults",
        file=sys.stderr,
        flush=True,
    )
    for each in found.faults[-3:]:
        print(f"  {each}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Print what was found; return 1 where anything must not be."""
    count, seed = (
        int(arguments[place]) if len(arguments) > place else value for place, value in ((0, _UPDATES), (1, 1))
    )
    with tempfile.TemporaryDirectory() as folder, small_stage(Path(folder) / "stage") as stage:
        start = time.monotonic()
        found = asyncio.run(fuzz(stage, Path(folder) / "run", count, seed, _say))
    print(f"{found.updates} updates in {time.monotonic() - start:.0f} s; {found.unreadable} skipped at the door")
    print(f"{found.wrote} were written in private, {len(found.unanswered)} of them not answered")
    print(f"{found.failed.total()} failed and were answered with the emergency steps:")
    for place, times in found.failed.most_common(12):
        print(f"  {times:5}  {place}")
    print(f"{len(found.crashes)} crashes, {len(found.violations)} refused calls, {len(found.leaks)} leaks")
    for fault, times in Counter(found.faults).most_common(20):
        print(f"  {times:5}  {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
