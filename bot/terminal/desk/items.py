"""Reported contacts, appeals and notes on wrong answers as they are reviewed in the terminal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from bot.terminal.commands import Workbench
from bot.terminal.proposal_lines import name_of, printable
from bot.terminal.screen import complain
from knowledge.ledger.contact_report_decisions import confirm_contact, remove_reports
from knowledge.ledger.contact_report_rows import AppealRow, ReportedRow
from knowledge.ledger.safelist import Contact, Listed, listed, put_on_safelist, take_off_safelist
from knowledge.ledger.wrong_answers import WrongNote

Act = Callable[[], bool | None]
"""Does what a key says: True where it was decided, False where it could not be, None where the person is asked anew."""
NOT_PUT = {"yours": "you have said so already, expected a second moderator", "already": "on the safelist already"}
_SECOND = "one person reported it, expected a second moderator to confirm it too"


@dataclass(frozen=True)
class Shown:
    """An item as it is shown, and what may be done with it."""

    text: str
    keys: str = ""
    """What the keys do, in words."""
    acts: Mapping[str, Act] = field(default_factory=dict)


def item_line(ref: str, bench: Workbench) -> str:
    """Say in one line what waits; empty where it was settled meanwhile."""
    found = shown(ref, bench)
    return found.text.partition("\n")[0] if found else ""


def shown(ref: str, bench: Workbench) -> Shown | None:
    """Return a reported contact, an appeal, a wish for the safelist or a note; None where it was settled meanwhile."""
    kind, name = ref[0], ref[1:]
    if kind == "n":
        note = next((one for one in bench.notes.waiting() if one.id == int(name)), None)
        return _note(note, bench) if note else None
    if kind == "s":
        wish = listed(bench.store, name, bench.today)
        return _wish(wish, bench) if wish and not wish.in_force else None
    row = bench.reports.of(name, bench.today)
    appeal = next((one for one in bench.reports.appeals(bench.today) if one.identifier == name), None)
    if row is None or (kind == "a" and appeal is None):
        return None
    acts = {"d": partial(_remove, row, bench)}
    if appeal:
        text = f"{appeal_line(appeal)}\n{contact_line(row)}"
        return Shown(
            text, "k keep the reports and confirm them, d delete them", {"k": partial(_confirm, row, bench), **acts}
        )
    return Shown(contact_line(row), "c confirm, d delete the reports", {"c": partial(_confirm, row, bench), **acts})


def contact_line(row: ReportedRow) -> str:
    """Say in one line what is reported of a contact."""
    days = f"{row.since}" if row.since == row.last else f"{row.since} to {row.last}"
    parts = [f"report of {row.masked} ({row.kind}), by {_people(row.count)}, {days}"]
    parts += [f"with {', '.join(row.patterns)}"] if row.patterns else []
    parts += [f"from {', '.join(row.countries)}"] if row.countries else []
    parts += ["confirmed"] if row.confirmed else []
    if row.first is not None and row.count == 1:
        parts.append(f"confirmed by {name_of(row.first)}, needs a second moderator")
    return printable("; ".join(parts))


def appeal_line(appeal: AppealRow) -> str:
    """Say in one line that somebody says the reports on a contact are wrong."""
    who = _people(appeal.count)
    return printable(f"appeal against the reports of {appeal.masked} ({appeal.kind}), by {who} since {appeal.since}")


def note_line(note: WrongNote) -> str:
    """Say in one line which answer is said to be wrong."""
    named = f"{note.concern} {note.pattern}" if note.pattern else note.concern
    return printable(f"note {note.id}: said to be a wrong answer, {named} ({note.language}), {note.day}")


def _note(note: WrongNote, bench: Workbench) -> Shown:
    text = printable(note.masked) if note.masked else "the person did not want their text to be seen"
    acts = {"d": partial(_settle, note, "done", bench), "x": partial(_settle, note, "deleted", bench)}
    return Shown(f"{note_line(note)}\n{text}", "d done, x delete", acts)


def _wish(wish: Listed, bench: Workbench) -> Shown:
    line = f"safelist: {wish.masked} ({wish.kind}), wanted there by {name_of(wish.person)} since {wish.day}"
    text = printable("\n".join([line, *([f"why: {wish.reason}"] if wish.reason else [])]))
    acts = {"p": partial(_put, wish, bench), "d": partial(_drop, wish, bench)}
    return Shown(text, "p put it on the safelist, d do not", acts)


def _put(wish: Listed, bench: Workbench) -> bool:
    contact = Contact(wish.identifier, wish.kind, wish.masked)
    outcome = put_on_safelist(bench.store, contact, bench.who, bench.now, "", alone=bench.settings.alone)
    if outcome == "listed":
        print(printable(f"{wish.masked}: on the safelist, no report of it is kept"))
    else:
        complain(printable(f"askfirst review: {wish.masked}: {NOT_PUT.get(outcome, 'a second moderator is needed')}"))
    return outcome == "listed"


def _drop(wish: Listed, bench: Workbench) -> bool:
    done = take_off_safelist(bench.store, wish.identifier, bench.who, bench.now)
    print(printable(f"{wish.masked}: {'not put on the safelist' if done else 'nobody wants it there any more'}"))
    return done


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _confirm(row: ReportedRow, bench: Workbench) -> bool:
    alone = bench.settings.alone
    outcome = confirm_contact(bench.store, row.identifier, bench.who, bench.now, alone=alone)
    if outcome == "confirmed":
        print(f"confirmed, others are told of it: {contact_line(row)}")
    elif outcome == "second":
        print(f"noted; {_SECOND}: {contact_line(row)}")
    else:
        why = {"yours": f"you have confirmed it already; {_SECOND}", "already": "confirmed already"}
        complain(f"askfirst review: {row.masked}: {why.get(outcome, 'nothing is reported of it any more')}")
    return outcome in ("confirmed", "second")


def _remove(row: ReportedRow, bench: Workbench) -> bool:
    done = remove_reports(bench.store, row.identifier, bench.who, bench.now, "")
    print(f"deleted: {contact_line(row)}" if done else "nothing is reported of it any more")
    return done


def _settle(note: WrongNote, outcome: str, bench: Workbench) -> bool:
    settled = bench.notes.settle(note.id, bench.who, bench.now, outcome)
    print(f"note {note.id}: {outcome}" if settled else f"note {note.id}: settled already")
    return settled
