"""What the operator sets of the bot's own servers: where they listen, and how Telegram reaches them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings import TELEGRAM, BadSetting

_ADDRESS = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})(?P<path>/[^\s?#]*)?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LISTEN = "127.0.0.1:8081"
_URL, _SECRET_NAME, _LISTEN_NAME = "ASKFIRST_WEBHOOK_URL", "ASKFIRST_WEBHOOK_SECRET", "ASKFIRST_WEBHOOK_LISTEN"


@dataclass(frozen=True)
class Address:
    """Where a server of ours listens."""

    host: str
    port: int
    path: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True)
class Webhook:
    """How Telegram brings updates."""

    url: str
    """Where Telegram calls: the proxy that holds the certificate."""
    secret: str
    """What each call of Telegram's carries; never logged."""
    listen: Address
    """Where the proxy calls, with the path."""


@dataclass(frozen=True)
class WebSettings:
    """The servers that are wanted; None where one is not."""

    http: Address | None = None
    webhook: Webhook | None = None


def read_web_settings(environment: Mapping[str, str], base_url: str = TELEGRAM) -> WebSettings:
    """Read them from environment variables; ``base_url`` is the Bot API server's.

    Raises:
        BadSetting: one of them cannot be used.
    """
    http = environment.get("ASKFIRST_HTTP", "").strip()
    address = _address("ASKFIRST_HTTP", http, "127.0.0.1:8080") if http else None
    if address and address.path:
        raise BadSetting(f"ASKFIRST_HTTP={http}: expected an address and a port without a path, like 127.0.0.1:8080")
    webhook = _webhook(environment, base_url)
    if address and webhook and address.port == webhook.listen.port:
        raise BadSetting(f"ASKFIRST_HTTP={http}: expected another port than that of {_LISTEN_NAME}")
    return WebSettings(address, webhook)


def _webhook(environment: Mapping[str, str], base_url: str) -> Webhook | None:
    url, secret, listen = (environment.get(name, "").strip() for name in (_URL, _SECRET_NAME, _LISTEN_NAME))
    if not url:
        for name, given in ((_SECRET_NAME, secret), (_LISTEN_NAME, listen)):
            if given:
                raise BadSetting(f"{name}: set without {_URL}, expected both or neither")
        return None
    secure = "https" if base_url == TELEGRAM else "https?"
    if not re.fullmatch(rf"{secure}://[^\s/?#@]+(/[^\s?#]*)?", url):
        raise BadSetting(f"{_URL}={url}: expected where Telegram can call, like https://bot.example.org/telegram")
    if not _SECRET.fullmatch(secret):
        raise BadSetting(f"{_SECRET_NAME}: expected 1 to 256 letters, digits, _ and -, as `openssl rand -hex 32` gives")
    address = _address(_LISTEN_NAME, listen or _LISTEN, f"{_LISTEN}, or with the path {_LISTEN}/telegram")
    return Webhook(url, secret, Address(address.host, address.port, address.path or urlsplit(url).path or "/"))


def _address(name: str, given: str, like: str) -> Address:
    match = _ADDRESS.fullmatch(given)
    if match is None or not 0 < int(match["port"]) < 2**16:
        raise BadSetting(f"{name}={given}: expected an address and a port, like {like}")
    return Address(match["host"].strip("[]"), int(match["port"]), match["path"] or "")
