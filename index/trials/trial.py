"""What a proposal would do to the answers, found in memory before anybody may approve it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from index.builds.build import Build
from index.builds.near_copies import NEAR_CASES, place
from index.judging.evaluation import Judged
from index.model.encoder import Encoder
from index.trials.answers import Answers, Text
from index.trials.fitting import fitted
from index.trials.new_cases import NewCases
from knowledge.documents.casebook import Casebook, reading_of
from knowledge.documents.pattern import Kind
from knowledge.proposals.impact import Impact
from knowledge.text.languages import detect
from knowledge.text.reading import read


def trial(
    build: Build,
    encoder: Encoder,
    casebook_before: Casebook,
    casebook_after: Casebook,
    changed: Collection[str],
    official: Sequence[str],
) -> Impact:
    """Say what the answers become when one casebook takes another's place; ``changed`` are the proposal's patterns.

    Only the votes are fitted anew; the build's calibration and thresholds judge before and after. Fitted anew as well,
    they alone moved two dangerous golden situations over the line to ``no_match`` in 3 of 7 honest additions of ten
    cases, and would have held two honest patterns of four. Held fixed, no concern changed in 21 honest additions.
    """
    signals = not encoder.tells_stages
    harmless = {**_harmless(casebook_before, official), **_harmless(casebook_after, official)}
    texts = [*casebook_before.texts(signals=signals), *casebook_after.texts(signals=signals)]
    texts += [part for text, _ in harmless for part in (reading_of(text).whole, *reading_of(text).passages)]
    vectors, _ = build.vectors.extended(list(dict.fromkeys(texts)), encoder)
    votes = fitted(build, casebook_before, vectors, signals=signals)
    before = Answers(casebook_before, vectors, votes, build.manifest.thresholds)
    votes = fitted(build, casebook_after, vectors, signals=signals)
    told = replace(casebook_after, golden=casebook_before.golden)  # a danger stays one when its pattern is retired
    after = Answers(told, vectors, votes, build.manifest.thresholds)
    accused = after.likely(list(harmless))
    accused -= before.likely(list(accused))
    new = NewCases(casebook_before, casebook_after, changed)
    odd = new.odd(before)
    strays: list[int] = []
    if odd:  # they are not to vouch for each other
        rest = fitted(build, new.without(odd), vectors, signals=signals)
        strays = new.too_many([row for row in new.odd(replace(after, judgement=rest)) if row in odd])
    return Impact(
        **compared(before.golden(), after.golden(), casebook_after.patterns, changed),
        accused=tuple(name for text, name in harmless.items() if text in accused),
        near=tuple(new.near(vectors)),
        added=len(new.dangerous),
        calm=new.places(odd, new.dangerous),
        added_harmless=len(new.legitimate),
        alarming=new.places(odd, new.legitimate),
        strays=new.places(strays, strays),
    )


def compared(
    before: Mapping[str, Judged], after: Mapping[str, Judged], left: Collection[str], changed: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return by the fields of Impact the ids of golden situations; ``left`` are the patterns that are there after."""
    found: dict[str, list[str]] = {}
    for name, new in after.items():
        right = [pattern for pattern in new.patterns if pattern in left]
        for effect in _effects(before[name], new, right, changed):
            found.setdefault(effect, []).append(name)
    return {effect: tuple(ids) for effect, ids in found.items()}


def _effects(old: Judged, new: Judged, right: Sequence[str], changed: Collection[str]) -> Iterator[str]:
    """Yield the fields of Impact that a golden situation belongs in; ``right`` are its patterns that are there."""
    before, after = ("".join(one.ranked[:1]) for one in (old, new))
    if right and (before in right) != (after in right):
        yield "fixes" if after in right else "breaks"
    if right and after not in right and after in changed and after != before:
        yield "pulled"
    if old.concern == new.concern:
        return
    if new.truth == "danger":
        if "no_match" in (old.concern, new.concern):
            yield "missed" if new.concern == "no_match" else "found"
    elif new.truth == "harmless":
        if new.concern == "likely":
            yield "now_likely"
        elif new.concern == "possible" and old.concern != "likely":
            yield "now_possible"


def nearest_patterns(
    build: Build, encoder: Encoder, text: str, language: str, most: int = 3
) -> list[tuple[str, float]]:
    """Return the patterns with the nearest known texts to a text, best first, with the cosine (means removed)."""
    vector = build.judgement.centre(encoder.encode([read(text).whole]), language)[0]
    near = build.judgement.known.nearest_classes(vector, len(build.judgement.classes))
    named = [(build.judgement.classes[label], cosine) for label, cosine in near]
    return [(name, cosine) for name, cosine in named if name in build.patterns][:most]


def nearest_cases(build: Build, encoder: Encoder, text: str, most: int = 5) -> list[tuple[str, int, float]]:
    """Return the nearest cases to a text as they are worded, best first: each pattern, number and cosine."""
    cosines = build.raw_cases @ encoder.encode([read(text).whole])[0]
    rows = np.argsort(-cosines)[:most]
    places = np.searchsorted(build.first_cases, rows, side="right") - 1
    names = list(build.patterns)
    return [
        (names[place], int(row - build.first_cases[place]), float(cosines[row]))
        for row, place in zip(rows, places, strict=True)
    ]


def near_case(build: Build, encoder: Encoder, text: str) -> tuple[str, int, float] | None:
    """Return the case with nearly a text's words: its pattern, number and cosine; None where there is none."""
    cosines = build.raw_cases @ encoder.encode([read(text).whole])[0]
    nearest = int(cosines.argmax())
    if cosines[nearest] < NEAR_CASES:
        return None
    row = int(np.searchsorted(build.first_cases, nearest, side="right")) - 1
    return list(build.patterns)[row], nearest - int(build.first_cases[row]), float(cosines[nearest])


def _harmless(casebook: Casebook, official: Sequence[str]) -> dict[Text, str]:
    """Return the names of texts that nobody may call a known scam, by the text and its language."""
    return {(text, detect(text) or language): name for name, text, language in _safe_texts(casebook, official)}


def _safe_texts(casebook: Casebook, official: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for pattern in casebook.patterns.values():
        if pattern.kind == Kind.LEGITIMATE:
            for number, case in enumerate(pattern.cases):
                yield place(pattern.id, number), case.text, case.language
    numbers: dict[str, int] = {}
    for language, background in casebook.background:
        number = numbers[language] = numbers.get(language, -1) + 1
        if background.kind == "everyday":
            yield f"background/{language}.toml texts[{number}]", background.text, language
    for line in official:
        yield f"official line {line[:60]!r}", line, "en"
