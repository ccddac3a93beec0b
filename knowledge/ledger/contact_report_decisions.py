"""What moderators decide about reported contacts, each act in the audit."""

from dataclasses import replace
from datetime import datetime

from knowledge.database.store import Store
from knowledge.identifiers.masked_form import mask_identifiers
from knowledge.ledger.audit import add_to_audit
from knowledge.ledger.contact_report_rows import audited, state


def confirm_reports(store: Store, identifier_hash: str, moderator: int, now: datetime) -> bool:
    """Let the reports be told below the threshold too, for as long as reports are kept, and close the appeals.

    Return False, and do nothing, where nothing is reported.
    """
    with store.transaction() as db:
        before = state(db, identifier_hash, now.date())
        if before is None:
            return False
        row = (identifier_hash, now.date().isoformat())
        db.execute(_CONFIRM, row)
        db.execute("DELETE FROM appeals WHERE identifier = ?", (identifier_hash,))
        after = audited(replace(before, confirmed=True, appeals=0))
        add_to_audit(db, moderator, now, f"confirm {identifier_hash}", audited(before), after)
    return True


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
        for table in ("reports", "appeals", "confirmations"):
            db.execute(f"DELETE FROM {table} WHERE identifier = ?", (identifier_hash,))
        after = {"reports": 0, "reason": why}
        add_to_audit(db, moderator, now, f"remove {identifier_hash}", audited(before), after)
    store.clear_log()
    return True


_CONFIRM = """INSERT INTO confirmations (identifier, day) VALUES (?, ?)
ON CONFLICT (identifier) DO UPDATE SET day = excluded.day"""
