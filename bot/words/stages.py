"""The parts of a reply that follow from how far it has gone: what comes first, and the question where it is unsure."""

from collections.abc import Mapping

from bot.checking.situation import Assessment
from bot.words.guidance_parts import first_hour
from bot.words.reply import Section
from bot.words.texts import Texts
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


def until_sure(assessment: Assessment, texts: Texts) -> list[Section]:
    """Return the one line that always holds, where the opening has not said it or more."""
    return [] if assessment.stage == "now" or assessment.took_part else [Section(texts.of("until_sure"))]
