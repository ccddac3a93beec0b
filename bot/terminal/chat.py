"""The conversation in a terminal: the same replies as in Telegram, its buttons as commands."""

import os
import select
import sys
from collections.abc import Iterator
from dataclasses import replace

from rich.console import Console

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.checking.situation import Assessment, Situation
from bot.terminal.screen import show, waiting
from bot.words import afterwards, answers, choices
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.documents.pattern import Kind
from knowledge.documents.reporting import Country, find_country
from knowledge.ledger.chat_settings import ChatSettings, forget_settings, keep_settings, settings_of
from knowledge.ledger.erasing import Forgotten
from knowledge.text.languages import interface_language

TERMINAL_CHAT = 0
"""The row of the terminal's settings; no Telegram chat has this number."""
LONG = 20_000
"""Characters of a text from which on a bar is shown while it is read."""
_PASTE = 0.05  # seconds; lines that come closer together were pasted, and are one message


class Chat:
    """A conversation: every line that is no command is a situation."""

    def __init__(
        self,
        engine: Engine,
        texts: dict[str, Texts],
        countries: dict[str, Country],
        store: Store,
        console: Console,
    ) -> None:
        self._engine = engine
        self._every = texts
        self._countries = countries
        self._store = store
        self._console = console
        self._settings = settings_of(store, TERMINAL_CHAT)
        self._last: Assessment | None = None
        self._commands = {
            "/help": self._help,
            "/country": self._country,
            "/language": self._language,
            "/report": lambda _: answers.report_reply(self._texts, countries, self._settings.country),
            "/paid": self._paid,
            "/pattern": self._pattern,
            "/forget": self._forget,
            "/privacy": lambda _: answers.plain_reply(self._texts, "chat_privacy"),
            "/start": self._help,
        }

    @property
    def _texts(self) -> Texts:
        code = self._settings.language or interface_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))
        return self._every[code]

    def run(self) -> None:
        """Talk until the input ends or somebody leaves."""
        interactive = sys.stdin.isatty()
        if interactive:
            show(self._console, self._texts.of("chat_hello"))
        for said in _messages(interactive):
            if said in ("/quit", "/exit", "/q"):
                break
            self._show(self.answer(said))
        if interactive:
            show(self._console, self._texts.of("chat_bye"))

    def answer(self, said: str) -> Reply:
        """Return the reply to one message."""
        command, _, given = said.partition(" ")
        if command.startswith("/") and command[1:].isalpha():
            known = self._commands.get(command.lower())
            return known(given) if known else answers.plain_reply(self._texts, "unknown_command")
        if not said.strip():
            return answers.plain_reply(self._texts, "empty")
        situation = Situation(said, self._texts.language, self._settings.country)
        self._last = checked(self._engine.checker, situation)
        code = choices.reply_language(self._settings.language, self._last.language, self._texts.language)
        return answers.assessment_reply(self._last, self._every[code], self._countries, self._settings.country)

    def _show(self, reply: Reply) -> None:
        self._console.print()
        show(self._console, reply.html)
        hints = [f"{_COMMAND_OF[verb]}: {label}" for verb, label in _verbs(reply) if verb in _COMMAND_OF]
        if hints:
            self._console.print()
            self._console.print("\n".join(hints), style="cyan")
        self._console.print()

    def _help(self, _: str) -> Reply:
        words = [line for line in self._texts.of("help").split("\n") if "/appeal" not in line]  # Telegram's alone
        return Reply("\n".join([*words, self._texts.of("chat_help_more")]))

    def _country(self, given: str) -> Reply:
        code = find_country(given, self._countries)
        if code:
            self._keep(replace(self._settings, country=code))
        reply = choices.country_reply(self._texts, self._countries, given, code)
        names = ", ".join(button.label for row in reply.buttons for button in row)
        return Reply(f"{reply.html}\n\n{self._texts.of('countries_known', countries=names)}") if names else reply

    def _language(self, given: str) -> Reply:
        code = choices.find_language(given, self._every)
        if code:
            self._keep(replace(self._settings, language=code))
            return answers.plain_reply(self._texts, "language_set")
        names = ", ".join(f"{each.plain('language_name')} ({code})" for code, each in self._every.items())
        return answers.plain_reply(self._texts, "language_unknown", given=given or "?", languages=names)

    def _forget(self, _: str) -> Reply:
        gone = Forgotten(self._settings != ChatSettings(), reports=0, appeals=0, notes=0, questions=0)
        reply = afterwards.forgotten(gone, self._texts)  # in the language of before
        forget_settings(self._store, TERMINAL_CHAT)
        self._settings, self._last = ChatSettings(), None
        return reply

    def _paid(self, _: str) -> Reply:
        took_part = self._last is not None and self._last.kind == Kind.ACCOMPLICE  # as the button in Telegram says
        return answers.paid_reply(self._texts, self._countries, self._settings.country, took_part=took_part)

    def _pattern(self, _: str) -> Reply:
        if self._last is None or not self._last.matches:
            return answers.plain_reply(self._texts, "button_stale")
        return answers.pattern_reply(self._texts, answers.named_pattern(self._last) or self._last.matches[0].pattern)

    def _keep(self, settings: ChatSettings) -> None:
        keep_settings(self._store, TERMINAL_CHAT, settings)
        self._settings = settings


_COMMAND_OF = {"paid": "/paid", "report": "/report", "pattern": "/pattern"}


def checked(checker: Checker, situation: Situation) -> Assessment:
    """Check a situation, with a bar where that takes long."""
    if len(situation.text) < LONG:
        return checker.check(situation)
    with waiting("Reading a long text"):
        return checker.check(situation)


def _verbs(reply: Reply) -> Iterator[tuple[str, str]]:
    for row in reply.buttons:
        for button in row:
            yield button.data.partition(":")[0], button.label


def _messages(interactive: bool) -> Iterator[str]:
    """Yield what is said: a line at a time, or on a terminal all lines of one paste together."""
    while True:
        try:
            said = input("> " if interactive else "")
        except EOFError:
            return
        while interactive and select.select([sys.stdin], [], [], _PASTE)[0]:
            try:
                said += "\n" + input()
            except EOFError:
                break
        if said.strip() or interactive:
            yield said.strip()
