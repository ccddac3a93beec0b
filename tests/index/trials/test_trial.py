"""What a trial finds of a proposal, and which proposals it holds back."""

import json
from pathlib import Path

import pytest

from index.builds.build import Build
from index.builds.rebuilding import rebuild
from index.trials.trial import near_case, nearest_patterns, trial
from knowledge.documents.casebook import Casebook
from knowledge.documents.toml import InvalidDocument, append_case
from knowledge.proposals.impact import Impact, holds
from tests.fakes import HashingEncoder

OFFICIAL = ("the courier never asks for a fee by a link", "our bank sends the code you asked for")
DINNERS = (
    "dinner at seven tonight with mum",
    "the weather is lovely and they swim",
    "which football game is it tonight",
    "homework about the river is not done",
    "thanks for the cake it was so lovely",
    "grandma comes to dinner at seven",
)


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


def with_cases(casebook: Casebook, pattern: str, *texts: str) -> Casebook:
    document = casebook.documents[pattern]
    for text in texts:
        document = append_case(document, "en", text)
    return casebook.revised({**casebook.documents, pattern: document})


def tried(build: Build, casebook: Casebook, after: Casebook, *changed: str) -> Impact:
    return trial(build, HashingEncoder(), casebook, after, changed, OFFICIAL)


class TestRevised:
    def test_the_same_documents_make_the_same_casebook(self, casebook: Casebook) -> None:
        turned = dict(reversed(casebook.documents.items()))
        assert casebook.revised(turned).digest() == casebook.digest()
        assert list(casebook.revised(turned).patterns) == list(casebook.patterns)

    def test_only_what_differs_is_parsed(self, casebook: Casebook) -> None:
        after = with_cases(casebook, "parcel-smish", "a drone wants money for my parcel")
        assert after.patterns["bank-otp"] is casebook.patterns["bank-otp"]
        assert len(after.patterns["parcel-smish"].cases) == len(casebook.patterns["parcel-smish"].cases) + 1
        assert after.digest() != casebook.digest()

    def test_situations_of_a_pattern_that_is_gone_are_left_out(self, casebook: Casebook) -> None:
        after = casebook.revised({name: text for name, text in casebook.documents.items() if name != "bank-otp"})
        assert not [one for one in after.golden if one.patterns == ("bank-otp",)]
        assert len(after.golden) < len(casebook.golden)
        assert [one for one in after.golden if not one.patterns] == [one for one in casebook.golden if not one.patterns]

    def test_a_faulty_document_is_named(self, casebook: Casebook) -> None:
        with pytest.raises(InvalidDocument, match=r"bank-otp\.toml: document: not TOML|bank-otp\.toml: line"):
            casebook.revised({**casebook.documents, "bank-otp": "id = "})


class TestTrial:
    def test_the_same_casebook_changes_nothing_and_makes_no_file(
        self, tmp_path: Path, casebook: Casebook, encoder: HashingEncoder
    ) -> None:
        build = rebuild(tmp_path, encoder, casebook)
        files = sorted(tmp_path.rglob("*"))
        assert tried(build, casebook, casebook, "parcel-smish") == Impact()
        assert sorted(tmp_path.rglob("*")) == files

    def test_an_honest_case_is_not_held(self, small_build: Build, casebook: Casebook) -> None:
        after = with_cases(casebook, "parcel-smish", "the postman left a card with a link to pay for the parcel")
        impact = tried(small_build, casebook, after, "parcel-smish")
        assert impact.added == 1
        assert holds(impact) == ""

    def test_everyday_words_as_cases_of_a_danger_are_held(self, small_build: Build, casebook: Casebook) -> None:
        impact = tried(small_build, casebook, with_cases(casebook, "parcel-smish", *DINNERS), "parcel-smish")
        assert holds(impact)
        assert set(impact.calm) | {name for name in impact.accused if name.startswith("background/en.toml")}

    def test_an_officials_own_line_as_a_case_of_a_danger_is_held(self, small_build: Build, casebook: Casebook) -> None:
        impact = tried(small_build, casebook, with_cases(casebook, "parcel-smish", *OFFICIAL), "parcel-smish")
        assert f"official line {OFFICIAL[1]!r}" in impact.accused or impact.calm
        assert holds(impact)

    def test_a_look_alike_that_becomes_a_scam_accuses_its_own_cases(
        self, small_build: Build, casebook: Casebook
    ) -> None:
        turned = casebook.documents["bank-otp"].replace('kind = "legitimate"', 'kind = "scam"')
        impact = tried(small_build, casebook, casebook.revised({**casebook.documents, "bank-otp": turned}), "bank-otp")
        own = [name for name in impact.accused if name.startswith("patterns/bank-otp.toml cases[")]
        assert own, impact
        assert holds(impact).startswith(f"would call harmless texts a known scam: {own[0]}")

    @pytest.mark.parametrize("kind", ["scam", "legitimate"])
    def test_a_pattern_that_takes_another_patterns_words_pulls_its_situations(
        self, small_build: Build, casebook: Casebook, kind: str
    ) -> None:
        victim = "parcel-smish" if kind == "scam" else "bank-otp"
        thief = casebook.documents[victim].replace(f'id = "{victim}"', 'id = "thief"')
        words = "\n".join(line for line in thief.splitlines() if line.strip())
        after = casebook.revised({**casebook.documents, "thief": words, victim: small_document(casebook, victim)})
        impact = tried(small_build, casebook, after, "thief", victim)
        assert len(impact.pulled) == len(impact.breaks) > 0
        assert not impact.fixes

    def test_cases_of_before_that_no_build_has_yet_are_not_blamed_on_a_proposal(
        self, small_build: Build, casebook: Casebook
    ) -> None:
        approved = with_cases(casebook, "parcel-smish", *DINNERS)
        after = with_cases(approved, "parcel-smish", "the postman left a card with a link to pay for the parcel")
        impact = tried(small_build, approved, after, "parcel-smish")
        assert (impact.added, impact.calm, impact.accused, impact.near) == (1, (), (), ())

    def test_a_retired_pattern_is_compared_without_its_own_situations(
        self, small_build: Build, casebook: Casebook
    ) -> None:
        rest = {name: text for name, text in casebook.documents.items() if name != "sell-bank-card"}
        impact = tried(small_build, casebook, casebook.revised(rest), "sell-bank-card")
        assert not [name for name in impact.breaks if name.startswith("en-card")]

    def test_a_danger_stays_one_when_its_pattern_is_retired(self, small_build: Build, casebook: Casebook) -> None:
        rest = {name: text for name, text in casebook.documents.items() if name != "sell-bank-card"}
        impact = tried(small_build, casebook, casebook.revised(rest), "sell-bank-card")
        own = {one.id for one in casebook.golden if one.patterns == ("sell-bank-card",)}
        assert own & set(impact.missed)


class TestNear:
    def test_a_near_copy_is_named_with_its_place(self, small_build: Build, casebook: Casebook) -> None:
        text = "My bank sent me a code while I was logging in!"
        after = with_cases(casebook, "parcel-smish", text, "a drone wants money")
        impact = tried(small_build, casebook, after, "parcel-smish")
        assert impact.near == (("parcel-smish", "patterns/bank-otp.toml cases[0]", 1.0),)
        assert "has nearly the words of a case there is: patterns/bank-otp.toml cases[0]" in holds(impact)

    def test_new_cases_that_are_near_each_other_are_named(self, small_build: Build, casebook: Casebook) -> None:
        after = with_cases(casebook, "parcel-smish", "a drone wants money", "A drone wants money.")
        near = tried(small_build, casebook, after, "parcel-smish").near
        assert [place for _, place, _ in near] == [
            "patterns/parcel-smish.toml cases[9]",
            "patterns/parcel-smish.toml cases[8]",
        ]

    def test_a_known_case_is_never_new(self, small_build: Build, casebook: Casebook) -> None:
        doubled = with_cases(casebook, "parcel-smish", "a drone wants money", "A drone wants money.")
        assert tried(small_build, doubled, doubled, "parcel-smish").near == ()

    def test_the_nearest_patterns_and_the_twin_of_a_text(self, small_build: Build, encoder: HashingEncoder) -> None:
        text = "My bank sent me a code while I was logging in!"
        nearest = nearest_patterns(small_build, encoder, text, "en", most=2)
        assert nearest[0][0] == "bank-otp"
        assert nearest[0][1] == pytest.approx(1, abs=0.01)
        assert len(nearest) == 2
        twin = near_case(small_build, encoder, text)
        assert twin is not None
        assert twin[:2] == ("bank-otp", 0)
        assert twin[2] == pytest.approx(1, abs=0.01)
        assert near_case(small_build, encoder, "a drone wants money") is None


class TestHolds:
    def test_nothing_of_concern_holds_nothing(self) -> None:
        assert (
            holds(Impact(fixes=("a",), breaks=("b",), pulled=("c",) * 3, now_possible=("d",) * 9, missed=("e",))) == ""
        )

    @pytest.mark.parametrize(
        ("impact", "line"),
        [
            (Impact(accused=("official line 'x'",)), "would call harmless texts a known scam: official line 'x'"),
            (Impact(now_likely=("en-1",)), "would call harmless golden situations a known scam: en-1"),
            (Impact(missed=("en-1", "en-2")), "would miss more than 1 scam that is found today: en-1, en-2"),
            (Impact(missed=("a", "b", "c"), found=("d", "e")), ""),
            (Impact(pulled=tuple("abcd")), "would take more than 3 situations from their own patterns: a, b, c, d"),
            (Impact(calm=("p",), added=5), ""),
            (Impact(calm=("p", "q"), added=5), "has cases of a danger that read like everyday talk: p, q"),
        ],
    )
    def test_each_reason_names_which_and_why(self, impact: Impact, line: str) -> None:
        assert holds(impact) == line

    def test_many_are_cut_to_eight_and_all_is_one_line(self) -> None:
        line = holds(Impact(now_likely=tuple(f"en-{n}" for n in range(12)), pulled=tuple("abcd")))
        assert "en-7, … (12 in all); would take" in line
        assert "en-8" not in line
        assert "\n" not in line

    def test_an_effect_survives_json(self) -> None:
        impact = Impact(fixes=("a",), near=(("p", "patterns/q.toml cases[1]", 0.91),), added=2, calm=("r",))
        assert Impact.from_row(json.loads(json.dumps(impact.as_row()))) == impact


def small_document(casebook: Casebook, name: str) -> str:
    """Return a pattern's document with a single case that says nothing of it, so that its words are another's."""
    head = casebook.documents[name].partition("[[cases]]")[0]
    return append_case(head, "en", "something quite different about a drone and a kite")
