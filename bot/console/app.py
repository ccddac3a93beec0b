"""The application: every address in one list, and what happens where a page fails."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console.call import refused
from bot.console.desk import Desk
from bot.console.headers import ALWAYS, Guarded
from bot.console.pages import (
    adding,
    builds,
    decisions,
    editing,
    gaps,
    importing,
    lookup,
    patterns,
    plan,
    queue,
    signing_in,
    trying,
    week,
)
from bot.settings import CONSOLE, Settings
from knowledge.ledger.contact_report_decisions import forget_closed

logger = logging.getLogger(__name__)
_FORGET_EVERY = 60  # seconds
_STATIC = Path(__file__).parent / "static"


def build_app(desk: Desk) -> Starlette:
    """Put the console together over a desk that stays open while it runs."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ready = asyncio.create_task(run_in_threadpool(desk.make_ready), name="ready")
        forgetting = asyncio.create_task(_forget(desk), name="forgetting")
        yield
        forgetting.cancel()
        await asyncio.gather(ready, forgetting, return_exceptions=True)
        await desk.trials.stop()
        await desk.rebuilds.stop()

    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(Guarded),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts(desk.settings), www_redirect=False),
        ],
        exception_handlers={HTTPException: _not_there, Exception: _failed},
        lifespan=lifespan,
    )
    app.state.desk = desk
    return app


async def _forget(desk: Desk) -> None:
    """Erase, for as long as the console runs, what was kept only so that an act could be taken back."""
    while True:
        try:
            await run_in_threadpool(forget_closed, desk.store, desk.now)
        except sqlite3.Error as fault:
            logger.warning("what was decided could not be erased yet (%s)", fault)
        await asyncio.sleep(_FORGET_EVERY)


def hosts(settings: Settings) -> list[str]:
    """Return the names under which the console answers; a page of another name's is not let at it."""
    own = urlsplit(settings.console_url or "").hostname
    listens = (settings.console or CONSOLE)[0]
    return [*dict.fromkeys(name for name in (own, listens, "127.0.0.1", "localhost") if name and name != "0.0.0.0")]


def _routes() -> list[BaseRoute]:
    return [
        Route("/", _first),
        *signing_in.ROUTES,
        *queue.ROUTES,
        *decisions.ROUTES,
        *lookup.ROUTES,
        *trying.ROUTES,
        *adding.ROUTES,
        *patterns.ROUTES,
        *editing.ROUTES,
        *importing.ROUTES,
        *gaps.ROUTES,
        *week.ROUTES,
        *plan.ROUTES,
        *builds.ROUTES,
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


async def _first(_: Request) -> Response:
    return RedirectResponse("/queue", 303)


async def _not_there(request: Request, _: Exception) -> Response:
    return refused(request, 404, "not_there")


async def _failed(request: Request, fault: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=fault)
    response = refused(request, 500, "failed")
    response.headers.update(ALWAYS)  # this answer goes around the middleware
    return response
