"""Contacts that people report, and what is in the files afterwards."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from knowledge.database.store import Store
from knowledge.ledger.contact_reports import ContactReports

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Contact:
    kind: str
    value: str


PHONE = Contact("phone", "+6591234567")


def link(number: int) -> Contact:
    return Contact("link", f"http://host{number}.example/pay")


def report(reports: ContactReports, contact: Contact, reporter: int, now: datetime = NOW) -> str:
    return reports.report(contact, "parcel-smish", "SG", reporter, None, now)


def raw_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("a.db*")))


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    """Return what a query finds; one that changes something is kept."""
    with store.transaction() as db:
        found = db.execute(query)
        return found.fetchall() if query.startswith("SELECT") else []
