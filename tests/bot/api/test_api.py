"""The API over HTTP, as a program meets it: keys, pace, sizes, shapes, and that nothing is kept of what it sends."""

import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answering.turns import Answering
from bot.api.application import MOST_BYTES, build_api
from bot.api.keys import Keys
from bot.api.pace import Pace
from bot.api.run import server as server_of
from bot.api.service import LONGEST, Service
from bot.settings import BadSetting
from tests.fakes import BrokenChecker
from tests.patience import PATIENCE

pytestmark = pytest.mark.anyio
PARCEL = "a text message says my parcel is held and i must pay a fee by a link"
DAY = date(2026, 11, 27)


@dataclass
class Hands:
    """A clock that stands until it is moved."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Server:
    service: Service
    keys: Keys
    clock: Hands
    client: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def check(self, **asked: Any) -> httpx.Response:
        return await self.client.post("/api/check", json=asked, headers=self.headers)


@pytest.fixture
async def server(service: Service, tmp_path: Path) -> AsyncIterator[Server]:
    async with running(service, tmp_path) as started:
        yield started


class running:
    """A server of a service, with a key for one program that may ask 60 times a minute."""

    def __init__(self, service: Service, folder: Path) -> None:
        keys, clock = Keys(folder), Hands()
        key = keys.add("web", 60, DAY)
        transport = httpx.ASGITransport(build_api(service, keys, Pace(clock)))
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        self._server = Server(service, keys, clock, client, {"Authorization": f"Bearer {key}"})

    async def __aenter__(self) -> Server:
        return self._server

    async def __aexit__(self, *_: object) -> None:
        await self._server.client.aclose()


async def test_an_answer_is_the_object_that_check_json_prints(server: Server) -> None:
    got = await server.check(text=PARCEL, country="Singapore", language="zh")
    assert got.status_code == 200
    told = got.json()
    expected = Answering(server.service.engine, server.service.spoken, "zh", "zh", "SG").told([PARCEL], None)
    assert {**told, "milliseconds": 0} == {**json.loads(json.dumps(expected)), "milliseconds": 0}
    assert (told["concern"], told["matches"][0]["pattern"]) == ("likely", "parcel-smish")
    assert "1799" in told["reply"]
    assert got.headers["cache-control"] == "no-store"


async def test_patterns_are_told_in_a_language_and_not_sent_twice(server: Server) -> None:
    got = await server.client.get("/api/patterns?language=zh", headers=server.headers)
    told = got.json()
    assert [one["id"] for one in told["patterns"]] == ["bank-otp", "parcel-smish", "sell-bank-card"]
    again = {**server.headers, "If-None-Match": got.headers["etag"]}
    assert (await server.client.get("/api/patterns?language=zh", headers=again)).status_code == 304
    assert (await server.client.get("/api/patterns?language=en", headers=again)).status_code == 200


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer no-such", "Basic d2ViOng="])
async def test_whoever_has_no_key_is_sent_away(server: Server, sent: str) -> None:
    for got in (
        await server.client.post("/api/check", json={"text": PARCEL}, headers={"Authorization": sent}),
        await server.client.get("/api/patterns", headers={"Authorization": sent}),
    ):
        assert got.status_code == 401
        assert got.headers["www-authenticate"].startswith("Bearer")
        assert got.json()["error"].startswith("Authorization: no key that is known here, expected Bearer")


async def test_a_key_that_is_taken_away_is_refused_at_once_and_only_its_digest_was_kept(
    server: Server, tmp_path: Path
) -> None:
    other = Keys(tmp_path)
    key = other.add("phone line", 5, DAY)
    file = tmp_path / "api_keys.toml"
    assert key not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    headers = {"Authorization": f"Bearer {key}"}
    assert (await server.client.get("/api/patterns", headers=headers)).status_code == 200
    other.remove("phone line")
    assert (await server.client.get("/api/patterns", headers=headers)).status_code == 401
    assert (await server.client.get("/api/patterns", headers=server.headers)).status_code == 200


async def test_each_key_has_a_pace_of_its_own(server: Server) -> None:
    slow = {"Authorization": f"Bearer {server.keys.add('slow', 2, DAY)}"}

    async def status(headers: dict[str, str]) -> int:
        return (await server.client.get("/api/patterns", headers=headers)).status_code

    assert [await status(slow) for _ in range(3)] == [200, 200, 429]
    got = await server.client.get("/api/patterns", headers=slow)
    assert got.headers["retry-after"] == "30"
    assert got.json() == {"error": "requests: more than 2 a minute, expected the next in 30 s"}
    assert await status(server.headers) == 200
    server.clock.seconds += 30
    assert [await status(slow) for _ in range(2)] == [200, 429]
    server.clock.seconds += 3600
    assert [await status(slow) for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, "text: missing, expected a string"),
        ({"text": 7}, "text: no string, expected a string"),
        ({"text": " \n"}, "text: empty, expected what happened in words"),
        ({"text": "x" * (LONGEST + 1)}, "text: 8,001 characters, expected at most 8,000"),
        ({"text": PARCEL, "kalypso": 1}, "a key: not known, expected text, and perhaps language and country"),
        ({"text": PARCEL, "language": "tlh"}, "language: not spoken, expected one of en, zh, "),
        ({"text": PARCEL, "country": "Kalypso"}, "country: not known, expected a country's name or two letters"),
    ],
)
async def test_what_cannot_be_taken_is_one_line_that_repeats_nothing(
    server: Server, asked: dict[str, Any], error: str
) -> None:
    got = await server.check(**asked)
    assert got.status_code == 422
    assert got.json()["error"].startswith(error)
    assert "kalypso" not in got.text.lower()


@pytest.mark.parametrize("body", [b"", b"[", b"\xff", b"[" * 60_000, b'"text"', b"[1]", b"null"])
async def test_a_body_that_is_no_object_is_refused(server: Server, body: bytes) -> None:
    headers = {**server.headers, "Content-Type": "application/json"}
    got = await server.client.post("/api/check", content=body, headers=headers)
    assert got.status_code in (400, 422)
    assert got.json()["error"].startswith("body: n")


async def test_a_body_that_is_too_long_is_refused_with_and_without_its_length(server: Server) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (MOST_BYTES // 2)

    headers = {**server.headers, "Content-Type": "application/json"}
    for content in (b"x" * (MOST_BYTES + 1), parts()):
        got = await server.client.post("/api/check", content=content, headers=headers)
        assert (got.status_code, got.json()["error"]) == (413, "body: too long, expected at most 65,536 bytes")
    plain = {**server.headers, "Content-Type": "text/plain"}
    assert (await server.client.post("/api/check", content=b"{}", headers=plain)).status_code == 415


async def test_what_is_not_there_is_said_as_json_too(server: Server) -> None:
    assert (await server.client.get("/api/no-such")).json() == {"error": "not found, expected what /api/ describes"}
    got = await server.client.get("/api/check", headers=server.headers)
    assert (got.status_code, got.headers["allow"]) == (405, "POST")


async def test_the_document_describes_the_answers_and_the_page_shows_it(server: Server) -> None:
    document = (await server.client.get("/api/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {"/api/check", "/api/patterns"}
    schemas = document["components"]["schemas"]
    answer = (await server.check(text=PARCEL)).json()
    assert set(schemas["Answer"]["required"]) == set(answer)
    named = set(json.dumps(document).split('"#/components/schemas/')[1:])
    assert {one.partition('"')[0] for one in named} <= set(schemas)
    page = await server.client.get("/api/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for words in ("/api/check", "look_alikes", "list of Matched", "Too many requests of this key"):
        assert words in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text


async def test_nothing_that_was_sent_is_in_a_file_or_a_log(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture, service_with: Callable[[Any], Service]
) -> None:
    caplog.set_level(logging.DEBUG)
    marked = f"{PARCEL} from kalypso-marker, call 9812 3498"
    assert (await server.check(text=marked, country="SG")).status_code == 200
    assert (await server.check(text=marked, country="kalypso-marker")).status_code == 422
    await server.client.get("/api/patterns?language=kalypso-marker", headers=server.headers)
    (tmp_path / "broken").mkdir()
    broken: Any = Quoting()
    async with running(service_with(broken), tmp_path / "broken") as failing:
        got = await failing.check(text=marked)
    assert (got.status_code, "kalypso" in got.text) == (500, False)
    logged = [record for record in caplog.records if record.name != "httpx"]
    assert any("a request failed: RuntimeError at test_api.py" in record.getMessage() for record in logged)
    for record in logged:
        assert "kalypso" not in record.getMessage() + str(record.exc_info or "")
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.name for file in written} == {"api_keys.toml"}
    assert all(b"kalypso" not in file.read_bytes() for file in written)


async def test_the_server_that_runs_answers_over_a_socket_and_logs_nothing_of_it(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = Keys(tmp_path).add("web", 60, DAY)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        started = server_of(service, tmp_path)
        thread = threading.Thread(target=started.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/check"
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            got = await client.post(url, json={"text": f"{PARCEL} kalypso-marker"}, headers=headers)
            refused = await client.post(f"{url}?kalypso-marker", json={"text": PARCEL})
        started.should_exit = True
        thread.join()
    assert (got.status_code, got.json()["concern"], refused.status_code) == (200, "likely", 401)
    assert "server" not in got.headers
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("http")]
    assert [line for line in logged if "kalypso" in line] == []


class Quoting(BrokenChecker):
    """Fails with what it was given in its message."""

    def check(self, situation: Any) -> Any:
        raise RuntimeError(f"cannot take {situation.text}")


def test_a_name_has_one_key_and_a_broken_file_is_named(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.add("web", 60, DAY)
    for wrong, name, per_minute in (("has a key already", "web", 60), ("no name", " ", 60), ("expected 1 to", "b", 0)):
        with pytest.raises(BadSetting, match=wrong):
            keys.add(name, per_minute, DAY)
    with pytest.raises(BadSetting, match="nobody's, expected a name"):
        keys.remove("other")
    (tmp_path / "api_keys.toml").write_text("[[keys]]\nname = 1\n", "utf-8")
    with pytest.raises(BadSetting, match=r"api_keys\.toml: cannot be read .*expected \[\[keys\]\] tables"):
        Keys(tmp_path).all()
