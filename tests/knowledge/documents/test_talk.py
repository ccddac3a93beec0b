"""What people say in a conversation: examples of every meaning, and the names they use."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from knowledge.documents.reporting import read_countries
from knowledge.documents.talk import MEANINGS, Said, read_concerned, read_names, read_said
from knowledge.documents.toml import KNOWLEDGE, InvalidDocument
from knowledge.text.folding import fold
from knowledge.text.languages import INTERFACE, READ


@pytest.fixture(scope="module")
def shipped() -> list[Said]:
    return read_said()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One example of every meaning."""
    for meaning in MEANINGS:
        (tmp_path / f"{meaning}.toml").write_text(f'[texts]\nen = ["{meaning} it is"]\nzh = ["是"]\n', "utf-8")
    return tmp_path


def test_each_example_has_its_language_and_what_it_means(folder: Path) -> None:
    found = read_said(folder)
    assert len(found) == 2 * len(MEANINGS)
    assert Said("en", "thanks it is", "thanks") in found
    assert Said("zh", "是", "no-despair") in found


def test_a_meaning_without_examples_and_examples_of_no_meaning_are_named(folder: Path) -> None:
    (folder / "thanks.toml").rename(folder / "thank.toml")
    with pytest.raises(InvalidDocument) as caught:
        read_said(folder)
    assert [fault.place for fault in caught.value.faults] == ["thank.toml", "thanks.toml"]


@pytest.mark.parametrize("text", ['en = ["a"]\n', '[texts]\nen = "a"\n', "[texts]\nen = [1]\n", "[texts"])
def test_a_faulty_document_is_named(folder: Path, text: str) -> None:
    (folder / "more.toml").write_text(text, "utf-8")
    with pytest.raises(InvalidDocument, match=r"more\.toml: "):
        read_said(folder)


def test_every_meaning_has_examples_in_every_language_that_is_read(shipped: list[Said]) -> None:
    counts = Counter((said.language, said.meaning) for said in shipped)
    assert {(language, meaning) for language in READ for meaning in MEANINGS if counts[language, meaning] < 8} == set()


def test_what_came_of_checking_is_known_in_every_language(shipped: list[Said]) -> None:
    counts = Counter((said.language, said.meaning) for said in shipped if said.meaning in ("genuine", "denied"))
    assert (len(counts), min(counts.values()) >= 14) == (2 * len(READ), True)


def test_despair_and_what_only_sounds_like_it_are_known_in_many_ways(shipped: list[Said]) -> None:
    counts = Counter(said.meaning for said in shipped)
    assert counts["despair"] >= 140
    assert counts["no-despair"] >= 140


def test_hindi_despair_and_what_sounds_like_it_are_known_as_they_are_typed(shipped: list[Said]) -> None:
    counts = Counter(said.meaning for said in shipped if said.language == "hi" and said.text.isascii())
    assert min(counts["despair"], counts["no-despair"]) >= 100


def test_no_example_means_two_things(shipped: list[Said]) -> None:
    meant: dict[tuple[str, str], set[str]] = {}
    for said in shipped:
        meant.setdefault((said.language, fold(said.text).strip(" .!?")), set()).add(said.meaning)
    assert {text: meanings for text, meanings in meant.items() if len(meanings) > 1} == {}


def test_every_country_that_has_a_document_and_every_language_has_names() -> None:
    names = read_names()
    countries = {file.stem.upper() for file in (KNOWLEDGE / "reporting").glob("*.toml")} - {"INTERNATIONAL", "EU"}
    assert countries - set(names.countries) == set()
    assert set(names.languages) == set(INTERFACE)
    assert [code for code, own in {**names.countries, **names.languages}.items() if len(own) < 2] == []


def test_a_language_that_is_not_spoken_and_one_that_has_no_names_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(KNOWLEDGE / "names", tmp_path / "names")
    text = (folder / "languages.toml").read_text("utf-8")
    (folder / "languages.toml").write_text(text.replace("ko = [", "tlh = [", 1), "utf-8")
    with pytest.raises(InvalidDocument) as caught:
        read_names(folder)
    assert [fault.place for fault in caught.value.faults] == ["ko", "tlh"]


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("places", "AR = [", "ZZ = [", "ZZ: a country that has no name"),
        ("spoken", "JP = ", "ZZ = ", "ZZ: a country that has no name"),
        ("saying", "[ko]", "[tlh]", "tlh: not spoken by the bot"),
        ("saying", "[ko]\nbefore", "[ko]\nbeneath", "beneath"),
    ],
)
def test_a_place_of_no_known_country_and_a_way_of_saying_in_no_known_language_are_refused(
    tmp_path: Path, name: str, old: str, new: str, place: str
) -> None:
    folder = shutil.copytree(KNOWLEDGE / "names", tmp_path / "names")
    text = (folder / f"{name}.toml").read_text("utf-8")
    assert old in text
    (folder / f"{name}.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidDocument, match=place):
        read_names(folder)


def test_a_language_points_to_three_countries_at_most_and_each_that_is_no_world_language_to_one_with_numbers() -> None:
    spoken, countries = read_names().spoken, read_countries()
    assert {language for language, places in spoken.items() if not 0 < len(places) <= 3} == set()
    assert {language for language, places in spoken.items() if next(iter(places)) not in countries} == set()
    assert set(INTERFACE) - set(spoken) == {"en"}


def test_lines_of_ones_own_and_of_anothers_are_known_in_every_language_and_none_as_both() -> None:
    lines = read_concerned()
    assert set(lines) == set(READ)
    assert min(min(len(own.own), len(own.another)) for own in lines.values()) >= 50
    assert {text for own in lines.values() for text in set(own.own) & set(own.another)} == set()


def test_a_faulty_file_of_whom_it_happens_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text('own = ["i paid"]\nanother = "she paid"\n', "utf-8")
    with pytest.raises(InvalidDocument, match=r"en\.toml: "):
        read_concerned(tmp_path)
