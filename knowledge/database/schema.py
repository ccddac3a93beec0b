"""The tables of the database, one migration a change of them; a migration that was published never changes."""

from sqlite_utils import Database, Migrations

migrations = Migrations("askfirst")


class NewerDatabase(Exception):
    """A database that a later version of AskFirst has changed; the message says by what."""


def bring_up_to_date(db: Database) -> None:
    """Apply the migrations that are still due.

    Raises:
        NewerDatabase: there are some that this version does not know.
    """
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    unknown = sorted({migration.name for migration in migrations.applied(db)} - known)
    if unknown:
        raise NewerDatabase(f"made by a newer version ({unknown[-1]}), expected that version or a later one")
    migrations.apply(db)


@migrations()
def m001_chats(db: Database) -> None:
    """A chat's two settings."""
    db.table("chats").create({"chat": int, "country": str, "language": str}, pk="chat")


@migrations()
def m002_contact_reports(db: Database) -> None:
    """Reports, appeals and confirmations; the checks refuse whatever is longer or other than a hash, a mask, an id."""
    reported = f"""
        kind TEXT NOT NULL CHECK (kind IN ('phone', 'link', 'email', 'handle', 'iban', 'wallet')),
        identifier TEXT NOT NULL CHECK ({_is_hash("identifier")}),
        masked TEXT NOT NULL CHECK (masked GLOB '*•*' AND length(masked) <= 120),
        day TEXT NOT NULL CHECK ({_is_day("day")})"""
    db.execute(f"""CREATE TABLE reports ({reported},
        reporter TEXT NOT NULL CHECK ({_is_hash("reporter")}),
        pattern TEXT CHECK (pattern NOT GLOB '*[^a-z0-9-]*' AND length(pattern) <= 64),
        country TEXT CHECK (country GLOB '[A-Z][A-Z]'),
        PRIMARY KEY (identifier, reporter)) STRICT, WITHOUT ROWID""")
    db.execute(f"""CREATE TABLE appeals ({reported},
        appellant TEXT NOT NULL CHECK ({_is_hash("appellant")}),
        PRIMARY KEY (identifier, appellant)) STRICT, WITHOUT ROWID""")
    db.execute(f"""CREATE TABLE confirmations (
        identifier TEXT PRIMARY KEY CHECK ({_is_hash("identifier")}),
        day TEXT NOT NULL CHECK ({_is_day("day")})) STRICT, WITHOUT ROWID""")
    db.execute("CREATE TABLE report_key (id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL) STRICT")
    for table, column in (("reports", "reporter"), ("reports", "day"), ("appeals", "appellant")):
        db.execute(f"CREATE INDEX {table}_by_{column} ON {table} ({column})")


@migrations()
def m003_audit(db: Database) -> None:
    """What moderators did, one row an act; rows are added and never changed."""
    db.execute("""CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        who INTEGER NOT NULL, "when" TEXT NOT NULL, what TEXT NOT NULL,
        before TEXT NOT NULL CHECK (json_valid(before)), after TEXT NOT NULL CHECK (json_valid(after))) STRICT""")
    refusal = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    db.execute(f"CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit {refusal}")
    db.execute(f"CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit {refusal}")
    # INSERT OR REPLACE deletes without firing the trigger for deletions
    taken = "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"
    db.execute(f"CREATE TRIGGER audit_replaces_nothing BEFORE INSERT ON audit {taken} {refusal}")


@migrations()
def m004_curating(db: Database) -> None:
    """Moderators and what they propose, notes on wrong answers, counts without people, earlier askers, and the nights.

    What belongs to single people is in tables of its own, so that it can be erased: wrong_notes, askers.
    """
    when = "TEXT NOT NULL"
    db.execute(f"CREATE TABLE moderators (person INTEGER PRIMARY KEY, since {when}, added_by INTEGER NOT NULL) STRICT")
    db.execute(f"""CREATE TABLE proposals (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('case', 'pattern', 'edit', 'retire')),
        pattern TEXT NOT NULL CHECK (pattern NOT GLOB '*[^a-z0-9-]*' AND length(pattern) BETWEEN 1 AND 40),
        content TEXT NOT NULL CHECK (length(content) <= 400000),
        why TEXT NOT NULL CHECK (length(why) <= 1000),
        batch TEXT NOT NULL,
        author INTEGER NOT NULL, made {when},
        state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'approved', 'rejected', 'withdrawn')),
        effect TEXT CHECK (json_valid(effect)),
        held TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
        decided_by INTEGER, decided TEXT,
        expires TEXT CHECK ({_is_day("expires")} OR expires IS NULL),
        ended INTEGER NOT NULL DEFAULT 0,
        approval INTEGER CHECK ((approval IS NULL) = (state != 'approved')),
        CHECK ((state IN ('waiting', 'held')) = (decided IS NULL))) STRICT""")
    db.execute("CREATE INDEX proposals_by_state ON proposals (state)")
    db.execute("CREATE UNIQUE INDEX proposals_by_approval ON proposals (approval)")  # the order, also within a second
    db.execute("CREATE INDEX proposals_by_author ON proposals (author, made)")
    _tables_of_single_people(db)
    db.execute("""CREATE TABLE counts (
        day TEXT NOT NULL, language TEXT NOT NULL, concern TEXT NOT NULL, pattern TEXT NOT NULL, country TEXT NOT NULL,
        count INTEGER NOT NULL CHECK (count > 0),
        PRIMARY KEY (day, language, concern, pattern, country)) STRICT, WITHOUT ROWID""")
    db.execute(f"""CREATE TABLE nights (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        began {when}, finished TEXT, interrupted INTEGER NOT NULL DEFAULT 0,
        report TEXT CHECK (json_valid(report)), told INTEGER NOT NULL DEFAULT 0) STRICT""")


def _tables_of_single_people(db: Database) -> None:
    db.execute(f"""CREATE TABLE wrong_notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        day TEXT NOT NULL CHECK ({_is_day("day")}),
        concern TEXT NOT NULL CHECK (concern IN ('likely', 'possible', 'unclear', 'no_match')),
        pattern TEXT CHECK (pattern NOT GLOB '*[^a-z0-9-]*' AND length(pattern) <= 64),
        language TEXT NOT NULL CHECK (length(language) <= 10),
        masked TEXT CHECK (length(masked) <= 4000),
        person TEXT NOT NULL CHECK ({_is_hash("person")})) STRICT""")
    db.execute("CREATE INDEX wrong_notes_by_person ON wrong_notes (person)")
    db.execute(f"""CREATE TABLE askers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat INTEGER NOT NULL, vector BLOB NOT NULL,
        day TEXT NOT NULL CHECK ({_is_day("day")}),
        found TEXT CHECK (found NOT GLOB '*[^a-z0-9-]*' AND length(found) <= 64)) STRICT""")
    db.execute("CREATE INDEX askers_by_chat ON askers (chat)")


@migrations()
def m005_telling_nights(db: Database) -> None:
    """Who tells moderators of a night just now, and which of them have its report already."""
    db.execute("ALTER TABLE nights ADD COLUMN claimed TEXT")
    db.execute("""CREATE TABLE night_readers (
        night INTEGER NOT NULL, person INTEGER NOT NULL, PRIMARY KEY (night, person)) STRICT, WITHOUT ROWID""")


@migrations()
def m006_models_of_questions(db: Database) -> None:
    """By which model a question's vector was made, and which ones no build can judge any more."""
    db.execute("ALTER TABLE askers ADD COLUMN model TEXT")
    db.execute("ALTER TABLE askers ADD COLUMN lost INTEGER NOT NULL DEFAULT 0")


@migrations()
def m007_quiet_groups(db: Database) -> None:
    """In which groups the bot is switched off."""
    db.execute("ALTER TABLE chats ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0")


@migrations()
def m008_inbox(db: Database) -> None:
    """Updates that wait for an answer, with nothing of what they say; of an answered one the number alone is left."""
    db.execute("""CREATE TABLE inbox (
        update_id INTEGER PRIMARY KEY, chat INTEGER, message_id INTEGER,
        language TEXT CHECK (length(language) <= 10), taken TEXT NOT NULL, taker TEXT,
        CHECK (chat IS NOT NULL OR (message_id IS NULL AND language IS NULL))) STRICT""")


@migrations()
def m009_moderators_desks(db: Database) -> None:
    """What each moderator was told of and passed over, first words for a confirmation, and what can be taken back."""
    db.execute("""CREATE TABLE desks (
        person INTEGER PRIMARY KEY, told TEXT, decided INTEGER NOT NULL DEFAULT 0) STRICT""")
    db.execute("""CREATE TABLE desk_items (
        person INTEGER NOT NULL, item TEXT NOT NULL, passed INTEGER NOT NULL DEFAULT 0, gone TEXT,
        PRIMARY KEY (person, item)) STRICT, WITHOUT ROWID""")
    db.execute(f"""CREATE TABLE first_confirmations (
        identifier TEXT PRIMARY KEY CHECK ({_is_hash("identifier")}),
        person INTEGER NOT NULL,
        day TEXT NOT NULL CHECK ({_is_day("day")})) STRICT, WITHOUT ROWID""")
    closed = f"""act INTEGER NOT NULL, closed TEXT NOT NULL, kind TEXT NOT NULL,
        identifier TEXT NOT NULL CHECK ({_is_hash("identifier")}),
        masked TEXT NOT NULL CHECK (masked GLOB '*•*' AND length(masked) <= 120),
        day TEXT NOT NULL CHECK ({_is_day("day")})"""
    db.execute(f"""CREATE TABLE closed_reports ({closed},
        reporter TEXT NOT NULL CHECK ({_is_hash("reporter")}), pattern TEXT, country TEXT) STRICT""")
    db.execute(f"""CREATE TABLE closed_appeals ({closed},
        appellant TEXT NOT NULL CHECK ({_is_hash("appellant")})) STRICT""")


@migrations()
def m010_console(db: Database) -> None:
    """One-time links to the console and who is signed in to it, by the SHA-256 of what only their browser knows."""
    kept = """mark TEXT PRIMARY KEY CHECK (length(mark) = 64),
        person INTEGER NOT NULL, until TEXT NOT NULL"""
    for table in ("console_links", "console_sessions"):
        db.execute(f"CREATE TABLE {table} ({kept}) STRICT, WITHOUT ROWID")


@migrations()
def m011_closed_notes(db: Database) -> None:
    """Notes that a moderator has settled, for the minutes in which that can be taken back."""
    db.execute(f"""CREATE TABLE closed_notes (
        act INTEGER NOT NULL, closed TEXT NOT NULL, note INTEGER NOT NULL,
        day TEXT NOT NULL CHECK ({_is_day("day")}),
        concern TEXT NOT NULL, pattern TEXT, language TEXT NOT NULL,
        masked TEXT CHECK (length(masked) <= 4000),
        person TEXT NOT NULL CHECK ({_is_hash("person")})) STRICT""")


@migrations()
def m012_safelist(db: Database) -> None:
    """Contacts of which no report is kept: in force once a second moderator has said so, too."""
    db.execute(f"""CREATE TABLE safelist (
        identifier TEXT PRIMARY KEY CHECK ({_is_hash("identifier")}),
        kind TEXT NOT NULL CHECK (kind IN ('phone', 'link', 'email', 'handle', 'iban', 'wallet')),
        masked TEXT NOT NULL CHECK (masked GLOB '*•*' AND length(masked) <= 120),
        person INTEGER NOT NULL, second INTEGER,
        day TEXT NOT NULL CHECK ({_is_day("day")}),
        reason TEXT NOT NULL CHECK (length(reason) <= 2000)) STRICT, WITHOUT ROWID""")


@migrations()
def m013_examination(db: Database) -> None:
    """Situations for the examination are proposed, too; a check is changed by making its table anew."""
    (made,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'proposals'").fetchone()
    indexes = db.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'proposals' AND type = 'index'").fetchall()
    db.execute("ALTER TABLE proposals RENAME TO proposals_before")
    db.execute(made.replace("'retire')", "'retire', 'golden')"))
    db.execute("INSERT INTO proposals SELECT * FROM proposals_before")
    db.execute("DELETE FROM sqlite_sequence WHERE name = 'proposals'")  # numbers go on where they were
    db.execute("UPDATE sqlite_sequence SET name = 'proposals' WHERE name = 'proposals_before'")
    db.execute("DROP TABLE proposals_before")
    for (index,) in indexes:
        db.execute(index)


@migrations()
def m014_edits(db: Database) -> None:
    """Who has edited a proposed document while it waited, and what it was before."""
    db.execute(f"""CREATE TABLE edits (
        proposal INTEGER NOT NULL, number INTEGER NOT NULL, person INTEGER NOT NULL,
        made TEXT NOT NULL CHECK ({_is_day("substr(made, 1, 10)")}),
        before TEXT NOT NULL CHECK (length(before) <= 400000),
        PRIMARY KEY (proposal, number)) STRICT""")


def _is_hash(column: str) -> str:
    return f"length({column}) = 43 AND {column} NOT GLOB '*[^A-Za-z0-9_-]*'"


def _is_day(column: str) -> str:
    return f"{column} IS date({column})"
