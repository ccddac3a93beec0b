"""Moderators write documents: new patterns, changes of known ones, and taking one out."""

import re
from collections.abc import Callable
from dataclasses import replace

from telegram import Document, Update
from telegram.constants import ParseMode

from bot.moderation import draft_cards, parts
from bot.moderation.in_hand import DocumentInHand
from bot.moderation.overview import patterns_reply
from bot.telegram.incoming import Person, data_of, person_of, pressed_id
from bot.telegram.moderators.cases import put_forward
from bot.telegram.moderators.shared import answered, recast, say, stale, today, words_for
from bot.telegram.sending import pressed, send
from bot.telegram.services import Context
from bot.words.reply import Reply
from knowledge.documents.pattern import Pattern
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.proposals.forbidden import LONGEST
from knowledge.proposals.proposal import Draft

DOCUMENT = re.compile(r"\A(?:\s*#[^\n]*\n)*\s*id\s*=")
"""How a document begins that is sent as text; comments may come first."""
_NAME = "document"  # not the file's: a second download of one is called "id (1).toml"
_LONGEST_WHY = 1000


async def new_pattern(update: Update, context: Context) -> None:
    """Send a filled-in document to begin with."""
    person = await person_of(update, context)
    template = await context.bot_data.aside(context.bot_data.curating.proposing.template, today())
    caption = words_for(context, person).of("template_caption")
    await _send_file(context, person, template, "my-new-pattern.toml", caption)


async def edit(update: Update, context: Context) -> None:
    """Send the document in use of ``/edit ID``."""
    person, name = await person_of(update, context), (context.args or [""])[0]
    services = context.bot_data
    documents = await services.aside(services.curating.proposing.documents, today())
    if name not in documents:
        await say(update, context, "pattern_unknown" if name else "edit_usage", pattern=name[:60])
        return
    caption = draft_cards.document_caption(name, words_for(context, person))
    await _send_file(context, person, documents[name], f"{name}.toml", caption)


async def retire(update: Update, context: Context) -> None:
    """Show what would go, and ask: ``/retire ID why``."""
    name, *why = context.args or [""]
    if not name:
        await say(update, context, "retire_usage")
        return
    await _take(update, context, lambda: context.bot_data.curating.proposing.retire_draft(name, " ".join(why), today()))


async def patterns(update: Update, context: Context) -> None:
    """List the patterns by family."""
    services, person = context.bot_data, await person_of(update, context)
    documents = await services.aside(services.curating.proposing.documents, today())
    for reply in patterns_reply(services.engine.patterns(), documents, words_for(context, person)):
        await send(context, person, reply)


async def from_file(update: Update, context: Context) -> None:
    """Take a document that comes as a file; it is read in memory."""
    message = update.effective_message
    assert message is not None
    assert message.document is not None
    if (message.document.file_size or 0) > LONGEST:
        await say(update, context, "document_too_large", most=f"{LONGEST // 1000}")
        return
    data = await _fetched(message.document)
    if len(data) > LONGEST:
        await say(update, context, "document_too_large", most=f"{LONGEST // 1000}")
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        wrong = f"not UTF-8 text at byte {fault.start}, expected TOML"
        invalid = InvalidDocument(_NAME, [Fault("document", wrong)])
        person = await person_of(update, context)
        await send(context, person, parts.faults(invalid, words_for(context, person)))
        return
    await _take(update, context, lambda: context.bot_data.curating.proposing.document_draft(text, _NAME, today()))


async def _fetched(document: Document) -> bytes:
    file = await document.get_file()
    return bytes(await file.download_as_bytearray())


async def from_text(update: Update, context: Context) -> None:
    """Take a document that comes as text."""
    message = update.effective_message
    assert message is not None
    text = message.text or ""
    await _take(update, context, lambda: context.bot_data.curating.proposing.document_draft(text, _NAME, today()))


async def why(update: Update, context: Context) -> None:
    """Take a reply to a document's card as the reason for it."""
    key, item, message = answered(update, context, DocumentInHand)
    reason = (message.text or "").strip()[:_LONGEST_WHY]
    item = replace(item, draft=replace(item.draft, reason=reason))
    context.bot_data.curating.drafts.change(message.chat_id, key, item)
    if pattern := await _seen(update, context, item):
        await _show_card(context, await person_of(update, context), key, item, pattern)


Made = tuple[Draft, str, Pattern]
"""A draft, what it changes, and the pattern as it will be."""


def _made(context: Context, draft: Draft) -> Made:
    proposing = context.bot_data.curating.proposing
    return draft, proposing.diff(draft, today()), proposing.preview(draft, today())


async def _take(update: Update, context: Context, drafting: Callable[[], Draft]) -> None:
    """Show a draft: as people will see it, what it changes, and the way to propose it; or what is wrong with it."""
    services, person = context.bot_data, await person_of(update, context)
    try:
        draft, diff, pattern = await services.aside(lambda: _made(context, drafting()))
    except InvalidDocument as invalid:
        await send(context, person, parts.faults(invalid, words_for(context, person)), answers=update.effective_message)
        return
    item = DocumentInHand(draft, diff)
    key = services.curating.drafts.put(person.chat, item)
    if draft.kind != "retire":
        await _preview(context, person, pattern, person.texts.language)
    await _show_card(context, person, key, item, pattern)


async def _show_card(context: Context, person: Person, key: str, item: DocumentInHand, pattern: Pattern) -> None:
    reply = _card(context, person, key, item, pattern)
    context.bot_data.curating.drafts.shown(person.chat, key, await send(context, person, reply))


def _card(context: Context, person: Person, key: str, item: DocumentInHand, pattern: Pattern) -> Reply:
    services = context.bot_data
    words = words_for(context, person)
    card = draft_cards.document_card(key, item, pattern, services.engine.patterns(), words)
    return draft_cards.with_languages(card, key, pattern, services.words.people)


async def _preview(context: Context, person: Person, pattern: Pattern, language: str) -> None:
    services = context.bot_data
    for reply in draft_cards.previews(
        pattern, services.words.people[language], services.words.countries, person.settings.country
    ):
        await send(context, person, reply)


async def show(update: Update, context: Context) -> None:
    """Show a draft as people will see it in the language of the button."""
    services, person = context.bot_data, await person_of(update, context)
    _, key, language = data_of(update).split(":", 2)
    item = services.curating.drafts.get(person.chat, key)
    if not isinstance(item, DocumentInHand) or language not in services.words.people:
        await stale(update, context)
        return
    if pattern := await _seen(update, context, item):
        await _preview(context, person, pattern, language)
    await pressed(update)


async def _seen(update: Update, context: Context, item: DocumentInHand) -> Pattern | None:
    """Return the pattern of a draft; where what it takes out is gone meanwhile, say so."""
    services = context.bot_data
    try:
        return await services.aside(services.curating.proposing.preview, item.draft, today())
    except InvalidDocument:
        await say(update, context, "pattern_unknown", pattern=item.draft.pattern)
        return None


async def propose(update: Update, context: Context) -> None:
    """Propose a draft, unless what it changes is no longer what was shown: then that is shown first."""
    services, person, key = context.bot_data, await person_of(update, context), pressed_id(update)
    item = services.curating.drafts.get(person.chat, key)
    if not isinstance(item, DocumentInHand):
        await stale(update, context)
        return
    before = item.draft
    try:
        draft, diff, pattern = await services.aside(lambda: _made(context, _anew(context, before)))
    except InvalidDocument as invalid:
        await send(context, person, parts.faults(invalid, words_for(context, person)))
        await pressed(update)
        return
    if diff == item.diff:
        await put_forward(update, context, key, draft)
        return
    item = DocumentInHand(draft, diff)
    if services.curating.drafts.get(person.chat, key) is not None:
        services.curating.drafts.change(person.chat, key, item)
    card = _card(context, person, key, item, pattern)
    await recast(update, context, draft_cards.changed(card, words_for(context, person)))


def _anew(context: Context, draft: Draft) -> Draft:
    """Make a draft again, against the documents in use now."""
    proposing = context.bot_data.curating.proposing
    if draft.kind == "retire":
        return proposing.retire_draft(draft.pattern, draft.reason, today())
    return proposing.document_draft(draft.content, _NAME, today(), why=draft.reason)


async def _send_file(context: Context, person: Person, text: str, name: str, caption: str) -> None:
    await context.bot.send_document(
        person.chat, text.encode(), caption=caption, filename=name, parse_mode=ParseMode.HTML
    )
