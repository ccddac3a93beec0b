"""What a decision rests on, in Telegram and in the console alike: what was seen of a proposal, and who settled what."""

from datetime import date

from bot.moderation import parts
from bot.moderation.review_cards import View
from bot.words.texts import Texts
from knowledge.database.store import Store
from knowledge.ledger.audit import audit_rows
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.proposal import Proposal

_ALIKE = 1000  # acts on what has a name that begins alike
_DONE_BEFORE = {"confirm": "already_confirmed", "remove": "already_removed", "settle-note": "already_settled"}


def view_of(drafting: Drafting, proposal: Proposal, today: date) -> View:
    """Return a proposal with what it changes of the document in use."""
    draft = proposal.draft
    if draft.case:
        return View(proposal, draft.case.text)
    if draft.kind == "pattern" and draft.pattern not in drafting.documents(today):
        return View(proposal, draft.content)
    return View(proposal, drafting.diff(draft, today))


def already(store: Store, name: str, kind: str, words: Texts) -> str:
    """Say who has settled a contact or a note; ``kind`` is its letter in the queue."""
    verbs = ("confirm", "remove") if kind in "ac" else ("settle-note",)
    for row in audit_rows(store, most=_ALIKE, about=f" {name}"):
        verb, _, object_ = row.what.partition(" ")
        if verb in verbs and object_ == name:
            values = {"who": parts.who(row.who, words), "day": f"{row.when:%Y-%m-%d %H:%M}"}
            return words.of(_DONE_BEFORE[verb], **values)
    return words.of("settled_gone")
