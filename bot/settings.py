"""What the operator sets, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.encoder import DEFAULT_MODEL

CHECKOUT = Path(__file__).parent.parent
TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"[^\s/]+:[^\s/]+")


class BadSetting(Exception):
    """A setting that cannot be used; the message names it, what is wrong and what was expected."""


@dataclass(frozen=True)
class Settings:
    """The operator's settings; the README lists the environment variable of each."""

    data: Path
    """The folder for everything that is made: the unpacked model, builds, the database."""
    model: str
    """A sentence-transformers model, by name or path."""
    token: str | None
    """The Telegram bot's token; never logged."""
    base_url: str
    """The root of the Bot API server, without a slash at its end."""

    def required_token(self) -> str:
        """Return the token.

        Raises:
            BadSetting: it is not set.
        """
        if self.token is None:
            raise BadSetting("TELEGRAM_BOT_TOKEN: not set, expected the token that BotFather gave for the bot")
        return self.token

    @property
    def models(self) -> Path:
        """Where models are unpacked."""
        return self.data / "models"

    @property
    def builds(self) -> Path:
        """Where sealed builds and CURRENT are."""
        return self.data / "builds"

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "askfirst.db"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        BadSetting: one of them cannot be used.
    """
    token = environment.get("TELEGRAM_BOT_TOKEN", "").strip() or None
    if token and not _TOKEN.fullmatch(token):
        raise BadSetting("TELEGRAM_BOT_TOKEN: not a bot token, expected number:letters as BotFather sends it")
    base_url = environment.get("ASKFIRST_BASE_URL", "").strip().rstrip("/") or TELEGRAM
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", base_url):
        raise BadSetting(
            f"ASKFIRST_BASE_URL={base_url}: expected the root of a Bot API server, like http://127.0.0.1:8081"
        )
    return Settings(
        data=Path(environment.get("ASKFIRST_DATA", "").strip() or CHECKOUT / "data").expanduser(),
        model=environment.get("ASKFIRST_MODEL", "").strip() or DEFAULT_MODEL,
        token=token,
        base_url=base_url,
    )
