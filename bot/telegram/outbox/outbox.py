"""Telegram's pace and its refusals: what waits, what is tried again, and what is left out."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, BaseRateLimiter

from bot.telegram.outbox.crowd import Crowd
from bot.telegram.outbox.handling import HANDLED, Handling, Undelivered
from bot.telegram.outbox.lines import Lines
from bot.telegram.outbox.patience import LONGEST, SOONER, Patience, longer, refused_for
from bot.telegram.outbox.rate import Rate
from bot.telegram.pace import Pace

Result = bool | dict[str, Any] | list[dict[str, Any]]
_Send = Callable[[], Awaitable[Result]]
_TYPING, _STALE = "sendChatAction", "deleteMessage"
_MESSAGES = ("send", "edit", _STALE)
_MOST_TYPING, _TYPING_A_SECOND = 4, 10  # at once; beside Telegram's thirty messages a second
AHEAD = 1
"""As ``rate_limit_args``: it goes before all that waits, also in its own chat."""
_MOST_IN_LINE = 60  # answers of one chat that wait
_TRIES, _NOT_AN_ANSWER = 4, 60.0  # of what the bot says by itself, and the seconds it waits for that at most


class Outbox(BaseRateLimiter[int]):
    """Sends thirty messages a second, twenty a minute into a group, and one at a time into a chat, in their order.

    Answers that Telegram refuses for a time are tried again for a quarter of an hour; then they are ``Undelivered``.
    """

    def __init__(self, patience: Patience | None = None, lines: Lines | None = None) -> None:
        self.patience = patience or Patience()
        self.lines = lines or Lines()
        self.rate = Rate(self.patience)
        self.crowd = Crowd(self.patience.clock)
        self._limited = AIORateLimiter(0, 0)  # groups alone: it lets whoever comes late go before who has waited
        self._typing = 0
        self._typing_pace = Pace(_TYPING_A_SECOND, within=1.0)

    async def initialize(self) -> None:
        """Begin."""
        await self._limited.initialize()

    async def shutdown(self) -> None:
        """End."""
        await self._limited.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Result:
        """Send one request when it is its turn, and again while Telegram refuses it for a time.

        Raises:
            Undelivered: an answer was refused for too long, or the bot stops.
            TelegramError: Telegram does not want it.
        """
        if endpoint == _TYPING:
            return await self._if_idle(partial(callback, *args, **kwargs))
        if rate_limit_args == AHEAD:
            self.rate.go_ahead()
            return await callback(*args, **kwargs)
        chat, is_message = data.get("chat_id"), endpoint.startswith(_MESSAGES)
        handling = HANDLED.get() if chat is not None and is_message and endpoint != _STALE else None
        paced = partial(self._paced, callback, chat is not None, handling)
        send = partial(self._limited.process_request, paced, args, kwargs, endpoint, data, rate_limit_args)
        if chat is None or not is_message:
            return await self._a_few_times(send)
        if handling is None:
            async with self.lines.turn(chat):
                return await self._a_few_times(send)
        if self.lines.length(chat) >= _MOST_IN_LINE:
            handling.undelivered = True
            raise Undelivered("too many answers wait in this chat")
        async with self.lines.turn(chat, handling.place_in(chat)):
            self.crowd.join(handling)
            result = await self._patiently(send, handling)
        self.crowd.leave(handling, answered=True)
        handling.sent()
        return result

    def expect(self) -> None:
        """Note that the answer to what is handled is on its way, and only others are before it."""
        if handling := HANDLED.get():
            self.crowd.join(handling)

    async def _paced(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        to_a_chat: bool,
        answering: Handling | None,
        *args: Any,
        **kwargs: Any,
    ) -> Result:
        if to_a_chat:
            await self.rate.turn()
        if answering:
            await answering.leaves()
        return await callback(*args, **kwargs)

    async def _if_idle(self, show: _Send) -> Result:
        """Show "typing…", unless much is shown just now: it is worth no answer's delay."""
        if self._typing >= _MOST_TYPING or not self._typing_pace.allows(0, self.patience.clock()):
            return True
        self._typing += 1
        try:
            return await show()
        finally:
            self._typing -= 1

    async def _patiently(self, send: _Send, handling: Handling) -> Result:
        began, pause = self.patience.clock(), 0.0
        while True:
            try:
                return await send()
            except TelegramError as fault:
                refused = refused_for(fault)
                if refused is None:
                    raise
                pause = longer(pause, most=SOONER)
                wait = refused or pause
                late = self.patience.clock() - began + wait > LONGEST
                if late or not await self.patience.waited(wait):
                    handling.undelivered = True
                    raise Undelivered(f"not taken by Telegram ({type(fault).__name__})") from None

    async def _a_few_times(self, send: _Send) -> Result:
        for _ in range(_TRIES - 1):
            try:
                return await send()
            except RetryAfter as fault:
                wait = refused_for(fault) or 0.0
                if wait > _NOT_AN_ANSWER or not await self.patience.waited(wait):
                    raise
        return await send()
