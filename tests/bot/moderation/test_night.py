"""The nightly run over the small documents: what it takes in, what it tells, and what it does when something fails."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import pytest

from bench.night_kills import forking
from bot.cli import main
from bot.moderation.night import STEPS, Night, from_row, run_night
from bot.moderation.night_report import night_reply
from bot.moderation.publishing import serve_again
from bot.settings import Settings, read_settings
from bot.terminal.night_lines import say_night
from bot.words.texts import Texts
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import current_name, load_current, names
from index.model.encoder import Encoded, counted
from index.model.packed_weights import BrokenModel
from knowledge.database.backups import kept
from knowledge.database.store import Store
from knowledge.documents.casebook import read_casebook
from knowledge.documents.pattern import Case
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.audit import add_to_audit
from knowledge.ledger.night_reports import Nights
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.drafting import Drafting
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import ShouldSay
from knowledge.proposals.working_casebook import working_casebook
from tests.fakes import HashingEncoder, small_files
from tests.paths import DOCUMENTS
from tests.talk import acts

NOW = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ANN, BEN, ASKER = 501, 502, 7
DRONE = "a drone came and wants money by a link for my parcel"
Night_ = Callable[..., Night]


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small documents with the golden set three times, so that a loss is no accident."""
    folder = shutil.copytree(DOCUMENTS, tmp_path_factory.mktemp("small") / "knowledge")
    golden = folder / "golden" / "en.toml"
    text = golden.read_text("utf-8")
    golden.write_text(text + "".join(text.replace('id = "en-', f'id = "en-{time}-') for time in (2, 3)), "utf-8")
    return folder


@pytest.fixture(scope="session")
def first_night(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> Path:
    """A data folder after its first night."""
    folder = tmp_path_factory.mktemp("data")
    night = run_night(read_settings({"ASKFIRST_DATA": str(folder)}), NOW, encoder=HashingEncoder(), knowledge=knowledge)
    assert (night.published, night.faults) == (True, [])
    return folder


@pytest.fixture
def settings(tmp_path: Path, first_night: Path) -> Settings:
    data = shutil.copytree(first_night, tmp_path / "data")
    return read_settings({"ASKFIRST_DATA": str(data)})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with closing(Store(settings.database)) as opened:
        yield opened


@pytest.fixture
def night(settings: Settings, knowledge: Path) -> Night_:
    """Run a night, each a minute after the one before."""
    moments = iter(NOW + number * MINUTE for number in range(1, 1000))

    def run(now: datetime | None = None, **more: object) -> Night:
        given = {"encoder": HashingEncoder(), "knowledge": knowledge, **more}
        return run_night(settings, now or next(moments), **given)  # type: ignore[arg-type]

    return run


def approve(store: Store, draft: Draft | str, *, urgent: bool = False, now: datetime = NOW) -> int:
    """Have a draft approved, or a case of a fake parcel fee, and return its number."""
    if isinstance(draft, str):
        draft = Draft("case", "parcel-smish", case=Case("en", draft))
    proposals = Proposals(store, alone=False)
    (one,) = proposals.propose([draft], ANN, now)
    proposals.tried([one.id], {}, "", now)
    decision = proposals.decide(one.id, True, BEN, now, is_moderator=lambda _: True, urgent=urgent)
    assert decision.outcome == "approved"
    return one.id


def served(settings: Settings) -> list[str]:
    """Return the cases of the build that serves."""
    build, _ = load_current(settings.builds, "hashing")
    return [case.text for pattern in build.patterns.values() for case in pattern.cases]


def crossed(store: Store) -> None:
    """Have the documents of two patterns take each other's place: a moderator's worst day."""
    one, other = "parcel-smish", "sell-bank-card"
    for name, source in ((one, other), (other, one)):
        document = (DOCUMENTS / "patterns" / f"{source}.toml").read_text("utf-8")
        approve(store, Draft("edit", name, document.replace(f'id = "{source}"', f'id = "{name}"')))


def test_the_first_night_makes_a_build_and_a_backup(first_night: Path) -> None:
    build, refused = load_current(first_night / "builds", "hashing")
    assert (build.manifest.counts["patterns"], refused) == (3, [])
    assert len(kept(first_night / "backups")) == 1


def test_what_is_approved_comes_into_the_build_and_into_the_report_once(
    night: Night_, store: Store, settings: Settings
) -> None:
    first = current_name(settings.builds)
    case = approve(store, DRONE)
    retired = approve(store, Draft("retire", "bank-otp", reason="no more"))
    done = night()
    assert done.published
    assert done.build == current_name(settings.builds) != first
    assert done.came_in == [f"case of parcel-smish (proposal {case})", f"retire of bank-otp (proposal {retired})"]
    assert done.counts["patterns"] == 2
    assert done.counts["encoded"] == 1
    assert done.before
    assert done.after
    assert DRONE in served(settings)
    (row,) = acts(store, f"rebuild {done.build}")
    assert (row.before["build"], row.after["build"]) == (first, done.build)
    more = approve(store, "a drone wants more money")
    assert night().came_in == [f"case of parcel-smish (proposal {more})"]


def test_a_situation_approved_for_the_examination_is_asked_of_every_build_from_then_on(
    night: Night_, store: Store, settings: Settings, knowledge: Path
) -> None:
    drafting = Drafting(Proposals(store, alone=False), lambda: read_casebook(knowledge))
    number = approve(store, drafting.golden_draft(DRONE, ShouldSay("parcel-smish", "likely", "before"), NOW.date()))
    before = load_current(settings.builds, "hashing")[0].golden
    done = night()
    assert done.came_in == [f"golden of parcel-smish (proposal {number})"]
    after = load_current(settings.builds, "hashing")[0].golden
    (asked,) = [one for one in after if one.text == DRONE]
    assert len(after) == len(before) + 1
    assert (asked.patterns, asked.must_not) == (("parcel-smish",), ("no_match", "unclear"))
    assert not night().published


def test_what_is_approved_while_a_build_is_made_comes_in_the_next_night(night: Night_, store: Store) -> None:
    class Busy(HashingEncoder):
        def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
            late.append(approve(store, "one more drone, late at night"))
            return super().read(texts)

    late: list[int] = []
    approve(store, DRONE)
    assert len(night(encoder=Busy()).came_in) == 1
    assert night().came_in == [f"case of parcel-smish (proposal {late[0]})"]


def test_what_cannot_be_taken_is_held_back_by_name_until_it_can(
    night: Night_, store: Store, knowledge: Path, tmp_path: Path
) -> None:
    orphan = approve(store, Draft("case", "new-trick", case=Case("en", "they sold me the moon")))
    known = approve(store, "got a link from the courier to pay 1.99 for a parcel i never ordered")
    good = approve(store, DRONE)
    done = night()
    assert done.held_back == [
        f"proposal {orphan} (new-trick): new-trick: no such pattern, expected one that is there",
        f"proposal {known} (parcel-smish): cases.8.text: the same text as cases.1",
    ]
    assert done.came_in == [f"case of parcel-smish (proposal {good})"]
    changed = shutil.copytree(knowledge, tmp_path / "knowledge")
    document = (changed / "patterns" / "bank-otp.toml").read_text("utf-8")
    (changed / "patterns" / "new-trick.toml").write_text(document.replace('"bank-otp"', '"new-trick"'), "utf-8")
    done = night(knowledge=changed, gate=False)
    assert done.came_in == [f"case of new-trick (proposal {orphan})"]
    assert len(done.held_back) == 1


def test_with_nothing_changed_the_build_serves_on(night: Night_, settings: Settings, store: Store) -> None:
    first, so_far = current_name(settings.builds), acts(store)
    encoder = HashingEncoder()
    done = night(encoder=encoder)
    assert (done.build, done.published, done.came_in, done.faults) == (first, False, [], [])
    assert done.after
    assert encoder.encoded == 0
    assert acts(store) == so_far


def test_a_worse_build_is_not_published_unless_forced(night: Night_, settings: Settings, store: Store) -> None:
    first = current_name(settings.builds)
    crossed(store)
    done = night()
    assert (done.build, done.published, current_name(settings.builds)) == (first, False, first)
    assert any(line.startswith("expected pattern first: ") for line in done.worse)
    assert done.came_in == []
    done = night(gate=False)
    assert done.published
    assert len(done.came_in) == 2
    assert current_name(settings.builds) == done.build != first


def test_what_was_rolled_back_stays_back_until_something_changes(
    night: Night_, settings: Settings, store: Store
) -> None:
    builds = [str(current_name(settings.builds))]
    for text in (DRONE, "a second drone wants money"):
        approve(store, text)
        builds.append(night().build)
    for target in reversed(builds[:-1]):  # back twice: neither of the two is wanted
        serve_again(store, settings.builds, target, "hashing", BEN, NOW)
    with store.transaction() as db:  # a busy day, in which the rollbacks are long past
        for number in range(300):
            add_to_audit(db, BEN, NOW, f"settle-note {number}", {}, {})
    done = night()
    assert (done.published, current_name(settings.builds)) == (False, builds[0])
    assert done.worse == ["it was rolled back by hand, and nothing has changed since; --force publishes it again"]
    approve(store, "a third drone wants money")
    done = night()
    assert done.published
    assert len(done.came_in) == 3  # against the build that served


def test_force_publishes_what_was_rolled_back(night: Night_, settings: Settings, store: Store) -> None:
    first = str(current_name(settings.builds))
    approve(store, DRONE)
    night()
    serve_again(store, settings.builds, first, "hashing", BEN, NOW)
    assert night(gate=False).published
    assert DRONE in served(settings)


def test_a_rollback_that_cannot_be_noted_is_not_done(night: Night_, settings: Settings, store: Store) -> None:
    first = str(current_name(settings.builds))
    approve(store, DRONE)
    second = night().build
    with closing(Store(settings.database, wait=0.1)) as mine, locked(settings), pytest.raises(sqlite3.OperationalError):
        serve_again(mine, settings.builds, first, "hashing", BEN, NOW)
    assert current_name(settings.builds) == second


def test_what_was_urgent_goes_after_a_week(night: Night_, settings: Settings, store: Store) -> None:
    approve(store, DRONE, urgent=True)
    night()
    assert DRONE in served(settings)
    done = night(NOW + 7 * DAY)
    assert (done.published, done.expired["urgent"]) == (True, 1)
    assert DRONE not in served(settings)
    assert night(NOW + 8 * DAY).expired["urgent"] == 0


def test_each_night_leaves_a_backup_and_fourteen_are_kept(night: Night_, settings: Settings) -> None:
    newest = ""
    for number in range(16):
        newest = night(NOW + number * DAY).backup
    copies = kept(settings.backups)
    assert len(copies) == 14
    assert copies[-1].name == newest
    assert "20261211T" in newest


def test_what_is_due_expires(night: Night_, store: Store, settings: Settings) -> None:
    today = NOW.date()
    Askers(store).keep(ASKER, np.ones(3, dtype=np.float32), today, "hashing")
    notes = WrongNotes(store, (settings.data / "key").read_bytes())
    notes.note("likely", "parcel-smish", "en", None, ASKER, NOW)
    insert = "INSERT INTO reports (kind, identifier, masked, day, reporter) VALUES ('phone', ?, '1•••', ?, ?)"
    with store.transaction() as db:
        db.execute(insert, ("i" * 43, today.isoformat(), "r" * 43))
    assert night(NOW + 30 * DAY).expired == {"urgent": 0, "askers": 0, "reports": 0, "notes": 0}
    assert night(NOW + 31 * DAY).expired == {"urgent": 0, "askers": 1, "reports": 0, "notes": 0}
    assert night(NOW + 181 * DAY).expired == {"urgent": 0, "askers": 0, "reports": 1, "notes": 1}


@pytest.mark.slow
def test_a_night_says_that_somebody_who_reads_keeps_what_was_deleted_and_the_next_one_clears_it(
    night: Night_, store: Store, settings: Settings
) -> None:
    words, log = b"a text nobody else would write", Path(f"{settings.database}-wal")
    notes = WrongNotes(store, (settings.data / "key").read_bytes())
    notes.note("likely", None, "en", words.decode(), ASKER, NOW)
    with closing(sqlite3.connect(settings.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM chats").fetchone()
        store.erase([notes.deletion(ASKER)])
        assert words in log.read_bytes()
        (fault,) = night().faults
        assert fault.startswith(f"expiry: {log}: holds what was deleted")
    assert night().faults == []
    assert words not in log.read_bytes() + Path(settings.database).read_bytes()


def test_what_needs_no_key_expires_without_it(night: Night_, store: Store, settings: Settings) -> None:
    Askers(store).keep(ASKER, np.ones(3, dtype=np.float32), NOW.date(), "hashing")
    (settings.data / "key").write_bytes(b"short")
    done = night(NOW + 31 * DAY)
    assert done.expired == {"urgent": 0, "askers": 1}
    (fault,) = done.faults
    assert fault.startswith("expiry: ")
    assert "key: damaged, found 5 bytes" in fault


def test_earlier_askers_are_found_once(night: Night_, store: Store) -> None:
    askers, encoder = Askers(store), HashingEncoder()
    for chat, text in ((ASKER, "a link from the courier wants a fee for my parcel"), (8, "dinner with grandma")):
        askers.keep(chat, encoder.encode([text])[0], NOW.date(), "hashing")
    for chat, text in ((9, "the courier says there is a customs fee"), (9, "a parcel"), (ASKER, "a fee")):
        askers.keep(chat, encoder.encode([text])[0], NOW.date(), "another")  # of the same size, and means nothing here
    assert night().to_tell == 0  # nothing is new
    approve(store, DRONE)
    assert night().to_tell == 1
    told = [(chat, pattern) for _, chat, pattern in askers.to_tell()]
    assert told == [(ASKER, "parcel-smish"), (9, None), (ASKER, None)]
    approve(store, "a second drone wants money")
    assert night().to_tell == 0
    assert len(askers.waiting(NOW.date(), "hashing")) == 1
    assert askers.waiting(NOW.date(), "another") == ()


def test_a_report_survives_json_and_is_what_is_kept(night: Night_, store: Store) -> None:
    approve(store, DRONE)
    approve(store, Draft("case", "new-trick", case=Case("en", "they sold me the moon")))
    done = night()
    assert from_row(json.loads(json.dumps(done.as_row()))) == done
    assert from_row(Nights(store).claim(NOW)[-1].report) == done


class Counting(HashingEncoder):
    """Another model, which counts what it reads as the real one does."""

    name = "counting"

    def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
        with counted(len(texts), "Encoding", "text", shown=progress) as further:
            further(len(texts))
        return super().read(texts)


def test_a_night_keeps_at_which_step_it_is(night: Night_, store: Store) -> None:
    with store.transaction() as db:
        db.execute("CREATE TABLE steps (at)")
        db.execute(
            "CREATE TRIGGER step AFTER UPDATE ON nights BEGIN"
            " INSERT INTO steps VALUES (json_extract(new.report, '$.at')); END"
        )
    done = night(encoder=Counting())
    with store.reading() as db:
        kept = [tuple(json.loads(at)) for (at,) in db.execute("SELECT at FROM steps ORDER BY rowid")]
    steps = list(dict.fromkeys(kept))
    assert list(dict.fromkeys(step for step, _, _ in steps)) == [*STEPS, ""]
    assert [one for one in steps if one[0] == "texts"] == [
        ("texts", count, done.counts["texts"]) for count in (0, done.counts["texts"])
    ]
    assert not done.at[0]


def test_the_terminal_says_what_a_night_did(night: Night_, store: Store) -> None:
    approve(store, DRONE)
    lines: list[str] = []
    done = night()
    say_night(done, lines.append)
    assert lines[0] == f"{done.build}: published"
    assert lines[1].startswith("3 patterns, 25 cases; 1 of ")
    assert lines[-1] == "came in: case of parcel-smish (proposal 1)"


def test_what_was_published_by_a_killed_night_is_announced_by_the_next(
    night: Night_, store: Store, settings: Settings, knowledge: Path
) -> None:
    askers = Askers(store)
    askers.keep(
        ASKER, HashingEncoder().encode(["a link from the courier wants a fee for my parcel"])[0], NOW.date(), "hashing"
    )
    case = approve(store, DRONE)
    Nights(store).begin(NOW)
    working = working_casebook(store, NOW.date(), knowledge=knowledge)
    build = rebuild(settings.builds, HashingEncoder(), working.casebook)  # and killed
    done = night()
    assert (done.build, done.published, done.to_tell) == (build.name, True, 1)
    assert done.came_in == [f"case of parcel-smish (proposal {case})"]
    assert [row.what for row in acts(store, "rebuild ")][-1] == f"rebuild {build.name}"
    assert not night().published
    assert "interrupted before its end" in Nights(store).claim(NOW)[1].report["faults"][0]


def test_leftovers_of_a_killed_night_go_also_when_nothing_has_changed(night: Night_, settings: Settings) -> None:
    for folder in (".making-killed", ".dropped-20260101T000000-old"):
        (settings.builds / folder).mkdir()
    (settings.builds / ".CURRENT.4711").write_text("half")
    part = settings.backups / ".askfirst-20261126T033000Z.db.part"
    part.write_bytes(b"half")
    night()
    assert {path.name for path in settings.builds.iterdir()} == {
        *(".rebuild.lock", "CURRENT"),
        *names(settings.builds),
    }
    assert not part.exists()


# What fails


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Hold the database as another process does that writes."""
    with closing(sqlite3.connect(settings.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


def recovers(night: Night_, settings: Settings, text: str = DRONE, **more: object) -> Night:
    """Run the next night, which publishes all that was approved."""
    done = night(**more)
    assert done.published
    assert text in served(settings)
    return done


def test_a_database_that_stays_locked_ends_the_night_and_the_next_one_makes_up(
    night: Night_, settings: Settings, store: Store
) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    with locked(settings), pytest.raises(sqlite3.OperationalError, match="database is locked"):
        night(wait=0.2)
    assert load_current(settings.builds, "hashing")[0].name == first
    assert recovers(night, settings).faults == []


def test_a_database_that_is_locked_after_publishing_leaves_the_announcing_to_the_next_night(
    night: Night_, settings: Settings, store: Store
) -> None:
    case = approve(store, DRONE)
    locks = locked(settings)

    class Locking(HashingEncoder):
        def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
            locks.__enter__()
            return super().read(texts)

    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        night(wait=0.1, encoder=Locking())
    locks.__exit__(None, None, None)
    assert DRONE in served(settings)
    done = recovers(night, settings)
    assert done.came_in == [f"case of parcel-smish (proposal {case})"]
    assert len(acts(store, "rebuild ")) == 2


@pytest.mark.slow
@pytest.mark.parametrize("room", [100_000, 250_000], ids=["no room for the backup either", "room for the backup"])
def test_a_full_disk_fails_the_build_in_one_line(night: Night_, settings: Settings, store: Store, room: int) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    with small_files(room):
        done = night()
    assert (done.build, done.published) == (first, False)
    failed = {fault.partition(": ")[0]: fault for fault in done.faults}
    assert failed.keys() == ({"backup", "rebuild", "expiry"} if room < 200_000 else {"rebuild"})
    assert "File too large" in failed["rebuild"]
    assert all("\n" not in fault for fault in done.faults)
    assert load_current(settings.builds, "hashing")[0].name == first
    assert list(settings.builds.glob(".making-*")) == []
    assert recovers(night, settings).faults == []


def test_a_disk_too_full_for_the_database_is_one_line_and_the_next_run_makes_up(
    night: Night_,
    settings: Settings,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    monkeypatch.setenv("ASKFIRST_DATA", str(settings.data))
    with small_files(1000):
        assert main(["rebuild"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"askfirst: {settings.database}: disk I/O error, expected a database that can be written")
    assert load_current(settings.builds, "hashing")[0].name == first
    assert recovers(night, settings).faults == []


@pytest.mark.parametrize("older", [False, True])
def test_a_damaged_build_is_named_and_made_anew(night: Night_, settings: Settings, store: Store, older: bool) -> None:
    if older:
        approve(store, "an older drone")
        night()
    approve(store, DRONE)
    damaged = settings.builds / str(current_name(settings.builds)) / "vectors.npz"
    damaged.write_bytes(damaged.read_bytes()[:-7] + b"corrupt")
    encoder = HashingEncoder()
    done = recovers(night, settings, encoder=encoder)
    assert done.faults == [f"build before: {damaged}: missing or damaged"]
    assert (encoder.encoded < 5) == older  # the vectors of the older one are as good
    assert night().faults == []


def test_what_an_earlier_version_has_built_is_made_anew_without_a_fault(
    night: Night_, settings: Settings, store: Store
) -> None:
    approve(store, DRONE)
    manifest = settings.builds / str(current_name(settings.builds)) / "manifest.json"
    made = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(made | {"format": made["format"] - 1}), "utf-8")
    done = recovers(night, settings)
    assert (done.published, done.faults) == (True, [])


def test_a_worse_build_does_not_slip_in_when_the_published_one_is_damaged(
    night: Night_, settings: Settings, store: Store
) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    second = settings.builds / night().build
    crossed(store)
    (second / "vectors.npz").write_bytes(b"")
    done = night()
    assert (done.published, done.build) == (False, first)
    assert done.worse


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"20991231T000000-gone\n", b"a\x00b", b"x" * 5000])
def test_a_damaged_pointer_is_named_and_set_anew(
    night: Night_, settings: Settings, store: Store, content: bytes
) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    (settings.builds / "CURRENT").write_bytes(content)
    assert load_current(settings.builds, "hashing")[0].name == first
    (fault,) = recovers(night, settings).faults
    assert fault.startswith(f"build before: {settings.builds}")
    assert night().faults == []


def test_another_model_makes_a_build_of_its_own_while_the_old_one_serves(
    night: Night_, settings: Settings, store: Store
) -> None:
    class Other(HashingEncoder):
        name = "other"

    serving = Serving(settings.builds, "hashing")
    first = serving.build().name
    approve(store, DRONE)
    done = night(encoder=Other())
    assert (done.published, len(done.came_in)) == (True, 1)
    folder = settings.builds / first
    assert done.faults == [f"build before: {folder}: made with model hashing, but other is set"]
    assert serving.follow_now().name == first
    assert load_current(settings.builds, "other")[0].name == done.build
    assert night(encoder=Other()).faults == []


def test_faulty_documents_are_named_line_by_line(
    night: Night_, settings: Settings, store: Store, knowledge: Path, tmp_path: Path
) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    changed = shutil.copytree(knowledge, tmp_path / "knowledge")
    for name in ("bank-otp", "parcel-smish"):
        (changed / "patterns" / f"{name}.toml").write_text("kind = ", "utf-8")
    done = night(knowledge=changed)
    assert [f"{name}.toml" in fault for name, fault in zip(("bank-otp", "parcel-smish"), done.faults, strict=True)]
    assert (done.published, current_name(settings.builds)) == (False, first)
    assert done.expired["askers"] == 0  # the other steps were done
    recovers(night, settings)


@pytest.mark.parametrize("damage", ["no database", "bad pages"])
def test_a_damaged_database_is_one_line_and_a_backup_in_its_place_has_all(
    night: Night_,
    settings: Settings,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    damage: str,
) -> None:
    approve(store, DRONE)
    first = current_name(settings.builds)
    store.clear_log()
    store.close()
    good = Path(settings.database).read_bytes()
    Path(settings.database).write_bytes(b"x" * len(good) if damage == "no database" else good[:4096] + b"\xff" * 90_000)
    monkeypatch.setenv("ASKFIRST_DATA", str(settings.data))
    monkeypatch.setenv("ASKFIRST_MODEL", "no-such-model")
    assert main(["rebuild"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"askfirst: {settings.database}: ")
    assert "put the newest copy of the backups in its place" in line
    assert load_current(settings.builds, "hashing")[0].name == first
    Path(settings.database).write_bytes(good)
    assert recovers(night, settings).faults == []


def test_builds_that_cannot_be_written_are_one_line(night: Night_, settings: Settings, store: Store) -> None:
    first = current_name(settings.builds)
    approve(store, DRONE)
    lock = settings.builds / ".rebuild.lock"
    lock.unlink()
    lock.mkdir()  # holds also against root, whom no mode stops
    done = night()
    (fault,) = done.faults
    assert fault.startswith("rebuild: ")
    assert str(lock) in fault
    assert (done.published, load_current(settings.builds, "hashing")[0].name) == (False, first)
    assert done.backup
    lock.rmdir()
    recovers(night, settings)


def test_a_broken_model_is_one_line(night: Night_, settings: Settings, store: Store) -> None:
    class Broken(HashingEncoder):
        def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
            raise BrokenModel("model.bin: damaged, expected another digest")

    first = current_name(settings.builds)
    approve(store, DRONE)
    done = night(encoder=Broken())
    assert (done.published, current_name(settings.builds)) == (False, first)
    assert done.faults == ["rebuild: model.bin: damaged, expected another digest"]
    recovers(night, settings)


def test_a_bug_breaks_the_run_off_and_the_next_night_says_so(night: Night_, settings: Settings, store: Store) -> None:
    class Broken(HashingEncoder):
        def read(self, texts: Sequence[str], *, progress: bool = False) -> Encoded:
            raise RuntimeError("a bug")

    approve(store, DRONE)
    with pytest.raises(RuntimeError, match="a bug"):
        night(encoder=Broken())
    recovers(night, settings)
    assert "interrupted before its end" in Nights(store).claim(NOW)[-2].report["faults"][0]


# Two processes


def _one_of_two(data: Path, knowledge: Path, together: Barrier, out: Path) -> None:
    settings = read_settings({"ASKFIRST_DATA": str(data)})
    together.wait(60)
    night = run_night(settings, NOW + MINUTE, encoder=HashingEncoder(), knowledge=knowledge)
    out.write_text(json.dumps(night.as_row()))


@pytest.mark.slow
def test_of_two_processes_one_builds_and_the_other_finds_nothing_left(
    settings: Settings, store: Store, knowledge: Path, tmp_path: Path
) -> None:
    approve(store, DRONE)
    starting = forking()
    together, outs = starting.Barrier(2), [tmp_path / f"{number}.json" for number in range(2)]
    processes = [starting.Process(target=_one_of_two, args=(settings.data, knowledge, together, out)) for out in outs]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    nights = [from_row(json.loads(out.read_text())) for out in outs]
    assert sorted(one.published for one in nights) == [False, True]
    assert len({one.build for one in nights}) == 1
    assert all(one.faults == [] for one in nights)
    assert len(names(settings.builds)) == 2
    assert len(acts(store, "rebuild ")) == 2


def test_what_rises_beyond_its_own_past_is_in_the_report_for_moderators_and_the_terminal(
    night: Night_, store: Store, moderator_texts: dict[str, Texts]
) -> None:
    counters = Counters(store)
    for week in range(1, 10):
        for _ in range(20 if week == 1 else 3):
            counters.add(NOW.date() - week * 7 * DAY, "en", "likely", "parcel-smish", None)
    counters.flush()
    done = night()
    assert done.rising == ["parcel-smish: 20 (3.0)"]
    assert from_row(json.loads(json.dumps(done.as_row()))) == done
    said: list[str] = []
    say_night(done, said.append)
    assert "rising: parcel-smish: 20 (3.0)" in said
    for language in ("en", "zh"):
        assert "parcel-smish: 20 (3.0)" in night_reply(done, 0, moderator_texts[language]).html


def test_why_a_build_was_refused_is_told_in_chinese(moderator_texts: dict[str, Texts]) -> None:
    lost = "expected pattern first: 9 lost, 1 won, chance 0.01: en-a, en-b"
    gone = "proposal 3 (bank-otp): bank-otp: no such pattern, expected one that is there"
    night = Night(worse=[lost], held_back=[gone], came_in=["case of parcel-smish (proposal 4)"])
    told = night_reply(night, 0, moderator_texts["zh"]).html
    assert "应有的套路排第一：对的变错 9 道，错的变对 1 道" in told
    assert "提案 3（bank-otp）：bank-otp：没有这个套路" in told
    assert "parcel-smish 的案例（提案 4）" in told
    assert lost in night_reply(night, 0, moderator_texts["en"]).html
