from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.documents.casebook import Casebook
from knowledge.documents.stages import read_stages
from knowledge.documents.toml import InvalidDocument
from knowledge.documents.utterances import (
    FIELDS,
    FieldValues,
    Message,
    composed,
    read_fields,
    read_messages,
    read_notices,
    read_utterances,
)

VALUES = FieldValues({"en": {"amount": ("$5", "$70", "$900"), "name": ("Ann", "Ben")}, "zh": {"amount": ("5元",)}})


def utterance(text: str) -> str:
    return f'[[utterances]]\nlanguage = "en"\ntext = "{text}"\n'


def test_each_field_is_filled_the_same_way_each_time_and_otherwise_in_another_variant() -> None:
    text = "{name} wants {amount}, then {amount}"
    filled = VALUES.filled(text, "en")
    assert "{" not in filled
    assert filled == VALUES.filled(text, "en")
    assert len({VALUES.filled(text, "en", variant) for variant in range(20)}) > 3


def test_a_language_without_values_of_its_own_takes_those_it_is_written_like() -> None:
    assert VALUES.filled("付{amount}", "zh-Hant") == "付5元"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pay {sum} now", r"utterances\[0\].text: {sum}, expected a field of link, name, "),
        ("pay at https://real.test", r"utterances\[0\].text: 'https:', expected a field in its place"),
        ("call 91234567", r"utterances\[0\].text: '91234567', expected a field in its place"),
    ],
    ids=["unknown field", "an address", "a number"],
)
def test_what_could_be_used_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "parcel-smish.toml").write_text(utterance(text), "utf-8")
    with pytest.raises(InvalidDocument, match=fault):
        read_utterances(tmp_path)


def test_an_address_that_nobody_can_have_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "parcel-smish.toml").write_text(utterance("see https://post.example/t or www.post.example"), "utf-8")
    assert read_utterances(tmp_path)["parcel-smish"].utterances[0].text.startswith("see https://post.example/t")


def test_a_language_that_lacks_a_field_is_refused(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('link = ["x.example"]\n', "utf-8")
    with pytest.raises(InvalidDocument, match=r"en\.toml: account: missing or not known"):
        read_fields(tmp_path)


def test_every_pattern_that_ships_has_utterances_in_many_languages() -> None:
    said = [several.utterances for several in read_utterances().values()]
    assert min(map(len, said)) >= 34
    assert min(len({one.language for one in several}) for several in said) >= 14


def test_the_ordinary_messages_that_ship_are_many_and_some_are_long() -> None:
    languages = Counter(language for language, _ in read_notices())
    assert min(languages[language] for language in languages if language != "zh-Hant") >= 180
    assert sum(len(one.text) > 300 for _, one in read_notices()) > 300


def test_all_messages_that_ship_can_be_filled_in() -> None:
    assert not [one for one in read_messages() if any(f"{{{field}}}" in one.text for field in FIELDS)]


def test_accounts_are_told_at_every_stage_in_every_language_that_ships() -> None:
    counts = Counter((language, one.stage) for language, one in read_stages())
    languages = {language for language, _ in counts}
    assert min(counts[language, stage] for language in languages for stage in ("before", "now", "after")) > 20


def said(text: str, label: str = "parcel-smish", language: str = "en") -> Message:
    return Message(language, label, text, text)


SAID = [
    said("Your parcel waits."),
    said("Pay 2 euros."),
    said("您的包裹", language="zh"),
    said("快递", language="zh-Hant"),
]


def test_longer_messages_are_made_of_what_strangers_say_in_one_pattern_and_language() -> None:
    made = list(composed([*SAID, said("See you at six.", "everyday"), said("a code?", "otp-theft")]))
    assert [(one.label, one.language) for one in made] == [("parcel-smish", "en")] * 2 + [("parcel-smish", "zh")] * 2
    assert all(one.composed and not one.told for one in made)
    own, around = (set(one.text.split("\n")) for one in made[:2])
    assert own == {"Your parcel waits.", "Pay 2 euros."}
    assert around == own | {"See you at six."}


def test_longer_messages_are_the_same_each_time_whatever_else_there_is() -> None:
    alone, among = (
        list(composed(SAID)),
        list(composed([*SAID, said("Code?", "otp-theft"), said("Read it", "otp-theft")])),
    )
    assert alone == [one for one in among if one.label == "parcel-smish"]


def test_lines_short_ordinary_messages_and_longer_ones_vote(casebook: Casebook) -> None:
    line = Message("en", "parcel-smish", "courier wants 2 euros", "", told=True)
    short, long = said("See you at six.", "everyday"), said("See you at six. " * 20, "everyday")
    advert, talk = replace(long, form="advert"), replace(long, form="chat")
    whole = replace(said("Your parcel waits. Pay 2 euros."), whole=True)
    retired = Message("en", "retired-pattern", "anything", "", told=True)
    messages = [*SAID, whole, line, short, long, advert, talk, retired, *composed(SAID)]
    votes = list(replace(casebook, messages=messages).voting_messages)
    assert votes == [whole, line, short, talk, *composed(SAID)]


def test_longer_messages_are_made_of_single_sentences_and_not_of_what_is_whole_already() -> None:
    assert list(composed([*SAID, replace(said("Reply Y to open the link."), whole=True)])) == list(composed(SAID))
