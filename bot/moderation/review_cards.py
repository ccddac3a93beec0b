"""The cards of the review queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from markupsafe import Markup

from bot.moderation import parts
from bot.moderation.parts import Expected, Patterns, cut_lines, named, skip_button
from bot.moderation.queue import Place
from bot.words.contacts import unlinked
from bot.words.reply import Button, Reply, Section, cut, fit
from bot.words.texts import Texts
from knowledge.documents.golden import situation_document
from knowledge.ledger.contact_report_rows import AppealRow, ReportedRow
from knowledge.ledger.wrong_answers import WrongNote
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.edits import Edit
from knowledge.proposals.proposal import Proposal

_LEAST_ROOM, _BODY_ROOM = 600, 2600
_WHY_ROOM, _LISTED_ROOM = 500, 300
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True)
class View:
    """A proposal with what it would change of the document in use."""

    proposal: Proposal
    body: str
    """A case's text, a new document, or the difference to the document in use."""
    edits: Sequence[Edit] = ()
    """Those of the proposed document, the first first."""

    @property
    def mark(self) -> str:
        """Tell this view from those of other documents in use, in 8 characters."""
        return sha256(self.body.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def view_of(drafting: Drafting, proposal: Proposal, today: date) -> View:
    """Return a proposal with what it changes of the document in use."""
    draft = proposal.draft
    if draft.case:
        return View(proposal, draft.case.text)
    if draft.situation:
        return View(proposal, situation_document(draft.situation))
    edits = drafting.proposals.edits(proposal.id) if proposal.edited_by else ()
    if draft.kind == "pattern" and draft.pattern not in drafting.documents(today):
        return View(proposal, draft.content, edits)
    return View(proposal, drafting.diff(draft, today), edits)


def proposal_card(
    view: View,
    patterns: Patterns,
    expected: Expected,
    words: Texts,
    *,
    own: bool,
    edited: bool = False,
    reason: str = "",
    first: str = "",
) -> Reply:
    """Render a proposal with what may be done; ``first`` stands above it.

    The viewer may not approve what is their ``own``, nor what they have ``edited``.
    """
    one = view.proposal
    above = [Section(first)] if first else []
    above += _head(view, patterns, words)
    below = parts.impact(one, expected, words)
    if one.decided:
        below.append(Section(parts.decided(one, words)))
    elif reason:
        below.append(Section(words.of("reason_kept", reason=cut(reason, _WHY_ROOM))))
    if (own or edited) and not one.decided:
        below.append(Section(words.of("own_waits" if own else "edited_waits"), 1))
    room = parts.room_beside([*above, *below], _LEAST_ROOM, _BODY_ROOM)
    html = fit([*above, _body(view, words, room), *below])
    return Reply(html, () if one.decided else _proposal_buttons(view, words, own=own, edited=edited))


def _head(view: View, patterns: Patterns, words: Texts) -> list[Section]:
    one = view.proposal
    head = words.of("proposal", number=one.id, what=parts.what(one.draft, patterns, words))
    by = words.of("proposal_by", who=parts.who(one.author, words), day=f"{one.made:%Y-%m-%d %H:%M}")
    why = [words.of("why", why=cut(one.draft.reason, _WHY_ROOM))] if one.draft.reason else []
    batch = [words.of("batch", batch=one.draft.batch[:40])] if one.draft.batch else []
    return [Section("\n".join([head, by, *edited_lines(view.edits, words), *why, *batch]))]


def edited_lines(edits: Sequence[Edit], words: Texts) -> list[Markup]:
    """Say who has edited a proposal, each once, with the last time."""
    last = {one.person: one.made for one in edits}
    return [
        words.of("edited_by", who=parts.who(person, words), day=f"{made:%Y-%m-%d %H:%M}")
        for person, made in last.items()
    ]


def _body(view: View, words: Texts, room: int) -> Section:
    draft = view.proposal.draft
    if draft.case:
        key = "case_emergency" if draft.case.emergency else "case_body"
        return Section(words.of(key, language=draft.case.language, text=cut(unlinked(draft.case.text), room)))
    return Section(words.of("pre", text=cut_lines(view.body, room)))


def _proposal_buttons(view: View, words: Texts, *, own: bool, edited: bool) -> Rows:
    one = view.proposal
    reject = Button(words.plain("button_reject"), f"mod_reject:{one.id}")
    rows: list[tuple[Button, ...]] = []
    if own:
        rows.append((Button(words.plain("button_withdraw"), f"mod_withdraw:{one.id}"), reject))
    elif edited or one.state == "held" or one.impact is None:
        rows.append((reject,))
    else:
        rows.append((Button(words.plain("button_approve"), f"mod_approve:{one.id}:{view.mark}"), reject))
        rows.append((Button(words.plain("button_week"), f"mod_week:{one.id}:{view.mark}"),))
    if one.draft.kind in ("pattern", "edit"):
        seen = Button(words.plain("button_seen"), f"mod_preview:{one.id}")
        rows.append((seen, Button(words.plain("button_file"), f"mod_file:{one.id}")))
    return (*rows, (skip_button(f"p{one.id}", words),))


def contact_card(row: ReportedRow, words: Texts, *, alone: bool, reason: str = "", first: str = "") -> Reply:
    """Render what people reported of a contact; one who is not ``alone`` needs a second one for a single report."""
    html = reasoned(Markup("\n").join([contact(row, words), *second_needed(row, words, alone=alone)]), reason, words)
    buttons = (
        Button(words.plain("button_confirm"), f"mod_confirm:{row.identifier}"),
        Button(words.plain("button_remove"), f"mod_remove:{row.identifier}"),
    )
    return Reply(above_card(first, html), (buttons, (skip_button(f"c{row.identifier}", words),)))


def appeal_card(
    appeal: AppealRow, row: ReportedRow, words: Texts, *, alone: bool, reason: str = "", first: str = ""
) -> Reply:
    """Render that somebody says the reports on a contact are wrong."""
    head = words.of("appeal_card", count=appeal.count, since=words.day(appeal.since))
    lines = Markup("\n").join([contact(row, words), *second_needed(row, words, alone=alone)])
    html = reasoned(Markup("{}\n\n{}").format(head, lines), reason, words)
    buttons = (
        Button(words.plain("button_remove_reports"), f"mod_remove:{row.identifier}"),
        Button(words.plain("button_keep_reports"), f"mod_confirm:{row.identifier}"),
    )
    return Reply(above_card(first, html), (buttons, (skip_button(f"a{row.identifier}", words),)))


def contact(row: ReportedRow, words: Texts) -> Markup:
    """Name a contact as moderators may see it, with what is reported of it."""
    values = {"kind": words.of(f"kind_{row.kind}"), "since": words.day(row.since), "last": words.day(row.last)}
    lines = [words.of("contact_card", masked=unlinked(row.masked), count=row.count, **values)]
    if row.patterns:
        lines.append(words.of("contact_patterns", patterns=cut(", ".join(row.patterns), _LISTED_ROOM)))
    if row.countries:
        lines.append(words.of("contact_countries", countries=cut(", ".join(row.countries), _LISTED_ROOM)))
    if row.confirmed:
        lines.append(words.of("contact_confirmed"))
    return Markup("\n").join(lines)


def second_needed(row: ReportedRow, words: Texts, *, alone: bool) -> list[Markup]:
    """Say that two moderators have to confirm a contact; nothing where one is enough."""
    if row.count > 1 or row.confirmed or alone:
        return []
    if row.first is None:
        return [words.of("contact_second")]
    return [words.of("contact_first", who=parts.who(row.first, words))]


def above_card(first: str, html: str) -> str:
    """Put what stands above a card there."""
    return f"{first}\n\n{html}" if first else html


def reasoned(html: Markup, reason: str, words: Texts) -> str:
    """Return a card with the reason that was given for what is decided on it next."""
    return f"{html}\n\n{words.of('reason_kept', reason=cut(reason, _WHY_ROOM))}" if reason else html


def note_card(note: WrongNote, patterns: Patterns, words: Texts, *, first: str = "") -> Reply:
    """Render a note on an answer that was wrong."""
    answer = words.of(_CONCERNS[note.concern])
    if note.pattern:
        answer = words.of("note_named", concern=answer, pattern=named(note.pattern, patterns, words))
    head = words.of("note_card", answer=answer, language=note.language, day=words.day(note.day))
    sections = [*([Section(first)] if first else []), Section(head)]
    done = Button(words.plain("button_done"), f"mod_done:{note.id}")
    delete = Button(words.plain("button_delete"), f"mod_delete:{note.id}")
    rows: list[tuple[Button, ...]] = [(done, delete)]
    if note.masked is None:
        sections.append(Section(words.of("note_without")))
    else:
        room = parts.room_beside(sections, _LEAST_ROOM, _BODY_ROOM)
        sections.append(Section(words.of("quoted", text=cut(unlinked(note.masked), room))))
        rows.append((Button(words.plain("button_add_case"), f"mod_note:{note.id}"),))
    return Reply(fit(sections), (*rows, (skip_button(f"n{note.id}", words),)))


_CONCERNS = {
    "likely": "concern_likely",
    "possible": "concern_possible",
    "unclear": "concern_unclear",
    "no_match": "concern_no_match",
}


def settled(html: str, ref: str, words: Texts, *, first: str = "") -> Reply:
    """Render what became of an item that was settled meanwhile, with the way on."""
    return Reply(above_card(first, html), ((skip_button(ref, words),),))


def above(place: Place | None, said: str, words: Texts) -> str:
    """Return what stands above a card: what became of the one before, and how far the way through the queue is."""
    before = [words.of("quoted", text=Markup(said))] if said else []  # set apart, lest it is read as what comes next
    counted = [words.of("place", number=place.number, total=place.total)] if place else []
    return "\n\n".join([*before, *counted])


def undoable(reply: Reply, ref: str, words: Texts) -> Reply:
    """Return a reply with the button that takes back what was decided on an item; as it is where that is none."""
    if not ref:
        return reply
    return Reply(reply.html, (*reply.buttons, (Button(words.plain("button_undo"), f"mod_undo:{ref}"),)))
