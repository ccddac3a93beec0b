"""What a person says has happened, and what AskFirst makes of it."""

from dataclasses import dataclass, field

from index.model.encoder import Heard
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.stages import Loss, Stage
from knowledge.impostors.contacts import Contacts

SURELY_LOST = 0.6
"""How surely it must be told what is gone for the reply to name it; see docs/judgement.md."""
SURELY_PICTURES, PERHAPS_PICTURES = 0.8, 0.2
"""The same of intimate pictures, which frighten most where there are none; under blackmail with them, how faintly."""

SURELY_ANOTHER = 0.75
"""How surely it must happen to somebody else than the writer for the reply to say so."""

BLACKMAIL = "sextortion"
_VICTIMS: tuple[Loss, ...] = ("money", "voucher", "code", "access", "picture", "document")
_HELPERS: tuple[Loss, ...] = ("work", "account")
"""What only victims part with, and what helps a ring."""


@dataclass(frozen=True)
class Origin:
    """Where a forwarded message says it comes from; it can be faked and proves nothing."""

    name: str = ""
    """Empty where the sender hides who they are."""
    handle: str = ""


@dataclass(frozen=True)
class Situation:
    """What a person says has happened."""

    text: str
    language: str = "en"
    """The language of their choice or of their Telegram, for a text too short to tell its own."""
    country: str | None = None
    """A country's code, as in the reporting documents."""
    origin: Origin | None = None
    """Where it was forwarded from."""
    names_only: bool = False
    """Whether the words are nothing but somebody's name, which tells no language."""


@dataclass(frozen=True)
class Evidence:
    """One of the person's own sentences, and the red flag it meets."""

    quote: str
    flag: str
    """The red flag in the text's language."""
    number: int
    """Its place in the guidance's list, which translations keep."""


@dataclass(frozen=True)
class Match:
    """A pattern the situation is like, with the cosine to its nearest case (-1 to 1, language means removed)."""

    pattern: Pattern
    similarity: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """What AskFirst makes of a situation."""

    language: str
    """The language of the text, or the person's own where the text is too short to tell."""
    concern: Concern
    danger: float
    """The probability of danger behind the concern, 0 to 1; for measuring, never for showing to anybody."""
    stage: Stage
    """How far it has gone; decided on its own, whatever the concern."""
    ask: bool
    """Whether something may be gone, though not surely, so that the person had better be asked."""
    matches: tuple[Match, ...]
    """The nearest dangerous patterns, best first, also below the thresholds."""
    look_alikes: tuple[Match, ...]
    """The nearest legitimate look-alikes, best first."""
    resembles_look_alike: bool
    """The nearest pattern of all is a legitimate look-alike."""
    by_contact: bool
    """Only a contact that is made to deceive gives reason for concern: the words match no pattern, so none is named."""
    close: bool
    """Whether the second dangerous pattern is met nearly as well as the first, so that neither name is sure."""
    contacts: Contacts
    """The numbers, links and names in the text, and who the stranger is said to be."""
    milliseconds: float
    """How long it took, with what was checked at the same time."""
    heard: Heard = field(default_factory=Heard)
    """What is meant with the text; see dialogue.py."""
    surely_gone: float = 0.0
    """How surely the text tells that something is gone, 0 to 1, whatever is made of it."""
    brief: bool = False
    """Whether it was told in a few words."""

    @property
    def emergency(self) -> bool:
        """Whether something is gone, or is going this minute."""
        return self.stage in ("now", "after")

    @property
    def took_part(self) -> bool:
        """Whether they have taken part in what an accomplice trap is about, rather than lost something.

        Who may be robbed is not told to be one of the ring: it must be the trap alone that is met, or work or an
        account that was given, and nothing that only a victim parts with.
        """
        if self.stage != "after" or self.kind != Kind.ACCOMPLICE or self.lost in _VICTIMS:
            return False
        robbed = self.close and self.matches[1].pattern.kind == Kind.SCAM
        return not robbed or self.lost in _HELPERS

    @property
    def tells_too_little(self) -> bool:
        """Whether more must be told: it cannot be judged, or is like nothing that is known, in a few words."""
        like_nothing = self.concern == "no_match" and self.brief and not self.resembles_look_alike
        return (self.concern == "unclear" or like_nothing) and not self.emergency

    @property
    def of_another(self) -> bool:
        """Whether it happens to somebody close to the writer, as far as is heard."""
        return self.heard.another >= SURELY_ANOTHER

    @property
    def lost(self) -> Loss | None:
        """What is gone, or would be, where the text tells it surely; under blackmail with pictures those come first.

        Nobody is told of intimate pictures in strange hands where nothing is heard of any.
        """
        shares = self.heard.lost
        if self.named and self.named.id == BLACKMAIL and shares.get("picture", 1.0) >= PERHAPS_PICTURES:
            return "picture"
        surest = max(shares, key=lambda loss: shares[loss], default=None)
        enough = SURELY_PICTURES if surest == "picture" else SURELY_LOST
        return surest if surest and shares[surest] >= enough else None

    @property
    def kind(self) -> Kind | None:
        """The kind of the pattern that is named."""
        return self.named.kind if self.named else None

    @property
    def named(self) -> Pattern | None:
        """The dangerous pattern that the concern is about; none where it is about a contact alone."""
        return self.matches[0].pattern if self.concern in ("likely", "possible") and not self.by_contact else None

    @property
    def asked_pattern(self) -> Pattern | None:
        """The pattern whose question would tell: the one that is possible, or the look-alike that it reads like."""
        if self.emergency or self.ask:
            return None
        if self.concern == "possible":
            return self.named
        calm = self.concern == "no_match" and self.resembles_look_alike
        return self.look_alikes[0].pattern if calm else None

    @property
    def question(self) -> str | None:
        """The one question that would tell, in the text's language."""
        return self.asked_pattern.guidance_in(self.language).question if self.asked_pattern else None
