"""The parts of a reply that follow from how far it has gone: what comes first, and the question where it is unsure."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.checking.situation import Assessment
from bot.words.guidance_parts import first_hour
from bot.words.reply import Section
from bot.words.texts import Texts
from knowledge.documents.pattern import Kind
from knowledge.documents.reporting import Country


def asks(assessment: Assessment) -> bool:
    """Whether the reply asks if anything is gone; where that is told, nobody is asked."""
    return assessment.ask and not assessment.emergency


def opening(assessment: Assessment, texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[Section]:
    """Return what comes before the warning: how to get out of it, or what to do once something is gone."""
    if assessment.stage == "now":
        return [Section(texts.of("stop_now"))]
    if assessment.took_part:
        return [Section(texts.of("took_part"))]
    if assessment.stage == "after":
        return [Section(texts.of("emergency_head")), *first_hour(texts, here, countries)]
    return []


def pointer(assessment: Assessment, texts: Texts) -> list[Section]:
    """Return what comes right below the warning's head for somebody who may have lost something untold."""
    if asks(assessment):
        return [Section(texts.of("gone_ask"))]
    # Money that is gone is not always told in so many words; whoever took part has a button, and a list in the answer.
    if assessment.kind == Kind.SCAM and not assessment.emergency:
        return [Section(Markup("👉 {}: /paid").format(texts.of("button_paid")))]
    return []


def without_name(head: str, assessment: Assessment, texts: Texts) -> Section:
    """Return the head of a reply that names no scam, with the reason for what was said before it."""
    key = {"now": "why_now", "after": "why_after"}.get(assessment.stage)
    return Section(f"{texts.of(head)}\n{texts.of(key)}" if key else texts.of(head))


def until_sure(assessment: Assessment, texts: Texts) -> list[Section]:
    """Return the one line that always holds, where the opening has not said it or more."""
    return [] if assessment.stage == "now" or assessment.took_part else [Section(texts.of("until_sure"))]
