import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.moderation.background import Then, Trials, try_in_process
from tests.running import until

pytestmark = pytest.mark.anyio


def noting(said: list[str], word: str) -> Then:
    async def note() -> None:
        said.append(word)

    return note


async def test_who_asks_while_one_runs_waits_for_the_next() -> None:
    runs, said, release = [], list[str](), asyncio.Event()

    async def run() -> int:
        runs.append(len(said))
        await release.wait()
        return 0

    trials = Trials(run)
    trials.ask(noting(said, "first"))
    await until(lambda: runs == [0])
    trials.ask(noting(said, "second"))
    trials.ask(noting(said, "third"))
    release.set()
    await until(lambda: said == ["first", "second", "third"])
    assert runs == [0, 1]
    trials.ask()
    await until(lambda: runs == [0, 1, 3])
    await trials.stop()


@pytest.mark.parametrize("outcome", [3, OSError("no more processes")])
async def test_a_run_that_fails_is_logged_and_told_all_the_same(
    caplog: pytest.LogCaptureFixture, outcome: int | OSError
) -> None:
    async def run() -> int:
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    said: list[str] = []
    Trials(run).ask(noting(said, "told"))
    await until(lambda: said == ["told"])
    assert f"ended with status {outcome}" in caplog.text


async def test_a_fault_in_what_comes_after_keeps_nobody_else_from_being_told(caplog: pytest.LogCaptureFixture) -> None:
    runs, said, release = list[int](), list[str](), asyncio.Event()

    async def run() -> int:
        runs.append(len(said))
        await release.wait()
        return 0

    async def faulty() -> None:
        raise RuntimeError("the card is gone")

    trials = Trials(run)
    trials.ask(faulty)
    trials.ask(noting(said, "first"))
    await until(lambda: runs == [0])
    trials.ask(noting(said, "second"))
    release.set()
    await until(lambda: said == ["first", "second"])
    assert runs == [0, 1]
    assert "the card is gone" in caplog.text


async def test_what_runs_is_broken_off_when_the_bot_stops() -> None:
    ended: list[str] = []

    async def endless() -> int:
        ended.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("broken off")
        return 0

    trials = Trials(endless)
    trials.ask(noting(ended, "told"))
    await until(lambda: ended == ["begun"])
    await trials.stop()
    await Trials().stop()
    assert ended == ["begun", "broken off"]


async def test_trials_run_as_a_command_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/echo")
    assert await try_in_process() == 0
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert await try_in_process() == 1


async def test_a_process_that_runs_is_ended_with_the_bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program, noted = tmp_path / "python", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ > {noted}.new; mv {noted}.new {noted}; exec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    trials = Trials()
    trials.ask()
    await until(noted.exists)
    await trials.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)
