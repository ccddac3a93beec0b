"""A message as it is understood: how long it is, what it means, and which question it asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.checking.asking import Asked
from bot.checking.situation import Assessment, Situation
from knowledge.impostors.contacts import Contact
from knowledge.text.scripts import extent

CRISIS, CRISIS_AMID, HEAVY, CRISIS_IN_A_MESSAGE = 0.4, 0.5, 0.25, 0.8
"""How surely despair must be heard to be answered first, at first and amid a case, and to add one line that somebody
listens; and how surely in what is long or has a link or number in it, which others may have written."""
BARE, SHORT, STATED, LONG, LETTER = 16, 60, 100, 200, 600
"""Letters of a bare yes or no, those below which a message belongs to the case it follows, and from which on it tells
a whole story; of somebody's own line, and of what others may have written. See ``extent``."""
TRACE, _TOLD_ON = 0.1, 0.5
"""How faintly it must be about a feeling, or mean what it tells; how surely it only tells on about a stranger."""
_AGAIN, _FAMILIAR, _HINTED = 0.8, 0.9, 0.08
"""How like somebody's wording of a question it must be to be that one whatever else may be heard; how surely it must
be one, and how faintly a question at all, for that."""
_WHICH, _MARKED = 0.2, 0.2
"""How much being surely one of the known questions, and ending in a question mark, make of a question."""
_WORDED_AMID, _MARKED_AMID = 0.3, 0.15
"""How much the likeness to a wording, and a question mark, make of one amid a case."""
_MARKS = "?？؟"
_ASKING = (*_MARKS, "か", "吗", "嗎", "呢", "까", "나요", "ไหม", "มั้ย")
_SHORT_NUMBER, _ASKED_ABOUT, _ASKED_OF_A_CALLER = 6, 0.3, 0.6
"""Signs of a short number at most; how surely few words with one in it must ask something, and how surely where they
tell what sounds like a scam as well."""
_QUOTED = re.compile(r"\W*[\"“„«「『>]|[^\d.,;!?。，、！？،؟]{1,24}[:：]")
CHECKED = ("genuine", "denied")
"""What may have come of checking with the real ones: that it was them, or that it was not."""
_GOING_ON = 0.3
"""How surely it must be said of what was told already, to go on with it whatever it tells by itself."""


@dataclass(frozen=True)
class Said:
    """A message: its text, what is made of it alone, and what it means."""

    situation: Situation
    alone: Assessment
    asked: Asked = field(default_factory=Asked)

    @property
    def meant(self) -> Mapping[str, float]:
        """How surely it means each thing."""
        return self.alone.heard.meant

    @property
    def extent(self) -> int:
        """How long it is, in letters."""
        return extent(self.situation.text)

    @property
    def brief(self) -> bool:
        """Whether it is short enough to be somebody's own line, with no link or number in it but a published one."""
        return self.extent <= LONG and all(map(_is_short_number, self.alone.contacts.found))

    def surest(self, *names: str) -> float:
        """Return how surely it means one of some things."""
        return sum(self.meant.get(name, 0.0) for name in names)

    @property
    def heavy(self) -> bool:
        """Whether despair may be heard, and not in what a stranger says; a trace of it must be about a feeling."""
        despair = self.alone.heard.despair
        if self.surest("follow-up") >= _TOLD_ON:
            return despair >= CRISIS_IN_A_MESSAGE
        return despair >= CRISIS or (despair >= HEAVY and self.surest("despair", "no-despair") >= TRACE)

    @property
    def asks(self) -> float:
        """How surely it asks a question that is known: 0 to about 2.4."""
        which = max((self.alone.heard.asked.get(name, 0.0) for name in self.asked.best[:1]), default=0.0)
        marked = self.situation.text.rstrip()[-1:] in tuple(_MARKS)
        return self.surest("question") + self.asked.worded + _WHICH * which + _MARKED * marked

    @property
    def asks_amid(self) -> float:
        """Return the same amid a case: 0 to about 2.5. How like a wording it is tells less there, how plainly one is
        meant of the known ones more."""
        share = max(self.asked.shares.values(), default=0.0)
        marked = self.situation.text.rstrip()[-1:] in tuple(_MARKS)
        return self.surest("question") + share + _WORDED_AMID * self.asked.worded + _MARKED_AMID * marked

    @property
    def asks_about_a_number(self) -> bool:
        """Whether it asks, in few words, whose a short number is that its body has published: "is 1930 real?"."""
        found = self.alone.contacts.found
        if not found or not all(map(_is_short_number, found)) or self.extent > SHORT:
            return False
        surely = self.surest("question", "sure", *CHECKED)
        if self.alone.concern in ("likely", "possible"):  # what its caller wants is told too
            return surely >= _ASKED_OF_A_CALLER
        return surely >= _ASKED_ABOUT or self.situation.text.rstrip().endswith(_ASKING)

    @property
    def familiar(self) -> bool:
        """Whether it can hardly be anything but one of the questions that are known."""
        which = max(self.alone.heard.asked.values(), default=0.0)
        return self.asked.worded >= _AGAIN or (which >= _FAMILIAR and self.surest("question") >= _HINTED)

    @property
    def bears_out_stage(self) -> bool:
        """Whether what a few words mean bears out the stage that they tell: "ok fiz" is no "not yet"."""
        borne_out = {"before": self.surest("gone-no", "no"), "after": self.surest("gone-yes", "yes")}
        return self.extent > BARE or borne_out.get(self.alone.stage, 0.0) >= TRACE

    @property
    def goes_on(self) -> bool:
        """Whether it plainly says more of what was told: it answers, asks on, or hands on what a stranger wrote."""
        on = self.surest("follow-up", "gone-yes", "gone-no", "yes", "no", "what-now", "sure", "more", *CHECKED)
        return on >= _GOING_ON or _QUOTED.match(self.situation.text) is not None

    @property
    def doubt(self) -> float:
        """How surely it must mean nothing of a case: an alarm is not passed over lightly."""
        return {"likely": 0.9, "possible": 0.6}.get(self.alone.concern, 0.3)

    def is_mostly(self, *names: str) -> bool:
        """Whether it means one of some things more surely than anything else."""
        own, others = self.surest(*names), [share for name, share in self.meant.items() if name not in names]
        return own > 0 and own >= max(others, default=0.0)


def _is_short_number(contact: Contact) -> bool:
    """Whether a contact is a short number that its body has published, such as a country's hotline."""
    return contact.owner is not None and len(contact.identifier.value) <= _SHORT_NUMBER
