"""The conversation in a terminal: the same replies as in Telegram, its buttons as commands."""

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from typing import Literal

from rich.console import Console

from bot.checking.case import KEPT, Case, Turn
from bot.checking.dialogue import Choice
from bot.checking.engine import Engine
from bot.checking.situation import Assessment, Situation
from bot.terminal.offers.practice import Practising
from bot.terminal.screen import show, waiting
from bot.terminal.statement_file import statement_reply
from bot.words import afterwards, answers, choices
from bot.words.conversing import Spoken, minor_reply, question_reply, turn_reply
from bot.words.exercises.practice import GUESS, PRACTICE
from bot.words.guidance_parts import ASKED, GONE_NO, MINOR, MORE, PAID, QUESTION, SAID
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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what answers, the words, and where to show them; ``clock`` gives seconds, by which a case grows old."""
        self._engine = engine
        self._every = texts
        self._countries = countries
        self._store = store
        self._console = console
        self._settings = settings_of(store, TERMINAL_CHAT)
        self._spoken = Spoken(countries, texts)
        self._talk = engine.talk
        self._clock = clock
        self._case: Case | None = None
        self._since = 0.0
        self._practising = Practising()
        self._commands = self._known_commands()

    def _known_commands(self) -> dict[str, Callable[[str], Reply]]:
        """Return what each command does with what is given behind it."""
        return {
            "/help": self._help,
            "/country": self._country,
            "/language": self._language,
            "/report": lambda _: answers.report_reply(
                self._texts.pointing(self._case), self._countries, self._settings.country
            ),
            "/paid": self._paid,
            "/pattern": self._pattern,
            "/more": self._more,
            "/minor": lambda _: minor_reply(self._texts, self._spoken, self._settings.country),
            "/statement": self._statement,
            "/practice": lambda given: self._practising.begin(given, self._texts, self._settings.country),
            "/scam": lambda _: self._practising.guess(self._texts, scam=True),
            "/honest": lambda _: self._practising.guess(self._texts, scam=False),
            "/new": self._new,
            "/who": lambda _: choices.options_reply(self._texts, "who"),
            "/how": lambda _: choices.options_reply(self._texts, "how"),
            "/what": lambda _: choices.options_reply(self._texts, "what"),
            "/tell": self._tell,
            "/question": self._question,
            "/yes": lambda _: self._said("yes"),
            "/no": lambda _: self._said("no"),
            "/unknown": lambda _: self._said("unknown"),
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
        self._forget_old()
        command, _, given = said.partition(" ")
        if command.startswith("/") and command[1:].isalpha():
            known = self._commands.get(command.lower())
            return known(given) if known else answers.plain_reply(self._texts, "unknown_command")
        if not said.strip():
            return answers.plain_reply(self._texts, "empty")
        turn = self._heard(Situation(said, self._texts.language, self._settings.country))
        self._take(turn.case)
        if turn.says == "country" and not turn.named:
            return self._country("")
        chosen = choices.with_named(self._settings, turn)
        if turn.says == "language":
            self._keep(chosen)
        reply = self._reply(turn)
        if chosen != self._settings:
            self._keep(chosen)
        return reply

    def _heard(self, situation: Situation) -> Turn:
        if len(situation.text) < LONG:
            return self._talk.hear(situation, self._case)
        with waiting("Reading a long text"):
            return self._talk.hear(situation, self._case)

    def _reply(self, turn: Turn) -> Reply:
        detected = turn.shown.language if turn.shown else ""
        code = choices.reply_language(self._settings.language, detected, self._texts.language)
        patterns = self._engine.patterns()
        return turn_reply(turn, self._every[code], self._spoken, patterns, self._settings.country)

    def _take(self, case: Case | None) -> None:
        """Keep the case as it is from now on."""
        self._case, self._since = case, self._clock()

    def _forget_old(self) -> None:
        if self._clock() - self._since > KEPT:
            self._case = None

    def _said(self, answer: Literal["yes", "no", "unknown"]) -> Reply:
        """Take an answer to the question that was asked."""
        if self._case is None or not self._case.asked:
            return answers.plain_reply(self._texts, "nothing_yet")
        if self._case.asked == "gone" and answer == "yes":
            return self._paid("")
        if self._case.asked == "gone" and answer == "no":
            self._take(self._case.at("before"))
            return answers.plain_reply(self._texts, "gone_no")
        country, language = self._settings.country, self._texts.language
        turn = self._talk.answered(self._case, answer, language, country)
        self._take(turn.case)
        return self._reply(turn)

    def _tell(self, given: str) -> Reply:
        """Take one of the sentences that were offered in answer to who, how or what."""
        sentence = choices.told(self._texts, given.strip())
        if sentence is None:
            return answers.plain_reply(self._texts, "button_stale")
        turn = self._talk.added(self._case, sentence, self._texts.language, self._settings.country)
        self._take(turn.case)
        return self._reply(turn)

    def _new(self, _: str) -> Reply:
        self._case = None
        return answers.plain_reply(self._texts, "new_done")

    def _more(self, _: str) -> Reply:
        if self._last is None:
            return answers.plain_reply(self._texts, "nothing_yet")
        code = choices.reply_language(self._settings.language, self._last.language, self._texts.language)
        return answers.details_reply(
            self._last, self._every[code].pointing(self._case), self._countries, self._settings.country
        )

    def _statement(self, given: str) -> Reply:
        """Show a draft of a report, or write it into a file."""
        self._forget_old()
        language = self._last.language if self._last else ""
        texts = self._every[choices.reply_language(self._settings.language, language, self._texts.language)]
        return statement_reply(
            self._case, given, texts, self._every, self._engine.patterns(), self._countries, self._settings.country
        )

    @property
    def _last(self) -> Assessment | None:
        return self._case.assessment if self._case else None

    def _show(self, reply: Reply) -> None:
        self._console.print()
        show(self._console, reply.html)
        hints = [f"{command}: {label}" for command, label in _commands(reply)]
        if hints:
            self._console.print()
            self._console.print("\n".join(hints), style="cyan")
        self._console.print()

    def _help(self, _: str) -> Reply:
        words = [line for line in self._texts.of("help").split("\n") if "/appeal" not in line]  # Telegram's alone
        return Reply("\n".join([*words, self._texts.of("chat_help_more")]))

    def _country(self, given: str) -> Reply:
        code = find_country(given, self._countries) or self._talk.naming.country(given)
        if code:
            return self._chosen("country", code)
        reply = choices.country_reply(self._texts, self._countries, given, None)
        names = ", ".join(button.label for row in reply.buttons for button in row)
        return Reply(f"{reply.html}\n\n{self._texts.of('countries_known', countries=names)}")

    def _language(self, given: str) -> Reply:
        code = choices.find_language(given, self._every)
        if code:
            return self._chosen("language", code)
        names = ", ".join(f"{each.plain('language_name')} ({code})" for code, each in self._every.items())
        return answers.plain_reply(self._texts, "language_unknown", given=given or "?", languages=names)

    def _chosen(self, kind: Choice, code: str) -> Reply:
        """Take a choice as one named in words: it is answered in the light of the case."""
        turn = self._talk.chosen(self._case, kind, code, self._texts.language)
        self._take(turn.case)
        self._keep(choices.with_named(self._settings, turn))
        return self._reply(turn)

    def _forget(self, _: str) -> Reply:
        gone = Forgotten(self._settings != ChatSettings(), reports=0, appeals=0, notes=0, questions=0)
        reply = afterwards.forgotten(gone, self._texts)  # in the language of before
        forget_settings(self._store, TERMINAL_CHAT)
        self._settings, self._case, self._practising = ChatSettings(), None, Practising()
        return reply

    def _paid(self, _: str) -> Reply:
        took_part = self._last is not None and self._last.kind == Kind.ACCOMPLICE  # as the button in Telegram says
        if self._case:
            self._take(self._case.at("after"))
        lost = self._last.lost if self._last else None
        country = self._settings.country
        texts = self._texts.pointing(self._case)
        return answers.paid_reply(texts, self._countries, country, took_part=took_part, lost=lost)

    def _pattern(self, _: str) -> Reply:
        if self._last is None or not self._last.matches:
            return answers.plain_reply(self._texts, "button_stale")
        pattern = answers.named_pattern(self._last) or self._last.matches[0].pattern
        return answers.pattern_reply(self._texts, pattern, self._settings.country)

    def _question(self, name: str) -> Reply:
        if name not in self._spoken.questions:
            return answers.plain_reply(self._texts, "button_stale")
        return question_reply(name, self._texts, self._spoken, self._engine.patterns(), self._settings.country)

    def _keep(self, settings: ChatSettings) -> None:
        keep_settings(self._store, TERMINAL_CHAT, settings)
        self._settings = settings


_COMMAND_OF = {
    PAID: "/paid", GONE_NO: "/no", "report": "/report", "pattern": "/pattern", MORE: "/more", MINOR: "/minor",
}  # fmt: skip
_SAID = {"yes": "/yes", "no": "/no", "unknown": "/unknown"}


def _commands(reply: Reply) -> Iterator[tuple[str, str]]:
    """Yield the command that does what a button does, and its words; of the buttons that have one."""
    for row in reply.buttons:
        for button in row:
            verb, _, rest = button.data.partition(":")
            if verb == SAID:
                yield _SAID[rest.partition(":")[0]], button.label
            elif verb == ASKED:
                yield f"/{rest}", button.label
            elif verb == PRACTICE:
                yield f"/practice {rest}".rstrip(), button.label
            elif verb == GUESS:
                yield f"/{rest.rpartition(':')[2]}", button.label
            elif verb == choices.TELL:
                yield f"/tell {rest}", button.label
            elif verb == QUESTION:
                yield f"/{QUESTION} {rest}", button.label
            elif verb in _COMMAND_OF:
                yield _COMMAND_OF[verb], button.label


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
