"""Builds that machines share at an address, and what of them is refused."""

import json
import shutil
import time
import uuid
from pathlib import Path

import pytest
from filelock import FileLock

from index.builds.build import Build, BuildMismatch
from index.builds.rebuilding import rebuild
from index.builds.remote import SharedShelf
from index.builds.serving import Serving
from index.builds.shelf import LOCK, current_name, load_current, names
from knowledge.documents.casebook import Casebook
from tests.fakes import HashingEncoder
from tests.index.builds.test_build import DRONE, with_one_more_case
from tests.patience import PATIENCE

MODEL = HashingEncoder.name


@pytest.fixture(params=["memory", "file", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> SharedShelf:
    """A place with nothing in it."""
    if request.param == "s3":
        return SharedShelf(f"s3://{request.getfixturevalue('s3').bucket()}/askfirst")
    return SharedShelf(f"memory://{uuid.uuid4()}" if request.param == "memory" else f"file://{tmp_path}/shared")


@pytest.fixture
def here(small_builds: Path, tmp_path: Path) -> Path:
    """A folder with one build, which serves."""
    return Path(shutil.copytree(small_builds, tmp_path / "here"))


def change(shelf: SharedShelf, file: str, content: bytes | None = None) -> None:
    """Spoil something at the address, or put something there."""
    from fsspec.core import url_to_fs

    files, root = url_to_fs(shelf.address)
    files.makedirs(f"{root}/{file}".rpartition("/")[0], exist_ok=True)
    files.pipe_file(f"{root}/{file}", content if content is not None else files.cat_file(f"{root}/{file}") + b" ")


def test_the_first_who_comes_brings_its_build_and_the_next_one_takes_it(
    shelf: SharedShelf, here: Path, small_build: Build, tmp_path: Path
) -> None:
    assert shelf.current() is None
    shelf.take(here, MODEL)
    assert shelf.current() == small_build.name
    shelf.take(tmp_path / "there", MODEL)
    build, refused = load_current(tmp_path / "there", MODEL)
    assert (build.name, build.manifest, refused) == (small_build.name, small_build.manifest, [])
    assert sorted(path.name for path in (tmp_path / "there").glob(".making-*")) == []


def test_a_new_build_is_shared_before_it_is_published_and_a_bot_elsewhere_takes_it_over(
    shelf: SharedShelf, here: Path, casebook: Casebook, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    shelf.take(here, MODEL)
    serving = Serving(there, MODEL, shared=shelf)
    before = serving.build().name

    def share(name: str) -> None:
        assert current_name(here) == before
        shelf.send(here, name)

    made = rebuild(here, HashingEncoder(), with_one_more_case(casebook, DRONE), share=share)
    assert made.name != before
    assert serving.follow_now().name == made.name
    assert set(names(there)) == {before, made.name}


def test_two_bots_take_a_publication_over_by_themselves(
    shelf: SharedShelf, here: Path, casebook: Casebook, tmp_path: Path
) -> None:
    shelf.take(here, MODEL)
    bots = [Serving(tmp_path / name, MODEL, look_every=0.01, shared=shelf) for name in ("one", "other")]
    longer = with_one_more_case(casebook, DRONE)
    made = rebuild(here, HashingEncoder(), longer, share=lambda name: shelf.send(here, name))
    patience = time.monotonic() + PATIENCE
    while {bot.build().name for bot in bots} != {made.name} and time.monotonic() < patience:
        time.sleep(0.01)
    assert [bot.build().name for bot in bots] == [made.name] * 2


def test_what_cannot_be_shared_is_not_published(here: Path, casebook: Casebook) -> None:
    before = current_name(here)
    shelf = SharedShelf("nosuchkind://bucket/askfirst")
    longer = with_one_more_case(casebook, DRONE)
    with pytest.raises(OSError, match=r"nosuchkind://bucket/askfirst: .*, expected an address of builds"):
        rebuild(here, HashingEncoder(), longer, share=lambda name: shelf.send(here, name))
    assert current_name(here) == before


def test_where_the_address_cannot_be_reached_the_build_here_serves(here: Path) -> None:
    serving = Serving(here, MODEL, shared=SharedShelf("nosuchkind://bucket/askfirst"))
    assert serving.build().name == current_name(here)
    assert [line for line in serving.refused if "nosuchkind" in line] != []


@pytest.mark.parametrize("file", ["vectors.npz", "patterns.json", "manifest.json"])
def test_what_is_not_what_its_digest_says_is_refused_and_nothing_of_it_stays(
    shelf: SharedShelf, here: Path, small_build: Build, tmp_path: Path, file: str
) -> None:
    shelf.take(here, MODEL)
    change(shelf, f"{small_build.name}/{file}")
    with pytest.raises(BuildMismatch, match=r"missing or damaged|not what the build's name says"):
        shelf.take(tmp_path / "there", MODEL)
    assert [path.name for path in (tmp_path / "there").iterdir() if path.name != LOCK] == []


def test_a_name_that_leads_elsewhere_is_none(shelf: SharedShelf, here: Path) -> None:
    shelf.take(here, MODEL)
    change(shelf, "CURRENT", b"../../elsewhere\n")
    assert shelf.current() is None


def test_another_models_build_is_refused(shelf: SharedShelf, here: Path, tmp_path: Path) -> None:
    shelf.take(here, MODEL)
    with pytest.raises(BuildMismatch, match="made with model hashing, but another is set"):
        shelf.take(tmp_path / "there", "another")


def test_while_a_process_makes_a_build_here_nothing_is_changed(
    shelf: SharedShelf, here: Path, small_build: Build, tmp_path: Path
) -> None:
    shelf.take(here, MODEL)
    there = tmp_path / "there"
    there.mkdir()
    with FileLock(there / LOCK):
        shelf.take(there, MODEL)
    assert current_name(there) is None
    shelf.take(there, MODEL)
    assert current_name(there) == small_build.name


def test_only_the_last_builds_are_kept_there_and_the_one_that_serves(shelf: SharedShelf, here: Path) -> None:
    from fsspec.core import url_to_fs

    (name,) = names(here)
    for number in range(12):
        change(shelf, f"2026010{number % 10}T0000{number:02}-0123456789ab/manifest.json", json.dumps({}).encode())
    shelf.send(here, name)
    files, root = url_to_fs(shelf.address)
    there = [Path(path).name for path in files.ls(root, detail=False)]
    assert name in there
    assert len(there) == 11  # ten, and CURRENT
