"""A server of ours that listens until a block ends."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.settings import BadSetting
from bot.web.settings import Address

logger = logging.getLogger(__name__)
_FINISHING = 10.0  # seconds for what is being answered when the server closes


@asynccontextmanager
async def listening(address: Address, application: web.Application, setting: str) -> AsyncIterator[None]:
    """Listen until the block ends; ``setting`` is what says where, for the message.

    Raises:
        BadSetting: it cannot listen there.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=_FINISHING)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port).start()
    except OSError as fault:
        await runner.cleanup()
        reason = fault.strerror or type(fault).__name__
        raise BadSetting(f"{setting}={address}: cannot listen there ({reason}), expected a free port") from None
    logger.info("%s: listening on %s", setting, address)
    try:
        yield
    finally:
        await runner.cleanup()
