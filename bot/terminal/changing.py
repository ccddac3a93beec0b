"""The commands that propose: ``askfirst patterns add``, ``edit``, ``retire`` and ``import``, and ``cases add``."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.moderation.importing import imported
from bot.settings import BadSetting
from bot.terminal.check import DONE, WrongUsage
from bot.terminal.commands import Actions, Command, Workbench, add
from bot.terminal.proposal_lines import outcomes, printable
from bot.terminal.screen import waiting
from knowledge.documents.toml import Fault, InvalidDocument
from knowledge.proposals.drafting import CASE_LANGUAGES
from knowledge.proposals.files import read_text
from knowledge.proposals.proposal import Draft

_AS = "propose as this moderator, by Telegram id, instead of as the operator"


def add_commands(commands: Actions, actions: Actions) -> None:
    """Add those of ``patterns`` to its actions, and ``cases`` to all commands."""
    _add_changing(actions)
    cases = commands.add_parser("cases", help="work with the cases of patterns")
    adding = cases.add_subparsers(title="actions", metavar="ACTION", required=True)
    case = add(adding, "add", "propose one more case of a pattern, and try it out", _case)
    case.add_argument("pattern", help="the pattern's id")
    case.add_argument("text", help='what somebody said, in their words; "-" reads standard input')
    case.add_argument("--emergency", action="store_true", help="they have already paid or given something away")
    case.add_argument("--language", choices=CASE_LANGUAGES, metavar="CODE", help="its language, where it is not told")
    case.add_argument("--as", dest="who", type=int, metavar="ID", help=_AS)


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


def document_of(bench: Workbench, name: str) -> str:
    """Return the document in use.

    Raises:
        InvalidDocument: there is none of that name.
    """
    documents = bench.drafting.documents(bench.today)
    if name not in documents:
        wrong = "no such pattern, expected an id that `askfirst patterns list` shows"
        raise InvalidDocument("patterns", [Fault(repr(name), wrong)])
    return documents[name]


def _add(options: argparse.Namespace, bench: Workbench) -> int:
    if options.template == (options.file is not None):
        raise WrongUsage("expected either FILE.toml or --template")
    if options.template:
        print(bench.drafting.template(bench.today), end="")
        return DONE
    draft = bench.drafting.document_draft(read_text(options.file), options.file.name, bench.today)
    if draft.kind != "pattern":
        wrong = "a known pattern's, expected a new one; `askfirst patterns edit` changes those there are"
        raise InvalidDocument(options.file.name, [Fault("id", wrong)])
    return propose(bench, [draft])


def _edit(options: argparse.Namespace, bench: Workbench) -> int:
    if options.what.endswith(".toml"):
        text, name = read_text(Path(options.what)), Path(options.what).name
    else:
        text, name = _edited(document_of(bench, options.what), f"{options.what}.toml"), f"{options.what}.toml"
    try:
        draft = bench.drafting.document_draft(text, name, bench.today)
    except InvalidDocument as invalid:
        if options.what.endswith(".toml"):
            raise
        raise InvalidDocument(name, [*invalid.faults, _kept(text, name)]) from invalid
    if draft.kind != "edit":
        wrong = f"{draft.pattern!r} is not known, expected a known pattern's; `askfirst patterns add` adds a new one"
        raise InvalidDocument(name, [Fault("id", wrong)])
    return propose(bench, [draft])


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


def _retire(options: argparse.Namespace, bench: Workbench) -> int:
    return propose(bench, [bench.drafting.retire_draft(options.id, options.why, bench.today)])


def _import(options: argparse.Namespace, bench: Workbench) -> int:
    with waiting("Reading the files"):
        drafts = imported(options.files, bench.drafting, bench.now)
    return propose(bench, drafts)


def _case(options: argparse.Namespace, bench: Workbench) -> int:
    text = sys.stdin.read() if options.text == "-" else options.text
    draft = bench.drafting.case_draft(
        options.pattern, text, emergency=options.emergency, today=bench.today, language=options.language
    )
    assert draft.case is not None
    print(f"kept as ({draft.case.language}): {printable(draft.case.text)}")
    nearest = bench.proposing.nearest(draft.case.text)
    print(f"nearest: {', '.join(f'{pattern.id} {cosine:.2f}' for pattern, cosine in nearest.patterns)}")
    if nearest.twin:
        print(f"warning: nearly the words of a case of {nearest.twin[0]}, cosine {nearest.twin[1]:.2f}")
    return propose(bench, [draft])


def propose(bench: Workbench, drafts: Sequence[Draft]) -> int:
    """Propose drafts, try them at once, and print what came of it."""
    made = {one.id for one in bench.proposing.propose(drafts, bench.who, bench.now)}
    with waiting("Trying it out"):
        tried = [one for one in bench.proposing.try_untried(bench.now) if one.id in made]
    for line in outcomes(tried):
        print(line)
    return DONE
