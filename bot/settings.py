"""What the operator sets, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from platformdirs import user_data_path

from index.model.loading import DEFAULT_MODEL

CHECKOUT = Path(__file__).parent.parent
TELEGRAM = "https://api.telegram.org"
_TOKEN = re.compile(r"[^\s/]+:[^\s/]+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SWITCH = {"": False, "0": False, "1": True}
_LARGEST_ID = 2**52  # Telegram's ids have at most 52 significant bits


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
    owners: frozenset[int]
    """Telegram ids of those who may add and remove moderators; they are moderators too."""
    alone: bool
    """Whether somebody may approve what they proposed themselves, where one person does it all."""
    rebuild_at: time | None
    """When the bot rebuilds each night, in the computer's own time; None where it never does so by itself."""

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

    @property
    def backups(self) -> Path:
        """Where copies of the database are kept."""
        return self.data / "backups"


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
        data=Path(environment.get("ASKFIRST_DATA", "").strip() or own_data_folder(CHECKOUT)).expanduser(),
        model=environment.get("ASKFIRST_MODEL", "").strip() or DEFAULT_MODEL,
        token=token,
        base_url=base_url,
        owners=_owners(environment),
        alone=_alone(environment),
        rebuild_at=_rebuild_at(environment),
    )


def own_data_folder(above: Path) -> Path:
    """Return the data folder where none is set: in the checkout, or the person's own where the packages lie in none.

    ``above`` is the folder that the packages are in.
    """
    return above / "data" if (above / "pyproject.toml").is_file() else user_data_path("askfirst", appauthor=False)


def _owners(environment: Mapping[str, str]) -> frozenset[int]:
    given = environment.get("ASKFIRST_OWNERS", "")
    parts = [part for part in re.split(r"[,\s]+", given) if part]
    if not all(re.fullmatch(r"[1-9][0-9]{0,15}", part) and int(part) < _LARGEST_ID for part in parts):
        expected = "expected Telegram ids of people with commas between, like 123456789,987654321"
        raise BadSetting(f"ASKFIRST_OWNERS={given}: {expected}")
    return frozenset(map(int, parts))


def _alone(environment: Mapping[str, str]) -> bool:
    given = environment.get("ASKFIRST_ONE_PERSON", "").strip()
    if given not in _SWITCH:
        raise BadSetting(f"ASKFIRST_ONE_PERSON={given}: expected 1, or 0 or nothing")
    return _SWITCH[given]


def _rebuild_at(environment: Mapping[str, str]) -> time | None:
    given = environment.get("ASKFIRST_REBUILD_AT", "").strip()
    if given and not _CLOCK.fullmatch(given):
        raise BadSetting(f"ASKFIRST_REBUILD_AT={given}: expected hours and minutes, like 03:30, or nothing for never")
    return time.fromisoformat(given) if given else None
