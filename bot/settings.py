"""What the operator sets, read once from the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from platformdirs import user_data_path

from index.builds.remote import SharedShelf
from index.builds.shelf import Share, keep_here
from index.model.loading import DEFAULT_MODEL, Precision
from knowledge.database.connection import SERVER, Address, in_words

CHECKOUT = Path(__file__).parent.parent
TELEGRAM = "https://api.telegram.org"
CONSOLE = ("127.0.0.1", 8377)
"""Where the console listens unless it is told otherwise."""
_TOKEN = re.compile(r"[^\s/]+:[^\s/]+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]")
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
    quiet: tuple[time, time] | None = None
    """From when until when moderators are not disturbed, in the computer's own time; None where they always are."""
    console: tuple[str, int] | None = None
    """The address and the port that the console listens on; None where it is not set up."""
    console_url: str | None = None
    """The root under which moderators reach the console, without a slash at its end."""
    server: str | None = field(default=None, repr=False)
    """The address of a database on a PostgreSQL server, with its password; None where a file is the database."""
    shared_builds: str | None = None
    """The fsspec address that builds are fetched from and sent to; None where they stay in the folder."""
    builds_folder: Path | None = None
    """The folder of builds, where it is not in the data folder."""
    precision: Precision = ""
    """What the default model answers in; empty: what is fastest on this processor."""

    def required_token(self) -> str:
        """Return the token.

        Raises:
            BadSetting: it is not set.
        """
        if self.token is None:
            raise BadSetting("TELEGRAM_BOT_TOKEN: not set, expected the token that BotFather gave for the bot")
        return self.token

    @property
    def has_console(self) -> bool:
        """Whether the operator has set up a console that moderators may be sent to."""
        return bool(self.console or self.console_url)

    @property
    def console_root(self) -> str:
        """The root under which the console is reached, without a slash at its end."""
        host, port = self.console or CONSOLE
        return self.console_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def models(self) -> Path:
        """Where models are unpacked."""
        return self.data / "models"

    @property
    def builds(self) -> Path:
        """Where sealed builds and CURRENT are."""
        return self.builds_folder or self.data / "builds"

    @property
    def shelf(self) -> SharedShelf | None:
        """Where builds are shared with other machines."""
        return SharedShelf(self.shared_builds) if self.shared_builds else None

    @property
    def share(self) -> Share:
        """What lets other machines have a build."""
        shelf = self.shelf
        return partial(shelf.send, self.builds) if shelf else keep_here

    @property
    def database(self) -> Address:
        """The SQLite file, or the address on a server."""
        return self.server or self.data / "askfirst.db"

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
    shared, folder = _builds(environment)
    return Settings(
        data=Path(environment.get("ASKFIRST_DATA", "").strip() or own_data_folder(CHECKOUT)).expanduser(),
        model=environment.get("ASKFIRST_MODEL", "").strip() or DEFAULT_MODEL,
        token=token,
        base_url=base_url,
        owners=_owners(environment),
        alone=_alone(environment),
        rebuild_at=_rebuild_at(environment),
        quiet=_quiet(environment),
        console=_console(environment),
        console_url=_console_url(environment),
        server=_server(environment),
        shared_builds=shared,
        builds_folder=folder,
        precision=_precision(environment),
    )


def own_data_folder(above: Path) -> Path:
    """Return the data folder where none is set: in the checkout, or the person's own where the packages lie in none.

    ``above`` is the folder that the packages are in.
    """
    return above / "data" if (above / "pyproject.toml").is_file() else user_data_path("askfirst", appauthor=False)


def database_address(place: str, given: str) -> Address:
    """Return the address of a database: ``postgresql://…``, or an SQLite file.

    Raises:
        BadSetting: it names another kind of server, or psycopg is not installed; ``place`` says where it was given.
    """
    if "://" not in given:
        return Path(given).expanduser()
    if not SERVER.fullmatch(given):
        raise BadSetting(f"{place}={in_words(given)}: expected postgresql://USER:PASSWORD@HOST:PORT/NAME, or a file")
    if find_spec("psycopg") is None:
        raise BadSetting(f'{place}: psycopg is not installed, expected the extra "postgres": pip install ".[postgres]"')
    return given


def _precision(environment: Mapping[str, str]) -> Precision:
    given = environment.get("ASKFIRST_PRECISION", "").strip().lower()
    known: tuple[Precision, ...] = get_args(Precision)
    if given in known:
        return known[known.index(given)]
    raise BadSetting(f"ASKFIRST_PRECISION={given}: expected f32, bf16, or nothing for what is fastest")


def _server(environment: Mapping[str, str]) -> str | None:
    given = environment.get("ASKFIRST_DATABASE", "").strip()
    if not given:
        return None
    address = database_address("ASKFIRST_DATABASE", given)
    if isinstance(address, Path):
        expected = "expected postgresql://…, or nothing for the file askfirst.db in the data folder"
        raise BadSetting(f"ASKFIRST_DATABASE={given}: {expected}")
    return address


def _builds(environment: Mapping[str, str]) -> tuple[str | None, Path | None]:
    """Return an fsspec address of builds, or a folder for them."""
    given = environment.get("ASKFIRST_BUILDS", "").strip()
    if "://" not in given:
        return None, Path(given).expanduser() if given else None
    if find_spec("fsspec") is None:
        needed = 'expected the extra "builds": pip install ".[builds]"'
        raise BadSetting(f"ASKFIRST_BUILDS={given}: fsspec is not installed, {needed}")
    return given.rstrip("/"), None


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


def _quiet(environment: Mapping[str, str]) -> tuple[time, time] | None:
    given = environment.get("ASKFIRST_QUIET", "").strip()
    begin, _, end = (part.strip() for part in given.partition("-"))
    if given and not (_CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end) and begin != end):
        expected = "expected two different times of a day, like 22:00-07:00, or nothing for none"
        raise BadSetting(f"ASKFIRST_QUIET={given}: {expected}")
    return (time.fromisoformat(begin), time.fromisoformat(end)) if given else None


def _console(environment: Mapping[str, str]) -> tuple[str, int] | None:
    given = environment.get("ASKFIRST_CONSOLE", "").strip()
    host, _, port = given.rpartition(":")
    if given and not (_HOST.fullmatch(host) and port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise BadSetting(f"ASKFIRST_CONSOLE={given}: expected an address and a port, like 127.0.0.1:8377")
    return (host.strip("[]"), int(port)) if given else None


def _console_url(environment: Mapping[str, str]) -> str | None:
    given = environment.get("ASKFIRST_CONSOLE_URL", "").strip().rstrip("/")
    if given and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?", given):
        expected = "expected the root under which it is reached, like https://console.example.org"
        raise BadSetting(f"ASKFIRST_CONSOLE_URL={given}: {expected}")
    return given or None
