"""The door through which Telegram brings updates, behind a proxy that holds the certificate."""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.web.metrics import Metrics, Refusal
from bot.web.settings import Webhook

Take = Callable[[dict[str, Any]], Awaitable[bool]]
"""Takes an update in the Bot API's own form, and returns once it is safe; False of one that cannot be read.

What it raises makes Telegram bring the update again.
"""
LARGEST = 1024 * 1024
"""Bytes of a body; Telegram's are far smaller, since files come by their ids."""
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


def webhook_door(webhook: Webhook, take: Take, metrics: Metrics) -> web.Application:
    """Return the server that hands updates to ``take``; whatever a proxy says of the caller is ignored."""
    secret = webhook.secret.encode()

    def refused(reason: Refusal, status: int) -> web.Response:
        metrics.refused(reason)
        return web.Response(status=status)

    async def bring(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape"), secret):
            return refused("secret", 403)
        try:
            update = _update(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return refused("too-large", 413)
        if update is None:
            return refused("not-an-update", 400)
        if not await take(update):  # brought again, it would hold up its chat for a day
            metrics.refused("unreadable")
        return web.Response()

    application = web.Application(client_max_size=LARGEST)
    application.router.add_post(webhook.listen.path, bring)
    return application


def _update(body: bytes) -> dict[str, Any] | None:
    """Return the update of a body; None where it is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or nested without end
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if isinstance(number, int) and not isinstance(number, bool) else None
