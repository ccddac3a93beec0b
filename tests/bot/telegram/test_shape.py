import copy
from typing import Any

import pytest

from bot.telegram.intake.shape import fault_of
from tests.updates import in_group, inline_query, membership, message, press

WHOLE = (
    {"message": message("hello", reply_to_message=message("before"))},
    {"message": in_group("/check")},
    {"callback_query": press("paid:")},
    {"my_chat_member": membership("left", "member")},
    {"inline_query": inline_query("words")},
    {"something_new": {"id": "x", "text": "y"}},
)


@pytest.mark.parametrize("body", WHOLE, ids=lambda body: next(iter(body)))
def test_what_telegram_sends_has_no_fault(body: dict[str, Any]) -> None:
    assert fault_of({"update_id": 5, **body}) is None


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("text",), 5, "text: expected str"),
        (("text",), ["words"], "text: expected str"),
        (("chat",), None, "chat: expected dict"),
        (("chat", "id"), "7", "chat.id: expected a number of at most 52 bits"),
        (("chat", "id"), 2**52, "chat.id: expected a number of at most 52 bits"),
        (("chat", "id"), True, "chat.id: expected a number of at most 52 bits"),
        (("chat", "type"), {"type": "private"}, "chat.type: expected a text"),
        (("from", "is_bot"), 0, "is_bot: expected bool"),
        (("date",), 1.5, "date: expected int"),
        (("more",), 2**63, "more: too large"),
        (("entities",), {}, "entities: expected list"),
        (("entities",), [{"type": "bold", "offset": 0}], "entities: expected each with a type, an offset and a length"),
    ],
)
def test_a_field_that_is_not_as_it_must_be_is_named(place: tuple[str, ...], value: object, fault: str) -> None:
    body = copy.deepcopy(message("hello"))
    holder = body
    for name in place[:-1]:
        holder = holder[name]
    holder[place[-1]] = value
    assert fault_of({"update_id": 5, "message": body}) == fault


@pytest.mark.parametrize("name", ["message_id", "date", "chat"])
def test_a_message_needs_what_every_message_has(name: str) -> None:
    body = message("hello")
    del body[name]
    assert fault_of({"update_id": 5, "message": body}) == f"message.{name}: missing"


def test_what_is_nested_without_end_is_refused() -> None:
    body: Any = {}
    for _ in range(500):
        body = {"reply": [body]}
    assert fault_of({"update_id": 5, "message": {**message("x"), "reply": body}}) == "nested too deep"
