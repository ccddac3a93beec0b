"""Everything that is kept, from one database to another."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge.database.backups import backup
from knowledge.database.connection import Address
from knowledge.database.copying import NotEmpty
from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.ledger.audit import audit_rows
from knowledge.ledger.chat_settings import ChatSettings, keep_settings, settings_of
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.desk.desks import Desks
from knowledge.ledger.desk.sign_ins import SignIns
from knowledge.ledger.erasing import forget
from knowledge.ledger.inbox import Inbox, Waiting
from knowledge.ledger.night_reports import Nights
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from tests.postgres import Server
from tests.reported import PHONE, TODAY, report

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
KEY = bytes(range(32))


def fill(store: Store) -> None:
    """Keep something of every kind, and delete the newest note, whose number must not be given again."""
    keep_settings(store, -77, ChatSettings("SG", "zh", quiet=True))
    reports, notes = ContactReports(store, KEY), WrongNotes(store, KEY)
    report(reports, PHONE, 1)
    reports.appeal(PHONE, 2, NOW)
    for text in ("•••说的", "another"):
        notes.note("likely", None, "zh", text, 1, NOW)
    store.erase([("DELETE FROM wrong_notes WHERE id = 2", ())])
    Askers(store).keep(5, np.arange(384, dtype=np.float32), TODAY, "a-model")
    Roles(store, frozenset()).add(77, OPERATOR, NOW)
    proposals = Proposals(store, alone=True)
    (one, _) = proposals.propose([Draft("case", "parcel-smish", case=Case("zh", "快递要我“付款”"))] * 2, OPERATOR, NOW)
    proposals.tried([one.id], {"fixes": []}, "", NOW)
    proposals.decide(one.id, True, OPERATOR, NOW, is_moderator=lambda _: True)
    Inbox(store).take([Waiting(101, 7, 1, "de")], NOW)
    Desks(store).tell(77, ["p1"], NOW)
    SignIns(store).link(77, NOW)
    nights = Nights(store)
    nights.finish(nights.begin(NOW), {"published": True}, NOW)


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    more = ("console_links", "desk_items", "desks", "inbox", "report_key")
    tables = ("appeals", "askers", "audit", "chats", "moderators", "nights", "proposals", "reports", "wrong_notes")
    with store.reading() as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in (*tables, *more)}


@pytest.fixture
def other(postgres: Server) -> Address:
    return postgres.fresh()


def test_all_rows_go_to_a_server_and_back_and_numbers_go_on(other: Address, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as first, closing(Store(other)) as server:
        fill(first)
        counts = first.copy_to(server)
        assert (counts["chats"], counts["proposals"], counts["wrong_notes"], counts["confirmations"]) == (1, 2, 1, 0)
        assert everything(server) == everything(first)
        with closing(Store(tmp_path / "b.db")) as back:
            assert server.copy_to(back) == counts
            assert everything(back) == everything(first)
            for store in (server, back):
                WrongNotes(store, KEY).note("likely", None, "zh", "a third", 1, NOW)
                assert [note.id for note in WrongNotes(store, KEY).waiting()] == [1, 3]
                assert Nights(store).begin(NOW) == 2


def test_nothing_is_copied_where_there_is_something_already(other: Address, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as first, closing(Store(other)) as server:
        fill(first)
        keep_settings(server, 9, ChatSettings("MY", "ms"))
        with pytest.raises(NotEmpty, match="chats: has rows already, expected a database without any"):
            first.copy_to(server)
        assert audit_rows(server) == ()


def test_of_a_copy_that_breaks_off_nothing_is_left(other: Address, tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db")) as first, closing(Store(other)) as server:
        fill(first)
        with server.transaction() as db:
            db.execute("ALTER TABLE wrong_notes ADD CHECK (masked NOT LIKE '%说%')")
        with pytest.raises(sqlite3.IntegrityError, match="wrong_notes"):
            first.copy_to(server)
        assert all(rows == [] for rows in everything(server).values())


def test_the_nightly_copy_of_a_server_is_a_file_that_is_forgotten_in_and_can_be_put_back(
    other: Address, tmp_path: Path
) -> None:
    with closing(Store(other)) as server:
        fill(server)
        file = backup(server, tmp_path / "backups", NOW)
        private = " UNION ".join(
            f"SELECT count(*) FROM {table}" for table in ("chats", "askers", "inbox", "console_links")
        )
        with closing(sqlite3.connect(file)) as db:
            assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
            assert db.execute(private).fetchall() == [(0,)]
            assert db.execute("SELECT count(*) FROM reports").fetchone() == (1,)
        reports, notes = ContactReports(server, KEY), WrongNotes(server, KEY)
        forget(server, reports, notes, Askers(server), tmp_path / "backups", -77, 1)
    with closing(Store(file)) as restored:
        assert ContactReports(restored, KEY).reported(TODAY) == ()
        assert WrongNotes(restored, KEY).waiting() == ()
        assert settings_of(restored, -77) == ChatSettings()
        assert [proposal.id for proposal in Proposals(restored, alone=True).approved(TODAY)] == [1]
