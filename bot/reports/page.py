"""The report of ``askfirst evaluate`` as one self-contained page: the tables, and pictures drawn by matplotlib."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np
from markupsafe import Markup

from bot.reports.tables import Table
from index.builds.map import placed
from index.judging.evaluation import Judged, confusion, reliability
from index.judging.extra import require
from index.judging.judgement import unit
from index.model.encoder import Vectors
from knowledge.documents.pattern import Pattern

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_COLOURS = ("#d1495b", "#edae49", "#00798c", "#7a5195", "#66a182", "#2e4057", "#b5651d", "#8d96a3")
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em; color: #222; }
table { border-collapse: collapse; margin: 0 0 1em; }
th, td { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid #ddd; vertical-align: top; }
svg { max-width: 100%; height: auto; }
"""


def page(title: str, tables: Sequence[Table], pictures: Sequence[tuple[str, str, str]]) -> str:
    """Return the page: tables, and pictures, each a heading, a line that says how to read it, and an SVG."""
    parts = [Markup("<h2>{}</h2>\n<p>{}</p>\n{}").format(head, line, Markup(svg)) for head, line, svg in pictures]
    parts += [_table(table) for table in tables]
    return Markup(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{0}</title>'
        "<style>{1}</style></head>\n<body><h1>{0}</h1>\n{2}\n</body></html>\n"
    ).format(title, Markup(_STYLE), Markup("\n").join(parts))


def _table(table: Table) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(name) for name in table.columns)
    rows = [Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row) for row in table.rows]
    body = Markup("\n").join(Markup("<tr>{}</tr>").format(row) for row in rows)
    return Markup("<h2>{}</h2>\n<table><tr>{}</tr>\n{}</table>").format(table.title, head, body)


def reliability_picture(judged: Sequence[Judged]) -> str:
    """Draw how often situations are dangerous that were given about the same probability of it, as an SVG."""
    figure, axes = _figure(5, 5)
    bins = reliability(judged)
    axes.plot([0, 1], [0, 1], color="#bbb", linestyle="--", linewidth=1)
    axes.plot([one.predicted for one in bins], [one.dangerous for one in bins], color=_COLOURS[2], marker="o")
    for one in bins:
        axes.annotate(str(one.count), (one.predicted, one.dangerous), (4, -11), textcoords="offset points", fontsize=8)
    axes.set_xlabel("probability of danger given")
    axes.set_ylabel("share that is dangerous")
    return _svg(figure)


def confusion_picture(judged: Sequence[Judged]) -> str:
    """Draw which pattern was ranked first where another was expected, as an SVG."""
    names, counts = confusion(judged)
    size = 3 + len(names) * 0.14
    figure, axes = _figure(size, size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set_xlabel("ranked first")
    axes.set_ylabel("expected")
    return _svg(figure)


def map_picture(
    patterns: Mapping[str, Pattern], layout: Vectors, vectors: Vectors, texts: Sequence[tuple[str, Vectors]] = ()
) -> str:
    """Draw the casebook as a map coloured by family, as an SVG in which each dot tells its case when pointed at.

    ``layout`` (n, 2) and ``vectors`` (n, d) are of the cases in the patterns' order; ``texts`` are placed among them,
    each with its centred vector (d,).
    """
    figure, axes = _figure(11, 9)
    owners = [(pattern, case) for pattern in patterns.values() for case in pattern.cases]
    families = sorted({pattern.family for pattern in patterns.values()})
    titles: dict[str, list[str]] = {}
    for number, family in enumerate(families):
        rows = [row for row, (pattern, _) in enumerate(owners) if pattern.family == family]
        titles[f"family-{number}"] = [f"{owners[row][0].id}: {owners[row][1].text}" for row in rows]
        colour = _COLOURS[number % len(_COLOURS)]
        axes.scatter(*layout[rows].T, s=9, color=colour, label=family, gid=f"family-{number}", linewidths=0)
    for number, (text, vector) in enumerate(texts, 1):
        spot = placed(unit(vector[None])[0], vectors, layout)
        axes.scatter(*spot, s=160, marker="*", color="black", zorder=3)
        axes.annotate(
            f"{number}. {' '.join(text.split())[:40]}",
            spot,
            (8, 8),
            textcoords="offset points",
            fontsize=9,
            weight="bold",
        )
    axes.legend(loc="upper left", fontsize=8, markerscale=2)
    axes.set_axis_off()
    return _with_titles(_svg(figure), titles)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    require("matplotlib")
    from matplotlib.figure import Figure  # slow to import, and only a page needs it

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Any) -> str:
    from matplotlib import rc_context

    drawn = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):  # letters stay letters, and the reader's own fonts show any script
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    return re.sub(r"^.*?(?=<svg)", "", drawn.getvalue(), flags=re.DOTALL)


def _with_titles(svg: str, titles: Mapping[str, Sequence[str]]) -> str:
    """Give each dot of the named groups its text to show when pointed at."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK[1:].partition("}")[0])
    root = ElementTree.fromstring(svg)
    for group in root.iter(f"{{{_SVG}}}g"):
        for dot, words in zip(group.iter(f"{{{_SVG}}}use"), titles.get(group.get("id", ""), ()), strict=False):
            ElementTree.SubElement(dot, f"{{{_SVG}}}title").text = words
    return ElementTree.tostring(root, encoding="unicode")
