"""The commands that change what is known: ``askfirst patterns`` and ``askfirst cases``, and the list of all of them."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.reports.tables import Table, as_text
from bot.settings import BadSetting
from bot.terminal import overview, review
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Command, Desk, add
from bot.terminal.importing import imported
from bot.terminal.proposal_lines import outcomes, printable
from bot.terminal.screen import output, show, waiting
from bot.words import choices
from bot.words.answers import pattern_reply
from bot.words.texts import read_texts
from knowledge.documents.pattern import Pattern
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.proposals.drafting import CASE_LANGUAGES
from knowledge.proposals.files import read_text, write_patterns
from knowledge.proposals.proposal import Draft

_AS = "propose as this moderator, by Telegram id, instead of as the operator"


def add_commands(commands: Actions) -> Actions:
    """Add the commands for curating; return the actions of ``patterns``, so that others can be added."""
    patterns = commands.add_parser("patterns", help="work with the pattern documents")
    actions = patterns.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_reading(actions)
    _add_changing(actions)
    cases = commands.add_parser("cases", help="work with the cases of patterns")
    adding = cases.add_subparsers(title="actions", metavar="ACTION", required=True)
    case = add(adding, "add", "propose one more case of a pattern, and try it out", _case)
    case.add_argument("pattern", help="the pattern's id")
    case.add_argument("text", help='what somebody said, in their words; "-" reads standard input')
    case.add_argument("--emergency", action="store_true", help="they have already paid or given something away")
    case.add_argument("--language", choices=CASE_LANGUAGES, metavar="CODE", help="its language, where it is not told")
    case.add_argument("--as", dest="who", type=int, metavar="ID", help=_AS)
    review.add_commands(commands)
    overview.add_commands(commands)
    return actions


def _add_reading(actions: Actions) -> None:
    listing = add(actions, "list", "list the patterns, with what was approved", _list)
    listing.add_argument("--family", default="", help="only those of one family")
    showing = add(actions, "show", "print a pattern's document, or what people will see", _show)
    showing.add_argument("id", help="the pattern's id")
    showing.add_argument("--language", default="", help="print what people see in this language")
    exporting = add(actions, "export", "write the documents into a new folder, all or none", _export)
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, or an empty one")
    exporting.add_argument("ids", nargs="*", metavar="ID", help="only these patterns")


def _add_changing(actions: Actions) -> None:
    made: list[argparse.ArgumentParser] = []

    def changing(name: str, about: str, run: Command) -> argparse.ArgumentParser:
        made.append(add(actions, name, about, run))
        return made[-1]

    adding = changing("add", "propose a new pattern, and try it out", _add)
    adding.add_argument("file", nargs="?", type=Path, metavar="FILE.toml", help="its document")
    adding.add_argument("--template", action="store_true", help="print a filled-in document to begin with, and exit")
    editing = changing("edit", "propose a change of a pattern, and try it out", _edit)
    editing.add_argument("what", metavar="FILE.toml|ID", help="the changed document, or an id to change it in $EDITOR")
    retiring = changing("retire", "propose to take a pattern out, and try it out", _retire)
    retiring.add_argument("id", help="the pattern's id")
    retiring.add_argument("--why", required=True, metavar="TEXT", help="the reason")
    importing = changing("import", "propose what is in files, all or nothing, and try it out", _import)
    about = "documents of patterns (.toml), or cases (.csv, .jsonl, or .toml with [[cases]] that name their pattern)"
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE", help=about)
    for parser in made:
        parser.add_argument("--as", dest="who", type=int, metavar="ID", help=_AS)


def _list(options: argparse.Namespace, desk: Desk) -> int:
    patterns, shipped = desk.patterns(), desk.casebook()
    families = sorted({pattern.family for pattern in (*patterns.values(), *shipped.patterns.values())})
    if options.family and options.family not in families:
        raise WrongUsage(f"--family {options.family}: expected one of {', '.join(families)}")
    documents = desk.drafting.documents(desk.today)
    every: dict[str, Pattern] = {**shipped.patterns, **patterns}
    rows = [
        (name, str(pattern.kind), pattern.family, _cases(pattern), _state(name, shipped.documents, documents))
        for name, pattern in sorted(every.items())
        if options.family in ("", pattern.family)
    ]
    columns = ("id", "kind", "family", "cases", "state")
    output().print(as_text(Table(f"{len(rows)} patterns", columns, rows)))
    return DONE


def _cases(pattern: Pattern) -> str:
    languages = {case.language for case in pattern.cases}
    return f"{len(pattern.cases)} in {len(languages)} language{'s' if len(languages) > 1 else ''}"


def _state(name: str, shipped: Mapping[str, str], documents: Mapping[str, str]) -> str:
    if name not in documents:
        return "retired"
    if name not in shipped:
        return "new"
    return "shipped" if shipped[name] == documents[name] else "edited"


def _document(desk: Desk, name: str) -> str:
    """Return the document in use.

    Raises:
        InvalidDocument: there is none of that name.
    """
    documents = desk.drafting.documents(desk.today)
    if name not in documents:
        wrong = "no such pattern, expected an id that `askfirst patterns list` shows"
        raise InvalidDocument("patterns", [Fault(repr(name), wrong)])
    return documents[name]


def _show(options: argparse.Namespace, desk: Desk) -> int:
    document = _document(desk, options.id)
    if not options.language:
        print(printable(document), end="")
        return DONE
    every = read_texts()
    language = choices.find_language(options.language, every)
    if language is None:
        raise WrongUsage(f"--language {options.language}: expected one of {', '.join(every)}")
    show(output(), pattern_reply(every[language], desk.patterns()[options.id]).html)
    return DONE


def _export(options: argparse.Namespace, desk: Desk) -> int:
    documents = desk.drafting.documents(desk.today)
    wanted = {name: _document(desk, name) for name in options.ids} or documents
    write_patterns(wanted, options.folder)
    print(f"{options.folder}: {len(wanted)} documents written")
    return DONE


def _add(options: argparse.Namespace, desk: Desk) -> int:
    if options.template == (options.file is not None):
        raise WrongUsage("expected either FILE.toml or --template")
    if options.template:
        print(desk.drafting.template(desk.today), end="")
        return DONE
    draft = desk.drafting.document_draft(read_text(options.file), options.file.name, desk.today)
    if draft.kind != "pattern":
        wrong = "a known pattern's, expected a new one; `askfirst patterns edit` changes those there are"
        raise InvalidDocument(options.file.name, [Fault("id", wrong)])
    return propose(desk, [draft])


def _edit(options: argparse.Namespace, desk: Desk) -> int:
    if options.what.endswith(".toml"):
        text, name = read_text(Path(options.what)), Path(options.what).name
    else:
        text, name = _edited(_document(desk, options.what), f"{options.what}.toml"), f"{options.what}.toml"
    try:
        draft = desk.drafting.document_draft(text, name, desk.today)
    except InvalidDocument as invalid:
        if options.what.endswith(".toml"):
            raise
        raise InvalidDocument(name, [*invalid.faults, _kept(text, name)]) from invalid
    if draft.kind != "edit":
        wrong = f"{draft.pattern!r} is not known, expected a known pattern's; `askfirst patterns add` adds a new one"
        raise InvalidDocument(name, [Fault("id", wrong)])
    return propose(desk, [draft])


def _edited(document: str, name: str) -> str:
    """Return a document as somebody leaves it in their editor.

    Raises:
        BadSetting: no editor is set, or it fails.
    """
    editor = shlex.split(os.environ.get("VISUAL", "") or os.environ.get("EDITOR", ""))
    if not editor:
        raise BadSetting("EDITOR: not set, expected an editor's command, like nano")
    with tempfile.TemporaryDirectory(prefix="askfirst-") as folder:
        file = Path(folder, name)
        file.write_text(document, "utf-8")
        try:
            status = subprocess.run([*editor, str(file)], check=False).returncode
        except OSError as fault:
            raise BadSetting(f"EDITOR={editor[0]}: cannot be run ({fault.strerror}), expected an editor") from fault
        if status:
            raise BadSetting(f"EDITOR={editor[0]}: ended with status {status}, expected 0; nothing is changed")
        return read_text(file)


def _kept(text: str, name: str) -> Fault:
    """Keep a faulty document that was typed just now, and say where."""
    file = Path(tempfile.mkdtemp(prefix="askfirst-"), name)
    file.write_text(text, "utf-8")
    return Fault("document", f"kept as {file}, expected `askfirst patterns edit {file}` once it is corrected")


def _retire(options: argparse.Namespace, desk: Desk) -> int:
    return propose(desk, [desk.drafting.retire_draft(options.id, options.why, desk.today)])


def _import(options: argparse.Namespace, desk: Desk) -> int:
    with waiting("Reading the files"):
        drafts = imported(options.files, desk)
    return propose(desk, drafts)


def _case(options: argparse.Namespace, desk: Desk) -> int:
    text = sys.stdin.read() if options.text == "-" else options.text
    draft = desk.drafting.case_draft(
        options.pattern, text, emergency=options.emergency, today=desk.today, language=options.language
    )
    assert draft.case is not None
    print(f"kept as ({draft.case.language}): {printable(draft.case.text)}")
    nearest = desk.curation.nearest(draft.case.text)
    print(f"nearest: {', '.join(f'{pattern.id} {cosine:.2f}' for pattern, cosine in nearest.patterns)}")
    if nearest.twin:
        print(f"warning: nearly the words of a case of {nearest.twin[0]}, cosine {nearest.twin[1]:.2f}")
    return propose(desk, [draft])


def propose(desk: Desk, drafts: Sequence[Draft]) -> int:
    """Propose drafts, try them at once, and print what came of it."""
    made = {one.id for one in desk.curation.propose(drafts, desk.who, desk.now)}
    with waiting("Trying it out"):
        tried = [one for one in desk.curation.try_untried(desk.now) if one.id in made]
    for line in outcomes(tried):
        print(line)
    return DONE
