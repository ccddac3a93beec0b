"""Sending replies as Telegram takes them."""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import ParseMode

from bot.reply import Reply
from bot.services import Context
from bot.updates import Person


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
