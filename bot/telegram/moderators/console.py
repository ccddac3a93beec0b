"""Moderators get into the console: a link that signs them in once."""

from datetime import UTC, datetime

from telegram import Update

from bot.telegram.incoming import user_of
from bot.telegram.moderators.shared import Handler, say
from bot.telegram.services import Context
from knowledge.ledger.desk.sign_ins import SignIns


def console_at(root: str | None) -> Handler:
    """Return the handler of ``/console`` for a console that is reached under an address; None where there is none."""

    async def console(update: Update, context: Context) -> None:
        if root is None:
            await say(update, context, "console_none")
            return
        services = context.bot_data
        secret = await services.keep(SignIns(services.ledger.store).link, user_of(update), datetime.now(UTC))
        await say(update, context, "console_link", address=f"{root}/sign-in/{secret}")

    return console
