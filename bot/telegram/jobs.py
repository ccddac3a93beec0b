"""What the running bot does by itself: the night's run at its hour, telling moderators and earlier askers, counting."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from typing import Any

from telegram.error import TelegramError
from telegram.ext import JobQueue
from tzlocal import get_localzone

from bot.moderation.background import run_command
from bot.moderation.night import from_row, newest_hour
from bot.moderation.night_report import night_reply
from bot.moderation.waiting import is_quiet
from bot.settings import Settings
from bot.telegram.moderators.telling import sent, tell_what_waits
from bot.telegram.services import Context, Services
from bot.words import afterwards
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.ledger.chat_settings import settings_of
from knowledge.ledger.night_reports import Nights

logger = logging.getLogger(__name__)
_TELL_EVERY, _COUNT_EVERY, _FOLLOW_EVERY = 60, 30, 2  # seconds
_SOON = 10
_HOWEVER_LATE = {"misfire_grace_time": None}
"""Of a job that a busy machine begins late: without it, one a second late is left out."""

NightRun = Callable[[], Awaitable[int]]
"""Does the night's run, and returns its exit status; what it did is in the database."""


async def run_in_process() -> int:
    """Run ``askfirst rebuild`` in a process of its own, so that answers do not wait and its memory is given back.

    Where a replica has done tonight's run, it does nothing.
    """
    return await run_command("rebuild", "--scheduled")


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Jobs:
    """The jobs, with what they need; ``words`` are those for moderators, by language."""

    settings: Settings
    words: Mapping[str, Texts]
    picture: Callable[[Services], bytes | None]
    """Draws the week's answers as PNG; None where there were none."""
    run: NightRun = run_in_process
    clock: Callable[[], datetime] = utc_now
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever tells, so that nobody is told twice."""

    def schedule(self, queue: JobQueue[Any], services: Services) -> None:
        """Put the jobs into a queue; a night that was missed while the bot was down is made up soon."""
        queue.run_repeating(self.count, _COUNT_EVERY)
        queue.run_repeating(self.tell, _TELL_EVERY, first=_SOON)
        queue.run_repeating(self.tell_waiting, _TELL_EVERY)
        queue.run_repeating(self.follow, _FOLLOW_EVERY, job_kwargs=_HOWEVER_LATE)
        at = self.settings.rebuild_at
        if at is None:
            return
        queue.run_daily(self.night, at.replace(tzinfo=get_localzone()), job_kwargs=_HOWEVER_LATE)
        if missed(Nights(services.ledger.store).last_finished(), at, datetime.now(UTC).astimezone(get_localzone())):
            queue.run_once(self.night, _SOON, job_kwargs=_HOWEVER_LATE)

    async def night(self, context: Context) -> None:
        """Do the night's run, and tell what it did."""
        services, nights = context.bot_data, Nights(context.bot_data.ledger.store)
        before = await services.ask(nights.last_finished)
        status = await self.run()
        await self.tell(context)
        if status and await services.ask(nights.last_finished) == before:
            logger.error("the nightly run ended with status %d and left no report", status)
            words = partial(lambda status, texts: Reply(texts.of("night_status", status=status)), status)
            for person in sorted(await services.ask(services.ledger.roles.everyone)):
                await self._to_moderator(context, person, words, None)

    async def tell(self, context: Context) -> None:
        """Tell what a run has left to tell, unless a replica tells just now."""
        async with self._turn(context) as ours:
            if ours:
                await self.tell_moderators(context)
                await self.tell_askers(context)

    @asynccontextmanager
    async def _turn(self, context: Context) -> AsyncIterator[bool]:
        """Be the only one who tells; yields False where a replica does."""
        services, held = context.bot_data, ExitStack()
        async with self.telling:
            try:
                yield await services.aside(held.enter_context, services.ledger.store.alone("telling", wait=False))
            finally:
                await services.aside(held.close)

    async def follow(self, context: Context) -> None:
        """Look for a newly published build also while nobody asks."""
        await context.bot_data.aside(context.bot_data.engine.serving.build)

    async def tell_waiting(self, context: Context) -> None:
        """Tell moderators that work waits, where that is due and no replica tells just now."""
        async with self._turn(context) as ours:
            if ours:
                await tell_what_waits(context, self.clock(), quiet=self._is_quiet())

    def _is_quiet(self) -> bool:
        return is_quiet(self.settings.quiet, self.clock().astimezone(get_localzone()).time())

    async def count(self, context: Context) -> None:
        """Write the counts of answers down."""
        await context.bot_data.keep(context.bot_data.ledger.counters.flush)

    async def tell_moderators(self, context: Context) -> None:
        """Send the reports of nights to all who have not got them; what cannot be sent now stays for the next time."""
        services, nights = context.bot_data, Nights(context.bot_data.ledger.store)
        for night in await services.keep(nights.claim, datetime.now(UTC)):
            await services.keep(services.ledger.counters.flush)
            waiting = await services.ask(services.ledger.queue)
            render = partial(night_reply, from_row(night.report), len(waiting))
            picture = await services.aside(self.picture, services)
            missed_out = 0
            for person in sorted(await services.ask(services.ledger.roles.everyone) - night.readers):
                if await self._to_moderator(context, person, render, picture):
                    await services.keep(nights.sent, night.id, person)
                    await services.keep(services.ledger.desks.tell, person, waiting)
                else:
                    missed_out += 1
            await services.keep(nights.release if missed_out else nights.told, night.id)

    async def tell_askers(self, context: Context) -> None:
        """Write once to everybody whose question a build now answers, or none can any more; their row goes with it."""
        services = context.bot_data
        for number, chat, name in await services.ask(services.ledger.askers.to_tell):
            settings = await services.ask(settings_of, services.ledger.store, chat)
            texts = services.words.people[settings.language or "en"]
            pattern = services.engine.patterns().get(name) if name else None
            if name is None:
                reply = afterwards.lost_reply(texts)
            elif pattern:
                reply = afterwards.found_reply(pattern, texts)
            else:
                await services.keep(services.ledger.askers.done, number)
                continue
            if await sent(context, chat, reply):
                await services.keep(services.ledger.askers.done, number)

    async def _to_moderator(
        self, context: Context, person: int, render: Callable[[Texts], Reply], picture: bytes | None
    ) -> bool:
        """Tell one moderator; say whether there is nothing left to try."""
        services = context.bot_data
        settings = await services.ask(settings_of, services.ledger.store, person)
        texts = self.words[settings.language or "en"]
        if not await sent(context, person, render(texts), silent=self._is_quiet()):
            return False
        if picture:
            await _picture(context, person, picture, texts.plain("night_week"))
        return True


def missed(last: datetime | None, at: time, now: datetime) -> bool:
    """Say whether the newest hour for a run (``now`` has its zone) has passed without one; never on the first start."""
    return last is not None and last < newest_hour(at, now)


async def _picture(context: Context, chat: int, picture: bytes, caption: str) -> None:
    try:
        await context.bot.send_photo(chat, picture, caption=caption)
    except TelegramError as error:
        logger.warning("the week's picture could not be sent (%s)", type(error).__name__)
