"""Who a text says the stranger is, or in whose name the stranger writes.

Naming a body is not claiming to be it: people pay with a bank's card, meet on a platform, go to the police. What
counts is the words beside a name, curated in ``claims/*.toml``, one document a language.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.documents.claims import Role, read_claim_words
from knowledge.documents.official import EVERYWHERE, OfficialBody
from knowledge.text.letters import sort_of
from knowledge.text.phrases import Phrases, Plain, plain

AT_MOST = 3
_ENOUGH = 2
_MEDIA = frozenset({"platform", "payment", "marketplace", "crypto"})
"""Kinds that people mostly name because they use them."""
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:https?://|www\.)[!-~]+|(?<![\w.+-])@\w+", re.ASCII | re.IGNORECASE
)
_BREAK = re.compile(r"[.,!?;:。，！？；：、\n]")
_SIGNED_BEFORE = re.compile(r"(?:^|[\n\[【「『\"“<(])\W*$")
_SIGNED_AFTER = re.compile(r"\W{0,2}[:：\]】]")
_NEAR = 60
"""Characters to either side in which a message or call must be told of."""
_FAR = 40
"""Characters to either side of a name in which words are said of it."""
_SHORT = 2
"""Ambiguous names of no more letters count in capital letters only."""
_WORDS_BETWEEN, _LETTERS_BETWEEN = 2, 5
"""The most words of an alphabet, or letters of another script, between a name and the word that makes it a claim."""

_ROLES: tuple[Role, ...] = (
    "contact", "strong_before", "strong_after", "weak_before", "weak_after", "mention_before", "mention_after",
)  # fmt: skip


@dataclass(frozen=True)
class _Name:
    """A way of writing a body (``body``), or a kind of authority (``authority``)."""

    body: str = ""
    authority: str = ""
    ambiguous: bool = False


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    names: tuple[_Name, ...]


class Claims:
    """The names of bodies, and the words that make naming one a claim to be it, ready to be found in texts."""

    def __init__(self, bodies: Mapping[str, OfficialBody]) -> None:
        """Take the bodies by id.

        Raises:
            InvalidDocument: a document of claim words is faulty.
        """
        self._bodies = bodies
        self._phrases = _phrases(bodies)

    def made_in(self, text: str, country: str | None) -> tuple[str, ...]:
        """Return the ids of the bodies that the stranger is said to be or to write for, likeliest first, three at most.

        A country is two letters, or None where it is not known. Any text is accepted, in time linear in its length.
        """
        read = plain(_ADDRESS.sub(lambda address: " " * len(address[0]), text))
        mentions, roles = _scan(read.lower, self._phrases)
        scores: dict[str, tuple[int, int]] = {}
        for mention in mentions:
            written = read.cased[mention.start : mention.end]
            for name, body in _candidates(mention.names, self._bodies, country):
                ordinary = name.ambiguous and written == written.lower() != written.upper()
                base = _base(name, body, written, ordinary)
                score = base + _around(read, mention, roles, ordinary)
                if score >= _ENOUGH and (score, -mention.start) > scores.get(body.id, (0, 0)):
                    scores[body.id] = (score, -mention.start)
        return tuple(sorted(scores, key=lambda found: scores[found], reverse=True)[:AT_MOST])


def _phrases(bodies: Mapping[str, OfficialBody]) -> Phrases[_Name | Role]:
    phrases: Phrases[_Name | Role] = Phrases()
    for body in bodies.values():
        for alias in body.aliases:
            phrases.add(alias, _Name(body=body.id, ambiguous=alias in body.ambiguous))
    for language in read_claim_words():
        for authority, words in language.generic.items():
            for word in words:
                phrases.add(word, _Name(authority=authority))
        for role in _ROLES:
            for word in getattr(language, role):
                phrases.add(word, role)
    return phrases


@dataclass(frozen=True)
class _Roles:
    """What claim words end and start at each place, where contacts are told of, and what belongs to names."""

    by_end: Mapping[int, Sequence[Role]]
    by_start: Mapping[int, Sequence[Role]]
    contacts: Sequence[int]
    names: frozenset[int]


def _scan(text: str, phrases: Phrases[_Name | Role]) -> tuple[list[_Mention], _Roles]:
    """Find names, the longest where they overlap, and the claim words between them.

    Where one is part of a longer one ("por" of "se hace pasar por") the longer one is what is said.
    """
    longest_to: dict[int, int] = {}
    longest_from: dict[int, int] = {}
    mentions: list[_Mention] = []
    by_end: dict[int, list[Role]] = {}
    by_start: dict[int, list[Role]] = {}
    contacts: list[int] = []
    for start, end, meaning in phrases.find(text):
        if isinstance(meaning, _Name):
            last = mentions[-1] if mentions else None
            if last and (start, end) == (last.start, last.end):
                mentions[-1] = _Mention(start, end, (*last.names, meaning))
            elif last is None or start >= last.end:
                mentions.append(_Mention(start, end, (meaning,)))
        elif meaning == "contact":
            contacts.append(start)
        elif meaning.endswith("_before"):
            if longest_to.setdefault(end, start) == start:
                by_end.setdefault(end, []).append(meaning)
        elif longest_from.setdefault(start, end) == end:
            by_start.setdefault(start, []).append(meaning)
    names = frozenset(place for mention in mentions for place in range(mention.start, mention.end))
    return mentions, _Roles(by_end, by_start, contacts, names)


def _around(read: Plain, mention: _Mention, roles: _Roles, ordinary: bool) -> int:
    """Add up what the words beside a name say: a claim above zero, a mere mention below.

    Beside an ordinary word only what touches it is said of it.
    """
    found = {*_before(read.lower, mention, roles, ordinary), *_after(read.lower, mention, roles, ordinary)}
    nearest = bisect_left(roles.contacts, mention.start - _NEAR)
    told = nearest < len(roles.contacts) and roles.contacts[nearest] <= mention.start + _NEAR
    signed = _SIGNED_AFTER.match(read.cased, mention.end) and _SIGNED_BEFORE.search(
        read.cased, max(0, mention.start - 12), mention.start
    )
    strong = bool(found & {"strong_before", "strong_after"} or signed)
    mentioned = sum(role in found for role in ("mention_before", "mention_after"))
    weak = bool(found & {"weak_before", "weak_after"}) and told and not mentioned
    return 3 * strong + told + weak - 2 * mentioned


def _before(text: str, mention: _Mention, roles: _Roles, ordinary: bool) -> Iterator[Role]:
    for end in _reach(text, range(mention.start, max(-1, mention.start - _FAR), -1), roles, -1):
        touching = not any(map(sort_of, text[end : mention.start]))
        for role in roles.by_end.get(end, ()):
            if role.endswith("_before") and (touching or not (ordinary or role.startswith("mention"))):
                yield role


def _after(text: str, mention: _Mention, roles: _Roles, ordinary: bool) -> Iterator[Role]:
    for start in _reach(text, range(mention.end, min(len(text), mention.end + _FAR)), roles, 0):
        touching = not any(map(sort_of, text[mention.end : start]))
        for role in roles.by_start.get(start, ()):
            if role.endswith("_after") and (touching or not (ordinary or role.startswith("mention"))):
                yield role


def _reach(text: str, places: Iterable[int], roles: _Roles, side: int) -> Iterator[int]:
    """Yield places outwards from a name while few words, no comma, no full stop and no other name lie between."""
    words = letters = 0
    inside = False
    for place in places:
        yield place
        at = place + side
        if not 0 <= at < len(text) or _BREAK.match(text[at]) or at in roles.names:
            return
        sort = sort_of(text[at])
        words += sort == "word" and not inside
        letters += sort == "free"
        inside = sort == "word"
        if words > _WORDS_BETWEEN or letters > _LETTERS_BETWEEN:
            return


def _candidates(
    names: Sequence[_Name], bodies: Mapping[str, OfficialBody], country: str | None
) -> Sequence[tuple[_Name, OfficialBody]]:
    """Return the bodies a name may stand for: the country's own, else that of everywhere, else the unmistakable one."""
    named = [(name, bodies[name.body]) for name in names if name.body]
    own = [pair for pair in named if pair[1].country == country]
    everywhere = [pair for pair in named if pair[1].country == EVERYWHERE]
    foreign = [pair for pair in named if not pair[0].ambiguous or country is None]
    if own or everywhere:
        return own or everywhere
    for name in names:
        fitting = [body for body in bodies.values() if body.country == country and _stands_for(body, name.authority)]
        if len(fitting) == 1:
            return [(name, fitting[0])]
    return foreign if len(foreign) == 1 or country is None else []


def _stands_for(body: OfficialBody, authority: str) -> bool:
    return body.generic and body.kind == authority


def _base(name: _Name, body: OfficialBody, written: str, ordinary: bool) -> int:
    """Return what a name counts for by itself, from 1 for one that is nothing else down to an ordinary word."""
    if name.authority:
        return 0
    if ordinary:
        return -1 if len(written) > _SHORT else -_ENOUGH - 4
    if body.kind in _MEDIA:
        return -1
    return 1 if not name.ambiguous or (written.isupper() and len(written) > 1) else 0
