"""What others read along: the headline and the one thing to do, cards to pass on, and links into the private chat.

Nobody's words stand in any of it.
"""

import re

from bot.checking.case import Turn
from bot.checking.situation import Assessment
from bot.words import answers
from bot.words.conversing import Spoken, one_line
from bot.words.reply import Button, Reply
from bot.words.screens import verdict
from bot.words.texts import Texts
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import INTERNATIONAL

ASK, PAID, TOOK_PART, REPORT, PATTERN = "ask", "paid", "paid-accomplice", "report", "pattern-"
"""What a link into the private chat leads to: the greeting, the first hour, that of an accomplice, where to report,
and, before its id, a pattern."""
_LINES, _FLAGS = 2, 3
_ID = re.compile(r"[a-z0-9-]{1,40}")


def link(bot: str, payload: str) -> str:
    """Return the address that opens the private chat with a bot, by its username."""
    return f"https://t.me/{bot}?start={payload}"


def private_buttons(texts: Texts, bot: str, payload: str = ASK) -> tuple[tuple[Button, ...], ...]:
    """Return the one button that opens the private chat."""
    return ((Button(texts.plain("button_private"), url=link(bot, payload)),),)


def behind_button(data: str) -> str:
    """Return what a link leads to that does what a button does, as far as any does."""
    verb, _, rest = data.partition(":")
    match verb:
        case "paid":
            return TOOK_PART if rest == Kind.ACCOMPLICE else PAID
        case "report":
            return REPORT
        case "pattern" | "share" if _ID.fullmatch(rest):
            return f"{PATTERN}{rest}"
    return ASK


def short_reply(turn: Turn, texts: Texts, spoken: Spoken, country: str | None, bot: str) -> Reply:
    """Render what a message by itself looks like, in two lines; of one in despair, where somebody listens."""
    country = turn.place or country
    if turn.intent == "crisis":
        return Reply(_listening(texts, spoken, country), private_buttons(texts, bot))
    judged = turn.alone if turn.questions else turn.shown
    if judged is None:
        return Reply(f"{texts.of('unclear')}\n{texts.of('until_sure')}", private_buttons(texts, bot))
    here = spoken.countries.get(country or INTERNATIONAL, spoken.countries[INTERNATIONAL])
    lines = [section.html for section in verdict(judged, texts, here, spoken.countries)]
    return Reply("\n".join(lines[:_LINES]), private_buttons(texts, bot, _next(judged)))


def _next(judged: Assessment) -> str:
    """Return what somebody reads next in the private chat."""
    if judged.stage == "after":
        return TOOK_PART if judged.took_part else PAID
    pattern = answers.named_pattern(judged)
    return f"{PATTERN}{pattern.id}" if pattern else ASK


def _listening(texts: Texts, spoken: Spoken, country: str | None) -> str:
    return f"{texts.of('short_crisis')}\n{one_line(texts, spoken, country)}"


def with_private_button(texts: Texts, key: str, bot: str) -> Reply:
    """Render one text of the locale, with the way into the private chat."""
    return Reply(texts.of(key), private_buttons(texts, bot))


def card_reply(pattern: Pattern | None, texts: Texts, bot: str) -> Reply:
    """Render a warning to pass on: what it is, three red flags and one thing to do; none where no scam was named."""
    if pattern is None or pattern.kind == Kind.LEGITIMATE:
        return Reply(texts.of("share_none"))
    words = pattern.guidance_in(texts.language)
    flags = [texts.of("share_flag", flag=flag) for flag in words.red_flags[:_FLAGS]]
    lines = [texts.of("share_head", title=words.title), *flags, texts.of("do", text=words.advice[0])]
    return Reply("\n".join(lines), private_buttons(texts, bot, f"{PATTERN}{pattern.id}"))
