"""The card of an item of the queue: all that somebody should have seen who decides on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from markupsafe import Markup

from bot.console.acts import before
from bot.console.answers import Seen, seen_in
from bot.console.call import Call
from bot.moderation import parts, review_cards
from bot.moderation.lookup import listed_line, wish_lines
from bot.words.contacts import reported
from knowledge.documents.toml import InvalidDocument
from knowledge.ledger.contact_report_rows import AppealRow, ReportedRow
from knowledge.ledger.contact_reports import THRESHOLD, Reputation
from knowledge.ledger.safelist import Listed, listed
from knowledge.ledger.wrong_answers import WrongNote
from knowledge.proposals.drafting import difference
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Proposal

_MOST_SITUATIONS = 50


@dataclass(frozen=True)
class Card:
    """All that is shown of an open item."""

    ref: str
    head: Markup
    lines: Sequence[Markup] = ()
    text: str = ""
    """A case's or a note's own words."""
    diff: str = ""
    """A document, or what changes of it."""
    document: bool = False
    """Whether it is a proposed document, which can be edited."""
    edited: str = ""
    """What edits have changed of a document as it was proposed."""
    impact: Sequence[Markup] = ()
    acts: Sequence[tuple[str, str, str]] = ()
    """Each with its act, the key of its words, and its key on the keyboard."""
    mark: str = ""
    pattern: str = ""
    batch: str = ""
    note: int | None = None
    seen: Seen | None = None
    """The pattern as people will see it where a document is proposed, and as they see it where it is to go."""
    situations: Sequence[tuple[str, str]] = ()
    """Those of the examination that the impact names: each with its text."""
    like: str = ""
    """A text whose nearest known ones are worth reading first; empty where there is none."""
    reason: bool = False
    """Whether a reason may be given."""


def card_of(call: Call, ref: str) -> Card | None:
    """Return the card of an item; None where it is settled."""
    desk, name = call.desk, ref[1:]
    numbered = name.isascii() and name.isdigit() and len(name) < 17
    if ref[:1] == "p" and numbered and (proposal := desk.proposals.get(int(name))) and not proposal.decided:
        return _proposal(call, proposal)
    if (
        ref[:1] == "n"
        and numbered
        and (note := next((one for one in desk.notes.waiting() if one.id == int(name)), None))
    ):
        return _note(call, note)
    if ref[:1] == "s" and (wish := listed(desk.store, name, desk.today)) and not wish.in_force:
        return _wish(call, wish)
    row = desk.reports.of(name, desk.today) if ref[:1] in ("a", "c") else None
    if row is None:
        return None
    appeal = next((one for one in desk.reports.appeals(desk.today) if one.identifier == name), None)
    return _contact(call, ref, row, appeal)


def _proposal(call: Call, one: Proposal) -> Card:
    desk, words = call.desk, call.for_moderators
    draft, view = one.draft, review_cards.view_of(desk.proposing, one, desk.today)
    second = not desk.settings.alone
    own, edited = second and one.author == call.person, second and call.person in one.edited_by
    lines = [words.of("proposal_by", who=parts.who(one.author, words), day=f"{one.made:%Y-%m-%d %H:%M}")]
    lines += review_cards.edited_lines(view.edits, words)
    lines += [words.of("why", why=draft.reason)] if draft.reason else []
    lines += [words.of("own_waits" if own else "edited_waits")] if own or edited else []
    acts = [("no", "reject", "r")]
    if own:
        acts = [("withdraw", "withdraw", ""), *acts]
    elif not edited and one.state != "held" and one.impact is not None:
        acts = [("yes", "approve", "a"), *acts, ("week", "approve_week", "")]
    return Card(
        ref=f"p{one.id}",
        head=words.of("proposal", number=one.id, what=parts.what(draft, desk.patterns(), words)),
        lines=lines,
        text=view.body if draft.case else "",
        diff="" if draft.case else view.body,
        document=draft.kind in ("pattern", "edit"),
        edited=difference(view.edits[0].before, draft.content, "proposed", "edited") if view.edits else "",
        impact=[Markup(section.html) for section in parts.impact(one, desk.expected(), words)],
        acts=acts,
        mark=view.mark,
        pattern=draft.pattern,
        batch=draft.batch,
        seen=None if draft.case or draft.situation else _seen(call, one),
        situations=_situations(call, one),
        like=draft.case.text if draft.case else draft.situation.text if draft.situation else "",
        reason=True,
    )


def _seen(call: Call, one: Proposal) -> Seen | None:
    """Return what people would see; nothing where the document in use has changed so that this does not fit it."""
    try:
        pattern = call.desk.proposing.preview(one.draft, call.desk.today)
    except InvalidDocument:
        return None
    return seen_in(call, pattern, call.asked("language") or call.language)


def _situations(call: Call, one: Proposal) -> list[tuple[str, str]]:
    if not one.impact:
        return []
    impact = Impact.from_row(one.impact)
    lists: Iterable[object] = (getattr(impact, field.name) for field in fields(impact))
    named = {name for names in lists if isinstance(names, tuple) for name in names if isinstance(name, str)}
    golden = call.desk.engine.serving.build().golden
    return [(judged.id, judged.text) for judged in golden if judged.id in named][:_MOST_SITUATIONS]


def _contact(call: Call, ref: str, row: ReportedRow, appeal: AppealRow | None) -> Card:
    words = call.for_moderators
    lines = [review_cards.contact(row, words)]
    lines += review_cards.second_needed(row, words, alone=call.desk.settings.alone)
    lines += [*_told(call, row), *_before(call, row.identifier)]
    if appeal:
        lines.insert(0, words.of("appeal_card", count=appeal.count, since=words.day(appeal.since)))
    acts = [("yes", "keep" if appeal else "confirm", "a"), ("no", "remove", "r")]
    acts = acts[row.said_by(call.person) and not call.desk.settings.alone :]
    wanted = listed(call.desk.store, row.identifier, call.desk.today)
    lines += [listed_line(wanted, words)] if wanted else []
    if wanted is None or wanted.person != call.person or call.desk.settings.alone:
        acts.append(("safe", "put_on_safelist", ""))
    pattern = row.patterns[0] if row.patterns else ""
    return Card(ref=ref, head=Markup("{}").format(row.masked), lines=lines, acts=acts, pattern=pattern, reason=True)


def _told(call: Call, row: ReportedRow) -> list[Markup]:
    """Say what people read of a contact now, and what they will once it is confirmed."""
    people, known = call.desk.words.people[call.language], Reputation(row.count, row.since, row.confirmed)
    told = row.confirmed or row.count >= THRESHOLD
    lines = [call.words.of("told_at_present", told=reported(known, people) if told else call.words.of("told_nothing"))]
    if not row.confirmed:
        confirmed = reported(replace(known, confirmed=True), people)
        lines.append(call.words.of("told_if_confirmed", told=confirmed))
    return lines


def _before(call: Call, identifier_hash: str) -> list[Markup]:
    lines = before(call, identifier_hash)
    return [Markup("\n").join([call.words.of("decided_before"), *lines])] if lines else []


def _wish(call: Call, wish: Listed) -> Card:
    acts = [("yes", "put_on_safelist", "a"), ("no", "leave_off_safelist", "r")]
    own = wish.person == call.person and not call.desk.settings.alone
    lines = wish_lines(wish, call.desk.reports.of(wish.identifier, call.desk.today), call.for_moderators)
    lines = [*lines, *_before(call, wish.identifier)]
    head = Markup("{}").format(wish.masked)
    return Card(ref=f"s{wish.identifier}", head=head, lines=lines, acts=acts[own:], reason=True)


def _note(call: Call, note: WrongNote) -> Card:
    words, concern = call.for_moderators, f"concern_{note.concern}"
    answer = words.of(concern)
    if note.pattern:
        named = parts.named(note.pattern, call.desk.patterns(), words)
        answer = words.of("note_named", concern=answer, pattern=named)
    head = words.of("note_card", answer=answer, language=note.language, day=words.day(note.day))
    lines = [] if note.masked else [words.of("note_without")]
    return Card(
        ref=f"n{note.id}",
        head=head,
        lines=lines,
        text=note.masked or "",
        acts=[("done", "as_done", "a"), ("no", "delete", "r")],
        pattern=note.pattern or "",
        note=note.id if note.masked else None,
        like=note.masked or "",
    )
