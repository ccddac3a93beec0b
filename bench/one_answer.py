"""What one answer is worth: ``python -m bench.one_answer``.

Takes golden accounts of dangerous patterns, leaves out the sentence that tells most of the expected one, and lets the
one question that is then asked be answered truly: yes where it is the expected pattern's, no where it is another's.
Prints how often the expected pattern comes first before and after that answer.
"""

import os
import random
import sys
from collections.abc import Iterator

from tqdm import tqdm

from bot.checking.dialogue import Talk
from bot.checking.engine import open_engine
from bot.checking.situation import Assessment, Situation
from bot.settings import read_settings
from knowledge.documents.golden import GoldenSituation, read_golden
from knowledge.text.reading import read

_CASES = 300


def without_telling_sentence(talk: Talk, one: GoldenSituation) -> str | None:
    """Return an account without the sentence that tells most of the expected pattern; None of a short one."""
    sentences = read(one.text).sentences
    if len(sentences) < 3:
        return None
    rest = [" ".join(sentences[:place] + sentences[place + 1 :]) for place in range(len(sentences))]
    dangers = [talk.checker.check(Situation(text, one.language)) for text in rest]
    return min(zip(rest, dangers, strict=True), key=lambda pair: (_is_first(pair[1], one), pair[1].danger))[0]


def _is_first(assessment: Assessment, one: GoldenSituation) -> bool:
    return bool(assessment.matches) and assessment.matches[0].pattern.id in one.patterns


def answered(talk: Talk) -> Iterator[tuple[bool, bool]]:
    """Yield whether the expected pattern is first before and after the answer, where something is asked."""
    dangerous = [one for one in read_golden() if one.kind in ("scam", "accomplice") and one.form == "account"]
    for one in tqdm(random.Random(1).sample(dangerous, min(_CASES, len(dangerous))), file=sys.stderr):
        text = without_telling_sentence(talk, one)
        turn = talk.hear(Situation(text, one.language), None) if text else None
        if turn is None or turn.case is None or turn.case.assessment is None or turn.case.asked in ("", "gone"):
            continue
        before = _is_first(turn.case.assessment, one)
        said = "yes" if turn.case.asked in one.patterns else "no"
        after = talk.answered(turn.case, said, one.language, None).case  # type: ignore[arg-type]
        yield before, bool(after and after.assessment and _is_first(after.assessment, one))


def main() -> None:
    """Measure the build that serves."""
    engine = open_engine(read_settings(os.environ), print)
    pairs = list(answered(engine.talk))
    before, after = (sum(column) / max(1, len(pairs)) for column in zip(*pairs, strict=True))
    print(f"{len(pairs)} accounts are asked about: the expected first {before:.1%}, after one answer {after:.1%}")


if __name__ == "__main__":
    main()
