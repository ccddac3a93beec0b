"""The parts of a reply that follow from how far it has gone: what comes first, and the question where it is unsure."""

from collections.abc import Mapping

from bot.checking.situation import BLACKMAIL, Assessment
from bot.words.guidance_parts import emergency_head, first_hour
from bot.words.reply import Section
from bot.words.texts import Texts
from knowledge.documents.reporting import Country, lines_in
from knowledge.documents.stages import Loss, first_hours

ON_THE_DEVICE: Loss = "access"


def asks(assessment: Assessment) -> bool:
    """Whether the reply asks if anything is gone; where that is told, nobody is asked."""
    return assessment.ask and not assessment.emergency


def opening(assessment: Assessment, texts: Texts, here: Country, countries: Mapping[str, Country]) -> list[Section]:
    """Return what comes before the warning: how to get out of it, or what to do once something is gone."""
    if assessment.stage == "now":
        return [Section("\n".join(dict.fromkeys([*stopping(assessment, texts), texts.of("stop_all")])))]
    if assessment.took_part:
        return [Section(texts.of("took_part"))]
    if assessment.stage == "after":
        head = Section(emergency_head(texts, assessment.lost))
        return [head, *first_hour(texts, here, countries, assessment.lost)]
    return []


def stopping(assessment: Assessment, texts: Texts) -> list[str]:
    """Return how to get out of it: what fits every case, the one thing to do, and a line to say.

    Who asks for somebody else is told how to reach them in place of that line.
    """
    last = "another_now" if assessment.of_another else "stop_say"
    return [texts.of("stop_now"), _way_out(assessment, texts), texts.of(last)]


def for_another(assessment: Assessment, texts: Texts) -> list[Section]:
    """Return the line for who asks for somebody close to them; while it happens, it is among how to get out of it."""
    warned = assessment.stage == "after" or assessment.concern in ("likely", "possible")
    if not (assessment.of_another and warned) or assessment.stage == "now":
        return []
    blackmailed = assessment.named is not None and assessment.named.id == BLACKMAIL  # where no bank helps
    after = assessment.stage == "after" and not blackmailed
    return [Section(texts.of("another_after" if after else "another_before"))]


def _way_out(assessment: Assessment, texts: Texts) -> str:
    """Return the one thing to do while it happens: where somebody is on the device, to cut them off before all else.

    Where two patterns are met nearly alike, neither's advice may fit, and what fits every case is said.
    """
    if assessment.lost == ON_THE_DEVICE:
        return texts.of("do", text=lines_in(first_hours()[ON_THE_DEVICE].steps, texts.language)[0])
    pattern = None if assessment.close else assessment.named
    return texts.of("do", text=pattern.guidance_in(texts.language).advice[0]) if pattern else texts.of("stop_all")


def until_sure(assessment: Assessment, texts: Texts) -> list[Section]:
    """Return the one line that always holds, where the opening has not said it or more."""
    return [] if assessment.stage == "now" or assessment.took_part else [Section(texts.of("until_sure"))]
