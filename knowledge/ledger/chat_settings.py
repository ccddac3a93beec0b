"""What a chat has chosen: a country and a language; a group, whether the bot is switched off in it."""

from dataclasses import dataclass

from knowledge.database.store import Store


@dataclass(frozen=True)
class ChatSettings:
    """What a chat has chosen; None where it has not."""

    country: str | None = None
    """A country's code, as in the reporting documents."""
    language: str | None = None
    """An interface language."""
    quiet: bool = False
    """Whether the administrators of a group have switched the bot off."""


def settings_of(store: Store, chat: int) -> ChatSettings:
    """Return what a chat has chosen."""
    with store.reading() as db:
        row = db.execute("SELECT country, language, quiet FROM chats WHERE chat = ?", (chat,)).fetchone()
    return ChatSettings(row[0], row[1], bool(row[2])) if row else ChatSettings()


def keep_settings(store: Store, chat: int, settings: ChatSettings) -> None:
    """Keep what a chat has chosen, in place of what it chose before."""
    row = (chat, settings.country, settings.language, int(settings.quiet))
    with store.transaction() as db:
        db.execute(_KEEP, row)


def forget_settings(store: Store, chat: int) -> None:
    """Drop what a chat has chosen."""
    with store.transaction() as db:
        db.execute("DELETE FROM chats WHERE chat = ?", (chat,))


_KEEP = """INSERT INTO chats (chat, country, language, quiet) VALUES (?, ?, ?, ?)
ON CONFLICT (chat) DO UPDATE SET country = excluded.country, language = excluded.language, quiet = excluded.quiet"""
