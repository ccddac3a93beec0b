"""From an update in the Bot API's own form to the application: read by itself, so that a bad one stops no other."""

import logging
from collections.abc import Mapping
from typing import Any

from telegram import Update

from bot.telegram.application import App
from bot.telegram.doors.shape import fault_of, writable_strings

logger = logging.getLogger(__name__)


async def hand_on(application: App, raw: Mapping[str, Any]) -> bool:
    """Hand an update that a webhook brought to the application; False of one that cannot be read."""
    update = read_update(application, raw)
    if update is None:
        return False
    await application.update_queue.put(update)
    return True


def read_update(application: App, raw: Mapping[str, Any]) -> Update | None:
    """Read an update; None of one that cannot be read, which is logged by its number and the field that is at fault."""
    fault = fault_of(raw)
    try:
        if fault is None:
            return Update.de_json(writable_strings(raw), application.bot)
    except Exception as stumbled:  # whatever it is in the library that cannot bear it
        fault = type(stumbled).__name__
    logger.warning("update %d cannot be read (%s); it is skipped", raw["update_id"], fault)
    return None
