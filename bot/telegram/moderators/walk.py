"""A moderator's way through what waits: one card at a time, each in the place of the one before."""

from dataclasses import dataclass

from telegram import Update

from bot.moderation import parts, review_cards
from bot.moderation.in_hand import CardInHand
from bot.moderation.lookup import wish_card
from bot.moderation.queue import Place, next_place, place_of
from bot.moderation.review_cards import View
from bot.telegram.incoming import Person, person_of, user_of
from bot.telegram.moderators.shared import expected, recast, today, words_for
from bot.telegram.sending import send
from bot.telegram.services import Context, Services
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.ledger.safelist import listed
from knowledge.ledger.wrong_answers import WrongNote
from knowledge.proposals.proposal import Proposal


@dataclass(frozen=True)
class Above:
    """What stands above a card."""

    said: str = ""
    """What became of the item before, as Telegram HTML."""
    undo: str = ""
    """The item on which the last decision can be taken back; empty where there is none."""


async def go_on(update: Update, context: Context, above: Above = Above(), *, here: bool = True) -> None:
    """Show what comes next on the moderator's way: in the place of the pressed message, or as a new one."""
    services, person, viewer = context.bot_data, await person_of(update, context), user_of(update)
    items, place = await services.ask(_next, services, viewer)
    if place:
        await show(update, context, place.ref, above, here=here)
        return
    await services.keep(services.ledger.desks.begin, viewer)
    words = words_for(context, person)
    said = words.of("review_end", count=len(items)) if items else words.of("review_empty")
    reply = Reply("\n\n".join(filter(None, [review_cards.above(None, above.said, words), said])))
    await _put(update, context, person, review_cards.undoable(reply, above.undo, words), here=here)


def _next(services: Services, viewer: int) -> tuple[tuple[str, ...], Place | None]:
    items = services.ledger.queue(viewer)
    return items, next_place(items, services.ledger.desks.of(viewer))


async def show(
    update: Update, context: Context, ref: str, above: Above = Above(), *, reason: str = "", here: bool = False
) -> None:
    """Show the card of an item; of one that was settled at this moment, that it was."""
    services, person = context.bot_data, await person_of(update, context)
    reply = await services.aside(_card, services, person, user_of(update), ref, reason, above)
    number = await _put(update, context, person, reply, here=here)
    key = services.curating.drafts.put(person.chat, CardInHand(ref, reason))
    services.curating.drafts.shown(person.chat, key, number)
    if ref in {f"p{one.id}" for one in await services.ask(services.ledger.proposals.untried)}:
        services.curating.trials.ask()


async def _put(update: Update, context: Context, person: Person, reply: Reply, *, here: bool) -> int:
    return await (recast(update, context, reply) if here else send(context, person, reply))


def _card(services: Services, person: Person, viewer: int, ref: str, reason: str, above: Above) -> Reply:
    words, items = services.words.moderators[person.texts.language], services.ledger.queue(viewer)
    place = place_of(ref, items, services.ledger.desks.of(viewer)) if ref in items else None
    first = review_cards.above(place, above.said, words)
    return review_cards.undoable(_item(services, words, viewer, ref, reason, first), above.undo, words)


def _item(services: Services, words: Texts, viewer: int, ref: str, reason: str, first: str) -> Reply:
    kind, name, alone = ref[0], ref[1:], services.curating.alone
    if kind == "p" and (proposal := services.ledger.proposals.get(int(name))):
        return proposal_card(services, view_of(services, proposal), words, viewer, reason=reason, first=first)
    if kind == "n" and (note := find_note(services, int(name))):
        return review_cards.note_card(note, services.engine.patterns(), words, first=first)
    row = services.ledger.reports.of(name, today()) if kind in "acs" else None
    wish = listed(services.ledger.store, name, today()) if kind == "s" else None
    if wish and not wish.in_force:
        return wish_card(wish, row, words, reason=reason, first=first)
    if row and kind != "s":
        for appeal in services.ledger.reports.appeals(today()):
            if appeal.identifier == name:
                return review_cards.appeal_card(appeal, row, words, alone=alone, reason=reason, first=first)
        return review_cards.contact_card(row, words, alone=alone, reason=reason, first=first)
    return review_cards.settled(already(services, name, kind, words)[0], ref, words, first=first)


def proposal_card(
    services: Services, view: View, words: Texts, viewer: int, *, reason: str = "", first: str = ""
) -> Reply:
    """Render a proposal as one person sees it: nobody decides on their own where a second one is needed."""
    one, second = view.proposal, not services.curating.alone
    return review_cards.proposal_card(
        view,
        services.engine.patterns(),
        expected(services),
        words,
        own=second and one.author == viewer,
        edited=second and viewer in one.edited_by,
        reason=reason,
        first=first,
    )


def view_of(services: Services, proposal: Proposal) -> View:
    """Return a proposal with what it changes of the document in use."""
    return review_cards.view_of(services.curating.proposing, proposal, today())


def find_note(services: Services, number: int) -> WrongNote | None:
    """Return a note that nobody has settled."""
    return next((note for note in services.ledger.notes.waiting() if note.id == number), None)


def already(services: Services, name: str, kind: str, words: Texts) -> tuple[str, int | None]:
    """Say who has settled a contact or a note, and return them; None where nobody is known to have."""
    return parts.already(services.ledger.store, name, kind, words)
