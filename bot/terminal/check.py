"""``askfirst check``: one situation, a picture, or a file of situations, answered for a person or as JSON."""

import argparse
import json
import logging
import os
import sys
from typing import Any

from tqdm import tqdm

from bot.checking.conversation import Read
from bot.checking.engine import Engine, open_engine
from bot.checking.situation import Assessment, Match, Situation
from bot.pictures.reader import Pictures
from bot.pictures.text import UnreadablePicture
from bot.settings import Settings
from bot.terminal.chat import checked
from bot.terminal.rows import read_batch
from bot.terminal.screen import complain, output, show, waiting
from bot.words import answers, choices
from bot.words.texts import Texts, read_texts
from knowledge.documents.reporting import Country, find_country, read_countries
from knowledge.impostors.contacts import Contact
from knowledge.text.languages import interface_language

DONE, FAILED, WRONG_USAGE = 0, 1, 2


class WrongUsage(Exception):
    """The options do not go together, or one is not known; the message says what was expected."""


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Check what the options name and print the answer; return the exit status."""
    every, countries = read_texts(), read_countries()
    try:
        language, country = _choices(options, every, countries)
        fallback = language or interface_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))
        if options.batch:
            return _batch(read_batch(options.batch), engine_of(settings), fallback, country)
        read = _read(options)
    except WrongUsage as wrong:
        complain(f"askfirst check: {wrong}")
        return WRONG_USAGE
    except UnreadablePicture as unreadable:
        complain(f"askfirst check: {options.image}: {unreadable}")
        return FAILED
    assessment = checked(engine_of(settings).checker, Situation(read.text, fallback, country))
    if options.json:
        print(json.dumps(as_json(assessment, None), ensure_ascii=False))
        return DONE
    code = choices.reply_language(language, assessment.language, fallback)
    show(output(), answers.assessment_reply(assessment, every[code], countries, country, read).html)
    return DONE


def _choices(
    options: argparse.Namespace, every: dict[str, Texts], countries: dict[str, Country]
) -> tuple[str | None, str | None]:
    """Return the language and the country that were asked for.

    Raises:
        WrongUsage: one of them is not known, or the options do not go together.
    """
    sources = [options.text is not None or options.image is not None, options.batch is not None]
    if sum(sources) != 1:
        raise WrongUsage("expected either a text (or - for standard input), --image FILE, or --batch FILE.jsonl")
    language = choices.find_language(options.language, every)
    if options.language and language is None:
        raise WrongUsage(f"--language {options.language}: expected one of {', '.join(every)}")
    country = find_country(options.country, countries)
    if options.country and country is None:
        raise WrongUsage(f"--country {options.country}: expected a country's name or two letters, like SG")
    return language, country


def _read(options: argparse.Namespace) -> Read:
    """Read the text and the picture that the options name.

    Raises:
        WrongUsage: there is no text in them.
        UnreadablePicture: the picture cannot be read.
    """
    text = sys.stdin.read() if options.text == "-" else options.text or ""
    if options.image is None:
        if not text.strip():
            raise WrongUsage("the text is empty, expected what happened in words")
        return Read(text)
    data = options.image.read_bytes()
    with Pictures() as pictures, waiting("Reading the picture"):
        seen = pictures.read(data)
    return Read("\n".join(filter(None, (text, seen.text, *seen.codes))), pictures=(seen,))


def _batch(rows: list[tuple[Any, str]], engine: Engine, fallback: str, country: str | None) -> int:
    for name, text in tqdm(rows, desc="Checking", unit="text", file=sys.stderr):
        assessment = engine.checker.check(Situation(text, fallback, country))
        print(json.dumps(as_json(assessment, name), ensure_ascii=False), flush=True)
    return DONE


def as_json(assessment: Assessment, name: Any) -> dict[str, Any]:
    """Return an assessment as the object that ``check --json`` prints."""
    return {
        "id": name,
        "language": assessment.language,
        "concern": assessment.concern,
        "kind": assessment.kind,
        "emergency": assessment.emergency,
        "stage": assessment.stage,
        "ask": assessment.ask,
        "matches": [_match_json(match, evidence=True) for match in assessment.matches],
        "look_alikes": [_match_json(match, evidence=False) for match in assessment.look_alikes],
        "identifiers": [_contact_json(contact) for contact in assessment.contacts.found],
        "question": assessment.question,
        "milliseconds": assessment.milliseconds,
    }


def _match_json(match: Match, *, evidence: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"pattern": match.pattern.id, "similarity": round(match.similarity, 4)}
    if evidence:
        found["evidence"] = [{"quote": item.quote, "flag": item.flag} for item in match.evidence]
    return found


def _contact_json(contact: Contact) -> dict[str, Any]:
    identifier = contact.identifier
    codes = [finding.code for finding in contact.findings]
    return {"kind": identifier.kind, "value": identifier.value, "written": identifier.written, "findings": codes}


def engine_of(settings: Settings) -> Engine:
    """Open what answers, with a bar while it takes long."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with waiting("Opening the casebook"):
        return open_engine(settings, complain)
