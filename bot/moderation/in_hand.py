"""What moderators are in the middle of, by chat: drafts and the cards that show them, in memory only."""

from dataclasses import dataclass
from secrets import token_urlsafe

from bot.moderation.proposing import Nearest
from knowledge.proposals.proposal import Draft

_MOST_OF_A_CHAT = 20
_MOST = 1000
_KEY_BYTES = 6


@dataclass(frozen=True)
class CaseInHand:
    """A text that is to become a case, masked."""

    text: str
    nearest: Nearest
    emergency: bool = False
    wanted: str = ""
    """The pattern that the moderator named, beside the nearest ones."""
    note: int | None = None
    """The note on a wrong answer that it comes from."""


@dataclass(frozen=True)
class DocumentInHand:
    """A draft of a whole document, or of taking one out."""

    draft: Draft
    diff: str
    """What was shown of it; where the document in use changes meanwhile, it is another one."""


@dataclass(frozen=True)
class CardInHand:
    """A card of the review queue."""

    ref: str
    """Its place in the queue, see review_queue.py."""
    reason: str = ""
    """Given for the decision."""


Item = CaseInHand | DocumentInHand | CardInHand


@dataclass
class Kept:
    """A draft and where it is shown."""

    item: Item
    message: int | None = None
    """The id of the message that shows it."""


class Drafts:
    """The latest drafts of each chat; an older one is gone, and its buttons are stale."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], Kept] = {}

    def put(self, chat: int, item: Item) -> str:
        """Keep a draft and return its key, at most 8 characters; the oldest ones give way."""
        key = token_urlsafe(_KEY_BYTES)
        self._kept[chat, key] = Kept(item)
        own = [place for place in self._kept if place[0] == chat]
        for place in [*own[:-_MOST_OF_A_CHAT], *list(self._kept)[:-_MOST]]:
            self._kept.pop(place, None)
        return key

    def get(self, chat: int, key: str) -> Item | None:
        """Return a chat's draft by its key."""
        kept = self._kept.get((chat, key))
        return kept.item if kept else None

    def change(self, chat: int, key: str, item: Item) -> None:
        """Put another draft in the place of one that is kept."""
        self._kept[chat, key].item = item

    def shown(self, chat: int, key: str, message: int) -> None:
        """Note which message shows a draft."""
        if kept := self._kept.get((chat, key)):
            kept.message = message

    def under(self, chat: int, message: int) -> tuple[str, Item] | None:
        """Return the key and the draft that a message shows."""
        for (owner, key), kept in reversed(self._kept.items()):
            if owner == chat and kept.message == message:
                return key, kept.item
        return None

    def take(self, chat: int, key: str) -> Kept | None:
        """Take a draft out, so that a second tap finds it no more."""
        return self._kept.pop((chat, key), None)

    def give_back(self, chat: int, key: str, kept: Kept) -> None:
        """Keep a draft again that was taken out."""
        self._kept[chat, key] = kept

    def drop(self, chat: int, key: str) -> None:
        """Forget a draft."""
        self._kept.pop((chat, key), None)

    def forget(self, chat: int) -> None:
        """Forget everything of a chat."""
        for place in [place for place in self._kept if place[0] == chat]:
            del self._kept[place]
