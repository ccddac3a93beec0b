import json

import pytest

from bot.telegram.application import ALLOWED_UPDATES
from bot.web.webhook import LARGEST
from tests.bot.web.conftest import SECRET, ServeBot
from tests.bot_api import BotApi, Fault
from tests.fakes import SlowChecker
from tests.patience import PATIENCE
from tests.updates import message, press

pytestmark = pytest.mark.anyio
PARCEL = "they say my parcel is held and want a small fee"


async def test_an_update_that_is_brought_is_answered(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot() as bot:
        assert await bot.bring({"update_id": 1, "message": message(PARCEL)}) == 200
        (sent,) = await api.wait_for(1, 7)
        assert sent.buttons
    (told,) = [call for call in api.calls if call.method == "setWebhook"]
    assert told.parameters["secret_token"] == SECRET
    assert tuple(told.parameters["allowed_updates"]) == ALLOWED_UPDATES


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "café"])
async def test_who_does_not_know_the_secret_is_refused(api: BotApi, serve_bot: ServeBot, secret: str | None) -> None:
    async with serve_bot() as bot:
        assert await bot.bring({"update_id": 1, "message": message("hello")}, secret) == 403
        assert 'askfirst_refusals_total{reason="secret"} 1.0' in (await bot.get("/metrics"))[1]
    assert api.sent() == []


async def test_what_a_proxy_says_of_the_caller_opens_nothing(api: BotApi, serve_bot: ServeBot) -> None:
    claims = {"X-Forwarded-For": "149.154.167.220", "X-Real-IP": "149.154.167.220", "X-Forwarded-Proto": "https"}
    async with serve_bot() as bot:
        assert await bot.bring({"update_id": 1, "message": message("hello")}, None, **claims) == 403
        forged = {**claims, "X-HTTP-Method-Override": "DELETE", "Forwarded": "for=127.0.0.1", "Host": "evil.example"}
        assert await bot.bring({"update_id": 2, "message": message(PARCEL)}, **forged) == 200
        await api.wait_for(1, 7)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"nonsense", b"[1]", b"5", b"{}", b'{"update_id": "1"}', b'{"update_id": true}', b"[" * 100_000],
)
async def test_a_body_that_is_no_update_is_refused(api: BotApi, serve_bot: ServeBot, body: bytes) -> None:
    async with serve_bot() as bot:
        assert await bot.bring(body) == 400


async def test_a_body_that_is_too_large_is_refused(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot() as bot:
        large = json.dumps({"update_id": 1, "message": message("x" * LARGEST)}).encode()
        assert await bot.bring(large) == 413


async def test_an_update_that_cannot_be_read_is_skipped_between_two_good_ones(
    api: BotApi, serve_bot: ServeBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with serve_bot() as bot:
        bad = {"update_id": 9, "message": {"message_id": 5, "chat": "kalypso", "text": "kalypso-marker"}}
        first, last = ({"update_id": number, "message": message(PARCEL, chat=6 + number)} for number in (1, 2))
        updates = first, bad, last
        assert [await bot.bring(update) for update in updates] == [200, 200, 200]
        await api.wait_for(1, 7)
        await api.wait_for(1, 8)
        assert 'askfirst_refusals_total{reason="unreadable"} 1.0' in (await bot.get("/metrics"))[1]
    assert "update 9 cannot be parsed" in caplog.text
    assert "kalypso" not in caplog.text


async def test_half_a_letter_in_a_text_does_not_keep_its_person_waiting(api: BotApi, serve_bot: ServeBot) -> None:
    body = json.dumps({"update_id": 1, "callback_query": press("paid:", under="包裹 \ud83d")})
    async with serve_bot() as bot:
        assert await bot.bring(body.encode()) == 200
        assert await api.wait_for(1, 7)


async def test_other_paths_and_methods_have_nothing(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot() as bot:
        for address, status in ((bot.hook, 405), (bot.hook + "/", 404), (bot.hook.replace("/hook/in", "/"), 404)):
            async with bot.client.get(address) as response:
                assert response.status == status
        for address in (bot.hook.replace("/hook/in", "/metrics"), bot.hook.replace("/hook/in", "/healthz")):
            async with bot.client.get(address) as response:
                assert response.status == 404


async def test_going_back_to_polling_takes_the_webhook_away(api: BotApi, serve_bot: ServeBot) -> None:
    async with serve_bot():
        assert api.webhook
    assert api.webhook  # what comes meanwhile waits at Telegram, or another replica takes it
    async with serve_bot(webhook=False):
        api.send(message=message(PARCEL))
        await api.wait_for(1, 7)
        assert not api.webhook


async def test_what_was_taken_is_answered_before_the_bot_stops(
    api: BotApi, serve_bot: ServeBot, checker: object
) -> None:
    slow = SlowChecker(checker)  # type: ignore[arg-type]
    async with serve_bot(slow) as bot:
        assert await bot.bring({"update_id": 1, "message": message(f"slow: {PARCEL}")}) == 200
        await api.wait_for_call("sendChatAction", PATIENCE)
        slow.release.set()
    assert len(api.sent(7)) == 1


async def test_telegram_out_of_reach_at_the_start_is_waited_for(api: BotApi, serve_bot: ServeBot) -> None:
    api.faults["getMe"].extend([Fault(502)] * 4)
    async with serve_bot() as bot:
        assert await bot.bring({"update_id": 1, "message": message(PARCEL)}) == 200
        await api.wait_for(1, 7)
