import json
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.builds import build as builds_module
from index.builds.build import FORMAT, Build, BuildMismatch, load
from index.builds.history import BuildSummary, NoSuchBuild, rollback, summaries
from index.builds.rebuilding import rebuild
from index.builds.serving import Serving
from index.builds.shelf import NoBuild, current_name, load_current, names, publish
from index.model.encoder import Vectors
from knowledge.documents.casebook import Casebook
from knowledge.documents.toml import append_case, parse_pattern
from tests.fakes import HashingEncoder
from tests.patience import PATIENCE

DRONE = "a drone wants money"


def with_one_more_case(casebook: Casebook, text: str) -> Casebook:
    document = append_case(casebook.documents["parcel-smish"], "en", text)
    pattern = parse_pattern(document, "parcel-smish.toml")
    return replace(
        casebook,
        documents=casebook.documents | {"parcel-smish": document},
        patterns=casebook.patterns | {"parcel-smish": pattern},
    )


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture(scope="session")
def both(small_builds: Path, casebook: Casebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two builds, of which the second one serves."""
    folder = shutil.copytree(small_builds, tmp_path_factory.mktemp("both") / "builds")
    rebuild(folder, HashingEncoder(), with_one_more_case(casebook, DRONE))
    return folder


@pytest.fixture
def old_and_new(both: Path, small_build: Build, tmp_path: Path) -> tuple[Build, Build]:
    """Two builds in the test's own folder, of which the second one serves."""
    shutil.copytree(both, tmp_path, dirs_exist_ok=True)
    return small_build, load_current(tmp_path, "hashing")[0]


def test_a_build_says_what_it_is_made_of(tmp_path: Path, casebook: Casebook, encoder: HashingEncoder) -> None:
    manifest = rebuild(tmp_path, encoder, casebook).manifest
    assert (manifest.model, manifest.dimension) == ("hashing", 512)
    assert manifest.counts["patterns"] == 3
    assert manifest.counts["cases"] == 24
    assert manifest.figures.situations == 18
    assert set(manifest.digests) == set(builds_module.FILES)


def test_only_what_changed_is_encoded_again(tmp_path: Path, casebook: Casebook, encoder: HashingEncoder) -> None:
    first = rebuild(tmp_path, encoder, casebook)
    assert first.manifest.counts["encoded"] == encoder.encoded == first.manifest.counts["texts"]
    second = rebuild(tmp_path, encoder, with_one_more_case(casebook, "a drone wants money for my parcel"))
    assert second.manifest.counts["encoded"] == 1
    assert current_name(tmp_path) == second.name != first.name


def test_nothing_changed_makes_no_new_build(
    tmp_path: Path, casebook: Casebook, encoder: HashingEncoder, published: Build
) -> None:
    assert rebuild(tmp_path, encoder, casebook).name == published.name


def test_every_case_finds_itself(casebook: Casebook, encoder: HashingEncoder, small_build: Build) -> None:
    build = small_build
    cases = [(pattern.id, case) for pattern in casebook.patterns.values() for case in pattern.cases]
    for name, case in cases:
        vector = build.judgement.centre(encoder.encode([case.text]), case.language)[0]
        (hit,) = build.judgement.known.index.search(vector, 1)
        assert hit.similarity == pytest.approx(1, abs=1e-3)
        assert build.judgement.classes[build.judgement.known.labels[hit.row]] == name
        assert build.judgement.similarity(vector, name) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    "file",
    [
        "vectors.npz",
        "known.faiss",
        "judgement.npz",
        "patterns.json",
        "golden.json",
        "manifest.json",
    ],
)
def test_a_damaged_build_is_refused_and_the_one_before_serves(
    tmp_path: Path, old_and_new: tuple[Build, Build], file: str
) -> None:
    good, damaged = old_and_new
    target = tmp_path / damaged.name / file
    target.write_bytes(target.read_bytes()[:-7])
    with pytest.raises(BuildMismatch, match=file):
        load(tmp_path / damaged.name, "hashing")
    serving, refused = load_current(tmp_path, "hashing")
    assert serving.name == good.name
    assert file in refused[0]


def test_a_build_of_another_model_is_refused_by_name(small_builds: Path) -> None:
    with pytest.raises(NoBuild, match="made with model hashing, but other is set; run `askfirst rebuild`"):
        load_current(small_builds, "other")


def test_no_build_at_all_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoBuild, match="no build has been published\nno build can serve; run `askfirst rebuild`"):
        load_current(tmp_path, "hashing")


def test_an_older_format_is_refused(tmp_path: Path, published: Build) -> None:
    manifest = tmp_path / published.name / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 0}), "utf-8")
    with pytest.raises(BuildMismatch, match=rf"manifest.json: format 0, expected {FORMAT}"):
        load(tmp_path / published.name, "hashing")


def test_a_running_process_takes_a_new_build_over(
    tmp_path: Path, casebook: Casebook, encoder: HashingEncoder, published: Build
) -> None:
    serving = Serving(tmp_path, "hashing")
    assert serving.follow_now().name == published.name
    second = rebuild(tmp_path, encoder, with_one_more_case(casebook, DRONE))
    assert serving.build().name == published.name  # it looks once a second
    assert serving.follow_now().name == serving.build().name == second.name


def test_a_running_process_keeps_its_build_when_the_new_one_is_damaged(tmp_path: Path, published: Build) -> None:
    serving = Serving(tmp_path, "hashing")
    publish(tmp_path, "20991231T000000-nothing")
    assert serving.follow_now().name == published.name
    assert "20991231T000000-nothing" in serving.refused[-1]
    serving.follow_now()
    assert len(serving.refused) == 1


def test_the_old_build_answers_while_the_new_one_is_loaded_once(
    tmp_path: Path, casebook: Casebook, encoder: HashingEncoder, published: Build
) -> None:
    begun, go_on, loads = threading.Event(), threading.Event(), []

    def slow_load(folder: Path, model: str, rest: Callable[[], None]) -> Build:
        loads.append(folder.name)
        begun.set()
        assert go_on.wait(PATIENCE)
        return load(folder, model, rest)

    serving = Serving(tmp_path, "hashing", look_every=0, load=slow_load)
    second = rebuild(tmp_path, encoder, with_one_more_case(casebook, DRONE))
    assert serving.build().name == published.name
    assert begun.wait(PATIENCE)
    assert {serving.build().name for _ in range(50)} == {published.name}
    go_on.set()
    assert serving.follow_now().name == second.name
    assert loads == [second.name]


def test_patterns_are_loaded_as_their_documents_say(casebook: Casebook, small_build: Build) -> None:
    assert small_build.patterns == casebook.patterns
    assert list(small_build.patterns) == list(casebook.patterns)


def test_a_list_of_builds_tells_which_serves_and_which_are_damaged(
    tmp_path: Path, old_and_new: tuple[Build, Build]
) -> None:
    old, new = old_and_new
    assert summaries(tmp_path / "none", "hashing") == []
    (tmp_path / "20000101T000000-broken").mkdir()
    listed = {one.name: one for one in summaries(tmp_path, "hashing")}
    assert [listed[old.name].serving, listed[new.name].serving] == [False, True]
    assert all(listed[one.name].sound for one in (old, new))
    assert listed[new.name].counts["cases"] == listed[old.name].counts["cases"] + 1
    assert listed[new.name].figures == new.manifest.figures
    assert listed["20000101T000000-broken"] == BuildSummary("20000101T000000-broken", "", False, False, {}, None)
    (tmp_path / old.name / "known.faiss").write_bytes(b"")
    assert [one.sound for one in summaries(tmp_path, "hashing") if one.name == old.name] == [False]
    assert not any(one.sound for one in summaries(tmp_path, "another"))


def test_a_build_of_before_can_be_published_again(tmp_path: Path, old_and_new: tuple[Build, Build]) -> None:
    old, new = old_and_new
    serving = Serving(tmp_path, "hashing")
    assert rollback(tmp_path, old.name, "hashing").name == current_name(tmp_path) == old.name
    assert serving.follow_now().name == old.name
    assert rollback(tmp_path, new.name, "hashing").name == current_name(tmp_path) == new.name


def test_what_was_rolled_back_can_be_made_again_at_once(
    tmp_path: Path, casebook: Casebook, encoder: HashingEncoder
) -> None:
    changed = with_one_more_case(casebook, DRONE)
    first = rebuild(tmp_path, encoder, casebook).name
    made = set()
    for _ in range(4):  # within a second, too
        made.add(rebuild(tmp_path, encoder, changed).name)
        rollback(tmp_path, first, "hashing")
    assert len(made) == 4


def test_a_build_that_cannot_serve_is_not_rolled_back_to(tmp_path: Path, old_and_new: tuple[Build, Build]) -> None:
    old, new = old_and_new
    there = ", ".join(sorted([old.name, new.name], reverse=True))
    for wrong in ("yesterday", "../builds", ""):
        with pytest.raises(NoSuchBuild, match=f"no such build, expected one of {there}$"):
            rollback(tmp_path, wrong, "hashing")
    (tmp_path / old.name / "judgement.npz").unlink()
    with pytest.raises(BuildMismatch, match=r"judgement\.npz: missing or damaged"):
        rollback(tmp_path, old.name, "hashing")
    assert current_name(tmp_path) == new.name
    with pytest.raises(NoSuchBuild, match="there is none"):
        rollback(tmp_path / "nowhere", "a", "hashing")


def test_a_rebuild_that_fails_leaves_nothing_behind(tmp_path: Path, casebook: Casebook) -> None:
    class Failing(HashingEncoder):
        def encode(self, texts: Sequence[str], *, progress: bool = False) -> Vectors:
            raise MemoryError

    with pytest.raises(MemoryError):
        rebuild(tmp_path, Failing(), casebook)
    assert [path.name for path in tmp_path.iterdir()] == [".rebuild.lock"]


def test_a_killed_rebuild_is_cleaned_up_by_the_next(
    tmp_path: Path, casebook: Casebook, encoder: HashingEncoder
) -> None:
    (tmp_path / ".making-killed").mkdir(parents=True)
    build = rebuild(tmp_path, encoder, casebook)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == [build.name]


def test_only_the_last_ten_builds_are_kept(tmp_path: Path, casebook: Casebook, encoder: HashingEncoder) -> None:
    for number in range(12):
        (tmp_path / f"20000101T0000{number:02}-old").mkdir(parents=True)
    build = rebuild(tmp_path, encoder, casebook)
    kept = names(tmp_path)
    assert len(kept) == 10
    assert kept[0] == build.name
