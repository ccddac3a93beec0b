"""Which builds were published and rolled back, by the audit: each is announced once, and stays back once taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.builds.build import Build
from index.builds.history import rollback
from index.builds.shelf import Share, keep_here
from knowledge.database.store import Store
from knowledge.ledger.audit import AuditRow, add_to_audit, audit_rows
from knowledge.ledger.roles import OPERATOR

_REBUILD, _ROLLBACK = "rebuild ", "rollback "
_MOST = 1000


@dataclass(frozen=True)
class TakenIn:
    """What moderators approved that a build was made of."""

    last: int
    """The number of the proposal that was approved last; 0 where there was none."""
    held_back: tuple[int, ...]
    """The numbers of those that could not be taken."""


def announced(store: Store, build: str) -> bool:
    """Say whether the audit knows that a build was published."""
    return bool(audit_rows(store, most=1, about=_REBUILD + build))


def announce(store: Store, build: Build, taken: TakenIn, now: datetime) -> None:
    """Write into the audit that a build was published, with what it was made of."""
    served = _served(store)
    before = {key: served.after[key] for key in ("build", "casebook")} if served else {}
    made_of = {"last": taken.last, "held_back": list(taken.held_back)}
    after = {"build": build.name, "casebook": build.manifest.casebook, **build.manifest.counts, **made_of}
    with store.transaction() as db:
        add_to_audit(db, OPERATOR, now, _REBUILD + build.name, before, after)


def taken_in(store: Store) -> TakenIn:
    """Return what the build was made of that was announced or put back last."""
    served = _served(store)
    rows = audit_rows(store, most=1, about=_REBUILD + served.after["build"]) if served else ()
    after = rows[0].after if rows else {}
    return TakenIn(after.get("last", 0), tuple(after.get("held_back", ())))


def taken_back(store: Store) -> frozenset[str]:
    """Return the digests of the casebooks whose builds were rolled back since one was published last."""
    published = audit_rows(store, most=1, about=_REBUILD)
    since = published[0].id if published else 0
    back = (row for row in audit_rows(store, most=_MOST, about=_ROLLBACK) if row.id > since)
    return frozenset(row.before["casebook"] for row in back if row.before)


def serve_again(
    store: Store, builds: Path, name: str, model: str, who: int, now: datetime, share: Share = keep_here
) -> Build:
    """Let a build of before serve, and write it into the audit; both are done, or neither.

    Raises:
        NoSuchBuild: naming the builds there are.
        BuildMismatch: it cannot serve; the published one serves on.
    """

    @contextmanager
    def noting(build: Build, served: Build | None) -> Iterator[None]:
        before = {"build": served.name, "casebook": served.manifest.casebook} if served else {}
        after = {"build": build.name, "casebook": build.manifest.casebook}
        with store.transaction() as db:
            add_to_audit(db, who, now, _ROLLBACK + build.name, before, after)
            yield

    return rollback(builds, name, model, noting, share)


def _served(store: Store) -> AuditRow | None:
    """Return the newest row that says which build serves."""
    rows = [row for verb in (_REBUILD, _ROLLBACK) for row in audit_rows(store, most=1, about=verb)]
    return max(rows, key=lambda row: row.id, default=None)
