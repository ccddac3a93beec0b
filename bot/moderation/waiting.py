"""Telling moderators that work waits: when, of what, and in which words."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.moderation.queue import by_kind
from bot.words.reply import Button, Reply
from bot.words.texts import Texts
from knowledge.ledger.desks import Desk

_EVERY = timedelta(hours=1)
Quiet = tuple[time, time]
"""From when until when nobody is disturbed, by the computer's own time; past midnight where the end is the earlier."""
_LINES = {
    "proposal": "waits_proposals",
    "appeal": "waits_appeals",
    "report": "waits_reports",
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

    @property
    def urgent(self) -> bool:
        """Whether there is something that is told at once: an appeal."""
        return any(item[0] == "a" for item in self.fresh)

    def due(self, now: datetime, *, quiet: bool) -> bool:
        """Whether they are written to now: at once of what is urgent, of all else at most once an hour."""
        if not self.fresh:
            return False
        return self.urgent or (not quiet and (self.last is None or now - self.last >= _EVERY))


def news_of(items: tuple[str, ...], own: frozenset[str], desk: Desk) -> News:
    """Return what waits for a moderator; of what is their ``own``, which others decide on, they are not told."""
    theirs = tuple(item for item in items if item not in own)
    return News(theirs, tuple(item for item in theirs if item not in desk.told), desk.last)


def is_quiet(quiet: Quiet | None, clock: time) -> bool:
    """Whether it is one of the hours in which nobody is disturbed."""
    if quiet is None:
        return False
    begin, end = quiet
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def waiting_reply(news: News, words: Texts) -> Reply:
    """Render what waits by kind, with what is new of it, and the button that opens the review."""
    fresh = by_kind(news.fresh)
    lines = [str(words.of("waits", count=len(news.items)))]
    for kind, count in by_kind(news.items).items():
        line = words.of(_LINES[kind], count=count)
        lines.append(f"{line} · {words.of('waits_new', count=fresh[kind])}" if kind in fresh else str(line))
    return Reply("\n".join(lines), ((review_button(words),),))


def review_button(words: Texts) -> Button:
    """Return the button that opens the review."""
    return Button(words.plain("button_review"), "mod_review:")
