"""The first screen of an answer: what somebody reads before they tap anything."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checking.checker import Checker
from bot.checking.situation import SURELY_ANOTHER, SURELY_LOST, SURELY_PICTURES, Assessment, Evidence, Match, Situation
from bot.words.answers import details_reply
from bot.words.phone import lines, plain
from bot.words.reply import Reply
from bot.words.screens import first_screen
from bot.words.texts import Texts
from index.model.encoder import Heard
from knowledge.documents.golden import Concern
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import Country, read_countries, steps_in
from knowledge.documents.stages import Stage, first_hours
from knowledge.documents.toml import read_patterns
from knowledge.impostors.contacts import Contacts, shipped_contacts
from knowledge.ledger.contact_reports import Reputation
from knowledge.text.languages import INTERFACE
from tests.bot_api import html_problem
from tests.paths import TESTS

APPROVED = TESTS / "replies"
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
RENT = "someone wants to rent my bank account and says it is only for moving money"
BANK_CODE = "my bank sent me a code while i was logging in"
CALM, ALARMS = "➖", ("⛔", "🚨", "🛑")
SCREENS: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {
    "likely-scam": (PARCEL, "en", "SG", {}),
    "likely-accomplice-zh": ("有人出五百块一个月租我的银行卡，只是走账", "zh", "SG", {}),
    "possible": ("my parcel is held", "en", "SG", {"close": False}),
    "possible-contact": ("check this https://paypa1.com", "en", None, {}),
    "emergency": ("i paid the parcel fee through the link and already typed my card number", "en", None, {}),
    "now": (PARCEL, "en", "SG", {"stage": "now"}),
    "took-part": (RENT, "en", "SG", {"stage": "after"}),
    "asked": (PARCEL, "en", "SG", {"stage": "unsaid", "ask": True}),
    "unclear-zh-Hant": ("請幫我看看這是騙子嗎", "zh-Hant", None, {}),
    "look-alike": (BANK_CODE, "en", "SG", {}),
    "of-another": (PARCEL, "en", "SG", {"heard": Heard(another=SURELY_ANOTHER)}),
    "of-another-gone": (PARCEL, "en", "SG", {"stage": "after", "heard": Heard(another=SURELY_ANOTHER)}),
    "no-match": ("dinner at seven tonight with grandma and cake", "en", "SG", {}),
}


@pytest.fixture(scope="module")
def shipped() -> dict[str, Pattern]:
    return read_patterns()


@pytest.fixture(scope="module")
def everywhere() -> dict[str, Country]:
    return read_countries()


@pytest.fixture
def seen(checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]) -> Callable[..., Reply]:
    """Renders the first screen of the answer to a text, as it is with some changes to what was made of it."""

    def render(text: str, language: str = "en", country: str | None = "SG", **changes: Any) -> Reply:
        assessment: Assessment = replace(checker.check(Situation(text, language, country)), **changes)
        return first_screen(assessment, texts[language], countries, country)

    return render


def assessed(pattern: Pattern, language: str, concern: Concern, **changes: Any) -> Assessment:
    """What is made of a text in which a long sentence shows the longest red flag of a pattern."""
    flags = pattern.guidance_in(language).red_flags
    longest = max(flags, key=len)
    evidence = Evidence("they told me to do it at once and nobody may know of it " * 3, longest, flags.index(longest))
    match = Match(pattern, 0.9, (evidence,))
    legitimate = pattern.kind == Kind.LEGITIMATE
    made = Assessment(
        language=language,
        concern=concern,
        danger=0.9,
        stage="unsaid",
        ask=False,
        matches=(match,),
        look_alikes=(match,) if legitimate else (),
        resembles_look_alike=legitimate,
        by_contact=False,
        close=False,
        contacts=Contacts(),
        milliseconds=1.0,
    )
    return replace(made, **changes)


def too_large(screens: dict[str, str]) -> dict[str, tuple[int, int]]:
    sizes = {name: (len(plain(html)), lines(html)) for name, html in screens.items()}
    return {name: size for name, size in sizes.items() if size[0] > 600 or size[1] > 12}


def buttons(reply: Reply) -> list[str]:
    return [button.data for row in reply.buttons for button in row]


@pytest.mark.parametrize("name", SCREENS)
def test_first_screens_read_as_approved(name: str, seen: Callable[..., Reply], pytestconfig: pytest.Config) -> None:
    text, language, country, changes = SCREENS[name]
    html, file = seen(text, language, country, **changes).html + "\n", APPROVED / f"screen-{name}.html"
    if pytestconfig.getoption("--approve"):
        file.write_text(html, "utf-8")
    assert html == file.read_text("utf-8")


def warnings(shipped: dict[str, Pattern], language: str, concern: Concern) -> Iterator[tuple[str, Assessment]]:
    for name, pattern in shipped.items():
        if pattern.kind != Kind.LEGITIMATE:
            yield name, assessed(pattern, language, concern)


@pytest.mark.parametrize("concern", ["likely", "possible"])
@pytest.mark.parametrize("language", INTERFACE)
def test_every_warning_fits_one_screen(
    shipped: dict[str, Pattern],
    everywhere: dict[str, Country],
    texts: dict[str, Texts],
    language: str,
    concern: Concern,
) -> None:
    screens = {
        f"{name} {country} {ask}": first_screen(replace(assessment, ask=ask), texts[language], everywhere, country).html
        for name, assessment in warnings(shipped, language, concern)
        for country, ask in (("SG", True), ("US", False), (None, False))
    }
    assert len(screens) == 180
    assert too_large(screens) == {}
    assert {name: problem for name, html in screens.items() if (problem := html_problem(html))} == {}


Action = Callable[[str, Concern], dict[str, tuple[int, int]]]


@pytest.fixture
def action(shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts]) -> Action:
    """Finds where what to do begins and ends on the first screen of each pattern."""

    def ends(language: str, concern: Concern) -> dict[str, tuple[int, int]]:
        found = {}
        for name, assessment in warnings(shipped, language, concern):
            screen = plain(first_screen(assessment, texts[language], everywhere, "SG").html)
            advice = assessment.matches[0].pattern.guidance_in(language).advice[0]
            found[name] = (screen.index(advice), screen.index(advice) + len(advice))
        return found

    return ends


@pytest.mark.parametrize("concern", ["likely", "possible"])
@pytest.mark.parametrize("language", INTERFACE)
def test_what_to_do_stands_whole_within_the_first_200_characters(
    action: Action, language: str, concern: Concern
) -> None:
    found = action(language, concern)
    assert {name: begins for name, (begins, _) in found.items() if begins > 130} == {}
    assert {name: ends for name, (_, ends) in found.items() if ends > 200} == {}


@pytest.mark.parametrize("stage", ["now", "after"])
@pytest.mark.parametrize("language", INTERFACE)
def test_what_has_to_be_done_at_once_fits_one_screen_in_every_country(
    shipped: dict[str, Pattern],
    everywhere: dict[str, Country],
    texts: dict[str, Texts],
    language: str,
    stage: Stage,
) -> None:
    screens = {}
    for name in ("parcel-smish", "sell-bank-card"):
        for country in (*everywhere, None):
            pressing = assessed(shipped[name], language, "likely", stage=stage)
            screens[f"{name} {country}"] = first_screen(pressing, texts[language], everywhere, country).html
    assert len(screens) > 80
    assert too_large(screens) == {}
    assert {name for name, html in screens.items() if not html.startswith(ALARMS)} == set()


@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_no_warning_fits_one_screen_too(
    shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    screens = {
        f"{name} {ask}": first_screen(
            assessed(pattern, language, "no_match", ask=ask), texts[language], everywhere, "SG"
        ).html
        for name, pattern in shipped.items()
        if pattern.kind == Kind.LEGITIMATE
        for ask in (True, False)
    }
    others: tuple[tuple[Concern, bool], ...] = (("unclear", False), ("no_match", False), ("possible", True))
    for concern, by_contact in others:
        made = assessed(shipped["parcel-smish"], language, concern, by_contact=by_contact)
        screens[concern] = first_screen(made, texts[language], everywhere, "SG").html
    assert len(screens) == 39
    assert too_large(screens) == {}


@pytest.mark.parametrize("language", INTERFACE)
def test_where_two_names_are_said_the_screen_still_fits(
    shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    second = Match(max(shipped.values(), key=lambda pattern: len(pattern.guidance_in(language).title)), 0.89)
    screens = {
        name: first_screen(
            replace(made, close=True, matches=(*made.matches, second)), texts[language], everywhere, "SG"
        ).html
        for name, made in warnings(shipped, language, "possible")
    }
    assert too_large(screens) == {}


@pytest.mark.parametrize("concern", ["likely", "possible", "unclear", "no_match"])
@pytest.mark.parametrize("stage", ["unsaid", "now", "after"])
@settings(max_examples=10, deadline=None)
@given(quote=st.text(max_size=200))
def test_a_screen_is_whole_and_fits_whatever_is_quoted(
    checker: Checker,
    texts: dict[str, Texts],
    countries: dict[str, Country],
    concern: Concern,
    stage: Stage,
    quote: str,
) -> None:
    found = checker.check(Situation(PARCEL))
    quoted = replace(found.matches[0], evidence=(Evidence(f"{quote}<b>&", "<i>", 0),))
    changed = replace(found, concern=concern, stage=stage, ask=True, matches=(quoted, *found.matches[1:]))
    html = first_screen(changed, texts["en"], countries, "SG").html
    assert html_problem(html) is None
    assert too_large({quote: html}) == {}


@pytest.mark.parametrize("render", [first_screen, details_reply])
@pytest.mark.parametrize("stage", ["unsaid", "before", "now", "after"])
@pytest.mark.parametrize("text", [BANK_CODE, "dinner at seven tonight with grandma and cake"])
@pytest.mark.parametrize("language", INTERFACE)
def test_no_alarm_stands_beside_no_match(
    checker: Checker,
    texts: dict[str, Texts],
    countries: dict[str, Country],
    language: str,
    text: str,
    stage: Stage,
    render: Callable[..., Reply],
) -> None:
    found = replace(checker.check(Situation(text)), stage=stage)
    assert found.concern == "no_match"
    html = render(found, texts[language], countries, "SG").html
    alarms = [mark for mark in ALARMS if mark in html]
    assert (CALM in html) != bool(alarms)


@pytest.mark.parametrize("link", ["https://paypa1.com", "https://dbs.com.sg.account-check.example"])
def test_a_contact_made_to_deceive_leaves_no_no_match_beside_its_alarm(seen: Callable[..., Reply], link: str) -> None:
    html = seen(f"{BANK_CODE} {link}").html
    assert "⛔" in html
    assert CALM not in html


def test_a_reported_contact_leaves_no_no_match_beside_its_alarm(
    checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    found = checker.check(Situation("dinner at seven tonight with grandma and cake +65 9123 4567"))
    known = Reputation(4, date(2026, 11, 1), confirmed=False)
    html = first_screen(found, texts["en"], countries, "SG", reports=lambda _: known).html
    assert "Reported here by 4 people" in html
    assert not (CALM in html and "⛔" in html)


@pytest.mark.parametrize("language", INTERFACE)
def test_somebody_whose_appointment_is_no_scam_is_not_told_to_end_the_contact(
    seen: Callable[..., Reply], texts: dict[str, Texts], language: str
) -> None:
    html = seen("dinner at seven tonight with grandma and cake", language).html
    assert texts[language].of("verify_generic").split("\n")[0] not in html
    assert texts[language].of("do_no_match") in html


def test_the_country_has_its_own_number_on_the_screen_and_the_choice_where_it_is_not_known(
    seen: Callable[..., Reply],
) -> None:
    assert "📞 <b>1799</b> ScamShield helpline" in seen(PARCEL).html
    assert "checked 2026-11-24" in seen(PARCEL).html
    assert "/country" in seen(PARCEL, country=None).html
    assert "📞" not in seen("dinner at seven tonight with grandma and cake").html


def test_whoever_the_stranger_claims_to_be_can_be_rung_under_the_number_they_publish(
    checker: Checker, texts: dict[str, Texts], everywhere: dict[str, Country]
) -> None:
    found = checker.check(Situation(f"someone from DBS bank called. {PARCEL}", "en", "SG"))
    (body, *_) = found.contacts.claimed
    html = first_screen(found, texts["en"], everywhere, "SG").html
    assert html.count("📞") == 1
    assert body.name["en"] in html
    assert "1799" not in html


COURIER = "an sms from DHL says my parcel is held and i must pay a fee by a link"
RUNG = {"HK": "+852 2400 3388", "DE": "116 116", "CH": ""}


@pytest.mark.parametrize("country", RUNG)
def test_a_number_of_another_country_is_no_number_to_ring(
    checker: Checker, texts: dict[str, Texts], everywhere: dict[str, Country], country: str
) -> None:
    claims = shipped_contacts().read(COURIER, None)
    assert [body.id for body in claims.claimed] == ["dhl"]
    found = replace(checker.check(Situation(COURIER)), contacts=claims)
    shown = first_screen(found, texts["en"], everywhere, country).html
    shown += details_reply(found, texts["en"], everywhere, country).html
    assert [number for number in RUNG.values() if number and number in shown] == [*filter(None, [RUNG[country]])]


@pytest.mark.parametrize(("language", "shown"), [("de", ""), ("zh-Hant", "如果您在香港：📞 <b>+852 2400 3388</b>")])
def test_where_no_country_is_known_a_bodys_number_is_one_of_the_countries_of_the_language_named_so_or_none(
    checker: Checker, texts: dict[str, Texts], everywhere: dict[str, Country], language: str, shown: str
) -> None:
    found = replace(checker.check(Situation(COURIER)), contacts=shipped_contacts().read(COURIER, None))
    html = first_screen(found, texts[language], everywhere, None).html
    assert ("2400 3388" in html) is bool(shown)
    assert shown in html


def test_where_no_country_is_known_the_likeliest_ones_number_is_named_as_such(
    checker: Checker, texts: dict[str, Texts], everywhere: dict[str, Country]
) -> None:
    found = checker.check(Situation(PARCEL))
    for render in (first_screen, details_reply):
        html = render(found, texts["de"], everywhere, None).html
        assert "Wenn Sie in Deutschland sind: 📞 <b>116 116</b>" in html
    assert "Anderes Land: /country" in details_reply(found, texts["de"], everywhere, None).html
    assert "If you are" not in first_screen(found, texts["en"], everywhere, None).html


def test_the_first_steps_of_the_first_hour_stand_on_the_screen_the_countrys_own_among_them(
    seen: Callable[..., Reply], countries: dict[str, Country]
) -> None:
    html = seen(PARCEL, stage="after").html
    assert html.startswith("🚨")
    assert [line[:2] for line in html.split("\n")[1:4]] == ["1.", "2.", "3."]
    assert str(steps_in(countries["INTERNATIONAL"], "en")[0]) in html
    assert "24-hour hotline" in html
    assert "⛔" not in html


@pytest.mark.parametrize("stage", ["before", "unsaid"])
def test_the_first_hour_is_not_given_to_somebody_who_has_lost_nothing(seen: Callable[..., Reply], stage: Stage) -> None:
    reply = seen(PARCEL, stage=stage, ask=False)
    assert reply.html.startswith("⛔")
    assert "Do this first" not in reply.html
    assert buttons(reply).count("paid:") == 1


def test_a_warning_of_an_accomplice_trap_leads_to_no_victims_claims(seen: Callable[..., Reply]) -> None:
    reply = seen(RENT, stage="unsaid", ask=False)
    assert "/paid" not in reply.html
    assert reply.buttons[0][0].data == "paid:accomplice"


def test_somebody_in_the_middle_of_it_reads_first_how_to_get_out_and_then_what_it_is(
    seen: Callable[..., Reply],
) -> None:
    html = seen(PARCEL, stage="now").html
    order = ["Stop now: hang up", "Look the parcel up", "You can say", "It looks like"]
    assert sorted(order, key=html.index) == order
    assert html.startswith("🛑")
    assert "Do this first" not in html


@pytest.mark.parametrize("changes", [{"stage": "now"}, {"stage": "unsaid", "ask": True}], ids=["now", "asked"])
def test_one_number_is_on_the_screen_before_any_quotation(seen: Callable[..., Reply], changes: dict[str, Any]) -> None:
    assert "<b>1799</b>" in seen(PARCEL, **changes).html


@pytest.mark.parametrize("language", INTERFACE)
def test_what_is_surely_gone_is_named_and_its_steps_fit_one_screen_in_every_country(
    shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    screens = {}
    for lost, known in first_hours().items():
        for country in (*everywhere, None):
            heard = Heard(lost={lost: SURELY_PICTURES})
            gone = assessed(shipped["fake-bank"], language, "likely", stage="after", heard=heard)
            html = first_screen(gone, texts[language], everywhere, country).html
            assert html.startswith(texts[language].of("emergency_told", told=known.told[language])), lost
            screens[f"{lost} {country}"] = html
    assert len(screens) > 300
    assert too_large(screens) == {}


@pytest.mark.parametrize("heard", [Heard(), Heard(lost={"code": SURELY_LOST - 0.01, "money": 0.2})])
def test_what_is_gone_is_not_named_unless_it_is_told_surely(seen: Callable[..., Reply], heard: Heard) -> None:
    assert seen(PARCEL, stage="after", heard=heard).html.startswith("🚨 <b>You may already have paid")


def test_whoever_has_somebody_on_the_device_is_told_to_cut_them_off_before_all_else(seen: Callable[..., Reply]) -> None:
    html = seen(PARCEL, stage="now", heard=Heard(lost={"access": 0.9})).html
    assert html.split("\n")[1].startswith("👉 Cut the connection")
    assert seen(PARCEL, stage="now").html.split("\n")[1] == "👉 Look the parcel up in the official app of the courier"


def test_of_two_patterns_met_nearly_alike_neither_says_what_to_do_this_minute(seen: Callable[..., Reply]) -> None:
    alike, sure = (seen(PARCEL, stage="now", close=close).html.split("\n")[1] for close in (True, False))
    assert alike.startswith("Pay nothing, read out no code")
    assert sure.startswith("👉")


def test_where_nothing_is_named_what_happens_this_minute_is_met_with_what_always_holds(
    seen: Callable[..., Reply], checker: Checker, texts: dict[str, Texts], countries: dict[str, Country]
) -> None:
    assert "Pay nothing, read out no code" in seen("hello", stage="now").html.split("\n")[1]
    found = replace(checker.check(Situation("hello")), stage="now")
    assert details_reply(found, texts["en"], countries, "SG").html.count("Pay nothing, read out no code") == 1


def test_nobodys_words_are_quoted_without_what_they_show(seen: Callable[..., Reply]) -> None:
    html = seen(PARCEL, stage="after").html
    assert ("“a text message" in html) == ("↳" in html)


@pytest.mark.parametrize("language", INTERFACE)
def test_somebody_who_took_part_is_told_what_helps_them_and_nothing_of_a_victims_claims(
    seen: Callable[..., Reply], texts: dict[str, Texts], countries: dict[str, Country], language: str
) -> None:
    html = seen(RENT, language, stage="after").html
    head, _, *steps = texts[language].of("took_part").split("\n")
    assert html.startswith("\n".join([head, *steps[:3]]))
    assert [claim for claim in steps_in(countries["INTERNATIONAL"], language) if claim in html] == []


@pytest.mark.parametrize(("text", "paid"), [(PARCEL, "paid:"), (RENT, "paid:accomplice")])
def test_where_something_may_be_gone_the_screen_asks_and_takes_yes_or_no(
    seen: Callable[..., Reply], text: str, paid: str
) -> None:
    reply = seen(text, stage="unsaid", ask=True)
    assert reply.html.index("This looks like") < reply.html.index("Has anything gone already")
    (yes, no), *rest = reply.buttons
    assert (yes.data, no.data) == (paid, "gone_no:")
    assert [button.data for row in rest for button in row if button.data.startswith("paid:")] == []


@pytest.mark.parametrize("stage", ["now", "after"])
def test_nobody_is_asked_what_they_have_told(seen: Callable[..., Reply], stage: Stage) -> None:
    reply = seen(PARCEL, stage=stage, ask=True)
    assert "❓" not in reply.html
    assert reply.buttons[0][0].data == "paid:"


def test_the_one_question_that_would_tell_is_asked_with_three_answers_to_tap(seen: Callable[..., Reply]) -> None:
    for text, changes, name in ((PARCEL, {"concern": "possible"}, "parcel-smish"), (BANK_CODE, {}, "bank-otp")):
        reply = seen(text, **changes)
        assert reply.html.count("❓ Did") == 1
        assert [button.data for button in reply.buttons[0]] == [
            f"said:{said}:{name}" for said in ("yes", "no", "unknown")
        ]
    assert [data for data in buttons(seen(PARCEL, concern="likely")) if data.startswith("said:")] == []


def test_somebody_who_has_told_too_little_can_tap_who_how_and_what(seen: Callable[..., Reply]) -> None:
    reply = seen("hello")
    assert [button.data for button in reply.buttons[0]] == ["asked:who", "asked:how", "asked:what"]
    assert "or tap:" in reply.html


@pytest.mark.parametrize(
    ("text", "changes", "more"),
    [
        (PARCEL, {}, "more:parcel-smish"),
        (PARCEL, {"ask": True}, "more:parcel-smish"),
        (PARCEL, {"stage": "now"}, "more:parcel-smish"),
        (BANK_CODE, {}, "more:bank-otp"),
        ("hello", {}, "more:"),
        ("check this https://paypa1.com", {}, "more:"),
    ],
)
def test_all_the_rest_stands_behind_one_button(
    seen: Callable[..., Reply], text: str, changes: dict[str, Any], more: str
) -> None:
    found = buttons(seen(text, **changes))
    assert [data for data in found if data.startswith("more:")] == [more]
    assert "report:" in found


def test_every_button_of_every_pattern_fits_telegrams_64_bytes(
    shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts]
) -> None:
    for pattern in shipped.values():
        concerns: tuple[Concern, ...] = ("no_match",) if pattern.kind == Kind.LEGITIMATE else ("likely", "possible")
        for concern in concerns:
            reply = first_screen(assessed(pattern, "en", concern), texts["en"], everywhere, "SG")
            assert [data for data in buttons(reply) if len(data.encode()) > 64] == []


@pytest.mark.parametrize("concern", ["likely", "possible"])
def test_where_neither_name_is_sure_both_are_said(
    checker: Checker, seen: Callable[..., Reply], concern: Concern
) -> None:
    first, second = (match.pattern.guidance["en"].title for match in checker.check(Situation(PARCEL)).matches[:2])
    sure, unsure = (seen(PARCEL, concern=concern, close=close).html.partition("\n")[0] for close in (False, True))
    assert first in sure
    assert second not in sure
    assert f"{first} / {second}" in unsure


@pytest.mark.parametrize("forbidden", ["safe.", "is safe", "%", "✔", "✅"])
def test_no_screen_says_safe_or_a_percentage_or_ticks_anything_off(seen: Callable[..., Reply], forbidden: str) -> None:
    for text, language, country, changes in SCREENS.values():
        assert forbidden not in seen(text, language, country, **changes).html


def test_who_may_have_lost_something_is_not_told_that_it_matches_no_scam(seen: Callable[..., Reply]) -> None:
    calm = seen("my dog ate the cake", concern="no_match", matches=(), look_alikes=(), ask=False)
    asks = seen("my dog ate the cake", concern="no_match", matches=(), look_alikes=(), ask=True)
    assert calm.html.startswith("➖")
    assert asks.html.startswith("❔ <b>I cannot tell yet.</b>")
    assert "👉 Until you are sure, send no money and no codes." in asks.html
    assert "Has anything gone already" in asks.html


@pytest.mark.parametrize("stage", ["before", "now", "after"])
@pytest.mark.parametrize("language", INTERFACE)
def test_who_asks_for_somebody_close_is_told_to_do_it_together_on_the_same_screen(
    shipped: dict[str, Pattern],
    everywhere: dict[str, Country],
    texts: dict[str, Texts],
    language: str,
    stage: Stage,
) -> None:
    line = texts[language].plain(f"another_{stage}")
    for concern in ("likely", "possible"):
        made = assessed(shipped["fake-bank"], language, concern, stage=stage)
        of_another, own = (
            first_screen(replace(made, heard=Heard(another=sure)), texts[language], everywhere, "SG").html
            for sure in (SURELY_ANOTHER, SURELY_ANOTHER - 0.05)
        )
        assert line in plain(of_another)
        assert line not in plain(own)
        assert too_large({language: of_another}) == {}


@pytest.mark.parametrize("language", INTERFACE)
def test_who_asks_for_somebody_close_who_took_part_reads_it_on_one_screen_too(
    shipped: dict[str, Pattern], everywhere: dict[str, Country], texts: dict[str, Texts], language: str
) -> None:
    made = assessed(shipped["sell-bank-card"], language, "likely", stage="after", heard=Heard(another=1.0))
    screen = first_screen(made, texts[language], everywhere, "SG").html
    assert made.took_part
    assert texts[language].plain("another_after") in plain(screen)
    assert too_large({language: screen}) == {}


def test_nobody_is_told_to_do_together_what_needs_nothing(seen: Callable[..., Reply]) -> None:
    ordinary = "dinner at seven tonight with grandma and cake"
    assert "🤝" not in seen(ordinary, heard=Heard(another=1.0)).html
