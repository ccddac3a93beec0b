"""Running the API: one process, which logs neither requests nor what is in them."""

import logging
import time
from pathlib import Path

import uvicorn

from bot.api.application import build_api
from bot.api.keys import Keys
from bot.api.pace import Pace
from bot.api.service import Service

_CONNECTIONS = 200
_IDLE_SECONDS = 5


def server(service: Service, folder: Path) -> uvicorn.Server:
    """Return the server, to be run on a socket that listens; ``folder`` has the file of keys."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    config = uvicorn.Config(
        build_api(service, Keys(folder), Pace(time.monotonic)),
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_IDLE_SECONDS,
        lifespan="off",
    )
    return uvicorn.Server(config)
