"""What the handlers for moderators share: who may use them, their words, and sending and changing cards."""

from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from telegram import LinkPreviewOptions, Message, Update
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest
from telegram.ext import CallbackQueryHandler, filters

from bot.moderation import parts
from bot.moderation.in_hand import Drafts, Item
from bot.telegram.incoming import Person, person_of, user_of
from bot.telegram.people import stale_button
from bot.telegram.sending import markup, pressed, send, set_menu_of
from bot.telegram.services import Context, Services
from bot.words.reply import Reply
from bot.words.texts import Texts
from knowledge.masking.text import mask_private
from knowledge.proposals.proposal import Slowed

T = TypeVar("T")
Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def for_moderators(action: Handler, otherwise: Handler) -> Handler:
    """Return a handler that does one thing for moderators, and another for all others, who shall not notice the first.

    Who somebody is is asked last, when it is known that the update is one for this handler, and off the loop.
    """

    async def handle(update: Update, context: Context) -> None:
        services = context.bot_data
        known = await services.ask(services.ledger.roles.is_moderator, user_of(update))
        await (action if known else otherwise)(update, context)

    return handle


class OnCard(filters.UpdateFilter):
    """Replies to a message that shows a draft of some kind."""

    def __init__(self, drafts: Drafts, kind: type[Item]) -> None:
        """Take the drafts, and the kind."""
        super().__init__()
        self._drafts = drafts
        self._kind = kind

    def filter(self, update: Update) -> bool:
        """Say whether an update is such a reply."""
        found = replied_draft(update, self._drafts)
        return found is not None and isinstance(found[1], self._kind)


class PrivateButton(CallbackQueryHandler[Context, None]):
    """A button in a private chat; the bot puts none anywhere else."""

    def check_update(self, update: object) -> Any:
        """Say whether the update is a press on such a button."""
        chat = update.effective_chat if isinstance(update, Update) else None
        return super().check_update(update) if chat and chat.type == ChatType.PRIVATE else None


def replied_draft(update: Update, drafts: Drafts) -> tuple[str, Item] | None:
    """Return the draft whose card a message replies to."""
    message, chat = update.effective_message, update.effective_chat
    replied = message.reply_to_message if message else None
    return drafts.under(chat.id, replied.message_id) if replied and chat else None


def answered(update: Update, context: Context, kind: type[T]) -> tuple[str, T, Message]:
    """Return the draft of a kind whose card a message replies to, and the message; its handler's filter saw to both."""
    found, message = replied_draft(update, context.bot_data.curating.drafts), update.effective_message
    assert message is not None
    assert found is not None
    key, item = found
    assert isinstance(item, kind)
    return key, item, message


def words_for(context: Context, person: Person) -> Texts:
    """Return the words for moderators in a person's language."""
    return context.bot_data.words.moderators[person.texts.language]


def today() -> date:
    """Return the day in UTC."""
    return datetime.now(UTC).date()


def expected(services: Services) -> parts.Expected:
    """Return the acceptable patterns of each golden situation of the build that serves."""
    return {one.id: one.patterns for one in services.engine.serving.build().golden}


async def say(update: Update, context: Context, key: str, **values: object) -> None:
    """Send one text for moderators, and stop the button's spinner where it was one."""
    person = await person_of(update, context)
    await send(context, person, parts.plain(words_for(context, person), key, **values))
    await pressed(update)


async def say_slowed(update: Update, context: Context, slowed: Slowed) -> None:
    """Say in one line from when on more is taken."""
    await say(update, context, "slowed", until=f"{slowed.until:%Y-%m-%d %H:%M}")


async def stale(update: Update, context: Context) -> None:
    """Answer a button whose draft is gone."""
    await stale_button(update, context)


async def recast(update: Update, context: Context, reply: Reply) -> int:
    """Put a reply into the place of the message that the pressed button hangs under; return the id of what has it."""
    message, chat = update.effective_message, update.effective_chat
    assert message is not None
    assert chat is not None
    number = message.message_id
    try:
        await change(context, chat.id, number, reply)
    except BadRequest:  # it is too old to be changed, or gone
        number = await send(context, await person_of(update, context), reply)
    await pressed(update)
    return number


async def change(context: Context, chat: int, message: int, reply: Reply) -> None:
    """Change a message of ours; that it says so already is no fault.

    Raises:
        BadRequest: it cannot be changed any more.
    """
    try:
        await context.bot.edit_message_text(
            reply.html,
            chat,
            message,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=markup(reply),
        )
    except BadRequest as refused:
        if "not modified" not in str(refused).lower():
            raise


async def set_menus(context: Context) -> None:
    """Put the commands for moderators into the menus of all of them."""
    services = context.bot_data
    for person in sorted(await services.ask(services.ledger.roles.everyone)):
        await set_menu_of(context, person)


async def try_what_waits(context: Context) -> None:
    """Have tried out what nobody waits for: what was left over, or is to be tried anew with another build."""
    services = context.bot_data
    if await services.ask(services.ledger.proposals.untried):
        services.curating.trials.ask()


async def keep_ready(context: Context) -> None:
    """Have at hand what a moderator's first tap needs, which takes seconds after a start and after a new build."""
    services = context.bot_data
    if await services.ask(services.ledger.roles.everyone):
        await services.aside(mask_private, "at hand")
        await services.aside(services.curating.proposing.documents, today())
        await services.aside(services.curating.proposing.nearest, "at hand")
