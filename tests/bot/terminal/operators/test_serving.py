"""``askfirst api`` and ``mcp`` from the command line: keys, what is missing, and lines in and out."""

import io
import json
import socket
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.api.assistants import SPECIFICATION
from bot.cli import main


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKFIRST_DATA", str(tmp_path))


def test_keys_are_made_listed_and_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["api", "--add-key", "city library", "--per-minute", "7"]) == 0
    assert capsys.readouterr().out.startswith("askfirst_")
    assert main(["api", "--list-keys"]) == 0
    listed = capsys.readouterr().out
    assert "city library" in listed
    assert "askfirst_" not in listed
    assert main(["api", "--add-key", "city library"]) == 1
    assert capsys.readouterr().err.startswith("askfirst: --add-key city library: has a key already, expected another")
    assert main(["api", "--remove-key", "city library"]) == 0
    assert main(["api", "--remove-key", "city library"]) == 1
    assert "nobody's, expected a name that --list-keys shows" in capsys.readouterr().err


@pytest.mark.parametrize("library", ["starlette", "uvicorn"])
def test_the_extra_that_is_missing_is_named(
    library: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    assert main(["api"]) == 1
    assert f'{library}: not installed, expected the extra "api": pip install ".[api]"' in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["api", "--port", port]) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith(f"askfirst: --host 127.0.0.1 --port {port}: ")
    assert (shown.out, shown.err.count("\n")) == ("", 1)


def test_an_assistant_is_answered_on_standard_output_before_the_model_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": SPECIFICATION}},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    lines, out = io.BytesIO("\n".join(map(json.dumps, asked)).encode()), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=lines))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    assert main(["mcp"]) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["id"] for one in answers] == [1, 2]
    assert answers[0]["result"]["protocolVersion"] == SPECIFICATION
