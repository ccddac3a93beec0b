"""Running the console until it is stopped."""

import logging
from contextlib import ExitStack

import uvicorn

from bot.checking.engine import Engine
from bot.console.app import build_app
from bot.console.desk import open_desk
from bot.pictures.reader import Pictures
from bot.pictures.stack import missing_libraries
from bot.settings import CONSOLE, Settings

logger = logging.getLogger(__name__)


def run_console(settings: Settings, engine: Engine) -> int:
    """Serve the console until the process is told to stop; return the exit status.

    Raises:
        BadKey: the key beside the database cannot be used.
        sqlite3.Error: the database cannot be used.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    host, port = settings.console or CONSOLE
    with ExitStack() as opened:
        if missing := missing_libraries():
            logger.warning("pictures cannot be read here, not installed: %s", ", ".join(missing))
        pictures = None if missing else opened.enter_context(Pictures())
        desk = opened.enter_context(open_desk(settings, engine, pictures=pictures))
        # addresses hold the secrets of links, so none of them is logged
        uvicorn.run(build_app(desk), host=host, port=port, access_log=False, log_level="warning", server_header=False)
    return 0
