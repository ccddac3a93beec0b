"""The night's report in words, for moderators."""

from collections.abc import Iterable

from bot.moderation.night import Night
from bot.moderation.waiting import review_button
from bot.words.contacts import unlinked
from bot.words.curating.faults import fault_in
from bot.words.reply import Reply, Section, fit
from bot.words.texts import Texts
from index.judging.evaluation import Figures

_MOST = 12
"""Lines shown of each part; the whole report stays in the database."""


def night_reply(night: Night, waiting: int, texts: Texts) -> Reply:
    """Render what a nightly run did; ``waiting`` is how much is to be reviewed."""
    sections = [Section(texts.of(_head(night), build=night.build))]
    if night.counts:
        counts = texts.of("night_counts", patterns=night.counts["patterns"], cases=night.counts["cases"])
        sections.append(Section(f"{counts}\n{_figures(night, texts)}" if night.after else str(counts)))
    sections += _listed("night_faults", night.faults, 0, texts)
    sections += _listed("night_worse_in", night.worse, 1, texts)
    sections += _listed("night_held_back", night.held_back, 2, texts)
    sections += _listed("night_rising", night.rising, 2, texts)
    sections += _listed("night_came_in", night.came_in, 3, texts)
    if night.to_tell:
        sections.append(Section(texts.of("night_told", count=night.to_tell), 4))
    sections.append(Section(texts.of("night_waiting", count=waiting)))
    return Reply(fit(sections), ((review_button(texts),),) if waiting else ())


def _head(night: Night) -> str:
    if night.published:
        return "night_published"
    if night.worse:
        return "night_worse"
    return "night_failed" if night.faults else "night_unchanged"


def _figures(night: Night, texts: Texts) -> str:
    assert night.after is not None
    values = _shares(night.after)
    if not (night.published and night.before):
        return texts.of("night_figures_now", **values)
    return texts.of("night_figures", **values, **{f"{key}_before": one for key, one in _shares(night.before).items()})


def _shares(figures: Figures) -> dict[str, str]:
    return {
        "first": f"{figures.first:.1%}",
        "three": f"{figures.among_three:.1%}",
        "likely": f"{figures.harmless_likely:.1%}",
        "missed": f"{figures.danger_missed:.1%}",
    }


def _listed(head: str, lines: Iterable[str], rank: int, texts: Texts) -> list[Section]:
    all_lines = list(lines)
    if not all_lines:
        return []
    shown = [unlinked(fault_in(texts.language, line)[:200]) for line in all_lines[:_MOST]]
    shown += [f"… +{len(all_lines) - _MOST}"] if len(all_lines) > _MOST else []
    return [Section("\n".join([texts.of(head), *(texts.of("night_item", text=line) for line in shown)]), rank)]
