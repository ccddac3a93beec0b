"""From an update in the Bot API's own form to the application: read by itself, so that a bad one stops no other."""

import logging
from collections.abc import Mapping
from typing import Any

from telegram import Update

from bot.telegram.application import App
from bot.telegram.services import Services

logger = logging.getLogger(__name__)


async def hand_on(application: App, raw: Mapping[str, Any]) -> bool:
    """Hand an update that a webhook brought to the application; False where it takes no more.

    One that cannot be read counts as taken: Telegram would bring it again and again, and its chat's next ones after it.
    """
    if not application.running:
        return False
    if update := read_update(application, raw):
        await application.update_queue.put(update)
    return True


def read_update(application: App, raw: Mapping[str, Any]) -> Update | None:
    """Read an update with its number; None of one that cannot be read, which is counted, and logged by its number."""
    services: Services = application.bot_data
    try:
        return Update.de_json(dict(raw), application.bot)
    except Exception as fault:
        logger.warning("update %d cannot be read (%s); it is skipped", raw["update_id"], type(fault).__name__)
        services.metrics.refused("unreadable")
        return None
