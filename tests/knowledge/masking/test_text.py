"""What is gone from a masked text, and what stays.

``tests/data/private.jsonl`` holds texts in the bot's languages, with what must be gone and what must stay, all written
before the rules were tried on them. What was gone, and stayed, when each part was looked at for the first time:

- ``seen``, which the rules were made with;
- ``unseen``: 97.4% gone, 98.2% stayed;
- ``harder``, with rarer names and fewer words around them: 79.3%, 100%;
- ``later``: 85.1%, 98.0%;
- ``final``: 84.7%, 100%;
- ``told``, as people type to a bot, with names written small: 49.8%, 98.1%.

Each part was used for better rules after that, so the floors below say that nothing gets worse, not how well the rules
do on texts nobody has seen: that is what the figures say.

``tests/data/private_measured.jsonl`` is the other half of ``told``, and no rule was made with it. 56.1% of it was gone
and 98.0% stayed before rules were made with the first half; after that 84.6% was gone and 92.7% stayed, where all of a
text that is refused, two of 85, counts as gone and nothing of it as kept. It is of use as long as nobody mends a rule
by it.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from knowledge.documents.toml import KNOWLEDGE
from knowledge.identifiers.finding import find
from knowledge.masking.text import LONGEST, CannotMask, mask_private
from knowledge.text.languages import INTERFACE
from tests.paths import DATA

GONE, STAYED = 0.98, 0.99
GONE_IN_A_LANGUAGE, STAYED_IN_A_LANGUAGE = 0.94, 0.96
MEASURED_GONE, MEASURED_STAYED = 0.8, 0.89
"""Clear below what was measured, so that a rule may change; far above the 56% that were gone before."""
MOST_CASES_CHANGED, MOST_CASES_REFUSED = 0.12, 0.01
"""Of the casebook's cases. Six in a hundred lose a name or address, most of those rightly; the others lose a number."""
MOST_SITUATIONS_CHANGED = 0.16
"""Of the golden set, whose words the rules do not know; one in seven has a name, a number or an address."""


@dataclass(frozen=True)
class Labelled:
    language: str
    text: str
    hide: list[str]
    keep: list[str]


@cache
def labelled(file: str = "private.jsonl") -> tuple[Labelled, ...]:
    lines = (DATA / file).read_text("utf-8").splitlines()
    rows: list[Mapping[str, Any]] = [json.loads(line) for line in lines]
    return tuple(Labelled(row["language"], row["text"], row["hide"], row["keep"]) for row in rows)


def shares(texts: list[Labelled]) -> tuple[float, float]:
    """The shares of what had to go that is gone, and of what had to stay that is still there.

    Of a text that is refused, all is gone and nothing stayed.
    """
    gone, stayed = [], []
    for one in texts:
        masked = masked_or_nothing(one.text)
        gone += [part not in masked for part in one.hide]
        stayed += [part in masked for part in one.keep]
    return sum(gone) / len(gone), sum(stayed) / len(stayed)


def masked_or_nothing(text: str) -> str:
    try:
        return mask_private(text)
    except CannotMask:
        return ""


# --- the labelled texts


def test_the_labelled_texts_are_of_every_language() -> None:
    assert {one.language for one in labelled()} == set(INTERFACE)
    assert {one.language for one in labelled("private_measured.jsonl")} == set(INTERFACE)
    every = (*labelled(), *labelled("private_measured.jsonl"))
    assert all(part in one.text for one in every for part in (*one.hide, *one.keep))


@pytest.mark.slow
def test_what_is_private_goes_from_texts_that_no_rule_was_made_with() -> None:
    gone, stayed = shares([*labelled("private_measured.jsonl")])
    assert gone >= MEASURED_GONE
    assert stayed >= MEASURED_STAYED


def test_what_is_private_goes_and_what_happened_stays() -> None:
    gone, stayed = shares([*labelled()])
    assert gone >= GONE
    assert stayed >= STAYED


@pytest.mark.parametrize("language", INTERFACE)
def test_no_language_falls_behind(language: str) -> None:
    gone, stayed = shares([one for one in labelled() if one.language == language])
    assert gone >= GONE_IN_A_LANGUAGE
    assert stayed >= STAYED_IN_A_LANGUAGE


@pytest.mark.slow
def test_cases_without_names_are_left_as_they_are() -> None:
    cases = [
        case["text"]
        for file in sorted((KNOWLEDGE / "patterns").glob("*.toml"))
        for case in tomllib.loads(file.read_text("utf-8")).get("cases", ())
    ][::4]
    changed, refused = changed_and_refused(cases)
    assert changed <= MOST_CASES_CHANGED * len(cases)
    assert refused <= MOST_CASES_REFUSED * len(cases)


@pytest.mark.slow
def test_situations_whose_words_no_rule_knows_are_left_as_they_are() -> None:
    situations = [
        situation["text"]
        for file in sorted((KNOWLEDGE / "golden").glob("*.toml"))
        for situation in tomllib.loads(file.read_text("utf-8"))["situations"]
        if "text" in situation
    ][::2]
    changed, refused = changed_and_refused(situations)
    assert changed <= MOST_SITUATIONS_CHANGED * len(situations)
    assert refused <= MOST_CASES_REFUSED * len(situations)


def changed_and_refused(texts: list[str]) -> tuple[int, int]:
    """How many of some texts lose more than identifiers, and how many of these are not masked at all."""
    masked = [masked_or_nothing(text) for text in texts]
    changed = [text for text, one in zip(texts, masked, strict=True) if (not one or "•••" in one) and not find(text)]
    return len(changed), masked.count("")


# --- single rules


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("My name is Ada Obi and I paid 50 dollars", "My name is ••• and I paid 50 dollars"),
        ("my name is ada obi and i paid", "my name is ••• and i paid"),
        ("MY NAME IS ADA OBI AND I PAID THEM", "MY NAME IS ••• AND I PAID THEM"),
        ("This is Wells Fargo about your account", "This is Wells Fargo about your account"),
        ("This is Important", "This is Important"),
        ("Mr. Chase from Chase rang", "Mr. ••• from Chase rang"),
        ("Dear Customer, call us", "Dear Customer, call us"),
        ("Dear John Smith, call us", "Dear •••, call us"),
        ("Kind regards,\nTamsin Oxley\nSupport", "Kind regards,\n•••\nSupport"),
        ("I live at 12 Elm Street, Leeds", "I live at •••, Leeds"),
        ("20 minutes down the road", "20 minutes down the road"),
        ("born on 3 May 1950, so 76", "born on •••, so 76"),
        ("my friend jessica lim told me", "my friend ••• told me"),
        ("mr tan wei ming from dbs rang", "mr ••• from dbs rang"),
        ("i will ask my friend tomorrow", "i will ask my friend tomorrow"),
        ("pay to Koffi N'Guessan by Western Union", "pay to ••• by Western Union"),
        ("go to blk 123 bedok north road today", "go to ••• today"),
        ("near yishun avenue 6", "near •••"),
        ("vivo en la calle los olivos 342", "vivo en la •••"),
        ("3 people on my street", "3 people on my street"),
        ("李小姐让我把钱转给陈志强", "•••小姐让我把钱转给•••"),
        ("林波和苏婷都说提现成功了", "•••和•••都说提现成功了"),
        ("把钱转给安全账户，给高额利息", "把钱转给安全账户，给高额利息"),
        ("следователь костин звонил", "следователь ••• звонил"),
        ("geb. 03.09.1948 in Bonn", "geb. ••• in Bonn"),
        ("plate SLK 4821 H, card_file.apk", "plate •••, card_file.apk"),
        ("我叫张伟，我叫他退钱", "我叫•••，我叫他退钱"),
        ("王老师说，老师说", "•••老师说，老师说"),
        ("任何老师，谢谢老师", "任何老师，谢谢老师"),
        ("山田さんとお客さん", "•••さんとお客さん"),
        ("김철수 씨와 아저씨", "••• 씨와 아저씨"),
        ("คุณคิดว่า คุณวิชัย ติดต่อ", "คุณคิดว่า คุณ••• ติดต่อ"),
        ("Меня зовут Анна, я из Москвы", "Меня зовут •••, я из Москвы"),
        ("اسمي خالد وأنا من جدة", "اسمي ••• وأنا من جدة"),
        ("मेरा नाम अनिल है", "मेरा नाम ••• है"),
    ],
)
def test_names_and_addresses_go_and_other_words_stay(text: str, masked: str) -> None:
    assert mask_private(text) == masked


@pytest.mark.parametrize(
    "private",
    [
        "+65 9123 4567",
        "https://pay-now.example/login",
        "anna.b@nowhere.example",
        "anna@example",
        "@anna_b99",
        "DE89 3704 0044 0532 0130 00",
        "4929 1234 5678 9012",
        "S1234567D",
        "AB12345678",
        "12-3456-78",
        "110101196501012345",
    ],
)
def test_nothing_is_left_of_identifiers(private: str) -> None:
    assert mask_private(f"They wrote {private} to me") == "They wrote ••• to me"


@pytest.mark.parametrize(
    "text",
    [
        "I lost 25000 dollars, then 25,000 more",
        "转了20000元，又转5000块",
        "Rp 350.000 dan 5000000 rupiah",
        "350 000 рублей за налог",
        "on 2026-11-24, 12.05.2024 and 24/11/2026, open 9.00-18.00",
        "call 1799 or 999, 报警打110，95588来电",
    ],
)
def test_amounts_days_and_published_short_numbers_stay(text: str) -> None:
    assert mask_private(text) == text


def test_an_account_beside_a_currency_goes() -> None:
    assert mask_private("to account 123456789012 USD") == "to account ••• USD"
    assert mask_private("account number 1234567 dollars") == "account number ••• dollars"


@pytest.mark.parametrize("name", ["𝐉𝐨𝐡𝐧", "J\u200bohn", "Ｊｏｈｎ", "Jose\u0301"])
def test_disguised_names_go_too(name: str) -> None:
    assert mask_private(f"Mr {name} rang") == "Mr ••• rang"


def test_what_is_masked_once_stays_so() -> None:
    for one in labelled():
        masked = mask_private(one.text)
        assert shown(mask_private(masked)) == shown(masked)


def shown(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("left", ['named mr. "Quuxfeld"', "the landlord – Quuxfeld – rang"])
def test_a_text_is_refused_that_may_still_hold_a_name_beside_a_word_for_one(left: str) -> None:
    with pytest.raises(CannotMask, match="perhaps a name is left after masking, expected none"):
        mask_private(left)


# --- any text


def test_a_text_longer_than_any_message_is_refused() -> None:
    with pytest.raises(CannotMask, match=r"text: 20001 characters, expected at most 20000"):
        mask_private("a" * (LONGEST + 1))


@given(some.text(max_size=300))
def test_any_text_is_masked_so_that_no_identifier_is_left_or_refused(text: str) -> None:
    try:
        masked = mask_private(text)
    except CannotMask:
        return
    masked.encode()
    assert [one for one in find(masked) if not (one.kind == "phone" and len(one.value) <= 6)] == []


@pytest.mark.parametrize("behind", ["", "\n", "\n그 뒤로 연락이 없어요"])
def test_a_korean_name_at_the_end_of_a_line_goes_whatever_stands_in_the_next(behind: str) -> None:
    assert mask_private(f"판매원은 정대리{behind}") == f"판매원은 •••대리{behind}"


@given(some.sampled_from(labelled()), some.sampled_from(labelled()))
@settings(max_examples=50, deadline=None)
def test_what_is_private_goes_from_two_texts_one_behind_the_other_as_from_each(a: Labelled, b: Labelled) -> None:
    if a.language != b.language:
        return
    apart = [mask_private(one.text) for one in (a, b)]  # a name of one syllable also stands in ordinary words
    alone = {part for part in (*a.hide, *b.hide) if any(part in one for one in apart)}
    masked = mask_private(f"{a.text}\n{b.text}")
    assert {part for part in (*a.hide, *b.hide) if part in masked} <= alone


@given(name=some.from_regex(r"[A-Z][bdfgklmnprst][aeiou][bdfgklmnrst]{2}[aeiou]x", fullmatch=True))
@settings(max_examples=50, deadline=None)
def test_names_nobody_has_ever_heard_go_by_the_words_around_them(name: str) -> None:
    frames = ("My name is {}.", "Me llamo {}.", "Je m'appelle {}.", "Ich heiße {}.", "Меня зовут {}.", "Nama saya {}.")
    for frame in (*frames, "Tôi tên là {}.", "Mrs {} rang me.", "Frau {} rief an.", "Dear {},\npay now"):
        assert name not in mask_private(frame.format(name))
