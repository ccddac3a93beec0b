"""Telling moderators that work waits: when, of what, and in which words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from hashlib import sha256

from bot.moderation.queue import by_kind
from bot.words.curating.faults import fault_in
from bot.words.reply import Button, Reply, cut
from bot.words.texts import Texts
from knowledge.ledger.desk.desks import Desk

_EVERY = timedelta(hours=1)
_DIGITS, _WHY_ROOM, _SHOWN = 16, 500, 3
Quiet = tuple[time, time]
"""From when until when nobody is disturbed, by the computer's own time; past midnight where the end is the earlier."""
_LINES = {
    "proposal": "waits_proposals",
    "appeal": "waits_appeals",
    "report": "waits_reports",
    "safelist": "waits_safelist",
    "note": "waits_notes",
}


@dataclass(frozen=True)
class News:
    """What waits for one moderator."""

    items: tuple[str, ...]
    """All of it, as references; see queue.py."""
    fresh: tuple[str, ...]
    """What they were not told of yet."""
    last: datetime | None
    """When they were written to last."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why published builds were refused, those they were not told of yet, by a reference of its own."""

    @property
    def urgent(self) -> bool:
        """Whether there is something that is told at once: an appeal, or a build that was refused."""
        return bool(self.refused) or any(item[0] == "a" for item in self.fresh)

    @property
    def told(self) -> tuple[str, ...]:
        """What they know of when they have been written to."""
        return (*self.fresh, *self.refused)

    def due(self, now: datetime, *, quiet: bool) -> bool:
        """Whether they are written to now: at once of what is urgent, of all else at most once an hour."""
        if not self.told:
            return False
        return self.urgent or (not quiet and (self.last is None or now - self.last >= _EVERY))


def refusals(lines: Iterable[str]) -> dict[str, str]:
    """Return why builds were refused, each by a reference that is the same after a restart."""
    return {f"b{sha256(line.encode()).hexdigest()[:_DIGITS]}": line for line in lines}


def news_of(items: tuple[str, ...], own: frozenset[str], desk: Desk, refused: Mapping[str, str]) -> News:
    """Return what waits for a moderator; of what is their ``own``, which others decide on, they are not told."""
    theirs = tuple(item for item in items if item not in own)
    fresh = tuple(item for item in theirs if item not in desk.told)
    return News(theirs, fresh, desk.last, {ref: why for ref, why in refused.items() if ref not in desk.told})


def is_quiet(quiet: Quiet | None, clock: time) -> bool:
    """Whether it is one of the hours in which nobody is disturbed."""
    if quiet is None:
        return False
    begin, end = quiet
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def waiting_reply(news: News, words: Texts) -> Reply:
    """Render what waits by kind, with what is new of it, and the button that opens the review."""
    fresh = by_kind(news.fresh)
    shown = [fault_in(words.language, why) for why in list(news.refused.values())[:_SHOWN]]
    refused = [str(words.of("waits_refused", why=cut(why, _WHY_ROOM))) for why in shown]
    if not news.items:
        return Reply("\n".join(refused))
    lines = [*refused, str(words.of("waits", count=len(news.items)))]
    for kind, count in by_kind(news.items).items():
        line = words.of(_LINES[kind], count=count)
        lines.append(f"{line} · {words.of('waits_new', count=fresh[kind])}" if kind in fresh else str(line))
    return Reply("\n".join(lines), ((review_button(words),),))


def review_button(words: Texts) -> Button:
    """Return the button that opens the review."""
    return Button(words.plain("button_review"), "mod_review:")
