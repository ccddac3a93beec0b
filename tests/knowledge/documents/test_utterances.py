from collections import Counter
from pathlib import Path

import pytest

from knowledge.documents.stages import read_stages
from knowledge.documents.toml import InvalidDocument
from knowledge.documents.utterances import (
    FIELDS,
    FieldValues,
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
        ("pay at https://real.example", r"utterances\[0\].text: 'https:', expected a field in its place"),
        ("call 91234567", r"utterances\[0\].text: '91234567', expected a field in its place"),
    ],
    ids=["unknown field", "an address", "a number"],
)
def test_what_could_be_used_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "parcel-smish.toml").write_text(utterance(text), "utf-8")
    with pytest.raises(InvalidDocument, match=fault):
        read_utterances(tmp_path)


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
