"""Erasing all that is kept of one person and their chat, in the database and in its copies."""

from dataclasses import dataclass
from pathlib import Path

from knowledge.database.backups import forget_in
from knowledge.database.store import Store
from knowledge.ledger.chat_settings import ChatSettings, settings_of
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.inbox import waiting_of
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import WrongNotes


@dataclass(frozen=True)
class Forgotten:
    """How much was erased."""

    settings: bool
    """The chat had chosen a country or a language."""
    reports: int
    appeals: int
    notes: int
    questions: int


def forget(
    store: Store, reports: ContactReports, notes: WrongNotes, askers: Askers, backups: Path, chat: int, person: int
) -> Forgotten:
    """Erase, at once, what a chat has chosen and asked, and what a person has reported, appealed against and noted.

    What moderators did stays in the audit, and counts have nobody in them.

    Raises:
        BackupFailed: a copy could not be changed; in the database itself, and in the other copies, all is erased.
    """
    settings = settings_of(store, chat) != ChatSettings()
    chosen = ("DELETE FROM chats WHERE chat = ?", (chat,))
    unanswered = waiting_of(chat)
    deletions = [chosen, unanswered, *reports.deletions(person), notes.deletion(person), askers.deletion(chat)]
    closed = [*reports.closed_deletions(person), notes.closed_deletion(person)]
    _, _, in_force, appeals, noted, questions, *again = store.erase([*deletions, *closed])
    forget_in(backups, [*deletions, *closed])
    return Forgotten(settings, in_force + again[0], appeals + again[1], noted + again[2], questions)
