"""The API over HTTP: who asks is known by a key, how fast is limited, and nothing that is sent is kept or logged."""

import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.api.keys import Keys
from bot.api.openapi import document
from bot.api.pace import Pace
from bot.api.page import PAGE_HEADERS, page
from bot.api.service import Refused, Service

logger = logging.getLogger(__name__)
MOST_BYTES = 64 * 1024
"""Of a request's body."""
AT_ONCE, WAITING = 2, 64
"""Requests that are answered beside each other, and those that may wait for it."""
SECONDS = 10.0
"""In which a body has to be there."""
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
Endpoint = Callable[[Request], Awaitable[Response]]


class _Problem(Exception):
    """An answer that tells what was wrong with a request."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        self.status, self.message, self.headers = status, message, headers
        super().__init__(message)


class _Api:
    def __init__(self, service: Service, keys: Keys, pace: Pace) -> None:
        self._service, self._keys, self._pace = service, keys, pace
        self._turns, self._here = CapacityLimiter(AT_ONCE), 0

    async def check(self, request: Request) -> Response:
        """Answer one situation."""
        self._admit(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise _Problem(415, "Content-Type: expected application/json")
        return _json(await self._aside(self._service.check, _parsed(await _body(request))))

    async def patterns(self, request: Request) -> Response:
        """Return the patterns; whoever has those of this build already is told so."""
        self._admit(request)
        language = request.query_params.get("language")
        told = await self._aside(self._service.patterns, language)
        mark = f'"{told["build"]}-{told["language"]}"'
        headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=headers)
        return _json(told, headers)

    def _admit(self, request: Request) -> None:
        """Let a request in that has a key and does not come too soon after others of it."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        key = self._keys.of(given.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            wrong = "Authorization: no key that is known here, expected Bearer and a key of this server's operator"
            raise _Problem(401, wrong, **{"WWW-Authenticate": 'Bearer realm="askfirst"'})
        if seconds := self._pace.wait(key):
            wrong = f"requests: more than {key.per_minute} a minute, expected the next in {seconds} s"
            raise _Problem(429, wrong, **{"Retry-After": str(seconds)})

    async def _aside(self, do: Callable[[Any], Any], given: Any) -> Any:
        """Do something in a thread, in turn; too many that wait are sent away."""
        if self._here >= AT_ONCE + WAITING:
            raise _Problem(503, "requests: too many at once, expected another try", **{"Retry-After": "2"})
        self._here += 1
        try:
            return await to_thread.run_sync(do, given, limiter=self._turns)
        finally:
            self._here -= 1


def build_api(service: Service, keys: Keys, pace: Pace) -> Starlette:
    """Return the application: two questions that need a key, and what says how to ask them, which needs none."""
    api, described = _Api(service, keys, pace), document()
    shown = page(described)

    async def openapi(_: Request) -> Response:
        return _json(described)

    async def about(_: Request) -> Response:
        return HTMLResponse(shown, headers=PAGE_HEADERS)

    return Starlette(
        routes=[
            Route("/api/check", _told(api.check), methods=["POST"]),
            Route("/api/patterns", _told(api.patterns), methods=["GET"]),
            Route("/api/openapi.json", openapi, methods=["GET"]),
            Route("/api/", about, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _refused_by_the_router},
    )


def _told(endpoint: Endpoint) -> Endpoint:
    """Answer whatever goes wrong with one line, and log of a bug only what sort it is and where: never a text."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except _Problem as problem:
            return _problem(problem.status, problem.message, problem.headers)
        except Refused as refused:
            return _problem(422, str(refused))
        except ClientDisconnect:
            return _problem(400, "body: broken off, expected all of it")
        except Exception as bug:
            frames = traceback.extract_tb(bug.__traceback__)[-3:]
            where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))
            logger.error("a request failed: %s at %s", type(bug).__name__, where)
            return _problem(500, "the server failed; it is noted, and nothing of the request was kept")

    return answer


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    too_long = _Problem(413, f"body: too long, expected at most {MOST_BYTES:,} bytes")
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise too_long
    parts, size = [], 0
    try:
        with fail_after(SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise too_long
                parts.append(part)
    except TimeoutError:
        raise _Problem(408, f"body: not there, expected all of it within {SECONDS:.0f} s") from None
    return b"".join(parts)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _Problem(400, 'body: not JSON, expected an object like {"text": "…"}') from None


async def _refused_by_the_router(_: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    headers = dict(fault.headers or {}) if isinstance(fault, HTTPException) else {}
    return _problem(status, f"{HTTPStatus(status).phrase.lower()}, expected what /api/ describes", headers)


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status, {**_HEADERS, **(headers or {})})


def _json(content: Any, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(content, headers={**_HEADERS, **(headers or {})})
