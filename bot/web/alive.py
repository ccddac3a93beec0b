"""``python -m bot.web.alive``: exit status 0 where the bot of this machine answers; for a HEALTHCHECK."""

import http.client
import os
import sys

from bot.settings import BadSetting
from bot.web.settings import read_web_settings

_SECONDS = 5.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def main() -> int:
    """Ask ``/healthz``; where ASKFIRST_HTTP is not set there is nothing to ask, and nothing wrong with that."""
    try:
        address = read_web_settings({"ASKFIRST_HTTP": os.environ.get("ASKFIRST_HTTP", "")}).http
    except BadSetting as fault:
        print(fault, file=sys.stderr)
        return 1
    if address is None:
        return 0
    connection = http.client.HTTPConnection(_EVERYWHERE.get(address.host, address.host), address.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return 0 if connection.getresponse().status == 200 else 1
    except OSError as fault:
        print(f"{address}: {fault}", file=sys.stderr)
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
