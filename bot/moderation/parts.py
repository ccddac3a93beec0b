"""What replies to moderators are made of: people, patterns, proposals with their impacts, and what was decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from bot.words.curating.faults import fault_in
from bot.words.reply import LIMIT, Button, Reply, Section, cut
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.documents.pattern import Pattern
from knowledge.documents.toml import InvalidDocument
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.roles import OPERATOR
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Decision, Draft, Proposal

Patterns = Mapping[str, Pattern]
Expected = Mapping[str, Sequence[str]]
"""The acceptable patterns of each golden situation, by its id."""
_ROOM = 220  # UTF-16 units of each list
_WHY_ROOM = 500
_FAULTS = 20
_ALIKE = 1000  # acts on what has a name that begins alike
_DONE_BEFORE = {
    "confirm": "already_confirmed",
    "remove": "already_removed",
    "safelist": "already_safelisted",
    "settle-note": "already_settled",
}
_TAGS = 100  # around a text: its language and its tags


def cut_lines(text: str, room: int) -> str:
    """Return as many whole lines of a text as ``cut`` would leave."""
    kept = cut(text, room)
    return kept if kept == text or "\n" not in kept else f"{kept.rpartition(chr(10))[0]}\n…"


def room_beside(sections: Iterable[Section], least: int, most: int) -> int:
    """Return how many UTF-16 units a text may have beside other sections of a message."""
    taken = sum(len(section.html.encode("utf-16-le")) // 2 + 2 for section in sections)
    return min(max(LIMIT - taken - _TAGS, least), most)


def who(person: int | None, words: Texts) -> str:
    """Name a person to moderators."""
    return words.plain("operator") if person in (None, OPERATOR) else str(person)


def named(name: str, patterns: Patterns, words: Texts) -> Markup:
    """Name a pattern by title and id."""
    known = patterns.get(name)
    if known is None:
        return words.of("pattern_id", pattern=name)
    return words.of("pattern_named", title=known.guidance_in(words.language).title, pattern=name)


def what(draft: Draft, patterns: Patterns, words: Texts) -> Markup:
    """Say what a draft is."""
    return words.of(_WHAT[draft.kind], pattern=named(draft.pattern, patterns, words))


_WHAT = {
    "case": "what_case",
    "pattern": "what_pattern",
    "edit": "what_edit",
    "retire": "what_retire",
    "golden": "what_golden",
}


def plain(words: Texts, key: str, **values: object) -> Reply:
    """Render one text without buttons."""
    return Reply(words.of(key, **values))


def faults(invalid: InvalidDocument, words: Texts) -> Reply:
    """Name each fault of a document with its place."""
    lines = [
        words.of("fault", place=fault.place, wrong=cut(fault_in(words.language, fault.wrong), 300))
        for fault in invalid.faults
    ]
    head = words.of("faults", count=len(lines))
    shown: list[Markup] = []
    for line in lines[:_FAULTS]:
        if sum(len(each) + 1 for each in shown) + len(line) > 3400:
            break
        shown.append(line)
    more = [words.of("more", count=len(lines) - len(shown))] if len(shown) < len(lines) else []
    return Reply("\n".join([head, *shown, *more]))


def skip_button(ref: str, words: Texts) -> Button:
    """Return the button to what comes after an item of the queue."""
    return Button(words.plain("button_skip"), f"mod_next:{ref}")


def decided(proposal: Proposal, words: Texts, *, already: bool = False) -> Markup:
    """Say what was decided on a proposal, by whom and when."""
    keys = {"approved": "decided_approved", "rejected": "decided_rejected", "withdrawn": "decided_withdrawn"}
    before = {"approved": "already_approved", "rejected": "already_rejected", "withdrawn": "already_withdrawn"}
    assert proposal.decided is not None, "only what is decided is told of"
    values = {"who": who(proposal.decided_by, words), "day": f"{proposal.decided:%Y-%m-%d %H:%M}"}
    line = words.of((before if already else keys)[proposal.state], **values)
    if proposal.expires:
        line += Markup(" ") + words.of("decided_until", day=words.day(proposal.expires))
    if proposal.reason:
        line += Markup("\n") + words.of("reason", reason=cut(proposal.reason, _WHY_ROOM))
    return line


def already(store: Store, name: str, kind: str, words: Texts) -> tuple[Markup, int | None]:
    """Say who has settled a contact or a note, by its letter in the queue, and return them; None where nobody has."""
    verbs = ("confirm", "remove", "safelist", "undo") if kind in "acs" else ("settle-note",)
    for row in audit_rows(store, most=_ALIKE, about=f" {name}"):
        verb, _, object_ = row.what.partition(" ")
        if verb in verbs and object_ == name:
            if verb == "undo":
                break
            values = {"who": who(row.who, words), "day": f"{row.when:%Y-%m-%d %H:%M}"}
            return words.of(_DONE_BEFORE[verb], **values), row.who
    return words.of("settled_gone"), None


def outcome(decision: Decision, words: Texts) -> Markup:
    """Say what became of a tap."""
    if decision.proposal and decision.outcome in ("approved", "rejected", "withdrawn"):
        return decided(decision.proposal, words)
    if decision.proposal and decision.outcome == "already":
        return decided(decision.proposal, words, already=True)
    keys = {"own": "decision_own", "held": "decision_held", "untried": "decision_untried", "edited": "edited_waits"}
    return words.of(keys.get(decision.outcome, "decision_gone"))


def told(proposal: Proposal, patterns: Patterns, words: Texts) -> Reply:
    """Tell an author what was decided on their proposal."""
    head = words.of("author", number=proposal.id, what=what(proposal.draft, patterns, words))
    lines = [head, decided(proposal, words)]
    lines += [words.of("author_when")] if proposal.state == "approved" else []
    return Reply("\n".join(lines))


def undone(proposal: Proposal, patterns: Patterns, words: Texts) -> Reply:
    """Tell an author that the decision on their proposal was taken back."""
    return Reply(words.of("author_undone", number=proposal.id, what=what(proposal.draft, patterns, words)))


def impact(proposal: Proposal, expected: Expected, words: Texts) -> list[Section]:
    """Say what trying a proposal found."""
    sections = []
    if proposal.held:
        sections.append(Section(words.of("effect_held", why=cut(fault_in(words.language, proposal.held), _WHY_ROOM))))
    elif proposal.impact is None:
        sections.append(Section(words.of("effect_untried")))
    if proposal.impact:
        found = Impact.from_row(proposal.impact)
        head = words.of("effect_head", fixes=len(found.fixes), breaks=len(found.breaks))
        heads = [] if proposal.draft.situation else [head]  # one more question changes no answer
        if lines := [*heads, *_effects(found, expected, words)]:
            sections.append(Section("\n".join(lines), 2))
    return sections


def _effects(found: Impact, expected: Expected, words: Texts) -> Iterator[Markup]:
    listed = {
        "effect_fixes": found.fixes,
        "effect_breaks": found.breaks,
        "effect_found": found.found,
        "effect_missed": found.missed,
        "effect_possible": found.now_possible,
        "effect_likely": found.now_likely,
        "effect_accused": found.accused,
        "effect_answered_right": found.answered_right,
        "effect_answered_wrong": found.answered_wrong,
    }
    for key, names in listed.items():
        if names:
            yield words.of(key, count=len(names), names=cut(", ".join(names), _ROOM))
    taken: dict[str, list[str]] = {}
    for name in found.pulled:
        taken.setdefault((*expected.get(name, ()), "?")[0], []).append(name)
    for pattern, ids in taken.items():
        yield words.of("effect_pulled", pattern=pattern, count=len(ids), names=cut(", ".join(ids), _ROOM))
    for pattern, place, cosine in found.near[:3]:
        yield words.of("effect_near", pattern=pattern, place=place, cosine=f"{cosine:.2f}")
