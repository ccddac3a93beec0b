"""A strict Bot API server on 127.0.0.1: what Telegram would refuse fails the test, and faults come on request."""

import asyncio
import contextlib
import json
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

from tests.patience import PATIENCE
from tests.updates import RIGHTS

TOKEN = "4242:a-token-that-must-never-be-logged"
BOT = {"id": 4242, "is_bot": True, "first_name": "AskFirst", "username": "askfirst_test_bot"}
# Bot API 10: the parameters of each method that may be called here.
METHODS: dict[str, set[str]] = {
    "getMe": set(),
    "deleteWebhook": {"drop_pending_updates"},
    "setWebhook": {
        "url", "certificate", "ip_address", "max_connections", "allowed_updates", "drop_pending_updates",
        "secret_token",
    },
    "getWebhookInfo": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "setMyCommands": {"commands", "scope", "language_code"},
    "deleteMyCommands": {"scope", "language_code"},
    "sendChatAction": {"business_connection_id", "chat_id", "message_thread_id", "action"},
    "getFile": {"file_id"},
    "getChatMember": {"chat_id", "user_id"},
    "answerInlineQuery": {"inline_query_id", "results", "cache_time", "is_personal", "next_offset", "button"},
    "deleteMessage": {"chat_id", "message_id"},
    "answerCallbackQuery": {"callback_query_id", "text", "show_alert", "url", "cache_time"},
    "sendMessage": {
        "business_connection_id", "chat_id", "message_thread_id", "direct_messages_topic_id", "text", "parse_mode",
        "entities", "link_preview_options", "disable_notification", "protect_content", "allow_paid_broadcast",
        "message_effect_id", "suggested_post_parameters", "reply_parameters", "reply_markup",
    },
    "editMessageText": {
        "business_connection_id", "chat_id", "message_id", "inline_message_id", "text", "parse_mode", "entities",
        "link_preview_options", "reply_markup",
    },
    "sendDocument": {
        "business_connection_id", "chat_id", "message_thread_id", "direct_messages_topic_id", "document", "thumbnail",
        "caption", "parse_mode", "caption_entities", "disable_content_type_detection", "disable_notification",
        "protect_content", "allow_paid_broadcast", "message_effect_id", "suggested_post_parameters",
        "reply_parameters", "reply_markup",
    },
    "sendPhoto": {
        "business_connection_id", "chat_id", "message_thread_id", "direct_messages_topic_id", "photo", "caption",
        "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler", "disable_notification",
        "protect_content", "allow_paid_broadcast", "message_effect_id", "suggested_post_parameters",
        "reply_parameters", "reply_markup",
    },
}  # fmt: skip
_WRITTEN = ("text", "caption", "language_code", "callback_query_id", "inline_query_id", "file_id")
_RESULT = {
    *("type", "id", "title", "input_message_content", "reply_markup", "url", "description"),
    *("thumbnail_url", "thumbnail_width", "thumbnail_height"),
}
_CONTENT = {"message_text", "parse_mode", "entities", "link_preview_options"}
_PNG = b"\x89PNG\r\n\x1a\n"
_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "tg-spoiler", "blockquote"}


@dataclass(frozen=True)
class Call:
    """One call the bot made."""

    method: str
    parameters: dict[str, Any]
    number: int = 0
    """The id of the message that was sent or changed."""

    @property
    def text(self) -> str:
        return str(self.parameters.get("text", ""))

    @property
    def chat(self) -> int:
        return int(self.parameters["chat_id"])

    @property
    def buttons(self) -> dict[str, str]:
        """The buttons' data, or the addresses they open, by label."""
        rows = self.parameters.get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button.get("callback_data") or button["url"] for row in rows for button in row}

    def as_message(self) -> dict[str, Any]:
        """What Telegram says of the message when one of its buttons is pressed."""
        reader = _HtmlReader()
        reader.feed(self.text)
        reader.close()
        keyboard = self.parameters.get("reply_markup")
        said = {"text": reader.text or "…", "entities": reader.quotes}
        return {**said, "reply_markup": keyboard} if keyboard else said

    def button(self, verb: str) -> str:
        """The data of the first button with a verb."""
        return next(data for data in self.buttons.values() if data.partition(":")[0] == verb)


@dataclass(frozen=True)
class Upload:
    """A file the bot sent."""

    name: str
    data: bytes


@dataclass
class Fault:
    """What to answer to the next call of a method instead of doing it."""

    status: int = 200
    description: str = ""
    retry_after: int | None = None
    drop: bool = False
    raw: web.Response | None = None
    """Sent as it stands."""


@dataclass
class BotApi:
    """The server, what was called, and the updates it hands out."""

    calls: list[Call] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    """What can be fetched, by file id."""
    shown: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    """What the bot's messages say now, and their buttons, by chat and id."""
    webhook: dict[str, Any] = field(default_factory=dict)
    """What was set by setWebhook; while there is one, nobody can ask for updates."""
    administrators: set[tuple[int, int]] = field(default_factory=set)
    """Chats, and who administers them; all others are mere members."""
    outage: bool = False
    """Whether every connection breaks."""
    asked: int = 0
    """How often updates were asked for."""
    number: int = 100
    """The last number that an update or a message has: a bot passes over what it has answered before, in another run
    on the same data folder too."""
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> web.AppRunner:
        application = web.Application(client_max_size=64 * 1024 * 1024)
        application.router.add_route("*", "/{bot}/{method}", self._serve)
        application.router.add_get(f"/file/bot{TOKEN}/{{name}}", self._fetch)
        runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def send(self, **update: Any) -> None:
        """Hand an update to the bot."""
        self.number += 1
        self._updates.append({"update_id": self.number, **update})
        self._news.set()

    def sent(self, chat: int | None = None) -> list[Call]:
        """Return the messages the bot sent, to one chat or to all."""
        sent = [call for call in self.calls if call.method == "sendMessage"]
        return [call for call in sent if chat is None or call.chat == chat]

    async def wait_for(self, count: int, chat: int | None = None, seconds: float = PATIENCE) -> list[Call]:
        """Wait until the bot has sent so many messages."""
        async with asyncio.timeout(seconds):
            while len(self.sent(chat)) < count:
                await asyncio.sleep(0.005)
        return self.sent(chat)

    async def wait_for_call(self, method: str, seconds: float = PATIENCE, *, after: int = 0) -> Call:
        """Wait until the bot has called a method, among the calls after the first so many."""
        async with asyncio.timeout(seconds):
            while True:
                for call in self.calls[after:]:
                    if call.method == method:
                        return call
                await asyncio.sleep(0.005)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["bot"] != f"bot{TOKEN}":
            return _error(401, "Unauthorized")
        parameters = await _parameters(request)
        if self.outage:
            assert request.transport is not None
            request.transport.abort()
            return _error(502, "Bad Gateway")
        if method == "getUpdates":
            self.asked += 1
            if self.faults[method]:
                fault = self.faults[method].popleft()
                return fault.raw or _error(fault.status, fault.description, fault.retry_after)
            return await self._get_updates(parameters)
        if self.faults[method]:
            fault = self.faults[method].popleft()
            if fault.drop:
                assert request.transport is not None
                request.transport.abort()
            return _error(fault.status, fault.description, fault.retry_after)
        if any(not _is_id(parameters[name]) for name in ("chat_id", "user_id") if name in parameters):
            return _error(400, "Bad Request: chat not found")
        if problem := _problem(method, parameters):
            self.violations.append(f"{method}: {problem}")
            return _error(400, f"Bad Request: {problem}")
        if method == "getFile" and parameters["file_id"] not in self.files:
            return _error(400, "Bad Request: wrong file_id")
        if problem := self._unchangeable(method, parameters):
            return _error(400, f"Bad Request: {problem}")
        result = self._result(method, parameters)
        self.calls.append(Call(method, parameters, _number_of(result)))
        return web.json_response({"ok": True, "result": result})

    def _unchangeable(self, method: str, parameters: dict[str, Any]) -> str | None:
        """Say why a message cannot be changed: it is not the bot's, or it says so already."""
        if method != "editMessageText":
            return None
        place = int(parameters["chat_id"]), int(parameters["message_id"])
        if place not in self.shown:
            self.violations.append(f"editMessageText: {place} is no message of the bot's")
            return "message to edit not found"
        return "message is not modified" if self.shown[place] == _look(parameters) else None

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    async def _get_updates(self, parameters: dict[str, Any]) -> web.Response:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        offset = int(parameters.get("offset", 0))
        wanted = parameters.get("allowed_updates") or []
        self._updates = [
            update
            for update in self._updates
            if update["update_id"] >= offset and (not wanted or any(kind in update for kind in wanted))
        ]
        if not self._updates:
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(float(parameters.get("timeout", 0)), 2))
        return web.json_response({"ok": True, "result": list(self._updates)})

    def _result(self, method: str, parameters: dict[str, Any]) -> Any:
        if method == "getMe":
            return BOT
        if method in ("setWebhook", "deleteWebhook"):
            self.webhook = parameters if method == "setWebhook" else {}
        if method == "getWebhookInfo":
            waiting = len(self._updates)
            return {"url": self.webhook["url"], "has_custom_certificate": False, "pending_update_count": waiting}
        if method == "getChatMember":
            return _member(int(parameters["user_id"]), self.administrators, int(parameters["chat_id"]))
        if method == "getFile":
            name = parameters["file_id"]
            return {"file_id": name, "file_unique_id": name, "file_size": len(self.files[name]), "file_path": name}
        if method in ("sendMessage", "editMessageText", "sendDocument", "sendPhoto"):
            self.number += method != "editMessageText"
            number = int(parameters.get("message_id", self.number))
            self.shown[int(parameters["chat_id"]), number] = _look(parameters)
            chat = _chat(int(parameters["chat_id"]))
            return {"message_id": number, "date": 1790000000, "chat": chat, "from": BOT, "text": "…"}
        return True


def _is_id(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and abs(given) < 2**52


def _chat(chat: int) -> dict[str, Any]:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "G"}
    return {"id": chat, "type": "private", "first_name": "P"}


def _member(user: int, administrators: set[tuple[int, int]], chat: int) -> dict[str, Any]:
    who = {"id": user, "is_bot": False, "first_name": "P"}
    if (chat, user) not in administrators:
        return {"status": "member", "user": who}
    return {"status": "administrator", "user": who, **dict.fromkeys(RIGHTS, False)}


def _number_of(result: Any) -> int:
    return int(result.get("message_id", 0)) if isinstance(result, dict) else 0


def _look(parameters: dict[str, Any]) -> tuple[str, str]:
    return str(parameters.get("text", "")), json.dumps(parameters.get("reply_markup", {}), sort_keys=True)


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.query:
        return {name: json.loads(value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        raw: dict[str, Any] = await request.json()
        return raw
    form = await request.post()
    parameters: dict[str, Any] = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            parameters[name] = Upload(value.filename, value.file.read())
            continue
        try:
            parameters[name] = json.loads(str(value))
        except ValueError:
            parameters[name] = str(value)
        if name in _WRITTEN:
            parameters[name] = str(value)
    return parameters


def _problem(method: str, parameters: dict[str, Any]) -> str | None:
    """Say why Telegram would refuse a call, or why it would be a mistake."""
    if method not in METHODS:
        return "unknown method"
    if unknown := set(parameters) - METHODS[method]:
        return f"unknown parameters {sorted(unknown)}"
    if method in ("sendDocument", "sendPhoto"):
        return _file_problem(method, parameters)
    if method == "answerInlineQuery":
        return _inline_problem(parameters)
    if method == "answerCallbackQuery":
        return _address_problem(parameters["url"]) if "url" in parameters else None
    if method not in ("sendMessage", "editMessageText"):
        return None
    if parameters.get("parse_mode") != "HTML":
        return "parse_mode is not HTML"
    return _buttons_problem(parameters.get("reply_markup", {})) or html_problem(parameters["text"])


def _buttons_problem(markup: dict[str, Any]) -> str | None:
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    if len(buttons) > 100:
        return "more than 100 buttons"
    for button in buttons:
        if set(button) == {"text", "url"}:
            problem = _address_problem(button["url"])
        elif set(button) == {"text", "callback_data"}:
            problem = None if 1 <= len(button["callback_data"].encode()) <= 64 else "BUTTON_DATA_INVALID"
        else:
            problem = f"inline keyboard button of {sorted(button)}"
        if problem:
            return problem
    return None


def _address_problem(address: str) -> str | None:
    """Say why an address opens no private chat with the bot; our buttons open nothing else."""
    opened = re.fullmatch(r"https://t\.me/(\w+)\?start=([A-Za-z0-9_-]{1,64})", address)
    return None if opened and opened[1] == BOT["username"] else f"BUTTON_URL_INVALID: {address}"


def _inline_problem(parameters: dict[str, Any]) -> str | None:
    """Say why Telegram would refuse the answer to an inline query; our results are articles."""
    results, button = parameters["results"], parameters.get("button", {})
    if len(results) > 50 or len({result["id"] for result in results}) < len(results):
        return "RESULT_ID_DUPLICATE, or more than 50 results"
    if button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", button.get("start_parameter", "")):
        return "START_PARAM_INVALID"
    for result in results:
        content = result.get("input_message_content", {})
        if unknown := (set(result) - _RESULT) | (set(content) - _CONTENT):
            return f"unknown fields {sorted(unknown)}"
        if result.get("type") != "article" or not 1 <= len(result["id"].encode()) <= 64 or not result.get("title"):
            return "no article with an id and a title"
        if content.get("parse_mode") != "HTML":
            return "parse_mode is not HTML"
        problem = _buttons_problem(result.get("reply_markup", {})) or html_problem(content["message_text"])
        if problem:
            return problem
    return None


def _file_problem(method: str, parameters: dict[str, Any]) -> str | None:
    sent = parameters.get("document" if method == "sendDocument" else "photo")
    if not isinstance(sent, Upload) or not sent.data:
        return "file must be non-empty"
    if method == "sendPhoto" and not sent.data.startswith(_PNG):
        return "PHOTO_INVALID_DIMENSIONS"
    caption = str(parameters.get("caption", ""))
    if len(caption.encode("utf-16-le")) // 2 > 1024:
        return "message caption is too long"
    return html_problem(caption) if caption and parameters.get("parse_mode") == "HTML" else None


def html_problem(html: str) -> str | None:
    """Say why Telegram would refuse a message's HTML, or None."""
    reader = _HtmlReader()
    reader.feed(html)
    reader.close()
    if reader.problem or reader.open:
        return reader.problem or f"unclosed tags {reader.open}"
    if not reader.text.strip():
        return "message text is empty"
    units = _units(reader.text)
    return f"message is too long ({units})" if units > 4096 else None


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.problem: str | None = None
        self.quotes: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.problem = f"unsupported start tag {tag!r}"
        self.open.append(tag)
        if tag == "blockquote":
            self.quotes.append({"type": tag, "offset": _units(self.text), "length": 0})

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self.quotes:
            self.quotes[-1]["length"] = _units(self.text) - self.quotes[-1]["offset"]
        if not self.open or self.open.pop() != tag:
            self.problem = f"unexpected end tag {tag!r}"

    def handle_data(self, data: str) -> None:
        self.text += data


def _error(status: int, description: str, retry_after: int | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)
