"""Replies to what people do after an answer: wrong answers, hearing more later, and forgetting."""

from markupsafe import Markup

from bot.words.contacts import unlinked
from bot.words.reply import Button, Reply, cut
from bot.words.texts import Texts
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Pattern
from knowledge.ledger.erasing import Forgotten

WRONG, WRONG_WITH, WRONG_WITHOUT, WRONG_NO, TELL_ME = "wrong", "wrong_with", "wrong_without", "wrong_no", "tell_me"
_MOST_SHOWN = 3000
"""UTF-16 units of a masked text that moderators may see: what is shown to the person first is all of it."""


def after_buttons(concern: Concern, pattern: Pattern | None, texts: Texts) -> list[tuple[Button, ...]]:
    """Return the buttons under an answer: that it was wrong, and where it could not tell, to hear more later."""
    name = pattern.id if pattern else ""
    rows: list[tuple[Button, ...]] = [(Button(texts.plain("button_wrong"), f"{WRONG}:{concern}:{name}"),)]
    if concern in ("no_match", "unclear"):
        rows.insert(0, (Button(texts.plain("button_tell_me"), f"{TELL_ME}:"),))
    return rows


def wrong_ask(concern: Concern, pattern: str, masked: str | None, texts: Texts) -> Reply:
    """Render what moderators would see, with the choice; without the text where it is not at hand or was not masked."""
    data = f"{concern}:{pattern}"
    without = Button(texts.plain("button_wrong_without"), f"{WRONG_WITHOUT}:{data}")
    nobody = (Button(texts.plain("button_wrong_no"), f"{WRONG_NO}:"),)
    if masked is None:
        return Reply(texts.of("wrong_ask_without"), ((without,), nobody))
    with_text = Button(texts.plain("button_wrong_with"), f"{WRONG_WITH}:{data}")
    return Reply(texts.of("wrong_ask", masked=cut(unlinked(masked), _MOST_SHOWN)), ((with_text,), (without,), nobody))


def wrong_outcome(outcome: str, texts: Texts) -> Reply:
    """Render what came of a note: ``kept``, ``again`` or ``many``."""
    return Reply(texts.of({"kept": "wrong_done", "again": "wrong_again", "many": "wrong_many"}[outcome]))


def tell_me_outcome(outcome: str, texts: Texts) -> Reply:
    """Render what came of the wish to hear more: ``kept`` or ``many``."""
    return Reply(texts.of("tell_me_done" if outcome == "kept" else "tell_me_many"))


def found_reply(pattern: Pattern, texts: Texts) -> Reply:
    """Render the one message to somebody whose question a later build can answer."""
    title = pattern.guidance_in(texts.language).title
    button = Button(texts.plain("button_pattern"), f"pattern:{pattern.id}")
    return Reply(texts.of("tell_me_found", title=title), ((button,),))


def lost_reply(texts: Texts) -> Reply:
    """Render the one message to a chat whose questions no later build can answer, since they were read otherwise."""
    return Reply(texts.of("tell_me_lost"))


def forgotten(gone: Forgotten, texts: Texts) -> Reply:
    """Render what was erased."""
    lines = [texts.of("forget_settings")] if gone.settings else []
    counts = {
        "forget_reports": gone.reports,
        "forget_appeals": gone.appeals,
        "forget_notes": gone.notes,
        "forget_questions": gone.questions,
    }
    lines += [texts.of(key, count=count) for key, count in counts.items() if count]
    if not lines:
        return Reply(texts.of("forget_nothing"))
    items = Markup("\n").join(texts.of("item", text=line) for line in lines)
    return Reply(texts.of("forget_done", items=items))
