"""What measures several bots: that it counts what was lost or said twice, and that a chat keeps to its bot."""

import asyncio

import pytest
from aiohttp import ClientSession, web

from bench.bots import Telegram
from bench.replicas import Proxy
from bot.words.texts import Texts
from tests.bot_api import TOKEN

pytestmark = pytest.mark.anyio


async def _say(url: str, chat: int, number: int, text: str) -> None:
    said = {"chat_id": chat, "text": text, "parse_mode": "HTML", "reply_parameters": {"message_id": number}}
    async with ClientSession() as session, session.post(f"{url}/bot{TOKEN}/sendMessage", json=said) as response:
        assert response.status == 200


async def test_what_nobody_answered_and_what_was_said_twice_would_be_noticed(texts: dict[str, Texts]) -> None:
    telegram, lost = Telegram(), texts["en"].of("interrupted")
    runner = await telegram.start()
    for chat in range(1, 6):
        telegram.ask(chat, 1, "…")
    for chat, said in ((1, "a"), (2, lost), (3, lost), (3, "a"), (4, "a"), (4, "a")):
        await _say(telegram.url, chat, 1, said)
    assert (await telegram.hears((5, 1), 0.0)) is None
    assert telegram.sums() == (
        "5 messages: 3 answered, 1 told that they were lost, 1 both, 1 answered twice, 0 told twice, 1 nothing"
    )
    await runner.cleanup()


async def test_a_chat_keeps_to_its_bot_and_goes_to_the_other_where_that_is_away_until_it_is_taken() -> None:
    telegram, got = Telegram(), dict[int, list[int]]()
    backends, urls = [], []
    for place in range(2):

        async def take(request: web.Request, place: int = place) -> web.Response:
            assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s"
            chats = got.setdefault(place, [])
            chats.append((await request.json())["message"]["chat"]["id"])
            return web.Response(status=200 if len(chats) > 1 else 500)

        application = web.Application()
        application.router.add_post("/telegram", take)
        backends.append(web.AppRunner(application))
        await backends[-1].setup()
        await web.TCPSite(backends[-1], "127.0.0.1", 0).start()
        urls.append(f"http://127.0.0.1:{backends[-1].addresses[0][1]}/telegram")
    proxying, port = await Proxy(urls).start()
    telegram.webhook = {"url": f"http://127.0.0.1:{port}/telegram", "secret_token": "s"}

    async def ask(chat: int, place: int, times: int) -> None:
        telegram.ask(chat, 1, "…")
        async with asyncio.timeout(60):
            while got.get(place, []).count(chat) < times:
                await asyncio.sleep(0.01)

    await ask(7, 1, 2)  # brought again after the fault
    await ask(8, 0, 2)
    await backends[1].cleanup()
    await ask(7, 0, 1)
    assert got == {1: [7, 7], 0: [8, 8, 7]}
    await proxying.cleanup()
    await backends[0].cleanup()
