"""The builds: what is in each, how good it is, going back to one, and making one now."""

import logging
from collections.abc import Sequence
from dataclasses import fields
from hashlib import sha256
from typing import Any

from anyio import from_thread
from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.routing import Route

from bot.console.call import Call, for_moderators
from bot.console.rendering import as_csv
from bot.moderation.night import STEPS
from bot.moderation.publishing import serve_again
from bot.reports.tables import Table
from index.builds.build import BuildMismatch
from index.builds.history import BuildSummary, NoSuchBuild, summaries
from index.builds.shelf import current_name
from index.judging.evaluation import Figures
from knowledge.ledger.night_reports import Nights

logger = logging.getLogger(__name__)
_WIDE, _HIGH, _EDGE = 720, 200, 14
_COUNTED = ("patterns", "cases", "golden")
FIGURES = ("first", "among_three", "harmless_likely", "danger_missed")


def show(call: Call) -> Response:
    """Show the builds, and the run that is under way or was last."""
    found = summaries(call.desk.settings.builds, call.desk.engine.serving.build().manifest.model)
    lines = [(one, _figures(one, before)) for one, before in zip(found, [*found[1:], None], strict=False)]
    values: dict[str, Any] = {"lines": lines, "figures": FIGURES, "drawn": _lines(found)}
    values["came_in"] = {name: one.get("came_in", []) for name, one in Nights(call.desk.store).published().items()}
    return call.page("builds.html", here="builds", back="/builds", **values, **_run(call))


def table(call: Call) -> Response:
    """Send the builds with all their figures as CSV."""
    found = summaries(call.desk.settings.builds, call.desk.engine.serving.build().manifest.model)
    names = [field.name for field in fields(Figures)]
    rows = [
        (one.name, one.made, *(str(one.counts.get(name, "")) for name in _COUNTED), *_shares(one.figures, names))
        for one in found
    ]
    return as_csv("builds", Table("Builds", ("build", "made", *_COUNTED, *names), rows))


def _shares(figures: Figures | None, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{getattr(figures, name):.4g}" if figures else "" for name in names)


def _lines(found: Sequence[BuildSummary]) -> dict[str, str]:
    """Return the points of each figure's line in the picture, the oldest build first; none of fewer than two builds."""
    known = [one.figures for one in reversed(found) if one.figures]
    if len(known) < 2:
        return {}
    step = (_WIDE - 2 * _EDGE) / (len(known) - 1)
    return {
        name: " ".join(
            f"{_EDGE + number * step:.1f},{_EDGE + (_HIGH - 2 * _EDGE) * (1 - getattr(one, name)):.1f}"
            for number, one in enumerate(known)
        )
        for name in FIGURES
    }


def _figures(one: BuildSummary, before: BuildSummary | None) -> list[tuple[str, float, float | None]]:
    """Return each figure with what it was in the build before; nothing where they are not known."""
    old: Figures | None = before.figures if before else None
    named = [(name, getattr(one.figures, name, None), getattr(old, name, None)) for name in FIGURES]
    return [(name, value, earlier) for name, value, earlier in named if value is not None]


def _run(call: Call) -> dict[str, Any]:
    """Return how a run is doing; its report is read after that, so that one that has ended is told with its own."""
    run = call.desk.rebuilds.state
    night = Nights(call.desk.store).latest()
    began, finished, report = night or ("", None, {})
    at = tuple(report.get("at", ("", 0, 0)))
    return {
        "running": run.running,
        "ended": run.status,
        "run_mark": _mark(run, began, finished),
        "at_mark": _mark(at),
        "step": STEPS.index(at[0]) if run.running and not finished and at[0] in STEPS else None,
        "steps": STEPS,
        "read": at[1:],
        "began": began[:16].replace("T", " "),
        "finished": (finished or "")[:16].replace("T", " "),
        "report": {key: report.get(key, []) for key in ("worse", "faults", "held_back", "came_in")},
    }


def _mark(*seen: object) -> str:
    """Return what tells whether anything has happened since a page was shown something."""
    return sha256(repr(seen).encode()).hexdigest()[:12]


def progress(call: Call) -> Response:
    """Show how far the run is, alone; where only the step is another, that alone, which is not read out."""
    values = _run(call)
    if call.unchanged(values["run_mark"]) is None:
        return call.part_of("progress.html", **values)
    if call.asked("at") == values["at_mark"]:
        return Response(status_code=204)
    response = call.part_of("step.html", **values)
    response.headers.update({"HX-Retarget": "#step", "HX-Reswap": "outerHTML"})
    return response


def rebuild(call: Call) -> Response:
    """Begin the nightly run now; of two who ask at once, one begins it."""
    if not from_thread.run_sync(call.desk.rebuilds.start):
        return call.done("/builds", "rebuild_runs", wrong=True)
    logger.info("%d began a rebuild", call.person)
    return call.done("/builds", "rebuild_begun")


def roll_back(call: Call) -> Response:
    """Let an earlier build serve."""
    desk, name, words = call.desk, call.sent("name")[:60], call.for_moderators
    if current_name(desk.settings.builds) == name:
        return call.told("/builds", words.of("rollback_serves", name=name), wrong=True)
    model = desk.engine.serving.build().manifest.model
    try:
        serve_again(desk.store, desk.settings.builds, name, model, call.person, desk.now)
    except (BuildMismatch, NoSuchBuild):
        return call.told("/builds", words.of("rollback_unsound", name=name), wrong=True)
    desk.proposals.again()
    response = call.told("/builds", words.of("rollback_done", name=name))

    async def try_out() -> None:
        desk.trials.ask()

    response.background = BackgroundTask(try_out)
    return response


ROUTES = [
    Route("/builds", for_moderators(show)),
    Route("/builds.csv", for_moderators(table)),
    Route("/builds/progress", for_moderators(progress)),
    Route("/builds/rebuild", for_moderators(rebuild), methods=["POST"]),
    Route("/builds/rollback", for_moderators(roll_back), methods=["POST"]),
]
