"""``python -m bench.kills [COUNT]``: kill processes amid moderators' writes, and as many amid the nightly run.

Whatever a writer said was kept must be there afterwards, with its row in the audit, and each act must be whole. After
a killed night a sound build serves, nothing approved and no row of the audit is lost, and the next night makes up.
"""

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from bench.night_kills import STEPS, forking, run_night_kills
from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.ledger.roles import OPERATOR, Roles
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals

KILLS = 100
"""Of each kind."""
_LONGEST = 0.15  # seconds that a process works
_READY = "ready\n"
_VERBS = {"approved": "approve", "rejected": "reject", "withdrawn": "withdraw"}
_STATES = {"propose": "waiting", "hold": "held"} | {verb: state for state, verb in _VERBS.items()}


@dataclass(frozen=True)
class Killed:
    """What was found after the last kill."""

    kills: int
    said: int
    """Acts that the processes had said were kept."""
    kept: int
    """Acts in the audit."""
    faults: tuple[str, ...]


def work(store: Store) -> Iterator[str]:
    """Add and remove moderators, propose, try, decide and withdraw; yield each act once kept, as the audit has it."""
    proposals, roles = Proposals(store, alone=True), Roles(store, frozenset({1}))
    for turn in range(sys.maxsize):
        now, person = datetime.now(UTC), 1000 + turn % 7
        if roles.add(person, 1, now):
            yield f"add-moderator {person}"
        text = f"they asked me for the code, {os.getpid()} {turn}"
        drafts = [Draft("case", "bank-otp", case=Case("en", f"{text} {number}"), batch="one") for number in range(4)]
        ids = [proposal.id for proposal in proposals.propose(drafts, OPERATOR, now)]
        yield from (f"propose {id}" for id in ids)
        proposals.tried(ids[:3], {"fixes": []}, "", now)
        proposals.tried(ids[3:], {"fixes": []}, "one golden situation breaks", now)
        yield f"hold {ids[3]}"
        decisions = [
            proposals.decide(id, id == ids[0], person, now, is_moderator=roles.is_moderator, urgent=turn % 2 == 0)
            for id in ids[:2]
        ]
        decisions.append(proposals.withdraw(ids[2], OPERATOR, now))
        yield from (f"{_VERBS[made.outcome]} {id}" for made, id in zip(decisions, ids, strict=False))
        if turn % 3 and roles.remove(person, 1, now):
            yield f"remove-moderator {person}"


def run_kills(file: Path, count: int, chance: random.Random) -> Killed:
    """Kill ``count`` processes that write to one file, each at a moment by chance, and look at what is in the file."""
    starting = forking()
    said = [line for _ in range(count) for line in _killed(starting, file, chance.uniform(0, _LONGEST))]
    with closing(sqlite3.connect(file)) as db:
        (kept,) = db.execute("SELECT count(*) FROM audit").fetchone()
        return Killed(count, len(said), kept, tuple(faults(db, said)))


def _killed(starting: ForkServerContext, file: Path, seconds: float) -> list[str]:
    """Let a process work for some time, kill it, and return the whole lines it has printed."""
    reading, writing = starting.Pipe(duplex=False)
    process = starting.Process(target=_print_work, args=(file, writing))
    process.start()
    writing.close()
    with reading, os.fdopen(os.dup(reading.fileno()), encoding="utf-8") as printed:
        if printed.readline() != _READY:
            raise RuntimeError("bench.kills: the process that writes did not start")
        time.sleep(seconds)
        process.kill()
        process.join()
        if process.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"bench.kills: the process that writes ended by itself with {process.exitcode}")
        return printed.read().split("\n")[:-1]


def _print_work(file: Path, writing: Connection) -> None:
    store = Store(file)
    os.write(writing.fileno(), _READY.encode())
    for act in work(store):
        os.write(writing.fileno(), f"{act}\n".encode())


def faults(db: sqlite3.Connection, said: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong: a broken file, acts that were said and are not there, acts without audit, halves of acts."""
    (found,) = db.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        yield f"integrity_check: {found}, expected ok"
    audited = [what for (what,) in db.execute("SELECT what FROM audit ORDER BY id")]
    for act in sorted(set(said) - set(audited)):
        yield f"{act}: said to be kept, and not in the audit"
    states, moderators = {}, set()
    for verb, of in (act.split(" ") for act in audited):
        if verb in _STATES:
            states[int(of)] = _STATES[verb]
        elif verb == "add-moderator":
            moderators.add(int(of))
        else:
            moderators.discard(int(of))
    if states != dict(db.execute("SELECT id, state FROM proposals").fetchall()):
        yield "proposals: not as the audit says"
    if moderators != {person for (person,) in db.execute("SELECT person FROM moderators")}:
        yield "moderators: not as the audit says"


def main(arguments: Sequence[str]) -> int:
    """Run the kills and print what was found, or be the process that is killed."""
    count = int(arguments[0]) if arguments else KILLS
    with tempfile.TemporaryDirectory() as folder:
        killed = run_kills(Path(folder) / "a.db", count, random.Random())
        print(f"{killed.kills} kills amid writes; {killed.said} acts said to be kept, {killed.kept} in the audit")
        nights = run_night_kills(Path(folder) / "data", count, random.Random())
    steps = ", ".join(f"{step} {nights.steps[step]}" for step in STEPS)
    print(f"{nights.kills} kills amid the nightly run: {steps}")
    for fault in (*killed.faults, *nights.faults):
        print(fault)
    return 1 if killed.faults or nights.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
