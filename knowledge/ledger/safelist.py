"""Contacts that moderators found to be reported wrongly: their reports go, and for 180 days no new one is kept.

That can silence a warning, so it takes two moderators, and nobody is ever told that such a contact is safe.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from knowledge.database.connection import Connection
from knowledge.database.store import Store
from knowledge.identifiers.masked_form import mask_identifiers
from knowledge.ledger.audit import AuditRow, add_to_audit
from knowledge.ledger.contact_report_rows import audited, close, oldest, state

_LONGEST_REASON = 2000
ACTS = ("safelist-first", "safelist", "unsafelist")
"""The verbs of the audit that are about it."""
Listing = Literal["listed", "second", "yours", "already"]
"""What came of putting a contact on it.

``second``: another moderator has to say so, too; ``yours``: you have said so already.
"""


@dataclass(frozen=True)
class Contact:
    """A contact as the ledger knows it."""

    identifier: str
    """Its keyed hash, as in ReportedRow."""
    kind: str
    masked: str


@dataclass(frozen=True)
class Listed:
    """A contact that a moderator wants on the safelist."""

    identifier: str
    kind: str
    masked: str
    person: int
    second: int | None
    """The moderator who has said so, too; None where it is not in force yet."""
    day: date
    """Since when it is in force, or waits for a second moderator."""
    reason: str

    @property
    def in_force(self) -> bool:
        """Whether no report of it is kept."""
        return self.second is not None

    @property
    def by(self) -> tuple[int, ...]:
        """The moderators who have said so, each once."""
        return tuple(dict.fromkeys(one for one in (self.person, self.second) if one is not None))


def listed(store: Store, identifier_hash: str, today: date) -> Listed | None:
    """Return what the safelist has of a contact; None where it is not on it."""
    with store.reading() as db:
        return listed_row(db, identifier_hash, today)


def safelist(store: Store, today: date) -> tuple[Listed, ...]:
    """Return all that is on the safelist: first what needs a second moderator, then the newest."""
    query = f"SELECT {_COLUMNS} FROM safelist WHERE day >= ? ORDER BY second IS NOT NULL, day DESC, identifier"
    with store.reading() as db:
        return tuple(map(_listed, db.execute(query, (oldest(today),))))


def wishes(store: Store, today: date) -> tuple[Listed, ...]:
    """Return what one moderator wants on the safelist and a second one has not said yet, the oldest first."""
    return tuple(sorted((one for one in safelist(store, today) if not one.in_force), key=lambda one: one.day))


def listed_row(db: Connection, identifier_hash: str, today: date) -> Listed | None:
    """Return what the safelist has of a contact, as this connection sees it."""
    query = f"SELECT {_COLUMNS} FROM safelist WHERE identifier = ? AND day >= ?"
    row = db.execute(query, (identifier_hash, oldest(today))).fetchone()
    return _listed(row) if row else None


def put_on_safelist(
    store: Store, contact: Contact, moderator: int, now: datetime, reason: str, *, alone: bool
) -> Listing:
    """Put a contact on the safelist: the reports and appeals on it go, and none is kept from then on.

    It takes two moderators, unless one is ``alone``. The reason should name nobody; identifiers in it are masked.
    """
    with store.transaction() as db:
        before = listed_row(db, contact.identifier, now.date())
        if before and before.in_force:
            return "already"
        if before and before.person == moderator and not alone:
            return "yours"
        why = mask_identifiers(reason)[:_LONGEST_REASON] or (before.reason if before else "")
        person = before.person if before else moderator
        second = moderator if before or alone else None
        after = Listed(contact.identifier, contact.kind, contact.masked, person, second, now.date(), why)
        _write(db, after)
        _log(db, contact, moderator, now, before, after)
    if after.in_force:
        store.clear_log()
    return "listed" if after.in_force else "second"


def _log(db: Connection, contact: Contact, moderator: int, now: datetime, before: Listed | None, after: Listed) -> None:
    row = state(db, contact.identifier, now.date())
    old = {"masked": contact.masked} | (audited(row) if row else {}) | _audited(before)
    new = {"masked": contact.masked, "by": after.by, "reason": after.reason}
    verb = "safelist" if after.in_force else "safelist-first"
    act = add_to_audit(db, moderator, now, f"{verb} {contact.identifier}", old, new)
    if after.in_force:
        for table in ("confirmations", "first_confirmations"):
            db.execute(f"DELETE FROM {table} WHERE identifier = ?", (contact.identifier,))
        close(db, contact.identifier, act, now, ["reports", "appeals"])


def take_off_safelist(store: Store, identifier_hash: str, moderator: int, now: datetime) -> bool:
    """Take a contact off the safelist, so that reports of it are kept again; False where it is not on it."""
    with store.transaction() as db:
        before = listed_row(db, identifier_hash, now.date())
        if before is None:
            return False
        db.execute("DELETE FROM safelist WHERE identifier = ?", (identifier_hash,))
        old, new = {"masked": before.masked, **_audited(before)}, {"masked": before.masked}
        add_to_audit(db, moderator, now, f"unsafelist {identifier_hash}", old, new)
    return True


def restore(db: Connection, identifier_hash: str, act: AuditRow) -> bool:
    """Let the safelist have of a contact what it had before an act; return whether it is in force then."""
    db.execute("DELETE FROM safelist WHERE identifier = ?", (identifier_hash,))
    kept = act.before.get("safelist")
    if kept is None:
        return False
    one = Listed(**{**kept, "identifier": identifier_hash, "day": date.fromisoformat(kept["day"])})
    _write(db, one)
    return one.in_force


def _write(db: Connection, one: Listed) -> None:
    row = (one.identifier, one.kind, one.masked, one.person, one.second, one.day.isoformat(), one.reason)
    db.execute(_PUT, row)


def _audited(one: Listed | None) -> dict[str, Any]:
    """Return what the audit keeps of a row, from which ``restore`` makes it again."""
    if one is None:
        return {}
    kept = {name: value for name, value in asdict(one).items() if name != "identifier"}
    return {"safelist": {**kept, "day": one.day.isoformat()}}


def _listed(row: tuple[Any, ...]) -> Listed:
    identifier, kind, masked, person, second, day, reason = row
    return Listed(identifier, kind, masked, person, second, date.fromisoformat(day), reason)


_COLUMNS = "identifier, kind, masked, person, second, day, reason"
_PUT = f"""INSERT INTO safelist ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (identifier) DO UPDATE SET kind = excluded.kind, masked = excluded.masked, person = excluded.person,
    second = excluded.second, day = excluded.day, reason = excluded.reason"""
