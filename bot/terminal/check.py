"""``askfirst check``: one situation, a picture, or a file of situations, answered for a person or as JSON."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from tqdm import tqdm

from bot.answering.turns import Answering
from bot.checking.conversation import Read
from bot.checking.engine import Engine, open_engine
from bot.pictures.reader import Pictures
from bot.pictures.text import UnreadablePicture
from bot.settings import Settings
from bot.terminal.chat import LONG
from bot.terminal.rows import read_batch
from bot.terminal.screen import complain, output, show, waiting
from bot.words import choices
from bot.words.conversing import Spoken
from bot.words.texts import Texts, read_texts
from knowledge.documents.reporting import Country, find_country, read_countries
from knowledge.text.languages import interface_language

DONE, FAILED, WRONG_USAGE = 0, 1, 2


class WrongUsage(Exception):
    """The options do not go together, or one is not known; the message says what was expected."""


def run_check(options: argparse.Namespace, settings: Settings) -> int:
    """Check what the options name and print the answer; return the exit status."""
    every, countries = read_texts(), read_countries()
    spoken = Spoken(countries, every)
    try:
        language, country = _choices(options, every, countries)
        fallback = language or interface_language(os.environ.get("LC_ALL") or os.environ.get("LANG"))
        if options.batch:
            rows = read_batch(options.batch)
            return _batch(rows, Answering(engine_of(settings), spoken, language, fallback, country), countries)
        read = _read(options)
    except WrongUsage as wrong:
        complain(f"askfirst check: {wrong}")
        return WRONG_USAGE
    except UnreadablePicture as unreadable:
        complain(f"askfirst check: {options.image}: {unreadable}")
        return FAILED
    engine = engine_of(settings)
    answering = Answering(engine, spoken, language, fallback, country)
    if options.json:
        print(json.dumps(answering.told([read.text], None), ensure_ascii=False))
        return DONE
    with waiting("Reading a long text") if len(read.text) >= LONG else nullcontext():
        turn = answering.turn(read.text, None)
    show(output(), answering.after(turn).reply(turn, read).html)
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


def _batch(rows: list[tuple[Any, tuple[str, ...], str]], answering: Answering, countries: dict[str, Country]) -> int:
    """Answer each row for somebody in the country that it names, else in the one that was asked for."""
    for name, turns, place in tqdm(rows, desc="Checking", unit="text", file=sys.stderr):
        there = replace(answering, country=find_country(place, countries) or answering.country)
        print(json.dumps(there.told(turns, name), ensure_ascii=False), flush=True)
    return DONE


def engine_of(settings: Settings, say: Callable[[str], None] = complain) -> Engine:
    """Open what answers, with a bar while it takes long; ``say`` is told what went wrong, or that it takes longer."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with waiting("Opening the casebook"):
        return open_engine(settings, say)
