"""A drill: what somebody would propose who wants answers to be wrong, or the bot to stop; none of it can be approved.

What needs no meaning is tried with the small documents; the rest with the real model and build, marked ``model``. How
a case reads is judged by what is known without it and without the other cases that read so, hence many are tried at
once and each must be named. ``pytest -s`` prints what became of each.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.moderation.importing import imported
from bot.moderation.proposing import Proposing, official_lines
from bot.settings import read_settings
from bot.terminal.commands import Workbench
from index.builds.build import Build
from index.builds.near_copies import place
from index.builds.rebuilding import rebuild
from index.builds.shelf import load_current
from index.model.cached_encoder import CachedEncoder
from index.model.encoder import Encoder
from index.trials.trial import trial
from knowledge.database.store import Store
from knowledge.documents.casebook import Casebook, read_casebook
from knowledge.documents.toml import InvalidDocument, append_case
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.files import BadRows
from knowledge.proposals.impact import Impact, holds
from knowledge.proposals.proposal import Draft, Proposal
from knowledge.proposals.queue import Proposals
from tests.conftest import REAL_DATA
from tests.fakes import HashingEncoder
from tests.paths import DATA, DOCUMENTS

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOW.date()
SMISH = (DOCUMENTS / "patterns" / "parcel-smish.toml").read_text("utf-8")
LAST = len(SMISH.splitlines())
KNOWN = "a text message says my parcel is held and i must pay a small fee by a link"
OFFICIAL = ("the courier never asks for a fee by a link", "our bank sends the code you asked for")
TEXTS = tomllib.loads((DATA / "poisoning.toml").read_text("utf-8"))
BLESSING = (DATA / "blessing-scam.toml").read_text("utf-8")
EVERYDAY, TURNED, OWN_WORDS, HONEST = (TEXTS[name] for name in ("everyday", "turned", "own_words", "honest"))
DINNERS = (
    "dinner at seven tonight with mum",
    "the weather is lovely and they swim",
    "which football game is it tonight",
    "homework about the river is not done",
)
Row = dict[str, str]


def in_how(words: str) -> str:
    return SMISH.replace("is held until", f"is held {words} until", 1)


def in_advice(words: str) -> str:
    return SMISH.replace("Look the parcel up in the official app of the courier", words, 1)


def with_id(name: str) -> str:
    return SMISH.replace('id = "parcel-smish"', f'id = "{name}"', 1)


def with_cases(document: str, *texts: str) -> str:
    for text in texts:
        document = append_case(document, "en", text)
    return document


DOCUMENTS_REFUSED: dict[str, tuple[str, str]] = {
    "3 MB": (SMISH + "# " + "x" * 3_000_000, "document: 3,001,"),
    "one text of 1 MB": (with_cases(SMISH, "x" * 1_000_000), "document: 1,001,"),
    "one text of 190 KB": (with_cases(SMISH, "x" * 190_000), "cases.8.text: String should have at most 1500"),
    "bold": (in_how("<b>now</b>"), "en.how: holds '<b>'"),
    "script": (in_how("<script>alert(1)</script>"), "en.how: holds '<script>'"),
    "a tag that never ends": (in_how("<img src=x onerror=alert(1)"), "en.how: holds '<img src=x onerror"),
    "a tag in full width": (in_how("＜script＞"), "en.how: holds '<script>'"),
    "a tag as entities": (in_how("&lt;script&gt;"), "en.how: holds '&lt;'"),
    "HTML in a source's title": (SMISH.replace("A page of", "<a href=x>A page of"), "sources.0.title: holds '<a"),
    "bidi": (in_how("\u202e"), "document: holds the invisible character U+202E"),
    "bidi, escaped": (in_how("\\u202e"), "en.how: holds the invisible character U+202E"),
    "NUL, escaped": (in_how("\\u0000"), "en.how: holds the invisible character U+0000"),
    "an escape sequence in a comment": (SMISH + "# \x1b[2J\n", "document: holds the invisible character U+001B"),
    "zero width": (in_how("so\u200bon"), "document: holds the invisible character U+200B"),
    "a joiner that joins nothing": (in_how("so\u200don"), "document: holds the invisible character U+200D"),
    "a letter that shows nothing": (in_how("soon\u3164"), "document: holds the invisible character U+3164"),
    "lone surrogate": (in_how("\ud83d"), "document: holds the invisible character U+D83D"),
    "lone surrogate, escaped": (in_how("\\ud83d"), "line 8, column "),
    "a hotline": (in_advice("Ring 1800 200 6868 at once"), "en.advice.0: holds the phone '1800 200 6868'"),
    "a mobile in full width": (in_advice("Ring +６５ ９１２３ ４５６７"), "en.advice.0: holds the phone"),
    "a link": (in_advice("Open https://safe-account.example.net/in"), "en.advice.0: holds the link"),
    "a link that is spelled out": (in_advice("Open safe-account dot com"), "en.advice.0: holds the link"),
    "a host that begins like the source's": (in_advice("Open police.example.evil.com"), "en.advice.0: holds the link"),
    "a name before the source's host": (in_advice("Open https://police.example@evil.com"), "en.advice.0: holds"),
    "a handle": (in_advice("Ask @refund_helper on Telegram"), "en.advice.0: holds the handle"),
    "an address of an app": (in_advice("Tap tg://user?id=1 now"), "en.advice.0: holds the address 'tg://user?id=1'"),
    "a wallet": (in_advice("Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), "en.advice.0: holds the wallet"),
    "a hotline as a source": (SMISH.replace("A page of", "Ring +65 9123 4567,"), "sources.0.title: holds the phone"),
    "a source behind a name": (SMISH.replace("//police", "//police.gov.sg@evil"), "sources.0.url: holds a name before"),
    "a source read in the future": (SMISH.replace("2026-11-24", "2999-01-01"), "sources.0.checked: 2999-01-01"),
    "a source that is a script": (SMISH.replace("https://police", "javascript:police"), "sources.0.url: String should"),
    "lists 1,000 deep": (f"x = {'[' * 1000}{']' * 1000}\n{SMISH}", "document: not TOML: nested too deep"),
    "tables 1,000 deep": (f"x = {'{a = ' * 1000}1{'}' * 1000}\n{SMISH}", "document: not TOML: nested too deep"),
    "a key of 1,000 parts": (f"{'.'.join('a' * 1000)} = 1\n{SMISH}", "line 1, column 1: not TOML: a key of"),
    "a key of 90,000 parts": (f"{'.'.join('a' * 90_000)} = 1\n{SMISH}", "line 1, column 1: not TOML: a key of"),
    "a table of 20,000 parts": (f"{SMISH}[{'.'.join('a' * 20_000)}]\n", f"line {LAST + 1}, column 2: not TOML"),
    "15,000 keys": ("".join(f"k{n} = 1\n" for n in range(15_000)) + SMISH, "k0.[key]: String should match"),
    "a number of 100,000 digits": (f"x = {'9' * 100_000}\n{SMISH}", "document: not TOML: Exceeds the limit"),
    "up the folders": (with_id("../../etc/passwd"), "id: String should match pattern"),
    "a whole path": (with_id("/etc/cron"), "id: String should match pattern"),
    "NUL in the id": (with_id("parcel\\u0000smish"), "id: String should match pattern"),
    "another file's id": (with_id("bank-otp"), "id: 'bank-otp', expected the file's name, 'parcel-smish'"),
    "a kind that is a number": (SMISH.replace('kind = "scam"', "kind = 1"), "kind: Input should be"),
    "a title that is a list": (SMISH.replace('"Fake parcel fee"', '["Fake"]'), "en.title: Input should be a valid"),
    "cases that are a word": ('cases = "many"\n' + SMISH.split("[[cases]]")[0], "cases: Input should be a valid"),
    "the same case twice": (with_cases(SMISH, KNOWN), "cases.8.text: the same text as cases.0"),
    "a formula as a case": (with_cases(SMISH, "=HYPERLINK(A1)"), "cases.8.text: a formula"),
}  # fmt: skip
"""Documents that call themselves parcel-smish.toml, and how one of their faults begins."""

CASES_REFUSED: dict[str, tuple[str, str]] = {
    "verbatim": (KNOWN, "text: the same as cases.0"),
    "one word changed": (KNOWN.replace("parcel", "package"), "text: 97 % alike to cases.0"),
    "shouted": (KNOWN.upper(), "text: the same as cases.0"),
    "with look-alike letters": (KNOWN.replace("a", "а").replace("e", "е"), "text: 9"),
    "with letters apart": (KNOWN.replace("parcel", "p a r c e l"), "text: the same as cases.0"),
    "in full width": ("".join(chr(ord(c) + 0xFEE0) if c != " " else c for c in KNOWN), "text: the same as cases.0"),
    "another amount": ("got a link from the courier to pay 7,50 for a parcel i never ordered", "text: 100 % alike"),
    "in traditional characters": ("沒買東西也說我有包裹要付費", "text: the same as cases.7"),
    "bidi": ("my parcel \u202e is held and the man wants it", "text: holds the invisible character U+202E"),
    "lone surrogate": ("my parcel \ud800 is held and the man wants it", "text: holds the invisible character U+D800"),
    "a formula": ("=cmd|' /C calc'!A0", "text: a formula"),
    "1,501 letters": ("parcel " * 300, "text: 2,099 characters"),
}  # fmt: skip
"""Cases of parcel-smish, and how their fault begins."""

FILES_REFUSED: dict[str, tuple[bytes, str]] = {
    "utf.toml": (b'id = "utf"\nkind = "\xff\xfe"\n', "utf.toml: not UTF-8"),
    "utf.csv": (b"pattern,language,text\nbank-otp,en,\xed\xa0\x80 what\n", "utf.csv: not UTF-8"),
    "nul.csv": (b"pattern,language,text\nbank-otp,en,wor\0ds of a man\n", "nul.csv:2: text: holds the invisible"),
    "formula.csv": (b"pattern,language,text\nbank-otp,en,=cmd|' /C calc'!A0\n", "formula.csv:2: text: a formula"),
    "at.csv": (b"pattern,language,text\nbank-otp,en,@SUM(1+9)*cmd|x\n", "at.csv:2: text: a formula"),
    "cell.csv": (b"pattern,language,text\n=1+1,en,the man wants my code\n", "cell.csv:2: pattern: '=1+1', expected"),
    "surrogate.jsonl": (
        rb'{"pattern": "bank-otp", "language": "en", "text": "the \ud800 man"}', "surrogate.jsonl:1: text: Input should"
    ),
    "deep.jsonl": (b"[" * 100_000, "deep.jsonl:1: row: not JSON"),
    "deep.toml": (b"[[cases]]\n" + b".".join([b"a"] * 50_000) + b" = 1\n", "deep.toml:2: document: not TOML"),
    "twice.jsonl": (
        b'{"pattern": "bank-otp", "language": "en", "text": "a code came late"}\n' * 2, "twice.jsonl:2: text: the same"
    ),
}  # fmt: skip
"""Files to import, and how a line about one begins."""

DRILLED = (DOCUMENTS_REFUSED, CASES_REFUSED, FILES_REFUSED, EVERYDAY, TURNED, OWN_WORDS)


@pytest.fixture
def proposing(store: Store, proposals: Proposals, small_build: Build, casebook: Casebook) -> Proposing:
    roles = Roles(store, frozenset({77, 88}))
    return Proposing(lambda: small_build, HashingEncoder(), proposals, roles, lambda: casebook, OFFICIAL)


@pytest.fixture
def bench(tmp_path: Path, store: Store, proposals: Proposals, casebook: Casebook) -> Workbench:
    def engine() -> None:
        raise AssertionError("nothing is to be tried")

    settings = read_settings({"ASKFIRST_DATA": str(tmp_path)})
    roles = Roles(store, frozenset())
    return Workbench(settings, store, OPERATOR, NOW, proposals, roles, lambda: casebook, engine)  # type: ignore[arg-type]


def refused(name: str, run: Callable[[], object], fault: str) -> bool:
    """Say whether something is refused with a fault that begins so; its place is the first word."""
    with pytest.raises((InvalidDocument, BadRows)) as caught:
        run()
    told = caught.value
    lines = told.lines if isinstance(told, BadRows) else [str(one) for one in getattr(told, "faults", ())]
    found = [line for line in lines if line.startswith(fault) or f"/{fault}" in line]
    print(f"refused: {name}: {(found or lines)[0][:110]!r}")
    return bool(found)


def kept_back(proposing: Proposing, name: str, draft: Draft) -> Proposal:
    """Propose and try something, and see that it is held and cannot be approved."""
    (made,) = proposing.propose([draft], 77, NOW)
    proposing.try_untried(NOW)
    decision = proposing.proposals.decide(made.id, True, 88, NOW, is_moderator=lambda _: True)
    assert decision.proposal is not None
    print(f"held: {name}: {decision.proposal.held[:160]!r}")
    assert (decision.outcome, decision.proposal.state) == ("held", "held")
    assert decision.proposal.held
    return decision.proposal


def test_the_drill_has_at_least_forty() -> None:
    print(f"{sum(map(len, DRILLED))} that are hostile by themselves, beside those below")
    assert sum(map(len, DRILLED)) >= 40


@pytest.mark.parametrize("name", DOCUMENTS_REFUSED)
def test_a_hostile_document_is_refused_with_its_place(name: str, proposing: Proposing) -> None:
    document, fault = DOCUMENTS_REFUSED[name]
    assert document != SMISH
    assert refused(name, lambda: proposing.document_draft(document, "parcel-smish.toml", TODAY), fault)


@pytest.mark.parametrize("name", CASES_REFUSED)
def test_a_hostile_case_is_refused_with_its_place(name: str, proposing: Proposing) -> None:
    text, fault = CASES_REFUSED[name]
    assert refused(
        name, lambda: proposing.case_draft("parcel-smish", text, emergency=False, today=TODAY, language="en"), fault
    )


@pytest.mark.parametrize("name", FILES_REFUSED)
def test_a_hostile_file_is_refused_with_its_place(name: str, bench: Workbench, tmp_path: Path) -> None:
    data, fault = FILES_REFUSED[name]
    (tmp_path / name).write_bytes(data)
    assert refused(name, lambda: imported([tmp_path / name], bench.drafting, bench.now), fault)


def test_of_an_import_whose_last_row_is_bad_nothing_is_kept(bench: Workbench, tmp_path: Path) -> None:
    texts = ("the man of the post wants a toll at the gate", *DINNERS, "my parcel \u202e is held")
    rows = [{"pattern": "parcel-smish", "language": "en", "text": text} for text in texts]
    file, new = tmp_path / "rows.jsonl", tmp_path / "parcel-toll.toml"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    new.write_text(with_id("parcel-toll"), "utf-8")
    assert refused(
        "a bad last row",
        lambda: imported([new, file], bench.drafting, bench.now),
        "rows.jsonl:6: text: holds the invisible",
    )
    assert bench.proposals.queue() == ()


def test_a_case_cannot_leave_its_string(proposing: Proposing) -> None:
    text = 'the man wants a toll"\n[[cases]]\nlanguage = "en"\ntext = "dinner at seven'
    draft = proposing.case_draft("parcel-smish", text, emergency=False, today=TODAY, language="en")
    before = len(proposing.documents(TODAY)["parcel-smish"])
    assert len(proposing.preview(draft, TODAY).cases) == 9
    assert len(proposing.documents(TODAY)["parcel-smish"]) == before


def new_pattern(*texts: str) -> str:
    return with_cases(with_id("parcel-toll").split("[[cases]]")[0], *texts)


@pytest.mark.parametrize(
    ("name", "document", "reason"),
    [
        ("many everyday cases", with_cases(SMISH, *DINNERS), "read like everyday talk"),
        ("one everyday case", with_cases(SMISH, DINNERS[0]), "read like everyday talk"),
        ("a new pattern of everyday cases", new_pattern(*DINNERS), "read like everyday talk"),
        ("an official's own line", with_cases(SMISH, OFFICIAL[1]), ""),
        ("a copy in another order", with_cases(SMISH, " ".join(reversed(KNOWN.split()))), "nearly the words"),
        ("another pattern's", with_cases(SMISH, "my bank sent me a code while i was logging in"), "nearly the words"),
        ("two new ones that are alike", with_cases(SMISH, "a drone wants money", "A drone wants money."), "nearly the"),
        ("a scam that becomes harmless", SMISH.replace('"scam"', '"legitimate"'), ""),
    ],
)  # fmt: skip
def test_a_hostile_document_is_held_once_it_was_tried(
    name: str, document: str, reason: str, proposing: Proposing
) -> None:
    draft = proposing.document_draft(document, "a document", TODAY)
    assert reason in kept_back(proposing, name, draft).held


def test_nobody_approves_their_own_or_what_was_not_tried_or_is_held(proposing: Proposing) -> None:
    (made,) = proposing.propose([proposing.document_draft(with_cases(SMISH, *DINNERS), "a", TODAY)], 77, NOW)

    def approve(moderator: int, *, urgent: bool = False) -> str:
        decide = proposing.proposals.decide
        return decide(made.id, True, moderator, NOW, is_moderator=lambda _: True, urgent=urgent).outcome

    assert (approve(77), approve(88), approve(88, urgent=True)) == ("own", "untried", "untried")
    proposing.try_untried(NOW)
    assert (approve(77), approve(88), approve(88, urgent=True)) == ("own", "held", "held")
    proposing.proposals.tried([made.id], Impact().as_row(), "", NOW)  # as a trial would that comes too late
    assert approve(88) == "held"
    assert proposing.proposals.decide(made.id, True, 99, NOW, is_moderator=lambda _: False).outcome == "not-moderator"
    assert proposing.documents(TODAY)["parcel-smish"] == SMISH


@pytest.fixture(scope="module")
def real() -> Casebook:
    return read_casebook()


@pytest.fixture(scope="module")
def remembering(encoder: Encoder) -> Encoder:
    return CachedEncoder(encoder)


@pytest.fixture(scope="module")
def build(real: Casebook, remembering: Encoder) -> Build:
    rebuild(REAL_DATA / "builds", remembering, real)
    return load_current(REAL_DATA / "builds", remembering.name)[0]


@pytest.fixture(scope="module")
def moderated(
    real: Casebook, remembering: Encoder, build: Build, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proposing]:
    store = Store(tmp_path_factory.mktemp("poisoning") / "askfirst.db")
    roles = Roles(store, frozenset({77, 88}))
    yield Proposing(lambda: build, remembering, Proposals(store, alone=False), roles, lambda: real, official_lines())
    store.close()


@pytest.mark.model
def test_each_case_that_reads_like_the_other_side_or_like_another_is_named(
    real: Casebook, remembering: Encoder, build: Build
) -> None:
    copies = near_copies(real)
    rows = [*({**row, "pattern": "fake-shop"} for row in EVERYDAY), *TURNED, *OWN_WORDS, *copies]
    documents, places = dict(real.documents), list[str]()
    for row in rows:
        name = row["pattern"]
        count = len(real.patterns[name].cases) + sum(one["pattern"] == name for one in rows[: len(places)])
        documents[name] = append_case(documents[name], row["language"], row["text"])
        places.append(place(name, count))
    changed = {row["pattern"] for row in rows}
    impact = trial(build, remembering, real, real.revised(documents), changed, official_lines())
    for one, row in zip(places, rows, strict=True):
        print(f"{'held' if one in impact.strays else 'copy'}: {one}: {row['text'][:70]!r}")
    assert set(places[: -len(copies)]) - set(impact.strays) == set()
    assert [pattern for pattern, *_ in impact.near] == sorted(row["pattern"] for row in copies)


@pytest.mark.model
def test_a_new_pattern_full_of_everyday_cases_is_held(moderated: Proposing) -> None:
    held = kept_back(moderated, "everyday cases under a new id", blessing(moderated, EVERYDAY, own=False))
    assert "read like everyday talk" in held.held


@pytest.mark.model
def test_everyday_cases_among_honest_ones_are_named(moderated: Proposing) -> None:
    held = kept_back(moderated, "two everyday cases among eight honest ones", blessing(moderated, EVERYDAY[3:5]))
    assert "like everyday talk: patterns/blessing-scam.toml cases[8], patterns/blessing-scam.toml cases[9]" in held.held


@pytest.mark.model
def test_a_scam_that_becomes_harmless_is_held(moderated: Proposing) -> None:
    document = moderated.documents(TODAY)["school-fee"].replace('kind = "scam"', 'kind = "legitimate"', 1)
    held = kept_back(moderated, "a scam that becomes harmless", moderated.document_draft(document, "a", TODAY))
    assert "has cases of a look-alike that read like a danger: patterns/school-fee.toml" in held.held


@pytest.mark.model
def test_a_look_alike_that_is_retired_is_held(moderated: Proposing) -> None:
    held = kept_back(moderated, "a look-alike is retired", moderated.retire_draft("bank-otp", "nobody needs it", TODAY))
    assert "would call harmless texts a known scam: patterns/bank-otp.toml" in held.held


@pytest.mark.model
def test_a_look_alike_that_becomes_a_scam_is_held(moderated: Proposing) -> None:
    document = moderated.documents(TODAY)["bank-otp"].replace('kind = "legitimate"', 'kind = "scam"', 1)
    held = kept_back(moderated, "a look-alike becomes a scam", moderated.document_draft(document, "a", TODAY))
    assert "would call harmless texts a known scam: patterns/bank-otp.toml" in held.held


@pytest.mark.model
def test_honest_cases_and_an_honest_pattern_are_not_held(moderated: Proposing) -> None:
    drafts = [blessing(moderated, [])]
    drafts += [
        moderated.case_draft(row["pattern"], row["text"], emergency=False, today=TODAY, language=row["language"])
        for row in HONEST
    ]
    made = moderated.propose([replace(draft, batch="honest") for draft in drafts], 77, NOW)
    tried = {one.id: one for one in moderated.try_untried(NOW)}
    assert {one.id: tried[one.id].held for one in made} == {one.id: "" for one in made}
    assert {tried[one.id].state for one in made} == {"waiting"}


def near_copies(casebook: Casebook) -> list[Row]:
    """Return copies of known cases, as cases of other patterns, where drafting compares none."""
    police, shop, romance, loan = (
        casebook.patterns[n].cases[0] for n in ("fake-police", "fake-shop", "romance", "job-fee")
    )
    return [
        {"pattern": "phishing", "language": police.language, "text": police.text},
        {"pattern": "recovery-scam", "language": shop.language, "text": f"{shop.text} Please help."},
        {"pattern": "task-rebate", "language": romance.language, "text": romance.text.upper()},
        {"pattern": "quishing", "language": loan.language, "text": loan.text.replace("a", "а").replace("o", "о")},
    ]  # fmt: skip


def blessing(proposing: Proposing, more: list[Row], *, own: bool = True) -> Draft:
    """Return the draft of a new pattern, with its own cases or without."""
    document = BLESSING if own else BLESSING.split("[[cases]]")[0]
    for row in more:
        document = append_case(document, row["language"], row["text"])
    return proposing.document_draft(document, "blessing-scam.toml", TODAY)


def test_a_reason_to_hold_names_the_strays_where_the_share_is_small() -> None:
    few = Impact(calm=("a", "b"), added=10, strays=("b",))
    assert holds(few) == "has cases of a danger that read like everyday talk: b"
    assert holds(Impact(alarming=("a",), added_harmless=10)) == ""
