"""Signing in to the console: one-time links, and who is signed in, both known here only by the digest of a secret."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from knowledge.database.store import Store
from knowledge.ledger.audit import add_to_audit, stored

LINK_MINUTES = 10
"""Minutes for which a link may be used, once."""
SESSION_HOURS = 12
"""Hours for which somebody is signed in."""
_BYTES = 32


class SignIns:
    """The links and sessions in a store; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def link(self, person: int, now: datetime) -> str:
        """Return a secret of 43 URL-safe characters that signs a person in once; links of theirs before are void."""
        secret = token_urlsafe(_BYTES)
        row = (_mark(secret), person, stored(now + timedelta(minutes=LINK_MINUTES)))
        with self._store.transaction() as db:
            db.execute("DELETE FROM console_links WHERE person = ? OR until <= ?", (person, stored(now)))
            db.execute("INSERT INTO console_links VALUES (?, ?, ?)", row)
        return secret

    def begin(self, secret: str, now: datetime) -> str | None:
        """Use a link up, and return the secret of the session it begins; None where it is used, old, or none."""
        session = token_urlsafe(_BYTES)
        until = stored(now + timedelta(hours=SESSION_HOURS))
        with self._store.transaction() as db:
            used = "DELETE FROM console_links WHERE mark = ? RETURNING person, until"
            row = db.execute(used, (_mark(secret),)).fetchone()
            if row is None or row[1] <= stored(now):
                return None
            db.execute("DELETE FROM console_sessions WHERE until <= ?", (stored(now),))
            db.execute("INSERT INTO console_sessions VALUES (?, ?, ?)", (_mark(session), row[0], until))
            add_to_audit(db, row[0], now, f"sign-in {row[0]}", {}, {"until": until})
        return session

    def person(self, session: str, now: datetime) -> int | None:
        """Return who is signed in with the secret of a session; None where nobody is."""
        query = "SELECT person FROM console_sessions WHERE mark = ? AND until > ?"
        with self._store.reading() as db:
            row = db.execute(query, (_mark(session), stored(now))).fetchone()
        return row[0] if row else None

    def end(self, session: str) -> None:
        """Sign out."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM console_sessions WHERE mark = ?", (_mark(session),))

    def end_all(self, person: int) -> None:
        """Sign a person out wherever they are signed in, and let no link of theirs sign them in."""
        with self._store.transaction() as db:
            for table in ("console_links", "console_sessions"):
                db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))


def _mark(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
