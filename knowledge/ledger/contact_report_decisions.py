"""What moderators decide about reported contacts, each act in the audit, and taking it back for some minutes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from knowledge.database.connection import Connection
from knowledge.database.store import Store
from knowledge.identifiers.masked_form import mask_identifiers
from knowledge.ledger import safelist
from knowledge.ledger.audit import (
    UNDO_MINUTES,
    AuditRow,
    Undone,
    add_to_audit,
    against_undoing,
    latest_act,
    stored,
)
from knowledge.ledger.contact_report_rows import COLUMNS, ReportedRow, audited, close, state

Confirmed = Literal["confirmed", "second", "yours", "already", "gone"]
"""What came of confirming a contact.

``second``: one person reported it, and another moderator has to confirm it too; ``yours``: you have said so already.
"""
_ACTS = ("confirm", "confirm-first", "remove", *safelist.ACTS, "undo")
_CLOSED = ("closed_reports", "closed_appeals", "closed_notes")


def confirm_contact(store: Store, identifier_hash: str, moderator: int, now: datetime, *, alone: bool) -> Confirmed:
    """Confirm the reports on a contact; those of a single person need two moderators, unless one is ``alone``."""
    with store.transaction() as db:
        before = state(db, identifier_hash, now.date())
        if before is None:
            return "gone"
        if before.confirmed and not before.appeals:
            return "already"
        if before.count == 1 and not alone and before.first in (None, moderator):
            return _confirm_first(db, before, moderator, now)
        _confirm(db, before, moderator, now)
    return "confirmed"


def confirm_reports(store: Store, identifier_hash: str, moderator: int, now: datetime) -> bool:
    """Confirm the reports on a contact, whoever reported it and whoever confirms; people choose ``confirm_contact``.

    Return False, and do nothing, where nothing is reported.
    """
    with store.transaction() as db:
        before = state(db, identifier_hash, now.date())
        if before is None:
            return False
        _confirm(db, before, moderator, now)
    return True


def _confirm_first(db: Connection, before: ReportedRow, moderator: int, now: datetime) -> Confirmed:
    if before.first == moderator:
        return "yours"
    row = (before.identifier, moderator, now.date().isoformat())
    db.execute(_CONFIRM_FIRST, row)
    add_to_audit(db, moderator, now, f"confirm-first {before.identifier}", audited(before), {"first": True})
    return "second"


def _confirm(db: Connection, before: ReportedRow, moderator: int, now: datetime) -> None:
    """Let the reports be told below the threshold too, for as long as reports are kept, and close the appeals."""
    db.execute(_CONFIRM, (before.identifier, now.date().isoformat()))
    db.execute("DELETE FROM first_confirmations WHERE identifier = ?", (before.identifier,))
    after = replace(before, confirmed=True, confirmed_on=now.date(), appeals=0)
    act = add_to_audit(db, moderator, now, f"confirm {before.identifier}", audited(before), audited(after))
    close(db, before.identifier, act, now, ["appeals"])


def remove_reports(store: Store, identifier_hash: str, moderator: int, now: datetime, reason: str) -> bool:
    """Delete the reports on an identifier, its confirmation and the appeals.

    The reason goes into the audit with every identifier in it masked; it should name nobody. Return False, and do
    nothing, where nothing is reported.
    """
    why = mask_identifiers(reason)
    with store.transaction() as db:
        before = state(db, identifier_hash, now.date())
        if before is None:
            return False
        for table in ("confirmations", "first_confirmations"):
            db.execute(f"DELETE FROM {table} WHERE identifier = ?", (identifier_hash,))
        after = {"reports": 0, "reason": why}
        act = add_to_audit(db, moderator, now, f"remove {identifier_hash}", audited(before), after)
        close(db, identifier_hash, act, now, ["reports", "appeals"])
    store.clear_log()
    return True


def take_back(store: Store, identifier_hash: str, moderator: int, now: datetime) -> Undone:
    """Take back what a moderator decided about a contact last: all is then as it was before, and the audit says so."""
    with store.transaction() as db:
        act = latest_act(db, _ACTS, identifier_hash)
        if against := against_undoing(act, moderator, now):
            return against
        assert act is not None
        before, verb = state(db, identifier_hash, now.date()), act.what.partition(" ")[0]
        listed = verb in safelist.ACTS and safelist.restore(db, identifier_hash, act)
        if verb not in ("safelist-first", "unsafelist"):
            _reopen(db, act, identifier_hash)
        after = None if listed else state(db, identifier_hash, now.date())
        what = f"undo {identifier_hash}"
        masked = {"masked": act.before["masked"]} if "masked" in act.before else {}
        rows = [masked | (audited(row) if row else {}) for row in (before, after)]
        undo = add_to_audit(db, moderator, now, what, *rows)
        if listed:  # what came in since it was taken off
            close(db, identifier_hash, undo, now, ["reports", "appeals"])
    return "undone"


def _reopen(db: Connection, act: AuditRow, identifier: str) -> None:
    db.execute("DELETE FROM first_confirmations WHERE identifier = ?", (identifier,))
    if act.before.get("confirmed_on"):
        db.execute(_CONFIRM, (identifier, act.before["confirmed_on"]))
    else:
        db.execute("DELETE FROM confirmations WHERE identifier = ?", (identifier,))
    for table, columns in COLUMNS.items():
        closed = f"SELECT {columns} FROM closed_{table} WHERE act = ?"
        db.execute(f"INSERT INTO {table} ({columns}) {closed} ON CONFLICT DO NOTHING", (act.id,))
        db.execute(f"DELETE FROM closed_{table} WHERE act = ?", (act.id,))


def forget_closed(store: Store, now: datetime) -> int:
    """Erase what was kept only so that an act could be taken back, and cannot be any more; return how many rows."""
    until = stored(now - timedelta(minutes=UNDO_MINUTES))
    with store.reading() as db:
        due = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE closed < ?" for table in _CLOSED)
        found = db.execute(due, (until,) * len(_CLOSED)).fetchone()
    if not found:
        return 0
    return sum(store.erase([(f"DELETE FROM {table} WHERE closed < ?", (until,)) for table in _CLOSED]))


def confirmed_by(store: Store, identifier_hash: str, since: date) -> int | None:
    """Return who confirmed a contact last, on a day or after it; None where nobody did."""
    with store.reading() as db:
        act = latest_act(db, ("confirm",), identifier_hash)
    return act.who if act and act.when.date() >= since else None


_CONFIRM_FIRST = """INSERT INTO first_confirmations (identifier, person, day) VALUES (?, ?, ?)
ON CONFLICT (identifier) DO UPDATE SET person = excluded.person, day = excluded.day"""
_CONFIRM = """INSERT INTO confirmations (identifier, day) VALUES (?, ?)
ON CONFLICT (identifier) DO UPDATE SET day = excluded.day"""
