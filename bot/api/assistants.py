"""Answers for assistants: a server of the Model Context Protocol over standard input and output, one JSON a line.

It speaks the parts of the specification that two tools need: initialize, ping, tools/list and tools/call
(https://modelcontextprotocol.io/specification/2025-11-25). Of what is asked, nothing is kept or logged.
"""

import json
import logging
from collections.abc import Callable
from typing import Any, BinaryIO

from bot.answering.shapes import Answer, PatternsTold, schema_of
from bot.api.openapi import asked_schema, program_version
from bot.api.service import Refused, Service

logger = logging.getLogger(__name__)
SPECIFICATION = "2025-11-25"
SPOKEN = (SPECIFICATION, "2025-06-18", "2024-11-05")
"""Versions that differ in nothing that is spoken here; 2025-03-26 wants several requests in one line, and is not."""
MOST_BYTES = 64 * 1024
"""Of a line."""
_NOT_JSON, _NO_REQUEST, _NO_METHOD, _BAD_PARAMETERS, _FAILED = -32700, -32600, -32601, -32602, -32603
_ABOUT = (
    "A second opinion on a suspicious contact, from a curated casebook. Show people the reply as it is; "
    "never tell them that something is safe: no_match proves nothing."
)
_HINTS = {"readOnlyHint": True, "idempotentHint": True, "openWorldHint": False}


class _Fault(Exception):
    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class Assistants:
    """Answers the lines of one client."""

    def __init__(self, service: Callable[[], Service]) -> None:
        """Take what opens the service; it is called at the first use of a tool."""
        self._service = service

    def serve(self, lines: BinaryIO, out: BinaryIO) -> None:
        """Answer line by line until there are no more."""
        while line := lines.readline(MOST_BYTES + 1):
            if len(line) > MOST_BYTES and not line.endswith(b"\n"):
                while (rest := lines.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
                    pass
                answer: dict[str, Any] | None = _refusal(
                    None, _NO_REQUEST, f"line: too long, expected at most {MOST_BYTES:,} bytes"
                )
            else:
                answer = self.answer(line)
            if answer is not None:
                out.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
                out.flush()

    def answer(self, line: bytes) -> dict[str, Any] | None:
        """Return the answer to a line; None where none is expected.

        Raises:
            Exception: the service cannot be opened; what else fails is an answer.
        """
        if not line.strip():
            return None
        try:
            asked = json.loads(line)
        except (ValueError, RecursionError):
            return _refusal(None, _NOT_JSON, "line: not JSON, expected one JSON-RPC request")
        if not isinstance(asked, dict) or asked.get("jsonrpc") != "2.0":
            return _refusal(None, _NO_REQUEST, 'line: no request, expected an object with "jsonrpc": "2.0"')
        number, method = asked.get("id"), asked.get("method")
        if "id" not in asked or method is None:  # a notification, or the answer to a question that is never asked
            return None
        if isinstance(number, bool) or not isinstance(number, str | int) or not isinstance(method, str):
            return _refusal(None, _NO_REQUEST, "id or method: expected a string or a number, and a string")
        given = asked.get("params", {})
        try:
            return {"jsonrpc": "2.0", "id": number, "result": self._result(method, given)}
        except _Fault as fault:
            return _refusal(number, fault.code, fault.message)

    def _result(self, method: str, given: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise _Fault(_BAD_PARAMETERS, "params: no object, expected one")
        if method == "initialize":
            return _introduced(given.get("protocolVersion"))
        if method == "ping":
            return {}
        if method == "tools/list":
            return {"tools": tools()}
        if method == "tools/call":
            return self._called(given.get("name"), given.get("arguments", {}))
        raise _Fault(_NO_METHOD, "method: not known, expected initialize, ping, tools/list or tools/call")

    def _called(self, name: Any, given: Any) -> dict[str, Any]:
        if name not in ("check", "patterns"):
            raise _Fault(_BAD_PARAMETERS, "name: no such tool, expected check or patterns")
        service = self._service()
        try:
            told = service.check(given) if name == "check" else _patterns(service, given)
        except Refused as refused:
            return {"content": [{"type": "text", "text": str(refused)}], "isError": True}
        except Exception as bug:  # its message may hold what was asked
            logger.error("a tool failed: %s", type(bug).__name__)
            raise _Fault(_FAILED, "the server failed; nothing of the request was kept") from None
        text = json.dumps(told, ensure_ascii=False)
        return {"content": [{"type": "text", "text": text}], "structuredContent": told, "isError": False}


def tools() -> list[dict[str, Any]]:
    """Return what the two tools take and give."""
    language = {"type": "string", "description": "The language to tell them in; English where it is left out."}
    ids = {"type": "array", "items": {"type": "string"}, "description": "Only these patterns; all where left out."}
    wanted = {"type": "object", "properties": {"language": language, "ids": ids}, "additionalProperties": False}
    return [
        {
            "name": "check",
            "title": "Check a suspicious contact",
            "description": "Compare what happened to somebody with known scams, with traps that make people "
            "accomplices, and with the real things that scammers copy. The reply says what to do and where to report.",
            "inputSchema": asked_schema(),
            "outputSchema": schema_of(Answer),
            "annotations": _HINTS,
        },
        {
            "name": "patterns",
            "title": "Known scams",
            "description": "What people are told of each known scam, accomplice trap and legitimate look-alike.",
            "inputSchema": wanted,
            "outputSchema": schema_of(PatternsTold),
            "annotations": _HINTS,
        },
    ]


def _introduced(wanted: Any) -> dict[str, Any]:
    return {
        "protocolVersion": wanted if wanted in SPOKEN else SPECIFICATION,
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "askfirst", "title": "AskFirst", "version": program_version()},
        "instructions": _ABOUT,
    }


def _patterns(service: Service, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or given.keys() - {"language", "ids"}:
        raise Refused("arguments: expected an object with language and ids at most")
    language, ids = given.get("language"), given.get("ids")
    if not isinstance(language, str | None):
        raise Refused("language: no string, expected a string")
    if ids is not None and not (isinstance(ids, list) and all(isinstance(one, str) for one in ids)):
        raise Refused("ids: expected a list of patterns' ids")
    told = service.patterns(language)
    known = {one["id"] for one in told["patterns"]}
    if ids and set(ids) - known:
        raise Refused("ids: not known, expected ids of patterns that the list without ids has")
    return {**told, "patterns": [one for one in told["patterns"] if ids is None or one["id"] in ids]}


def _refusal(number: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}
