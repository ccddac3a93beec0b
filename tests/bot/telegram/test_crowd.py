"""Sixty messages a second, where Telegram takes thirty: who waits long is told how long, and who does not is not."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.telegram.outbox.crowd import Crowd
from bot.telegram.outbox.handling import Handling
from bot.telegram.outbox.notes import _SECONDS
from bot.words.texts import Texts
from tests.bot_api import BotApi
from tests.crowded import Crowded
from tests.fakes import MadeUpTime
from tests.running import Stage, polling, settings_for, until
from tests.updates import message, press

pytestmark = pytest.mark.anyio


@pytest.fixture
def crowded(texts: dict[str, Texts]) -> Callable[[], Crowded]:
    return lambda: Crowded(texts["en"])


async def test_at_sixty_a_second_those_who_wait_long_are_told_within_telegrams_limit(
    crowded: Callable[[], Crowded],
) -> None:
    people = crowded()
    await people.crowd(60, 20, then=60)
    assert len(people.answered) == 1200
    assert list(people.answered) == sorted(people.answered)  # oldest first
    assert people.most_in_a_second() <= 61  # thirty that were free, and thirty a second
    busy = [at for at in people.sent if 5 < at <= 25]
    assert len(busy) <= 30 * 20 + 1
    assert 0.18 * len(busy) < sum(5 < at <= 25 for at, _ in people.told.values()) <= 0.2 * len(busy) + 1
    while_they_come = [at - people.came[chat] for chat, (at, _) in people.told.items() if at <= 20]
    assert max(while_they_come) <= 3.0
    for chat, (at, said) in people.told.items():
        rest = people.answered[chat] - at
        assert rest >= 4.0
        assert rest <= 1.4 * said


async def test_at_what_telegram_takes_and_in_a_short_rush_nobody_is_told_anything(
    crowded: Callable[[], Crowded],
) -> None:
    steady = crowded()
    await steady.crowd(28, 20, then=5)
    assert max(steady.answered[chat] - came for chat, came in steady.came.items()) == 0
    rush = crowded()
    await rush.crowd(90, 2, then=10)
    assert len(rush.answered) == 180
    assert steady.told == rush.told == {}


async def test_nobody_is_told_twice_within_a_minute_and_of_a_button_first(texts: dict[str, Texts]) -> None:
    time = MadeUpTime()
    crowd = Crowd(time.clock)
    people = [Handling(lambda: None, chat=chat, texts=texts["en"]) for chat in range(1, 600)]
    tapped = Handling(lambda: None, chat=600, query="55", texts=texts["en"])
    again = Handling(lambda: None, chat=600, query="56", texts=texts["en"])
    group = Handling(lambda: None, chat=-5, texts=texts["en"])
    for each in (*people, tapped, again, group, Handling(lambda: None, chat=601)):
        crowd.join(each)
    assert crowd.next_to_tell() is None  # nobody knows yet how fast it goes
    time.now = 1.0
    for each in people[:30]:
        crowd.leave(each, answered=True)
    assert crowd.next_to_tell() == (tapped, 570 / 30)
    first = crowd.next_to_tell()
    assert first is not None
    assert first[0] is people[30 + 150]
    told = Counter[int]()
    while late := crowd.next_to_tell():
        told[late[0].chat] += 1
    assert set(told.values()) == {1}
    assert not {600, 601, -5} & set(told)


async def test_in_a_crowd_people_hear_how_long_it_takes_before_they_are_answered(
    api: BotApi, stage: Stage, tmp_path: Path, texts: dict[str, Texts]
) -> None:
    settings, time = settings_for(tmp_path, api, {}), MadeUpTime()
    busy = {texts["de"].of("busy", seconds=seconds) for seconds in _SECONDS}

    async def taken() -> None:
        """Give Telegram a moment to take what has left; nothing but the words depends on it."""
        await asyncio.sleep(0.005)

    with stage.services(settings) as services:
        async with polling(settings, services, waits=time) as outbox:
            for chat in range(1, 301):
                api.send(message=message("/help", chat=chat, code="de"))
            api.send(callback_query=press("paid:", chat=301, code="de"))
            await until(lambda: len(api.sent()) == 30 and outbox.rate.busy and len(services.unanswered) == 271)
            at_once = list(api.calls)
            await time.passes(3.0, taken)
            shown = [call for call in api.calls if call.method == "answerCallbackQuery"]
            while len(services.unanswered):
                await time.passes(0.1, taken)
    assert not [call for call in at_once if call.text in busy]
    assert [call.parameters["text"] in busy for call in shown] == [True]
    told = [call for call in api.sent() if call.text in busy]
    assert 6 <= len(told) <= 0.2 * len(api.sent())
    assert all(call.parameters["disable_notification"] for call in told)
    assert all(api.sent(call.chat)[0] is call for call in told)
    sent, chats = Counter(call.chat for call in api.sent()), {call.chat for call in told}
    assert sent == {chat: 1 + (chat in chats) for chat in range(1, 302)}
    assert sum(call.method == "answerCallbackQuery" for call in api.calls) == 1
