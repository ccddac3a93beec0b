"""Bringing in files of patterns and cases, by dropping them: all or nothing."""

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.console.forms import Upload
from bot.console.pages.trying import proposed
from bot.moderation.importing import imported
from bot.moderation.proposing import NotModerator
from knowledge.proposals.files import BadRows
from knowledge.proposals.proposal import Draft, Slowed

_MOST_FAULTS = 200


def ask(call: Call) -> Response:
    """Show where files are dropped."""
    return _page(call, ())


def bring_in(call: Call) -> Response:
    """Propose what is in the files, or name every fault of every file."""
    try:
        drafts = _drafts(call, call.files)
        made = call.desk.proposing.propose(drafts, call.person, call.desk.now)
    except BadRows as bad:
        return _page(call, bad.lines)
    except (NotModerator, Slowed) as fault:
        return _page(call, [call.said(fault)])
    return proposed(call, made, "/queue?kind=p")


def _drafts(call: Call, files: Sequence[Upload]) -> list[Draft]:
    """Return a draft for each thing in the files, which are on disk only while they are read.

    Raises:
        BadRows: naming every fault; nothing is to be taken then.
    """
    with tempfile.TemporaryDirectory(prefix="askfirst-") as folder:
        paths = []
        for number, upload in enumerate(files):
            name = PurePosixPath(upload.name.replace("\\", "/")).name.replace("\0", "")[-100:] or "file"
            path = Path(folder, str(number), name)
            path.parent.mkdir()
            path.write_bytes(upload.content)
            paths.append(path)
        try:
            return imported(paths, call.desk.proposing, call.desk.now)
        except BadRows as bad:
            shown = [line.replace(f"{folder}/", "") for line in bad.lines]
            raise BadRows([line.partition("/")[2] if line[:1].isdigit() else line for line in shown]) from bad


def _page(call: Call, faults: Sequence[str]) -> Response:
    shown, left = faults[:_MOST_FAULTS], max(len(faults) - _MOST_FAULTS, 0)
    return call.page("import.html", here="patterns", back="/import", faults=shown, left=left)


ROUTES = [Route("/import", for_moderators(ask)), Route("/import", for_moderators(bring_in), methods=["POST"])]
