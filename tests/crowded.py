"""More people than Telegram lets be answered, by a made-up clock, with nothing of the bot but its outbox."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.telegram.outbox.handling import HANDLED, Handling
from bot.telegram.outbox.notes import tell_late
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.outbox.patience import Patience
from bot.words.texts import Texts
from tests.fakes import MadeUpTime


async def settled() -> None:
    """Let all go on that can go on without time."""
    for _ in range(40):
        await asyncio.sleep(0)


@dataclass
class Crowded:
    """People who ask, an outbox between them and a Telegram that takes all at once, and what came when."""

    texts: Texts
    time: MadeUpTime = field(default_factory=MadeUpTime)
    came: dict[int, float] = field(default_factory=dict)
    told: dict[int, tuple[float, int]] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)
    sent: list[float] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    notes: bool = True
    """Whether anybody is told how long it takes."""

    def __post_init__(self) -> None:
        self.outbox = Outbox(Patience(self.time.pause, self.time.clock))
        telling = tell_late(self, self.outbox) if self.notes else asyncio.sleep(0)  # type: ignore[arg-type]
        self.telling = asyncio.create_task(telling)

    async def send_message(self, chat: int, words: str, *, rate_limit_args: int, **_: Any) -> None:
        assert chat not in self.told
        assert chat not in self.answered
        self.told[chat] = (self.time.now, int(next(word for word in words.split() if word.isdigit())))

        async def take() -> bool:
            self.sent.append(self.time.now)
            return True

        await self.outbox.process_request(take, (), {}, "sendMessage", {"chat_id": chat}, rate_limit_args)

    async def ask(self, chat: int) -> None:
        async def take() -> bool:
            self.sent.append(self.time.now)
            self.answered[chat] = self.time.now
            return True

        self.came[chat] = self.time.now
        handling = Handling(lambda: None, chat=chat, texts=self.texts)
        HANDLED.set(handling)
        await self.outbox.process_request(take, (), {}, "sendMessage", {"chat_id": chat}, None)
        self.outbox.crowd.leave(handling, answered=False)

    async def crowd(self, a_second: int, seconds: int, then: float) -> None:
        """Let so many people ask, and time pass after it."""
        for number in range(a_second * seconds):
            self.tasks.append(asyncio.create_task(self.ask(number + 1)))
            await self.time.passes(1 / a_second, settled)
        await self.time.passes(then, settled)
        self.telling.cancel()
        await asyncio.gather(*self.tasks)

    def most_in_a_second(self) -> int:
        return max(sum(at - 1 < each <= at for each in self.sent) for at in self.sent)
