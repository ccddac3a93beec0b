"""An S3 server of the tests' own, from the wheel ``moto``: on this machine, in memory."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.patience import PATIENCE

_RUNS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")
_numbers = count()


class Server:
    """A server that runs, or did."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr
        self._said = self._process.stderr
        self.address = next((found[1] for found in map(_RUNS.search, self._said) if found), "")
        self._reading = threading.Thread(target=self._said.read, daemon=True)  # it must not wait for a reader
        self._reading.start()

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets, and that nothing else of this machine counts."""
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "askfirst",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def bucket(self) -> str:
        """Make a bucket that nobody has used, and return its name."""
        name = f"bucket{next(_numbers)}"
        files().mkdir(name)
        return name

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Know nobody's keys for as long."""
        self._know_keys_after("0")
        try:
            yield
        finally:
            self._know_keys_after("inf")

    def _know_keys_after(self, actions: str) -> None:
        about = {"Content-Type": "text/plain"}
        asked = Request(f"{self.address}/moto-api/reset-auth", actions.encode(), about, method="POST")
        urlopen(asked, timeout=PATIENCE).close()

    def stop(self) -> None:
        """Go away."""
        self._process.kill()
        self._process.wait()
        self._reading.join()
        self._said.close()


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it at the end; the tests that want one are skipped where there can be none."""
    if find_spec("moto") is None or find_spec("flask") is None or find_spec("s3fs") is None:
        pytest.skip('no S3 server: moto or s3fs is not installed, expected the extra "s3test"')
    server = Server()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def set_for(server: Server) -> Iterator[None]:
    """Have what is asked go to a server, with connections of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.environment.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        type(files()).clear_instance_cache()
        yield
        type(files()).clear_instance_cache()


def files() -> Any:
    """Return the files of the server that is set."""
    from fsspec import filesystem

    return filesystem("s3", skip_instance_cache=True, use_listings_cache=False)
