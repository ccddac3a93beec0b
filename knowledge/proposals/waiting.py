"""What waits for moderators, filtered and in order, read without the documents themselves: quick with ten thousand."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from knowledge.database.store import Store
from knowledge.ledger.contact_report_rows import oldest

_MOST_NAMED = 500  # refs of one question


@dataclass(frozen=True)
class Filters:
    """What is to be seen of the queue; whatever is empty filters nothing."""

    kind: str = ""
    """One letter of bot/moderation/queue.py: p, a, c, s or n."""
    pattern: str = ""
    country: str = ""
    language: str = ""
    older: int = 0
    """Days that it has waited, or more."""
    held: str = ""
    """``yes`` or ``no``; contacts and notes are never held."""
    batch: str = ""
    words: str = ""
    """Text that it has in it: a case's, a note's, a contact's masked form, or a pattern's id."""
    second: str = ""
    """``yes``: what somebody else has said already, which is another's for each who asks; see said_first."""


@dataclass(frozen=True)
class Waiting:
    """One item, as a list shows it."""

    ref: str
    sort: str
    """What kind of proposal or contact it is; of a note, what the answer said."""
    since: date
    patterns: str
    """Ids with commas between."""
    countries: str
    language: str
    held: bool
    text: str
    """A case's or note's, a contact's masked form; empty where a whole document is proposed."""
    people: int
    """How many reported or appealed; 1 for all others."""
    batch: str


def waiting_refs(store: Store, filters: Filters, today: date) -> tuple[str, ...]:
    """Return every item that waits and fits, the oldest first, each as in bot/moderation/queue.py."""
    needed = {column for name, columns in _NEEDED.items() if getattr(filters, name) for column in columns}
    where = " AND ".join(["rank >= 0", *(fits for name, fits in _FITS.items() if getattr(filters, name))])
    query = f"{_items(needed)} SELECT letter || name FROM items WHERE {where}"
    query += " ORDER BY since, rank, place, name"
    with store.reading() as db:
        return tuple(ref for (ref,) in db.execute(query, _values(filters, today)))


def waiting_items(store: Store, refs: Sequence[str], today: date) -> tuple[Waiting, ...]:
    """Return what lists show of some items, in the order given; those that are settled are left out."""
    named = list(refs)[:_MOST_NAMED]
    if not named:
        return ()
    places = ", ".join(f":ref{number}" for number in range(len(named)))
    names = ", ".join(f":name{number}" for number in range(len(named)))
    values = {f"ref{number}": ref for number, ref in enumerate(named)}
    values |= {f"name{number}": ref[1:] for number, ref in enumerate(named)}
    items = _items(_DEAR, f"AND identifier IN ({names})", f"AND CAST(id AS TEXT) IN ({names})")
    query = f"{items} SELECT {_SHOWN} FROM items WHERE letter || name IN ({places})"
    with store.reading() as db:
        rows = db.execute(query, {"oldest": oldest(today), **values}).fetchall()
    found = {row[0]: _waiting(row) for row in rows}
    return tuple(found[ref] for ref in named if ref in found)


def said_first(store: Store, moderator: int, today: date) -> dict[str, int]:
    """Return who has said already what a second moderator has to say, too, by item; of proposals a moderator's own,
    and those that they have edited."""
    with store.reading() as db:
        return dict(db.execute(_FIRST, {"moderator": moderator, "oldest": oldest(today)}).fetchall())


def choices(store: Store, today: date) -> dict[str, tuple[str, ...]]:
    """Return what there is to filter by: patterns, countries and languages of what waits."""
    with store.reading() as db:
        return {
            name: tuple(sorted(found for (found,) in db.execute(query, {"oldest": oldest(today)}) if found))
            for name, query in _CHOICES.items()
        }


def last_decided(store: Store) -> dict[str, tuple[str, int]]:
    """Return when a change of each pattern was approved last, ISO in UTC, and the proposal's number."""
    query = (
        "SELECT pattern, decided, id FROM proposals WHERE state = 'approved' AND kind != 'golden' ORDER BY decided, id"
    )
    with store.reading() as db:
        return {pattern: (decided, number) for pattern, decided, number in db.execute(query)}


def _items(needed: Collection[str], of_contacts: str = "", of_proposals: str = "") -> str:
    """Return what gathers all that waits, narrowed to some; of the columns that are dear all but those are empty."""
    dear = {name: gathered if name in needed else "''" for name, gathered in _DEAR.items()}
    return _ITEMS.format(of_contacts=of_contacts, of_proposals=of_proposals, **dear)


def _values(filters: Filters, today: date) -> dict[str, Any]:
    until = (today - timedelta(days=filters.older)).isoformat()
    held = int(filters.held == "yes")
    return {**asdict(filters), "held": held, "until": until, "oldest": oldest(today)}


def _waiting(row: Sequence[Any]) -> Waiting:
    ref, sort, since, patterns, countries, language, held, text, people, batch = row
    return Waiting(ref, sort, date.fromisoformat(since), patterns, countries, language, bool(held), text, people, batch)


_ITEMS = """
WITH reported AS (
    SELECT identifier, min(kind) AS kind, min(masked) AS masked, count(*) AS people, min(day) AS since,
        {patterns} AS patterns, {countries} AS countries
    FROM reports WHERE day >= :oldest {of_contacts} GROUP BY identifier),
appealed AS (
    SELECT identifier, count(*) AS people, min(day) AS since FROM appeals
    WHERE day >= :oldest {of_contacts} GROUP BY identifier),
items AS (
    SELECT 'p' AS letter, CAST(id AS TEXT) AS name, 2 AS rank, id AS place, kind AS sort, substr(made, 1, 10) AS since,
        pattern AS patterns, '' AS countries, CASE state WHEN 'held' THEN 1 ELSE 0 END AS held, 1 AS people, batch,
        {language} AS language, {text} AS text
    FROM proposals WHERE state IN ('waiting', 'held') {of_proposals}
    UNION ALL
    SELECT 'a', identifier, 0, 0, kind, appealed.since, patterns, countries, 0, appealed.people, '', '', masked
    FROM appealed JOIN reported USING (identifier)
    UNION ALL
    SELECT 'c', identifier, 1, 0, kind, since, patterns, countries, 0, people, '', '', masked
    FROM reported WHERE identifier NOT IN (SELECT identifier FROM appealed)
        AND identifier NOT IN (SELECT identifier FROM confirmations WHERE day >= :oldest)
    UNION ALL
    SELECT 's', identifier, 1, 1, kind, day, '', '', 0, 1, '', '', masked
    FROM safelist WHERE second IS NULL AND day >= :oldest AND identifier NOT IN (SELECT identifier FROM reported
        WHERE identifier IN (SELECT identifier FROM appealed)
            OR identifier NOT IN (SELECT identifier FROM confirmations WHERE day >= :oldest))
    UNION ALL
    SELECT 'n', CAST(id AS TEXT), 3, id, concern, day, coalesce(pattern, ''), '', 0, 1, '', language,
        coalesce(masked, '')
    FROM wrong_notes)
"""
"""All that waits; see _items."""
_FIRST = """
WITH once AS (
    SELECT identifier, person FROM first_confirmations AS said WHERE day >= :oldest AND 1 = (
        SELECT count(*) FROM reports WHERE reports.identifier = said.identifier AND reports.day >= :oldest))
SELECT 'p' || CAST(id AS TEXT), author FROM proposals WHERE state IN ('waiting', 'held') AND author = :moderator
UNION SELECT 'p' || CAST(proposal AS TEXT), person FROM edits
    WHERE person = :moderator AND proposal IN (SELECT id FROM proposals WHERE state IN ('waiting', 'held'))
UNION ALL SELECT 'a' || identifier, person FROM once
UNION ALL SELECT 'c' || identifier, person FROM once
UNION ALL SELECT 's' || identifier, person FROM safelist WHERE second IS NULL AND day >= :oldest
"""
_DEAR = {
    "patterns": "coalesce(group_concat(DISTINCT pattern), '')",
    "countries": "coalesce(group_concat(DISTINCT country), '')",
    "language": "CASE WHEN kind IN ('case', 'golden') THEN json_extract(content, '$.language') ELSE '' END",
    "text": "CASE WHEN kind IN ('case', 'golden') THEN json_extract(content, '$.text') ELSE why END",
}
"""The columns that take longest to gather: a contact's patterns and countries, a proposal's language and text."""
_NEEDED = {
    "pattern": ("patterns",),
    "country": ("countries",),
    "language": ("language",),
    "words": ("text", "patterns"),
}
"""Which of them a filter reads."""
_SHOWN = "letter || name, sort, since, patterns, countries, language, held, text, people, batch"
_WORDS = "lower(text || ' ' || patterns)"
_FITS = {
    "kind": "letter = :kind",
    "pattern": "length(replace(',' || patterns || ',', ',' || :pattern || ',', '')) < length(patterns) + 2",
    "country": "length(replace(',' || countries || ',', ',' || :country || ',', '')) < length(countries) + 2",
    "language": "language = :language",
    "older": "since <= :until",
    "held": "held = :held",
    "batch": "batch = :batch",
    "words": f"length(replace({_WORDS}, lower(:words), '')) < length({_WORDS})",
}
"""What each filter asks of an item, where it is set."""
_CHOICES = {
    "pattern": """SELECT pattern FROM proposals WHERE state IN ('waiting', 'held')
        UNION SELECT pattern FROM reports WHERE day >= :oldest UNION SELECT pattern FROM wrong_notes""",
    "country": "SELECT DISTINCT country FROM reports WHERE day >= :oldest",
    "language": """SELECT json_extract(content, '$.language') FROM proposals
        WHERE state IN ('waiting', 'held') AND kind IN ('case', 'golden') UNION SELECT language FROM wrong_notes""",
}
