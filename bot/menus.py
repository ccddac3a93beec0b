"""The commands there are, and each chat's menu of them."""

from telegram import BotCommand, BotCommandScopeChat

from bot.services import Context, Services
from bot.texts import Texts
from bot.updates import Person

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
