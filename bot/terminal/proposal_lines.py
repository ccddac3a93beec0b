"""Proposals, their impacts and what became of them, in the words of the terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import fields

from knowledge.ledger.roles import OPERATOR
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Decision, Proposal
from knowledge.proposals.queue import URGENT_DAYS

_NAMED = 8
_COUNTED = {
    "found": ("finds {} scam that was missed", "finds {} scams that were missed"),
    "missed": ("misses {} scam that is found today", "misses {} scams that are found today"),
    "pulled": ("takes {} situation from its own pattern", "takes {} situations from their own patterns"),
    "now_possible": ("{} everyday text becomes possible", "{} everyday texts become possible"),
    "now_likely": ("{} everyday text becomes likely", "{} everyday texts become likely"),
    "accused": ("calls {} harmless line a known scam", "calls {} harmless lines a known scam"),
    "calm": ("{} new case reads like everyday talk", "{} new cases read like everyday talk"),
    "alarming": ("{} look-alike reads like a known scam", "{} look-alikes read like a known scam"),
    "answered_right": ("the build that serves answers it as it should",) * 2,
    "answered_wrong": ("the build that serves answers it otherwise",) * 2,
    "near": ("{} case has nearly the words of another", "{} cases have nearly the words of others"),
}


def printable(text: str) -> str:
    """Return a text that a terminal shows as it is, without characters that would steer the terminal."""
    return "".join(char if char.isprintable() or char in "\n\t" else "?" for char in text)


def name_of(who: int | None) -> str:
    """Name a person."""
    return "the operator" if who == OPERATOR else str(who)


def heading(proposal: Proposal) -> str:
    """Say in one line what is proposed and by whom."""
    draft = proposal.draft
    made = f"{proposal.made:%Y-%m-%d %H:%M}"
    return f"{proposal.id}: {draft.kind} of {draft.pattern}, by {name_of(proposal.author)}, {made}"


def impact_line(proposal: Proposal) -> str:
    """Say in one line what trying found, or why it is held."""
    if proposal.state == "held" or proposal.held:
        return printable(f"held: {proposal.held}")
    return in_words(Impact.from_row(proposal.impact)) if proposal.impact else "not tried out yet"


def in_words(impact: Impact) -> str:
    """Say in one line what a proposal changes."""
    situation = impact.answered_right or impact.answered_wrong
    parts = [] if situation else [f"fixes {len(impact.fixes)}, breaks {len(impact.breaks)}"]
    for name, (one, more) in _COUNTED.items():
        if count := len(getattr(impact, name)):
            parts.append((one if count == 1 else more).format(count))
    return "; ".join(parts)


def named(impact: Impact) -> Iterator[str]:
    """Yield a line for each thing that a proposal changes, with the texts that it does so to."""
    for field in fields(impact):
        which = getattr(impact, field.name)
        if field.name == "near":
            which = tuple(f"{place} ({cosine:.2f})" for _, place, cosine in which)
        if which and isinstance(which, tuple):
            more = f", … ({len(which)} in all)" if len(which) > _NAMED else ""
            yield printable(f"{field.name.replace('_', ' ')}: {', '.join(which[:_NAMED])}{more}")


def outcomes(proposals: Iterable[Proposal]) -> Iterator[str]:
    """Yield a line for each proposal that was made and tried, or one for several of one outcome."""
    groups: dict[str, list[Proposal]] = {}
    for one in proposals:
        groups.setdefault(impact_line(one), []).append(one)
    for line, group in groups.items():
        if len(group) == 1:
            yield f"proposal {group[0].id}, {group[0].draft.kind} of {group[0].draft.pattern}: {line}"
        else:
            ids = [one.id for one in group]
            patterns = {one.draft.pattern for one in group}
            of = next(iter(patterns)) if len(patterns) == 1 else f"{len(patterns)} patterns"
            yield f"proposals {spans(ids)}, {len(ids)} of {of}: {line}"


def spans(numbers: list[int]) -> str:
    """Write numbers with runs drawn together, as 3-7, 9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def decided(number: int, decision: Decision) -> tuple[str, bool]:
    """Say what became of a decision, and whether it was taken."""
    one = decision.proposal
    if decision.outcome == "approved":
        if one and one.expires:
            return (
                f"{number}: approved until {one.expires}; `askfirst rebuild` lets it answer at once",
                True,
            )
        return f"{number}: approved; it answers after the next rebuild", True
    if decision.outcome in ("rejected", "withdrawn"):
        return f"{number}: {decision.outcome}", True
    refusals = {
        "already": f"already {one.state} by {name_of(one.decided_by)}" if one else "already decided",
        "own": "your own, expected another moderator; ASKFIRST_ONE_PERSON=1 lets you approve it yourself",
        "edited": "you have edited it, expected a moderator who has neither proposed nor edited it",
        "held": f"held back, it can only be rejected: {one.held}" if one else "held back",
        "untried": "not tried out yet, expected `askfirst review` before",
        "gone": "no such proposal, expected a number that `askfirst review --list` shows",
        "not-moderator": "you are no moderator, or no longer one",
    }
    return printable(f"{number}: {refusals[decision.outcome]}"), False


URGENT = f"urgent, for {URGENT_DAYS} days"
