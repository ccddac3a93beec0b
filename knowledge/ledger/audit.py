"""What moderators and the operator did, one row an act, that nothing can change afterwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from knowledge.database.connection import Connection
from knowledge.database.store import Store


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
) -> None:
    """Write one row into the audit, in the transaction of the act itself; it stays for ever."""
    row = (who, stored(when), what, *(json.dumps(part) for part in (before, after)))
    db.execute('INSERT INTO audit (who, "when", what, before, after) VALUES (?, ?, ?, ?, ?)', row)


def audit_rows(store: Store, most: int = 50, who: int | None = None, about: str = "") -> tuple[AuditRow, ...]:
    """Return the newest acts first: of one person only, or only those whose ``what`` has some text in it."""
    asked = {"who = :who": who, "length(replace(what, :about, '')) < length(what)": about or None}
    where = " AND ".join(["id > 0", *(condition for condition, value in asked.items() if value is not None)])
    query = f"""SELECT id, who, "when", what, before, after FROM audit WHERE {where} ORDER BY id DESC LIMIT :most"""
    with store.reading() as db:
        rows = db.execute(query, {"who": who, "about": about, "most": most}).fetchall()
    return tuple(
        AuditRow(number, person, datetime.fromisoformat(when), what, json.loads(before), json.loads(after))
        for number, person, when, what, before, after in rows
    )
