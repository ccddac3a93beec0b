"""How well conversations are understood, on the examination that teaches nothing: ``python -m bench.conversations``.

Prints the share of turns whose intent is right, of last turns whose answer is right, of general questions whose entry
is found, at first and amid a case, of despair that is heard and of other words that are taken for it, and how long
first screens are.
"""

import json
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot.checking.case import Case, Turn
from bot.checking.engine import Engine, open_engine
from bot.checking.situation import Situation
from bot.settings import read_settings
from bot.words.conversing import Spoken, turn_reply
from bot.words.phone import CHARACTERS, LINES, lines, plain
from bot.words.texts import Texts, read_texts
from knowledge.documents.reporting import read_countries
from knowledge.documents.toml import KNOWLEDGE

EXAMINATION = KNOWLEDGE / "conversations"
_ACTION = 200  # characters within which what to do begins
TOPICS: Mapping[str, str] = tomllib.loads((Path(__file__).with_name("topics.toml")).read_text("utf-8"))
"""The question that answers a topic of the examination, where it is called otherwise."""
_AMID = Path(__file__).with_name("texts_asked.jsonl")
_OPENING = "Somebody rang, said they were from my bank and wanted the code that came by text message."


def read_conversations() -> Iterator[dict[str, Any]]:
    """Yield every conversation of the examination."""
    for file in sorted(EXAMINATION.glob("*.toml")):
        yield from tomllib.loads(file.read_text("utf-8")).get("conversations", [])


def right(turn: Turn, expected: Mapping[str, Any]) -> bool:
    """Whether the answer to a turn is one of those that are right."""
    if expected["intent"] not in ("situation", "follow_up", "answer"):
        return bool(turn.intent == expected["intent"])
    shown = turn.shown
    if shown is None or (expected["concern"] and shown.concern not in expected["concern"]):
        return False
    if expected["stage"] in ("now", "after") and not shown.emergency and not shown.ask:
        return False
    named = shown.named.id if shown.named else None
    return named is None or not expected["patterns"] or named in expected["patterns"] or _near(shown, expected)


def _near(shown: Any, expected: Mapping[str, Any]) -> bool:
    return shown.close and any(match.pattern.id in expected["patterns"] for match in shown.matches[:2])


def measure_conversations(engine: Engine, texts: Mapping[str, Texts], wrong: Counter[tuple[str, str]]) -> None:
    """Print how often intents and last answers are right, and how long the screens are."""
    talk, spoken = engine.talk, Spoken(read_countries(), texts)
    intents: list[bool] = []
    last: list[bool] = []
    screens: list[str] = []
    by_language: dict[str, list[bool]] = {}
    for one in tqdm(list(read_conversations()), desc="Conversations", file=sys.stderr):
        case: Case | None = None
        for expected in one["turns"]:
            turn = talk.hear(Situation(expected["text"], one["language"], one["country"] or None), case)
            case = turn.case
            intents.append(turn.intent == expected["intent"])
            if not intents[-1]:
                wrong[expected["intent"], turn.intent] += 1
            ok = right(turn, expected)
            if turn.intent in ("situation", "follow_up"):
                html = turn_reply(turn, texts[one["language"]], spoken, engine.patterns(), one["country"] or None).html
                screens.append(html)
        last.append(ok)
        by_language.setdefault(one["language"], []).append(ok)
    print(f"intent right {_share(intents)}, last answer right {_share(last)}")
    print("  by language", {language: _share(oks) for language, oks in by_language.items()})
    short = _share([len(plain(html)) <= CHARACTERS for html in screens])
    low = _share([lines(html) <= LINES for html in screens])
    print(f"screens of at most {CHARACTERS} characters {short}, of {LINES} lines {low}")


def measure_questions(engine: Engine) -> None:
    """Print how often the right entry is the first, and among the first three."""
    asked = tomllib.loads((EXAMINATION / "questions.toml").read_text("utf-8"))["asked"]
    first, three, seen = [], [], []
    for one in asked:
        turn = engine.talk.hear(Situation(one["text"], one["language"]), None)
        order = list(turn.asked.best)
        topic = TOPICS.get(one["topic"], one["topic"])
        seen.append(turn.intent == "question")
        first.append(order[:1] == [topic])
        three.append(topic in order)
    print(f"questions: taken for one {_share(seen)}, right entry first {_share(first)}, among three {_share(three)}")


def measure_questions_amid(engine: Engine) -> None:
    """Print how often questions are answered that are asked amid a case, on lines that teach nothing.

    Those without a question sound like one and ask none that is known.
    """
    case = engine.talk.hear(Situation(_OPENING, "en"), None).case
    asked, others = [], []
    for one in map(json.loads, _AMID.read_text("utf-8").splitlines()):
        turn = engine.talk.hear(Situation(one["text"], one["language"]), case)
        taken = turn.intent == "question" or bool(turn.touches)
        if one["question"]:
            answer = turn.touches or next(iter(turn.questions), "")
            asked.append((taken, one["question"] in turn.asked.best[:1], answer == one["question"]))
        else:
            others.append(taken)
    shares = [_share(list(rights)) for rights in zip(*asked, strict=True)]
    print("questions amid a case: taken for one {}, right entry first {}, answered with it {}".format(*shares))
    print(f"  of other words {_share(others)}")


def measure_despair(engine: Engine) -> None:
    """Print how much despair is heard, and how much else is taken for it."""
    texts = tomllib.loads((EXAMINATION / "despair.toml").read_text("utf-8"))["texts"]
    turns = [(one["crisis"], engine.talk.hear(Situation(one["text"], one["language"]), None)) for one in texts]
    found = [turn.intent == "crisis" for crisis, turn in turns if crisis]
    heavy = [turn.intent == "crisis" or turn.heavy for crisis, turn in turns if crisis]
    false = [turn.intent == "crisis" for crisis, turn in turns if not crisis]
    print(
        f"despair: answered first {_share(found)}, with a line at least {_share(heavy)}; of other words {_share(false)}"
    )


def _share(rights: list[bool]) -> str:
    return f"{sum(rights) / max(1, len(rights)):.1%}"


def main() -> None:
    """Measure the build that serves."""
    engine = open_engine(read_settings(os.environ), print)
    wrong: Counter[tuple[str, str]] = Counter()
    measure_conversations(engine, read_texts(), wrong)
    print("  most mistaken", wrong.most_common(12))
    measure_questions(engine)
    measure_questions_amid(engine)
    measure_despair(engine)


if __name__ == "__main__":
    main()
