"""Sending replies as Telegram takes them, and each chat's menu of commands."""

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.constants import ParseMode

from bot.telegram.incoming import Person
from bot.telegram.services import Context, Services
from bot.words.reply import Reply
from bot.words.texts import Texts


async def send(context: Context, person: Person, reply: Reply, *, answers: Message | None = None) -> int:
    """Send a reply and return its message's id."""
    sent = await context.bot.send_message(
        person.chat,
        reply.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_markup=markup(reply),
        reply_parameters=ReplyParameters(answers.message_id, allow_sending_without_reply=True) if answers else None,
    )
    return sent.message_id


def markup(reply: Reply) -> InlineKeyboardMarkup | None:
    """Return a reply's buttons as Telegram takes them."""
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


async def pressed(update: Update) -> None:
    """Stop the button's spinner, where the update was a button; after the reply, which matters more."""
    if update.callback_query:
        await update.callback_query.answer()


COMMANDS = ("paid", "report", "country", "language", "help", "privacy", "forget", "appeal", "start")
MODERATOR_COMMANDS = (
    *("review", "case", "newpattern", "edit", "retire", "patterns"),
    *("builds", "rollback", "stats", "audit"),
)


OWNER_COMMANDS = ("moderators",)


def menu(texts: Texts) -> list[BotCommand]:
    """Return the command menu in a language."""
    return [BotCommand(name, texts.plain(f"command_{name}")) for name in COMMANDS]


def menu_of(services: Services, person: int, texts: Texts) -> list[BotCommand]:
    """Return the command menu of one person, in a language; of moderators with what they alone may use."""
    own = [*(MODERATOR_COMMANDS if services.roles.is_moderator(person) else ())]
    own += OWNER_COMMANDS if services.roles.is_owner(person) else ()
    words = services.moderator_texts[texts.language]
    return [*menu(texts), *(BotCommand(name, words.plain(f"command_{name}")) for name in own)]


async def set_menu(context: Context, person: Person) -> None:
    """Put a person's menu into their chat, in the language they are spoken to."""
    menu = menu_of(context.bot_data, person.chat, person.texts)  # in private, a chat has its person's id
    await context.bot.set_my_commands(menu, scope=BotCommandScopeChat(person.chat))
