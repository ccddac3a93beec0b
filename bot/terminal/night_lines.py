"""What a nightly run did, in the words of the terminal."""

from collections.abc import Callable

from bot.moderation.night import Night
from index.judging.evaluation import Figures

Say = Callable[[str], None]


def say_night(night: Night, say: Say) -> None:
    """Say in plain lines what a run did."""
    if night.build:
        say(f"{night.build}: {'published' if night.published else 'serves on'}")
    if night.counts:
        counts = night.counts
        say(
            f"{counts['patterns']} patterns, {counts['cases']} cases; "
            f"{counts['encoded'] if night.published else 0} of {counts['texts']} texts encoded"
        )
    for name, figures in (("before", night.before if night.published else None), ("golden set", night.after)):
        if figures:
            say(f"{name}: {_in_words(figures)}")
    for title, lines in (("rising", night.rising), ("came in", night.came_in), ("held back", night.held_back)):
        for line in lines:
            say(f"{title}: {line}")


def _in_words(figures: Figures) -> str:
    """Say the figures that matter in one line."""
    return (
        f"expected pattern first {figures.first:.0%}, among three {figures.among_three:.0%} of {figures.situations}; "
        f"harmless called likely {figures.harmless_likely:.1%}, dangerous missed {figures.danger_missed:.1%}"
    )
