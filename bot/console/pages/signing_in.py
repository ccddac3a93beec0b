"""Signing in by a one-time link, signing out, and what a browser is to remember."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console.call import KEYS, LANGUAGE, SESSION, Call, for_moderators, language_of, refused
from bot.console.desk import Desk
from bot.console.rendering import render
from bot.console.words import LANGUAGES
from knowledge.ledger.desk.sign_ins import SESSION_HOURS

_YEAR = 365 * 24 * 3600


async def ask(request: Request) -> Response:
    """Show the button that signs in: what looks links up before a person taps them presses none."""
    words = request.app.state.desk.words.console[language_of(request)]
    return render("sign_in.html", words, secret=request.path_params["secret"])


async def sign_in(request: Request) -> Response:
    """Use a link up, and begin a session in this browser."""
    desk: Desk = request.app.state.desk
    session = await run_in_threadpool(desk.sign_ins.begin, request.path_params["secret"], desk.now)
    if session is None:
        return refused(request, 401, "link_used")
    response = RedirectResponse("/queue", 303)
    _keep(response, desk, SESSION, session, SESSION_HOURS * 3600)
    return response


def sign_out(call: Call) -> Response:
    """End the session."""
    call.desk.sign_ins.end(call.session)
    response = RedirectResponse("/signed-out", 303)
    response.delete_cookie(SESSION, path="/")
    return response


async def signed_out(request: Request) -> Response:
    """Say that the session has ended."""
    return refused(request, 200, "signed_out")


def choose(call: Call) -> Response:
    """Keep the language, or whether single keys act."""
    back = call.sent("back")
    response = RedirectResponse(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/queue", 303)
    if (language := call.sent("language")) in LANGUAGES:
        _keep(response, call.desk, LANGUAGE, language, _YEAR)
    if (keys := call.sent("keys")) in ("0", "1"):
        _keep(response, call.desk, KEYS, keys, _YEAR)
    return response


def _keep(response: Response, desk: Desk, name: str, value: str, seconds: int) -> None:
    secure = (desk.settings.console_url or "").startswith("https:")
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="strict")


ROUTES = [
    Route("/sign-in/{secret}", ask, methods=["GET"]),
    Route("/sign-in/{secret}", sign_in, methods=["POST"]),
    Route("/sign-out", for_moderators(sign_out), methods=["POST"]),
    Route("/signed-out", signed_out),
    Route("/choose", for_moderators(choose), methods=["POST"]),
]
