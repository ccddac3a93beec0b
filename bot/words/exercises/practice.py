"""The replies of a round of practice: who it is for, each situation, why it was one, and how it went."""

from bot.checking.practice import Round
from bot.words.reply import Button, Reply
from bot.words.texts import Texts
from knowledge.documents.exercises.practice import Age, Exercise

PRACTICE, GUESS = "practice", "guess"
"""Verbs of buttons."""
SCAM, HONEST = "scam", "honest"
_AGES: dict[Age, str] = {"young": "practice_young", "older": "practice_older", "everyone": "practice_everyone"}


def ages_reply(texts: Texts) -> Reply:
    """Ask who practises."""
    buttons = tuple(Button(texts.plain(key), f"{PRACTICE}:{age}") for age, key in _AGES.items())
    return Reply(texts.of("practice_hello"), (buttons[:2], buttons[2:]))


def round_reply(dealt: Round, texts: Texts, answered: bool | None = None) -> Reply:
    """Render the situation that is next, or the score; before it what the last answer was, where one was given.

    ``answered`` is whether the last situation was taken for a scam.
    """
    told = [_explained(dealt.situations[dealt.answered - 1], texts, answered)] if answered is not None else []
    if dealt.over:
        told.append(texts.of("practice_score", right=dealt.right, number=len(dealt.situations)))
        return Reply("\n\n".join(told), ((Button(texts.plain("practice_again"), f"{PRACTICE}:"),),))
    place = f"{dealt.answered + 1}/{len(dealt.situations)}"
    told.append(texts.of("practice_situation", place=place, text=dealt.current.text))
    data = f"{GUESS}:{dealt.number}:{dealt.answered}"
    scam = Button(texts.plain("practice_scam"), f"{data}:{SCAM}")
    return Reply("\n\n".join(told), ((scam, Button(texts.plain("practice_honest"), f"{data}:{HONEST}")),))


def _explained(situation: Exercise, texts: Texts, answered: bool) -> str:
    head = texts.of("practice_right" if answered == situation.scam else "practice_wrong")
    what = texts.of("practice_was_scam" if situation.scam else "practice_was_honest")
    return texts.of("practice_told", head=head, what=what, signs=situation.signs)
