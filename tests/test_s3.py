"""Replicas that share their builds in a bucket of an S3 server: nights, roll backs, and what is refused or away."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli import main
from bot.moderation.night import Night, run_night
from bot.settings import Settings, read_settings
from index.builds.build import FILES
from index.builds.serving import Serving
from index.builds.shelf import current_name, names
from tests import s3 as s3_server
from tests.fakes import HashingEncoder
from tests.paths import DOCUMENTS

NOW = datetime(2026, 11, 27, 3, 30, tzinfo=UTC)
MODEL = HashingEncoder.name
LEFT_OUT = "bank-otp"
EXPECTED = "expected an address of builds that can be used"

pytestmark = pytest.mark.slow


@pytest.fixture
def bucket(s3: s3_server.Server) -> str:
    return s3.bucket()


@pytest.fixture
def replicas(bucket: str, tmp_path: Path) -> list[Settings]:
    """Two machines' settings, each with a database of its own."""
    return [settings_of(tmp_path / name, bucket) for name in ("one", "other")]


@pytest.fixture
def own_server() -> Iterator[s3_server.Server]:
    """A server that a test may stop."""
    with s3_server.running() as server, s3_server.set_for(server):
        yield server


def settings_of(data: Path, bucket: str) -> Settings:
    return read_settings(environment_of(data, bucket))


def environment_of(data: Path, bucket: str) -> dict[str, str]:
    return {"ASKFIRST_DATA": str(data), "ASKFIRST_MODEL": MODEL, "ASKFIRST_BUILDS": f"s3://{bucket}/askfirst"}


def night_of(settings: Settings, days: int = 0, knowledge: Path = DOCUMENTS) -> Night:
    when = NOW + timedelta(days=days)
    return run_night(settings, when, gate=False, encoder=HashingEncoder(), knowledge=knowledge)


def serving_of(settings: Settings) -> Serving:
    return Serving(settings.builds, MODEL, shared=settings.shelf)


def fewer(tmp_path: Path) -> Path:
    """Return the documents without one of them."""
    folder = tmp_path / "fewer"
    for file in DOCUMENTS.rglob("*.toml"):
        if file.stem != LEFT_OUT:
            copy = folder / file.relative_to(DOCUMENTS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    return folder


def half_written(settings: Settings) -> list[str]:
    """Return what is in the folder of builds beside whole builds, CURRENT and the lock."""
    known = {*names(settings.builds), "CURRENT", ".rebuild.lock"}
    halves = [path.name for path in settings.builds.iterdir() if path.name not in known]
    return halves + [
        f"{name}/{file}"
        for name in names(settings.builds)
        for file in (*FILES, "manifest.json")
        if not (settings.builds / name / file).is_file()
    ]


def test_a_night_is_published_taken_over_elsewhere_and_rolled_back(
    replicas: list[Settings],
    bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, other = replicas
    first = night_of(one)
    assert (first.published, first.faults) == (True, [])
    serving = serving_of(other)
    assert (serving.build().name, serving.refused) == (first.build, [])

    second = night_of(one, 1, fewer(tmp_path))
    assert (second.published, second.faults) == (True, [])
    assert serving.follow_now().name == second.build
    assert LEFT_OUT not in serving.build().patterns

    for name, value in environment_of(one.data, bucket).items():
        monkeypatch.setenv(name, value)
    assert main(["rollback", first.build]) == 0
    assert f"{first.build}: serves again" in capsys.readouterr().out
    assert serving.follow_now().name == first.build
    assert [half_written(each) for each in replicas] == [[], []]
    kept = {Path(path).name for path in s3_server.files().ls(f"{bucket}/askfirst")}
    assert kept == {first.build, second.build, "CURRENT"}


@pytest.mark.parametrize("file", ["vectors.npz", "golden.json", "manifest.json"])
def test_a_changed_byte_is_refused_and_the_build_before_serves_on(
    replicas: list[Settings], bucket: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, file: str
) -> None:
    one, other = replicas
    first = night_of(one)
    serving = serving_of(other)
    second = night_of(one, 1, fewer(tmp_path))
    place = f"{bucket}/askfirst/{second.build}/{file}"
    content = bytearray(s3_server.files().cat_file(place))
    content[len(content) // 2] ^= 1
    s3_server.files().pipe_file(place, bytes(content))
    with caplog.at_level(logging.WARNING):
        assert serving.follow_now().name == first.build
    (told,) = caplog.messages
    assert f"s3://{bucket}/askfirst/{second.build}" in told
    assert "\n" not in told
    assert (names(other.builds), half_written(other)) == ([first.build], [])


def test_a_build_of_which_a_file_is_missing_is_not_taken_over(
    replicas: list[Settings], bucket: str, tmp_path: Path
) -> None:
    one, other = replicas
    first = night_of(one)
    serving = serving_of(other)
    second = night_of(one, 1, fewer(tmp_path))
    s3_server.files().rm(f"{bucket}/askfirst/{second.build}/{FILES[-1]}")
    assert serving.follow_now().name == first.build
    assert (names(other.builds), half_written(other)) == ([first.build], [])


def test_a_missing_bucket_is_said_in_one_line_and_not_made(s3: s3_server.Server, tmp_path: Path) -> None:
    alone = read_settings({"ASKFIRST_DATA": str(tmp_path), "ASKFIRST_MODEL": MODEL})
    made = night_of(alone).build
    mistyped = settings_of(tmp_path, "no-such-bucket")
    serving = serving_of(mistyped)
    line = f"s3://no-such-bucket/askfirst: The specified bucket does not exist, {EXPECTED}"
    assert (serving.build().name, serving.refused) == (made, [line])
    night = night_of(mistyped, 1, fewer(tmp_path))
    assert (night.published, night.faults) == (False, [f"rebuild: {line}"])
    assert current_name(mistyped.builds) == made
    assert not s3_server.files().exists("no-such-bucket")


def test_refused_keys_are_said_in_one_line_and_what_serves_serves_on(
    s3: s3_server.Server, replicas: list[Settings], bucket: str, tmp_path: Path
) -> None:
    one, other = replicas
    first = night_of(one)
    serving = serving_of(other)
    with s3.refusing():
        again = serving_of(other)
        night = night_of(one, 1, fewer(tmp_path))
        assert serving.follow_now().name == first.build
    line = f"s3://{bucket}/askfirst: The AWS Access Key Id you provided does not exist in our records, {EXPECTED}"
    assert (again.build().name, again.refused) == (first.build, [line])
    assert (night.published, night.faults) == (False, [f"rebuild: {line}"])
    assert [current_name(each.builds) for each in replicas] == [first.build] * 2
    assert night_of(one, 2, fewer(tmp_path)).published


def test_a_server_that_goes_away_is_said_in_one_line_and_nothing_changes(
    own_server: s3_server.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bucket = own_server.bucket()
    one, other = (settings_of(tmp_path / name, bucket) for name in ("one", "other"))
    first = night_of(one)
    second = night_of(one, 1, fewer(tmp_path))
    serving = serving_of(other)
    own_server.stop()

    assert serving.follow_now().name == second.build
    again = serving_of(other)
    assert again.build().name == second.build
    (line,) = again.refused
    assert line.startswith(f"s3://{bucket}/askfirst: Could not connect to the endpoint URL: ")
    assert line.endswith(EXPECTED)

    for name, value in environment_of(one.data, bucket).items():
        monkeypatch.setenv(name, value)
    assert main(["rollback", first.build]) == 1
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith(f"askfirst rollback: s3://{bucket}/askfirst: Could not connect")
    night = night_of(one, 2)
    assert not night.published
    assert [fault.partition("s3:")[0] for fault in night.faults] == ["rebuild: "]
    assert [current_name(each.builds) for each in (one, other)] == [second.build] * 2
    assert [half_written(each) for each in (one, other)] == [[], []]
