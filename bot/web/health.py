"""Whether the bot is alive and ready, and its figures: for whoever watches over it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.web.metrics import Metrics

Check = Callable[[], Awaitable[str]]
"""Returns what is wrong in a few words; empty where nothing is."""
_PATIENCE = 5.0  # seconds for one check
_OK = "ok"


class LastContact:
    """When Telegram was last heard of."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._heard = clock, float("-inf")

    def heard(self) -> None:
        """Note that it was heard of now."""
        self._heard = self._clock()

    def age(self) -> float:
        """Return the seconds since; infinite where it never was."""
        return self._clock() - self._heard


def health(checks: Mapping[str, Check], metrics: Metrics) -> web.Application:
    """Return the server of ``/healthz``, ``/readyz`` and ``/metrics``."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def ready(_: web.Request) -> web.Response:
        faults = dict(zip(checks, await asyncio.gather(*map(_outcome, checks.values())), strict=True))
        missing = [name for name, fault in faults.items() if fault]
        body = {"ready": not missing, "not_ready": missing, **{name: fault or _OK for name, fault in faults.items()}}
        return web.json_response(body, status=503 if missing else 200)

    async def figures(_: web.Request) -> web.Response:
        return web.Response(body=metrics.page(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application()
    application.add_routes([web.get("/healthz", alive), web.get("/readyz", ready), web.get("/metrics", figures)])
    return application


async def _outcome(check: Check) -> str:
    """Return a check's fault; one that fails or takes too long is its own, by its kind alone."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except Exception as fault:
        return "no answer in time" if isinstance(fault, TimeoutError) else type(fault).__name__
