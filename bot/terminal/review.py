"""What waits for moderators: ``askfirst try``, and ``askfirst review`` to decide on it, card after card."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

from bot.moderation import queue
from bot.terminal.check import DONE, FAILED, WrongUsage
from bot.terminal.commands import Actions, Workbench, add
from bot.terminal.desk.items import Shown, item_line
from bot.terminal.desk.items import shown as items_shown
from bot.terminal.proposal_lines import URGENT, decided, heading, impact_line, name_of, named, outcomes, printable
from bot.terminal.screen import complain, waiting
from knowledge.documents.golden import situation_document
from knowledge.ledger.contact_report_decisions import forget_closed
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Proposal

_MOST_AT_ONCE = 10_000
_LONGEST_WHY = 1000
_UNDO = "z take back what you decided last"
_KEYS = f"a approve, u approve as {URGENT}, r reject"


def add_commands(commands: Actions) -> None:
    """Add the commands."""
    add(commands, "try", "try out what is proposed and was not tried yet", _try_all)
    review = add(commands, "review", "go through all that waits: proposals, appeals, reports, wrong answers", _review)
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
        return _list(bench)
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


def _list(bench: Workbench) -> int:
    for ref in _queue(bench, None):
        if ref[0] != "p":
            line = item_line(ref, bench)
        else:
            one = bench.proposals.get(int(ref[1:]))
            line = f"{heading(one)}: {impact_line(one)}" if one else ""
        if line:
            print(line)
    return DONE


def _queue(bench: Workbench, viewer: int | None) -> tuple[str, ...]:
    return queue.queue(bench.proposals, bench.reports, bench.notes, bench.today, viewer)


def _cards(bench: Workbench) -> int:
    """Walk through what waits; what was decided on last can be taken back."""
    _try(bench)
    forget_closed(bench.store, bench.now)
    items, place, last = _queue(bench, bench.who), 0, ""
    while place < len(items) or (last and _asked(f"{_UNDO}, Enter to end: ") == "z"):
        if place == len(items):
            place, last = items.index(last) if _undone(last, bench) else place, ""
            continue
        shown = _shown(items[place], bench)
        if shown is None:  # somebody else has settled it meanwhile
            place += 1
            continue
        print(f"\n{place + 1} of {len(items)}\n{shown.text}")
        key = _key(shown, last)
        if key is None:
            return DONE
        if key == "z":
            place, last = items.index(last) if _undone(last, bench) else place, ""
        elif key == "s":
            place += 1
        elif (done := shown.acts[key]()) is not None:
            place, last = place + 1, items[place] if done else last
    print("That was all." if items else "Nothing waits.")
    return DONE


def _shown(ref: str, bench: Workbench) -> Shown | None:
    if ref[0] != "p":
        return items_shown(ref, bench)
    proposal = bench.proposals.get(int(ref[1:]))
    if proposal is None or proposal.decided:
        return None
    number = proposal.id
    acts = {
        "a": lambda: _decide(bench, number, approve=True),
        "u": lambda: _decide(bench, number, approve=True, urgent=True),
        "r": lambda: _rejected(bench, number),
    }
    return Shown(card(proposal, bench), _KEYS, acts)


def _key(shown: Shown, last: str) -> str | None:
    """Ask what to do with what is shown until it is one of the keys; None where the person wants to end."""
    undo = f", {_UNDO}" if last else ""
    keys = {*shown.acts, "s", *(["z"] if last else [])}
    while (key := _asked(f"{shown.keys}, s skip{undo}, q quit: ")) not in (None, "q"):
        if key in keys:
            return key
    return None


def _rejected(bench: Workbench, number: int) -> bool | None:
    why = _asked("why: ")
    if why and len(why) <= _LONGEST_WHY:
        return _decide(bench, number, approve=False, reason=why)
    if why is not None:
        print(f"A reason is needed, of at most {_LONGEST_WHY:,} characters.")
    return None


def _undone(ref: str, bench: Workbench) -> bool:
    outcome = queue.undo(bench.store, bench.roles, ref, bench.who, bench.now)
    if outcome == "undone":
        print("taken back; it waits again")
    else:
        complain(f"askfirst review: it cannot be taken back any more ({outcome})")
    return outcome == "undone"


def card(proposal: Proposal, bench: Workbench) -> str:
    """Return all that a moderator needs to see of a proposal."""
    draft = proposal.draft
    lines = [heading(proposal)]
    lines += [f"edited by {name_of(person)}" for person in sorted(proposal.edited_by)]
    lines += [f"{name}: {value}" for name, value in (("why", draft.reason), ("batch", draft.batch)) if value]
    if draft.case:
        lines.append(f"{draft.case.language}{', emergency' if draft.case.emergency else ''}: {draft.case.text}")
    elif draft.situation:
        lines.append(situation_document(draft.situation))
    elif draft.kind != "retire":
        lines.append(bench.drafting.diff(draft, bench.today))
    lines.append(impact_line(proposal))
    if proposal.impact:
        lines += [f"  {line}" for line in named(Impact.from_row(proposal.impact))]
    return printable("\n".join(lines))


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
