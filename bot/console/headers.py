"""What every answer of the console carries, and what is refused before a page is asked."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.call import refused
from bot.console.forms import MOST_BYTES

_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
ALWAYS = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guarded:
    """Refuses what comes from another site or is too large, and forbids browsers all but our own parts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                kept = scope["path"].startswith("/static/")  # asked for again each time, so that pages and scripts fit
                headers["cache-control"] = "no-cache" if kept else "no-store"
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive, sending)


def _refusal(scope: Scope) -> Response | None:
    """Return the answer to a request that changes something and is not one of our pages'; None where it may go on."""
    headers = Headers(scope=scope)
    if scope["method"] in ("GET", "HEAD"):
        return None
    length = headers.get("content-length", "")
    if not length.isdigit():
        return PlainTextResponse("A length is missing.", 411)
    if int(length) > MOST_BYTES:
        return refused(Request(scope), 413, "too_large")
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return PlainTextResponse("That came from another site.", 403)
    origin, host = headers.get("origin"), headers.get("host")
    if origin not in (None, "null") and origin.partition("://")[2] != host:
        return PlainTextResponse("That came from another site.", 403)
    return None
