"""The server for assistants, met by a client over pipes as the Model Context Protocol has it."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.answering.shapes import Answer, schema_of
from bot.api.assistants import MOST_BYTES, SPECIFICATION, Assistants
from bot.api.service import Service
from tests.fakes import BrokenChecker

PARCEL = "a text message says my parcel is held and i must pay a fee by a link"


class Client:
    """Asks over one pipe, and reads the answer from another."""

    def __init__(self, service: Service) -> None:
        (asked, self._asks), (self._answers, answered) = os.pipe(), os.pipe()
        self._out, self._in = os.fdopen(self._asks, "wb"), os.fdopen(self._answers, "rb")

        def serve() -> None:
            with os.fdopen(asked, "rb") as lines, os.fdopen(answered, "wb") as out:
                Assistants(lambda: service).serve(lines, out)

        self._thread = threading.Thread(target=serve)
        self._thread.start()

    def send(self, line: bytes) -> None:
        self._out.write(line + b"\n")
        self._out.flush()

    def read(self) -> Any:
        return json.loads(self._in.readline())

    def ask(self, method: str, number: int | str = 1, **params: Any) -> Any:
        self.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode())
        answer = self.read()
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", number)
        return answer.get("result") or answer.get("error") or {}

    def close(self) -> None:
        self._out.close()
        self._thread.join()
        assert self._in.read() == b""
        self._in.close()


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    one = Client(service)
    yield one
    one.close()


def test_a_client_is_introduced_finds_two_tools_and_uses_them(client: Client) -> None:
    hello = client.ask("initialize", protocolVersion=SPECIFICATION, capabilities={}, clientInfo={"name": "test"})
    assert (hello["protocolVersion"], hello["serverInfo"]["name"]) == (SPECIFICATION, "askfirst")
    assert "tools" in hello["capabilities"]
    client.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}')
    check, patterns = client.ask("tools/list", "two")["tools"]
    assert (check["name"], patterns["name"]) == ("check", "patterns")
    assert check["outputSchema"] == schema_of(Answer)
    assert check["inputSchema"]["required"] == ["text"]
    told = client.ask("tools/call", 3, name="check", arguments={"text": PARCEL, "country": "SG"})
    answer = told["structuredContent"]
    assert (answer["concern"], told["isError"]) == ("likely", False)
    assert set(answer) == set(check["outputSchema"]["required"])
    assert json.loads(told["content"][0]["text"]) == answer
    assert "1799" in answer["reply"]
    listed = client.ask("tools/call", 4, name="patterns", arguments={"language": "zh", "ids": ["parcel-smish"]})
    (one,) = listed["structuredContent"]["patterns"]
    assert (one["id"], one["language"]) == ("parcel-smish", "zh")
    assert len(client.ask("tools/call", 5, name="patterns")["structuredContent"]["patterns"]) == 3
    assert client.ask("ping") == {}


@pytest.mark.parametrize(
    ("wanted", "spoken"), [("2025-06-18", "2025-06-18"), ("2025-03-26", SPECIFICATION), (7, SPECIFICATION)]
)
def test_another_version_is_spoken_where_it_is_the_same_in_what_is_used(
    client: Client, wanted: Any, spoken: str
) -> None:
    assert client.ask("initialize", protocolVersion=wanted)["protocolVersion"] == spoken


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"not json", -32700),
        (b"[" * 60_000, -32700),
        (b"[]", -32600),
        (b'{"id": 1, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', -32600),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "resources/list"}', -32601),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}', -32602),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "buy"}}', -32602),
        (b'{"jsonrpc": "2.0", "id": 1, "method": "' + b"x" * 3 * MOST_BYTES + b'"}', -32600),
    ],
)
def test_a_faulty_line_is_answered_and_the_next_one_as_ever(client: Client, line: bytes, code: int) -> None:
    client.send(line)
    assert client.read()["error"]["code"] == code
    assert client.ask("ping", 2) == {}


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("check", {}, "text: missing, expected a string"),
        ("check", "kalypso", 'body: no object, expected one like {"text": "…"}'),
        ("check", {"text": "x", "country": "Kalypso"}, "country: not known, expected a country's name or two"),
        ("patterns", {"ids": ["kalypso"]}, "ids: not known, expected ids of patterns"),
        ("patterns", {"ids": "kalypso"}, "ids: expected a list of patterns' ids"),
        ("patterns", {"kalypso": 1}, "arguments: expected an object with language and ids at most"),
    ],
)
def test_what_cannot_be_taken_is_said_to_the_assistant(client: Client, name: str, arguments: Any, error: str) -> None:
    told = client.ask("tools/call", name=name, arguments=arguments)
    assert told["isError"]
    assert told["content"][0]["text"].startswith(error)
    assert "kalypso" not in json.dumps(told).lower()


def test_a_failure_tells_nothing_of_the_text_and_the_next_is_answered(
    caplog: pytest.LogCaptureFixture, service_with: Callable[[Any], Service]
) -> None:
    client = Client(service_with(BrokenChecker()))
    told = client.ask("tools/call", name="check", arguments={"text": "kalypso-marker"})
    assert told == {"code": -32603, "message": "the server failed; nothing of the request was kept"}
    assert client.ask("ping") == {}
    client.close()
    assert [record.getMessage() for record in caplog.records] == ["a tool failed: RuntimeError"]
