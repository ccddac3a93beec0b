"""Running the console until it is stopped."""

import logging

import uvicorn

from bot.checking.engine import Engine
from bot.console.app import build_app
from bot.console.desk import open_desk
from bot.settings import CONSOLE, Settings


def run_console(settings: Settings, engine: Engine) -> int:
    """Serve the console until the process is told to stop; return the exit status.

    Raises:
        BadKey: the key beside the database cannot be used.
        sqlite3.Error: the database cannot be used.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    host, port = settings.console or CONSOLE
    with open_desk(settings, engine) as desk:
        # addresses hold the secrets of links, so none of them is logged
        uvicorn.run(build_app(desk), host=host, port=port, access_log=False, log_level="warning", server_header=False)
    return 0
