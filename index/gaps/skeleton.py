"""A document to begin with, for a gap that has no pattern: the template, and what is near."""

import re
from collections.abc import Mapping

from index.gaps.gaps import Gap
from knowledge.documents.pattern import Pattern


def skeleton(gap: Gap, patterns: Mapping[str, Pattern], template: str) -> str:
    """Return the template for a new pattern, of the nearest pattern's kind and family, under what is known of a gap.

    No word that anybody wrote is in it: the document is public, and consent was given for moderators alone.
    """
    languages = ", ".join(f"{name} {count}" for name, count in gap.languages.items())
    lines = [
        f"# Gap {gap.number}: {gap.texts} texts of {gap.people} people",
        f"# People by language (* few, und not known): {languages}",
    ]
    if gap.notes:
        lines.append(f"# Wrong-answer notes to read in the queue: {', '.join(map(str, gap.notes))}")
    near = [(patterns[name], cosine) for name, cosine in gap.nearest if name in patterns]
    lines += [f"# Near: {one.id} ({one.guidance_in('en').title}), cosine {cosine:.2f}" for one, cosine in near]
    if near:
        lines.append("# Read them first (`askfirst patterns show ID`): more cases there may be all that is missing.")
        template = _set(_set(template, "kind", near[0][0].kind), "family", near[0][0].family)
    return "\n".join(lines) + "\n\n" + template


def _set(template: str, name: str, value: str) -> str:
    return re.sub(rf'(?m)^{name} = ".*"$', f'{name} = "{value}"', template, count=1)
