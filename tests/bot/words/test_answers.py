"""All that stands behind an answer: what is told when somebody asks for more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.checking.checker import Checker
from bot.checking.situation import Assessment, Evidence, Situation
from bot.words import answers, choices
from bot.words.reply import LIMIT, Reply
from bot.words.texts import Texts
from knowledge.documents.golden import Concern
from knowledge.documents.reporting import Country, find_country, steps_in
from knowledge.documents.stages import Stage
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem
from tests.paths import TESTS

APPROVED = TESTS / "replies"
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
RENT = "someone wants to rent my bank account and says it is only for moving money"
SITUATIONS = {
    "likely-scam": (PARCEL, "en", "SG"),
    "likely-accomplice-zh": ("有人出五百块一个月租我的银行卡，只是走账", "zh", "SG"),
    "emergency": ("i paid the parcel fee through the link and already typed my card number", "en", None),
    "unclear-zh-Hant": ("請幫我看看這是騙子嗎", "zh-Hant", None),
    "look-alike": ("my bank sent me a code while i was logging in", "en", "SG"),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_whole_replies_read_as_approved(
    name: str, checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], pytestconfig: pytest.Config
) -> None:
    text, language, country = SITUATIONS[name]
    assessment = checker.check(Situation(text, language, country))
    reply = answers.details_reply(assessment, texts[language], countries, country)
    file = APPROVED / f"{name}.html"
    if pytestconfig.getoption("--approve"):
        file.write_text(reply.html + "\n", "utf-8")
    assert reply.html + "\n" == file.read_text("utf-8")


@pytest.mark.parametrize("concern", ["likely", "possible", "unclear", "no_match"])
@pytest.mark.parametrize("language", INTERFACE)
@pytest.mark.parametrize("stage", ["unsaid", "now", "after"])
@settings(max_examples=3, deadline=None)
@given(quote=st.text(max_size=200))
def test_no_reply_is_too_long_or_broken_whatever_is_quoted(
    checker: Checker,
    texts: dict[str, Texts],
    countries: dict[str, Country],
    concern: Concern,
    language: str,
    stage: Stage,
    quote: str,
) -> None:
    assessment = checker.check(Situation(PARCEL))
    quoted = replace(assessment.matches[0], evidence=tuple(Evidence(f"{quote}<b>&", "<i>", 0) for _ in range(3)))
    changed = replace(assessment, concern=concern, stage=stage, ask=True, matches=(quoted, *assessment.matches[1:]))
    reply = answers.details_reply(changed, texts[language], countries, "SG")
    assert html_problem(reply.html) is None
    assert len(reply.html.encode("utf-16-le")) // 2 <= LIMIT


@pytest.fixture
def told(checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]) -> Callable[..., Reply]:
    """Renders all that is known of a text, as it is where it had gone so far."""

    def render(text: str, language: str = "en", **changes: Any) -> Reply:
        assessment: Assessment = replace(checker.check(Situation(text, language, "SG")), **changes)
        return answers.details_reply(assessment, texts[language], countries, "SG")

    return render


STAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "now": (PARCEL, {"stage": "now"}),
    "took-part": (RENT, {"stage": "after"}),
    "now-unclear": ("hello", {"stage": "now"}),
    "after-no-match": (PARCEL, {"stage": "after", "concern": "no_match"}),
}


@pytest.mark.parametrize("name", STAGES)
def test_whole_replies_by_how_far_it_has_gone_read_as_approved(
    name: str, told: Callable[..., Reply], pytestconfig: pytest.Config
) -> None:
    text, changes = STAGES[name]
    html, file = told(text, **changes).html + "\n", APPROVED / f"stage-{name}.html"
    if pytestconfig.getoption("--approve"):
        file.write_text(html, "utf-8")
    assert html == file.read_text("utf-8")


def test_first_hour_steps_come_before_everything_else(told: Callable[..., Reply]) -> None:
    html = told(PARCEL, stage="after").html
    assert html.index("Do this first") < html.index("1799") < html.index("Stop. This looks like")


@pytest.mark.parametrize("stage", ["before", "unsaid"])
def test_the_first_hour_is_not_given_to_somebody_who_has_lost_nothing(told: Callable[..., Reply], stage: Stage) -> None:
    reply = told(PARCEL, stage=stage, ask=False)
    assert reply.html.startswith("⛔")
    assert "Do this first" not in reply.html
    assert [button.data for row in reply.buttons for button in row].count("paid:") == 1


@pytest.mark.parametrize("language", INTERFACE)
def test_no_step_of_the_first_hour_stands_there_twice(told: Callable[..., Reply], language: str) -> None:
    lines = told(PARCEL, language, stage="after").html.split("\n")
    steps = [line.partition(". ")[2] for line in lines if line[:1].isdigit()]
    assert len(steps) >= 6
    assert len(set(steps)) == len(steps)
    assert [line.partition(". ")[0] for line in lines if line[:1].isdigit()] == [
        str(number) for number in range(1, len(steps) + 1)
    ]


def test_somebody_in_the_middle_of_it_reads_first_how_to_get_out_and_then_all_the_rest(
    told: Callable[..., Reply],
) -> None:
    html = told(PARCEL, stage="now").html
    order = ["Stop now: hang up", "You can say", "Stop. This looks like", "Do now", "How it goes", "1799"]
    assert sorted(order, key=html.index) == order
    assert html.startswith("🛑")
    assert html.count("Where to report") == 1
    assert "Do this first" not in html
    assert "/paid" not in html


@pytest.mark.parametrize("concern", ["likely", "possible"])
@pytest.mark.parametrize("language", INTERFACE)
def test_somebody_who_took_part_is_told_what_helps_them_and_nothing_of_a_victims_claims(
    told: Callable[..., Reply], texts: dict[str, Texts], countries: dict[str, Country], language: str, concern: Concern
) -> None:
    html = told(RENT, language, stage="after", concern=concern).html
    claims = [Markup.escape(step) for step in steps_in(countries["INTERNATIONAL"], language)]
    assert html.startswith(texts[language].of("took_part"))
    assert [claim for claim in claims if claim in html] == []
    assert "/paid" not in html


def test_somebody_who_took_part_reads_the_law_and_nothing_twice(told: Callable[..., Reply]) -> None:
    html = told(RENT, stage="after").html
    assert "In Singapore lending a bank account is a crime" in html
    assert "Tell the bank today and block the card" not in html  # the opening has said so
    assert "Say no and keep the bank card" not in html  # it is too late for that
    before = told(RENT, stage="before").html
    assert "Tell the bank today and block the card" in before
    assert "Say no and keep the bank card" in before


@pytest.mark.parametrize(
    ("country", "own"),
    [("SG", "In Singapore"), ("DE", "In the Union"), ("GB", "where you live"), (None, "where you live")],
)
def test_the_law_of_ones_own_country_is_told_or_none(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], country: str | None, own: str
) -> None:
    assessment = replace(checker.check(Situation(RENT, "en", country)), concern="likely")
    pattern = assessment.matches[0].pattern
    for reply in (
        answers.details_reply(assessment, texts["en"], countries, country),
        answers.pattern_reply(texts["en"], pattern, country),
    ):
        told = [words for words in ("In Singapore", "In the Union", "where you live") if words in reply.html]
        assert told == [own]


@pytest.mark.parametrize("concern", ["unclear", "no_match"])
@pytest.mark.parametrize(
    ("stage", "why"), [("now", "Stop all the same"), ("after", "Take the steps above all the same")]
)
def test_what_comes_first_is_explained_where_no_scam_is_named_and_nothing_calm_stands_beside_it(
    told: Callable[..., Reply], concern: Concern, stage: Stage, why: str
) -> None:
    calm = "I cannot tell yet." if concern == "unclear" else "I cannot rule one out, though."
    pressing, without = (told(PARCEL, stage=other, concern=concern).html for other in (stage, "unsaid"))
    assert why in pressing
    assert calm not in pressing
    assert why not in without
    assert calm in without


def test_yes_is_answered_with_the_first_hour_or_with_what_helps_somebody_who_took_part(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    lost = answers.paid_reply(texts["en"], countries, "SG").html
    joined = answers.paid_reply(texts["en"], countries, "SG", took_part=True).html
    assert "Call your bank" in lost
    assert "lawyer" not in lost
    assert "Get a lawyer" in joined
    assert "Call your bank" not in joined
    assert "done to you" not in joined
    assert "1799" in joined


@pytest.mark.parametrize("forbidden", ["safe.", "is safe", "%"])
def test_no_reply_says_safe_or_a_percentage(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], forbidden: str
) -> None:
    for text, language, country in SITUATIONS.values():
        assessment = checker.check(Situation(text, language, country))
        assert forbidden not in answers.details_reply(assessment, texts[language], countries, country).html


def test_every_contact_shows_its_source_and_the_day_it_was_checked(
    texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    for country in countries.values():
        html = answers.report_reply(texts["en"], countries, country.code).html
        for contact in country.contacts:
            assert f"<b>{contact.value}</b>" in html
        assert html.count("checked 2026-11-24") == len(country.contacts)


def test_buttons_fit_telegrams_64_bytes(texts: dict[str, Texts], countries: dict[str, Country]) -> None:
    reply = choices.country_reply(texts["en"], countries, "", None)
    assert all(len(button.data.encode()) <= 64 for row in reply.buttons for button in row)


@pytest.mark.parametrize(
    ("given", "code"),
    [("sg", "SG"), ("Singapore", "SG"), ("新加坡", "SG"), ("uk", "GB"), ("br", "BR"), ("nowhere", None), ("", None)],
)
def test_a_country_is_found_by_code_or_by_any_of_its_names(
    countries: dict[str, Country], given: str, code: str | None
) -> None:
    assert find_country(given, countries) == code


@pytest.mark.parametrize("concern", ["likely", "possible"])
def test_where_neither_name_is_sure_both_are_said(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country], concern: Concern
) -> None:
    sure = replace(checker.check(Situation(PARCEL)), concern=concern, close=False)
    titles = [match.pattern.guidance["en"].title for match in sure.matches[:2]]
    head, unsure = (
        answers.details_reply(one, texts["en"], countries, "SG").html.partition("\n")[0]
        for one in (sure, replace(sure, close=True))
    )
    assert titles[0] in head
    assert titles[1] not in head
    assert f"{titles[0]} / {titles[1]}" in unsure
