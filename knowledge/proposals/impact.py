"""What a proposal changes, and whether that is reason enough to hold it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

MOST_PULLED = 3
"""Golden situations that may get one of the proposal's patterns first where another is right."""
_MOST_MISSED = 1
_MOST_ODD = 0.25
"""No more than this share of new cases may read like the other side today. Of the cases of a pattern that is not known
yet, 4 % read surely harmless (one pattern's: 20 %); of golden look-alikes 1 to 3 % are called ``likely``."""
_NAMED = 8


@dataclass(frozen=True)
class Impact:
    """What a proposal changes: ids of golden situations, and names of other texts."""

    fixes: tuple[str, ...] = ()
    """An acceptable pattern comes first only after it."""
    breaks: tuple[str, ...] = ()
    """An acceptable pattern comes first only before it."""
    pulled: tuple[str, ...] = ()
    """One of the proposal's patterns becomes first without being acceptable."""
    now_possible: tuple[str, ...] = ()
    """Harmless ones that become ``possible``, and were less."""
    now_likely: tuple[str, ...] = ()
    """Harmless ones that become ``likely``."""
    missed: tuple[str, ...] = ()
    """Dangerous ones that become ``no_match``."""
    found: tuple[str, ...] = ()
    """Dangerous ones that are ``no_match`` no longer."""
    accused: tuple[str, ...] = ()
    """Cases of look-alikes, everyday talk and official bodies' own lines that become ``likely``."""
    near: tuple[tuple[str, str, float], ...] = ()
    """For each new case that is nearly another: its pattern, the other's place, and their cosine."""
    added: int = 0
    """How many new cases of scams and accomplice traps it has."""
    calm: tuple[str, ...] = ()
    """Those of them that read surely harmless today."""
    added_harmless: int = 0
    """How many new cases of look-alikes it has."""
    alarming: tuple[str, ...] = ()
    """Those of them that read like a danger today, and are nearer to one than to anything known as harmless."""
    strays: tuple[str, ...] = ()
    """Those of the calm and the alarming that read so even where all the others are known."""

    answered_right: tuple[str, ...] = ()
    """Of a new situation for the examination, what the build that serves says and should say: concern and pattern."""
    answered_wrong: tuple[str, ...] = ()
    """The same, where it should say something else."""

    def as_row(self) -> dict[str, Any]:
        """Return it as an object that JSON can hold."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Impact":
        """Return what ``as_row`` made an object of, also after a way through JSON."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
        }
        near = tuple((str(pattern), str(where), float(cosine)) for pattern, where, cosine in row.get("near", ()))
        return cls(**{**values, "near": near})


def holds(impact: Impact) -> str:
    """Return why a proposal is held back, in one line; empty where it may be approved."""
    near = tuple(f"{place} (for {pattern}, cosine {cosine:.2f})" for pattern, place, cosine in impact.near)
    reasons = [
        ("would call harmless texts a known scam", impact.accused),
        ("would call harmless golden situations a known scam", impact.now_likely),
        ("has nearly the words of a case there is", near),
    ]
    for why, odd, added in (
        ("has cases of a danger that read like everyday talk", impact.calm, impact.added),
        ("has cases of a look-alike that read like a danger", impact.alarming, impact.added_harmless),
    ):
        strays = tuple(one for one in odd if one in impact.strays)
        reasons.append((why, odd if len(odd) > _MOST_ODD * added else strays))
    if len(impact.missed) - len(impact.found) > _MOST_MISSED:
        reasons.append((f"would miss more than {_MOST_MISSED} scam that is found today", impact.missed))
    if len(impact.pulled) > MOST_PULLED:
        reasons.append((f"would take more than {MOST_PULLED} situations from their own patterns", impact.pulled))
    return "; ".join(f"{why}: {_named(which)}" for why, which in reasons if which)


def _named(which: Sequence[str]) -> str:
    more = f", … ({len(which)} in all)" if len(which) > _NAMED else ""
    return ", ".join(which[:_NAMED]) + more
