"""Running the Telegram bot until it is stopped."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from telegram.error import InvalidToken

from bot.checking.engine import Engine
from bot.logs import discreet_loop
from bot.pictures.reader import Pictures
from bot.settings import BadSetting, Settings
from bot.telegram.application import build_application
from bot.telegram.doors.serving import serve
from bot.telegram.services import Services, open_services, read_words
from bot.web.settings import WebSettings


def run_bot(settings: Settings, engine: Engine, web: WebSettings) -> int:
    """Answer people until the process is told to stop; return the exit status.

    Raises:
        BadSetting: Telegram does not know the token, or a server of ours cannot do as it is set.
    """
    with Pictures() as pictures, open_services(settings, engine, read_words(), pictures) as services:
        services.ledger.reports.expire(datetime.now(UTC).date())
        try:
            with suppress(asyncio.CancelledError):  # told to stop before it could begin
                asyncio.run(_serve(settings, services, web))
        except InvalidToken:  # its own words hold the token
            raise BadSetting(f"TELEGRAM_BOT_TOKEN: {settings.base_url} does not know this token") from None
    return 0


async def _serve(settings: Settings, services: Services, web: WebSettings) -> None:
    discreet_loop(asyncio.get_running_loop())
    await serve(build_application(settings, services), web)
