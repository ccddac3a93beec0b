"""What moderators and the operator did, one row an act, that nothing can change afterwards."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Literal

from knowledge.database.connection import Connection
from knowledge.database.store import Store

ACTS = (
    *("propose", "edit", "hold", "approve", "reject", "withdraw", "expire", "undo"),
    *("confirm-first", "confirm", "remove", "settle-note", "undo-note"),
    *("safelist-first", "safelist", "unsafelist"),
    *("add-moderator", "remove-moderator", "rebuild", "rollback", "sign-in"),
)
"""The verbs of the audit."""
UNDO_MINUTES = 10
"""Minutes in which a decision can be taken back."""
Undone = Literal["undone", "late", "changed", "published", "not-yours", "gone", "not-moderator"]
"""What came of taking a decision back.

``late``: it is older than UNDO_MINUTES; ``changed``: something was done to the same thing since; ``published``: a build
has it, or one is being made; ``not-yours``: somebody else decided; ``gone``: there is no such decision.
"""


@dataclass(frozen=True)
class AuditRow:
    """One act."""

    id: int
    who: int
    """A Telegram id, or roles.OPERATOR."""
    when: datetime
    what: str
    """Verb and object, as in ``approve 12``."""
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def stored(moment: datetime) -> str:
    """Return a moment as it is kept in the database, so that texts sort as times do: ISO, UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def add_to_audit(
    db: Connection, who: int, when: datetime, what: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> int:
    """Write one row into the audit, in the transaction of the act itself, and return its number; it stays for ever."""
    row = (who, stored(when), what, *(json.dumps(part) for part in (before, after)))
    insert = 'INSERT INTO audit (who, "when", what, before, after) VALUES (?, ?, ?, ?, ?) RETURNING id'
    (number,) = db.execute(insert, row).fetchone()
    return int(number)


def audit_rows(
    store: Store,
    most: int = 50,
    who: int | None = None,
    about: str = "",
    *,
    act: str = "",
    pattern: str = "",
    since: datetime | None = None,
) -> tuple[AuditRow, ...]:
    """Return the newest acts first: all, or only those that fit whatever is given.

    Args:
        store: where they are.
        most: how many at most.
        who: the person who acted.
        about: text that ``what`` has in it.
        act: the verb, one of ACTS.
        pattern: the id of the pattern that was acted on, or that is named in reports of a contact.
        since: the first moment.
    """
    begin = stored(since) if since else ""
    asked = {"who": who is not None, "about": about, "act": act, "pattern": pattern, "since": begin}
    values = {**asked, "who": who, "act": f"{act} ", "pattern": json.dumps(pattern), "most": most}
    where = " AND ".join(["id > 0", *(_FITS[name] for name, given in asked.items() if given)])
    limit = "" if pattern else "LIMIT :most"
    with store.reading() as db:
        rows = db.execute(f"{_SELECT} WHERE {where} ORDER BY id DESC {limit}", values)
        found = (row for row in map(_row, rows) if not pattern or _is_about(row, pattern))
        return tuple(islice(found, most))


def acts_since(store: Store, since: datetime) -> tuple[AuditRow, ...]:
    """Return every act but proposing since a moment, the newest first."""
    before = 'SELECT id FROM audit WHERE "when" < :since ORDER BY id DESC LIMIT 1'
    where = f"id > coalesce(({before}), 0) AND substr(what, 1, 8) <> 'propose '"
    with store.reading() as db:
        return tuple(map(_row, db.execute(f"{_SELECT} WHERE {where} ORDER BY id DESC", {"since": stored(since)})))


def acts_on(store: Store, verbs: Sequence[str], object: str, most: int) -> tuple[AuditRow, ...]:
    """Return the newest acts of some verbs on one object, the newest first."""
    with store.reading() as db:
        return _acts_on(db, verbs, object, most)


def against_undoing(act: AuditRow | None, moderator: int, now: datetime) -> Undone | None:
    """Return what stands against taking back the newest decision on something; None where nothing does."""
    if act is None:
        return "gone"
    if act.what.startswith(("undo ", "undo-note ")):
        return "changed"
    if act.who != moderator:
        return "not-yours"
    return "late" if now - act.when > timedelta(minutes=UNDO_MINUTES) else None


def latest_act(db: Connection, verbs: Sequence[str], object: str) -> AuditRow | None:
    """Return the newest act of some verbs on one object, as this connection sees it."""
    return next(iter(_acts_on(db, verbs, object, 1)), None)


def _acts_on(db: Connection, verbs: Sequence[str], object: str, most: int) -> tuple[AuditRow, ...]:
    places = ", ".join("?" * len(verbs))
    query = f"{_SELECT} WHERE what IN ({places}) ORDER BY id DESC LIMIT ?"
    return tuple(map(_row, db.execute(query, [*(f"{verb} {object}" for verb in verbs), most])))


_SELECT = 'SELECT id, who, "when", what, before, after FROM audit'
_FITS = {
    "who": "who = :who",
    "about": "length(replace(what, :about, '')) < length(what)",
    "act": "substr(what, 1, length(:act)) = :act",
    "pattern": "length(replace(before || after, :pattern, '')) < length(before || after)",
    "since": '"when" >= :since',
}
"""What each filter asks of a row; of a pattern no more than that its id is somewhere in it."""


def _is_about(row: AuditRow, pattern: str) -> bool:
    named = row.before.get("patterns")
    acted_on = pattern in (row.before.get("pattern"), row.after.get("pattern"))
    return acted_on or (isinstance(named, list) and pattern in named)


def _row(row: tuple[Any, ...]) -> AuditRow:
    number, person, when, what, before, after = row
    return AuditRow(number, person, datetime.fromisoformat(when), what, json.loads(before), json.loads(after))
