"""A request of somebody signed in, and the one way to a page: who they are, what they may, and what they sent."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.desk import Desk
from bot.console.forms import Upload, read_form
from bot.console.lately import Done
from bot.console.rendering import render
from bot.console.words import language_for
from bot.words.curating.faults import fault_in
from bot.words.texts import Texts

SESSION, LANGUAGE, KEYS = "askfirst_console", "askfirst_language", "askfirst_keys"
"""The names of the cookies."""
_PARTS = ("seen", "effect", "proposed", "progress", "near")
"""The ids of what is asked for while somebody goes on writing beside it."""


@dataclass(frozen=True)
class Call:
    """A request of a moderator who is signed in."""

    desk: Desk
    person: int
    session: str
    language: str
    """That of the page, one of console words."""
    keys: bool
    """Whether single keys act."""
    path: Mapping[str, str]
    query: QueryParams
    form: FormData
    files: tuple[Upload, ...] = ()
    part: str = ""
    """The id of the part of a page that alone is wanted; empty for the whole of it."""

    @property
    def words(self) -> Texts:
        """The words of the console."""
        return self.desk.words.console[self.language]

    @property
    def for_moderators(self) -> Texts:
        """The words that moderators read in Telegram too."""
        return self.desk.words.moderators[self.language]

    def asked(self, name: str) -> str:
        """Return what an address asks for by name; empty where it does not."""
        return self.query.get(name, "")

    def sent(self, name: str) -> str:
        """Return a field of the form; empty where it was left out."""
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def all_sent(self, name: str) -> list[str]:
        """Return every value of a field of the form."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def said(self, fault: Exception) -> str:
        """Return what an exception says, in the language of the page."""
        return fault_in(self.language, str(fault))

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Render a page, with what was done last above it."""
        shown = {"call": self, "csrf": csrf_of(self.session), "done": self.desk.lately.take(self.session)}
        return render(template, self.words, status, keys=self.keys, **shown, **values)

    def part_of(self, template: str, **values: Any) -> Response:
        """Render a part of a page alone."""
        return render(template, self.words, 200, call=self, csrf=csrf_of(self.session), **values)

    def unchanged(self, mark: str) -> Response | None:
        """Return what leaves a part of a page as it is, where it shows this already: nothing is read out anew."""
        return Response(status_code=204) if self.part and self.asked("seen") == mark else None

    def done(self, to: str, key: str, *, ref: str = "", wrong: bool = False, **values: object) -> Response:
        """Lead on to a page that says what was done; ``ref`` is what can be taken back there."""
        return self.told(to, self.words.of(key, **values), ref=ref, wrong=wrong)

    def told(self, to: str, said: Markup, *, ref: str = "", wrong: bool = False) -> Response:
        """Lead on to a page that says something."""
        self.desk.lately.put(self.session, Done(said, ref, wrong))
        return RedirectResponse(to, status_code=303)


def missing(call: Call) -> Response:
    """Render that there is no such page."""
    return call.page("refused.html", 404, why=call.words.of("not_there"))


Page = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def csrf_of(session: str) -> str:
    """Return what every form of a session sends back, which another site cannot know."""
    return hmac.digest(session.encode(), b"form", sha256).hex()


def language_of(request: Request) -> str:
    """Return the language of a page."""
    return language_for(request.cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))


def refused(request: Request, status: int, key: str) -> Response:
    """Render why nothing was done, with the way to sign in; in place of a part of a page where that was asked for."""
    words = request.app.state.desk.words.console[language_of(request)]
    template = "refused_part.html" if request.headers.get("hx-target") in _PARTS else "refused.html"
    response = render(template, words, status, why=words.of(key))
    if status == 401:
        response.delete_cookie(SESSION, path="/")
    return response


def for_moderators(page: Page) -> Endpoint:
    """Return an endpoint that renders a page, off the loop, for a moderator who is signed in, and for nobody else."""

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        session = request.cookies.get(SESSION, "")
        person = await run_in_threadpool(_moderator, desk, session)
        if person is None:
            return refused(request, 401, "sign_in_needed")
        form = FormData()
        files: tuple[Upload, ...] = ()
        if request.method == "POST":
            form, files = await read_form(request)
            if not hmac.compare_digest(str(form.get("csrf", "")).encode(), csrf_of(session).encode()):
                return refused(request, 403, "csrf_wrong")
        keys = request.cookies.get(KEYS) != "0"
        call = Call(
            desk,
            person,
            session,
            language_of(request),
            keys,
            request.path_params,
            request.query_params,
            form,
            files,
            request.headers.get("hx-target", ""),
        )
        return await run_in_threadpool(page, call)

    return endpoint


def _moderator(desk: Desk, session: str) -> int | None:
    """Return who is signed in, where they still are a moderator; who is no longer one is signed out everywhere."""
    person = desk.sign_ins.person(session, desk.now) if session else None
    if person is None or desk.roles.is_moderator(person):
        return person
    desk.sign_ins.end_all(person)
    return None
