"""What moderators proposed: ``askfirst try``, and ``askfirst review`` to approve or to reject it, card after card."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

from bot.terminal.check import DONE, FAILED, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.proposal_lines import URGENT, decided, heading, impact_line, named, outcomes, printable
from bot.terminal.screen import complain, waiting
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Proposal

_MOST_AT_ONCE = 10_000
_LONGEST_WHY = 1000
_KEYS = f"a approve, u approve as {URGENT}, r reject, s skip, q quit: "


def add_commands(commands: Actions) -> None:
    """Add the commands."""
    add(commands, "try", "try out what is proposed and was not tried yet", _try_all)
    review = add(commands, "review", "go through what is proposed, and approve or reject it", _review)
    review.add_argument("--list", action="store_true", help="print the queue, and exit")
    several: dict[str, Any] = {"type": _numbers, "nargs": "+", "metavar": "N", "default": []}
    review.add_argument("--approve", **several, help="approve proposals by number, like 12 or 12-40, and exit")
    review.add_argument("--urgent", action="store_true", help=f"with --approve: {URGENT}")
    review.add_argument("--reject", **several, help="reject proposals by number, and exit")
    review.add_argument("--why", default="", metavar="TEXT", help="the reason; --reject needs it")
    review.add_argument("--as", dest="who", type=int, metavar="ID", help="decide as this moderator, by Telegram id")


def _numbers(given: str) -> range:
    span = re.fullmatch(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", given)
    first, last = (int(span[1]), int(span[2] or span[1])) if span else (0, 0)
    if not 1 <= first <= last < first + _MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{given!r}, expected a proposal's number, or a span like 12-40")
    return range(first, last + 1)


def _review(options: argparse.Namespace, bench: Workbench) -> int:
    why = options.why.strip()
    if sum(map(bool, (options.list, options.approve, options.reject))) > 1:
        raise WrongUsage("expected only one of --list, --approve N and --reject N")
    if bool(options.reject) != bool(why) or len(why) > _LONGEST_WHY:
        raise WrongUsage(f"--reject N and --why TEXT: expected both or none, and at most {_LONGEST_WHY:,} characters")
    if options.urgent and not options.approve:
        raise WrongUsage("--urgent: expected --approve N beside it")
    if options.list:
        for one in bench.proposals.queue():
            print(f"{heading(one)}: {impact_line(one)}")
        return DONE
    if options.approve or options.reject:
        numbers = [number for span in options.approve or options.reject for number in span]
        if options.approve and {one.id for one in bench.proposals.untried()} & set(numbers):
            _try(bench)
        taken = [
            _decide(bench, number, approve=not options.reject, urgent=options.urgent, reason=why) for number in numbers
        ]
        return DONE if all(taken) else FAILED
    return _cards(bench)


def _try_all(_: argparse.Namespace, bench: Workbench) -> int:
    for line in outcomes(_try(bench)):
        print(line)
    return DONE


def _try(bench: Workbench) -> Sequence[Proposal]:
    """Try what was not tried yet; the model is opened only where there is something."""
    if not bench.proposals.untried():
        return ()
    with waiting("Trying out what is new"):
        return bench.proposing.try_untried(bench.now)


def _cards(bench: Workbench) -> int:
    _try(bench)
    queue = bench.proposals.queue()
    for place, one in enumerate(queue, 1):
        fresh = bench.proposals.get(one.id)
        if fresh is None or fresh.state not in ("waiting", "held"):
            continue  # somebody else has decided it meanwhile
        print(f"\n{place} of {len(queue)}\n{card(fresh, bench)}")
        if not _answered(fresh, bench):
            return DONE
    print("That was all." if queue else "Nothing waits.")
    return DONE


def card(proposal: Proposal, bench: Workbench) -> str:
    """Return all that a moderator needs to see of a proposal."""
    draft = proposal.draft
    lines = [heading(proposal)]
    lines += [f"{name}: {value}" for name, value in (("why", draft.reason), ("batch", draft.batch)) if value]
    if draft.case:
        lines.append(f"{draft.case.language}{', emergency' if draft.case.emergency else ''}: {draft.case.text}")
    elif draft.kind != "retire":
        lines.append(bench.drafting.diff(draft, bench.today))
    lines.append(impact_line(proposal))
    if proposal.impact:
        lines += [f"  {line}" for line in named(Impact.from_row(proposal.impact))]
    return printable("\n".join(lines))


def _answered(proposal: Proposal, bench: Workbench) -> bool:
    """Ask what to do with a proposal and do it; False where the person wants to end."""
    while True:
        key = _asked(_KEYS)
        if key in ("q", None):
            return False
        if key == "s":
            return True
        if key in ("a", "u"):
            _decide(bench, proposal.id, approve=True, urgent=key == "u")
            return True
        if key == "r":
            why = _asked("why: ")
            if why is None:
                return False
            if 0 < len(why) <= _LONGEST_WHY:
                _decide(bench, proposal.id, approve=False, reason=why)
                return True
            print(f"A reason is needed, of at most {_LONGEST_WHY:,} characters.")


def _asked(question: str) -> str | None:
    """Return an answer; None at the end of what there is to read."""
    try:
        return input(question).strip()
    except EOFError:
        print()
        return None


def _decide(bench: Workbench, number: int, *, approve: bool, urgent: bool = False, reason: str = "") -> bool:
    """Decide and say what came of it; return whether the decision was taken."""
    decision = bench.proposals.decide(
        number, approve, bench.who, bench.now, is_moderator=bench.roles.is_moderator, urgent=urgent, reason=reason
    )
    line, taken = decided(number, decision)
    if taken:
        print(line)
    else:
        complain(f"askfirst review: {line}")
    return taken
