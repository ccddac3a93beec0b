"""``askfirst practice``: a round of practice, asked and answered line by line."""

import argparse
from collections.abc import Mapping
from random import Random

from bot.checking.practice import Practice
from bot.settings import Settings
from bot.terminal.check import DONE, WRONG_USAGE
from bot.terminal.commands import Actions
from bot.terminal.offers.practice import Practising
from bot.terminal.screen import complain, output, show
from bot.words import choices
from bot.words.texts import Texts, read_texts
from knowledge.documents.exercises.practice import AGES, read_practice
from knowledge.documents.reporting import find_country, read_countries
from knowledge.text.languages import INTERFACE

_SAID = {"/scam": True, "scam": True, "s": True, "/honest": False, "honest": False, "h": False}


def add_practice(commands: Actions) -> None:
    """Add the command to those of the command line."""
    about = "practise: ten short situations, a scam or not"
    parser = commands.add_parser("practice", help=about, description=f"{about[0].upper()}{about[1:]}.")
    parser.add_argument("--age", choices=AGES, default="everyone", help="who practises; everyone where left out")
    parser.add_argument("--country", default="", help="your country, by name or two letters")
    parser.add_argument("--language", default="", help=f"one of {', '.join(INTERFACE)}; en where left out")
    parser.add_argument("--seed", type=int, metavar="N", help="deal the same round again")
    parser.set_defaults(run=run_practice)


def run_practice(options: argparse.Namespace, _: Settings) -> int:
    """Ask ten situations, read an answer to each, and say how it went; the input's end ends it."""
    every, countries = read_texts(), read_countries()
    language = choices.find_language(options.language, every) if options.language else "en"
    country = find_country(options.country, countries) if options.country else None
    if language is None or (options.country and country is None):
        wrong = "--language" if language is None else "--country"
        complain(f"askfirst practice: {wrong}: not known, expected one of {', '.join(_known(every, language))}")
        return WRONG_USAGE
    random = Random(options.seed) if options.seed is not None else Random()
    practising = Practising(Practice(read_practice(), random))
    reply = practising.begin(options.age, every[language], country)
    while True:
        show(output(), reply.html)
        if practising.over:
            return DONE
        if (scam := _answer(every[language])) is None:
            return DONE
        reply = practising.guess(every[language], scam=scam)


def _known(every: Mapping[str, Texts], language: str | None) -> list[str]:
    return list(every) if language is None else sorted(read_countries())


def _answer(texts: Texts) -> bool | None:
    """Read whether it is taken for a scam; None where the input ends."""
    asked = f"{texts.plain('practice_scam')} (s) / {texts.plain('practice_honest')} (h): "
    while True:
        try:
            said = input(asked).strip().lower()
        except EOFError:
            return None
        if said in _SAID:
            return _SAID[said]
