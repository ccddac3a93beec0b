"""Moderators look after the whole: people, acts, builds and counts."""

import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from telegram import MessageOriginUser, Update

from bot.moderation import overview
from bot.moderation.parts import plain
from bot.moderation.publishing import serve_again
from bot.reports import stats
from bot.telegram.incoming import person_of, pressed_id, user_of
from bot.telegram.moderators.shared import recast, say, today, words_for
from bot.telegram.moderators.telling import tell
from bot.telegram.sending import send, set_menu_of
from bot.telegram.services import Context, Services
from index.builds.build import BuildMismatch
from index.builds.history import BuildSummary, NoSuchBuild, summaries
from index.builds.shelf import current_name
from index.judging.extra import MissingExtra
from knowledge.ledger.audit import ACTS

logger = logging.getLogger(__name__)

_ACTS = 20
_DAYS, _WEEK = 30, 7
_LONGEST_ID = 16  # digits


async def moderators(update: Update, context: Context) -> None:
    """List moderators, or add or remove one: ``/moderators add ID``, also as a reply to a message of theirs."""
    action, *rest = context.args or [""]
    person = _named(rest[0]) if rest else _of_reply(update)
    if action not in ("add", "remove"):
        await _list(update, context)
    elif person is None:
        await say(update, context, "moderators_who")
    elif action == "add":
        await _add(update, context, person)
    else:
        await _remove(update, context, person)


async def _list(update: Update, context: Context) -> None:
    services, person = context.bot_data, await person_of(update, context)
    added = await services.ask(services.ledger.roles.moderators)
    owners = sorted(await services.ask(services.ledger.roles.everyone) - {one.person for one in added})
    await send(context, person, overview.moderators_reply(owners, added, words_for(context, person)))


async def _add(update: Update, context: Context, person: int) -> None:
    services = context.bot_data
    try:
        added = await services.keep(services.ledger.roles.add, person, user_of(update), datetime.now(UTC))
    except ValueError:
        await say(update, context, "moderators_who")
        return
    if not added:
        await say(update, context, "moderator_already", person=person)
        return
    reached = await set_menu_of(context, person) and await tell(context, person, lambda words: plain(words, "welcome"))
    await say(update, context, "moderator_added" if reached else "moderator_unreached", person=person)


async def _remove(update: Update, context: Context, person: int) -> None:
    services = context.bot_data
    if not await services.keep(services.ledger.roles.remove, person, user_of(update), datetime.now(UTC)):
        await say(update, context, "moderator_none", person=person)
        return
    services.curating.drafts.forget(person)
    await set_menu_of(context, person)
    await say(update, context, "moderator_removed", person=person)


def _named(given: str) -> int | None:
    """Return the id that is written, where it can be a person's."""
    return int(given) or None if given.isascii() and given.isdigit() and len(given) <= _LONGEST_ID else None


def _of_reply(update: Update) -> int | None:
    """Return the id of the person whose forwarded message or contact card is replied to, where Telegram tells it."""
    message = update.effective_message
    replied = message.reply_to_message if message else None
    if replied is None:
        return None
    if isinstance(replied.forward_origin, MessageOriginUser):
        sender = replied.forward_origin.sender_user
        return None if sender.is_bot else sender.id
    return replied.contact.user_id if replied.contact else None


async def audit(update: Update, context: Context) -> None:
    """Show what was done lately, all or what fits: ``/audit 501 approve parcel-smish 7d`` in any order."""
    services, person, given = context.bot_data, await person_of(update, context), context.args or []
    filters = overview.filters_of(given)
    if isinstance(filters, str):
        await say(update, context, "audit_usage", given=filters[:60], acts=", ".join(ACTS))
        return
    rows = await services.ask(overview.acts, services.ledger.store, filters, _ACTS, datetime.now(UTC))
    await send(context, person, overview.audit_reply(rows, words_for(context, person), asked=bool(given)))


async def builds(update: Update, context: Context) -> None:
    """Show the newest builds."""
    person = await person_of(update, context)
    found = await context.bot_data.aside(_builds, context.bot_data)
    await send(context, person, overview.builds_reply(found, words_for(context, person)))


def _builds(services: Services) -> list[BuildSummary]:
    return summaries(services.curating.builds, services.engine.serving.build().manifest.model)


async def roll_back(update: Update, context: Context) -> None:
    """Show what ``/rollback NAME`` would change, and ask."""
    person, name = await person_of(update, context), (context.args or [""])[0]
    found = {one.name: one for one in await context.bot_data.aside(_builds, context.bot_data)}
    if name not in found:
        await say(update, context, "rollback_usage", names=", ".join(list(found)[:10]) or "–")
    elif found[name].serving:
        await say(update, context, "rollback_serves", name=name)
    elif not found[name].sound:
        await say(update, context, "rollback_unsound", name=name)
    else:
        serving = next((one for one in found.values() if one.serving), None)
        card = overview.rollback_card(found[name], serving, words_for(context, person))
        await send(context, person, card)


async def roll_back_now(update: Update, context: Context) -> None:
    """Let the build of the button serve; waits for a rebuild that runs."""
    services, person, name = context.bot_data, await person_of(update, context), pressed_id(update)
    words = words_for(context, person)
    if current_name(services.curating.builds) == name:
        await recast(update, context, plain(words, "rollback_serves", name=name))
        return
    await recast(update, context, plain(words, "rollback_runs", name=name))
    try:
        await services.aside(_rolled_back, services, name, user_of(update))
    except (BuildMismatch, NoSuchBuild):
        await send(context, person, plain(words, "rollback_unsound", name=name))
        return
    services.curating.trials.ask()
    await send(context, person, plain(words, "rollback_done", name=name))


def _rolled_back(services: Services, name: str, person: int) -> None:
    model = services.engine.serving.build().manifest.model
    curating, now = services.curating, datetime.now(UTC)
    serve_again(services.ledger.store, curating.builds, name, model, person, now, curating.share)
    services.ledger.proposals.again()


async def statistics(update: Update, context: Context) -> None:
    """Show how often which answer was given lately, as tables and as a picture."""
    services, person = context.bot_data, await person_of(update, context)
    words = words_for(context, person)
    days = stats.days_until(today(), _DAYS)
    await services.keep(services.ledger.counters.flush)
    counts = await services.ask(services.ledger.counters.rows, days[0], days[-1])
    tables = stats.tables(counts, services.engine.patterns())[1:] if counts else []  # the picture has the days
    await send(context, person, overview.stats_reply(tables, _DAYS, words))
    if picture := await services.aside(drawn, services, _DAYS):
        await context.bot.send_photo(person.chat, picture, caption=words.plain("stats_caption"))


def drawn(services: Services, days: int = _WEEK) -> bytes | None:
    """Draw the answers of the last days as PNG; None where there were none, or nothing to draw with."""
    shown = stats.days_until(today(), days)
    counts = services.ledger.counters.rows(shown[0], shown[-1])
    if not counts:
        return None
    with tempfile.TemporaryDirectory(prefix="askfirst-") as folder:
        file = Path(folder, "answers.png")
        try:
            stats.draw(counts, services.engine.patterns(), shown, file)
        except MissingExtra as missing:
            logger.warning("no picture of the answers: %s", missing)
            return None
        return file.read_bytes()
