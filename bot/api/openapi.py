"""What the API is, as an OpenAPI document; its schemas are drawn from the types that make the answers."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import TypeAdapter

from bot.answering.shapes import Answer, PatternsTold, schema_of
from bot.api.service import LONGEST, Asked

_SCHEMAS = "#/components/schemas/"
_ABOUT = (
    "A second opinion on a suspicious contact. Texts are judged in memory and are neither stored nor logged. "
    "An answer never says that something is safe: no_match proves nothing. "
    "Show people the reply, which says what to do and where to report."
)
_ERRORS = {
    "400": "The body is not JSON.",
    "401": "The key is missing or not known.",
    "408": "The body did not come in time.",
    "413": "The body is too long.",
    "415": "The body is not said to be JSON.",
    "422": "Something in it cannot be taken; the error names the place, the fault and what was expected.",
    "429": "Too many requests of this key; Retry-After says in how many seconds to ask again.",
    "500": "The server failed.",
    "503": "Too many requests of everybody; Retry-After says in how many seconds to ask again.",
}


def document() -> dict[str, Any]:
    """Return the document, OpenAPI 3.1."""
    schemas: dict[str, Any] = {}
    for shape in (Answer, PatternsTold):
        schema = schema_of(shape, _SCHEMAS + "{model}")
        schemas |= schema.pop("$defs", {})
        schemas[shape.__name__] = schema
    schemas["Asked"] = asked_schema()
    schemas["Error"] = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string", "description": "One line for people."}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "AskFirst", "version": program_version(), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": {"/api/check": {"post": _check()}, "/api/patterns": {"get": _patterns()}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key that the server's operator gave."}
            },
        },
    }


def asked_schema() -> dict[str, Any]:
    """Return the JSON schema of what is asked."""
    schema: dict[str, Any] = TypeAdapter(Asked).json_schema()
    schema["properties"]["text"] |= {"minLength": 1, "maxLength": LONGEST}
    return schema


def program_version() -> str:
    """Return the installed version; 0 where the packages are used without having been installed."""
    try:
        return version("askfirst")
    except PackageNotFoundError:
        return "0"


def _check() -> dict[str, Any]:
    return {
        "operationId": "check",
        "summary": "Check one situation",
        "description": "The answer is the object that `askfirst check --json` prints.",
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"{_SCHEMAS}Asked"},
                    "example": {"text": "they say my parcel is held, pay 1.20 by this link", "country": "SG"},
                }
            },
        },
        "responses": {"200": _json("What AskFirst makes of it.", "Answer"), **_errors(*_ERRORS)},
    }


def _patterns() -> dict[str, Any]:
    language = {
        "name": "language",
        "in": "query",
        "required": False,
        "description": "The language to tell them in; English where it is left out.",
        "schema": {"type": "string"},
    }
    return {
        "operationId": "patterns",
        "summary": "List the known patterns",
        "description": "What people are told of each. An ETag changes with the build that serves.",
        "parameters": [language],
        "responses": {
            "200": _json("The patterns of the build that serves.", "PatternsTold"),
            "304": {"description": "Nothing has changed since the ETag of If-None-Match."},
            **_errors("401", "422", "429", "500", "503"),
        },
    }


def _errors(*codes: str) -> dict[str, Any]:
    return {code: _json(_ERRORS[code], "Error") for code in codes}


def _json(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"{_SCHEMAS}{schema}"}}},
    }
