"""Templates to pages; every value in them is escaped and cleaned of characters that would change what is around it."""

import csv
import io
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from bot.console.words import as_page, excerpt, named
from bot.reports.tables import Table
from bot.words.curating.faults import fault_in
from bot.words.texts import Texts, displayable

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        auto_reload=False,
    )
    environment.filters.update(as_page=as_page, excerpt=excerpt)
    return environment


def _shown(value: object) -> object:
    return displayable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def render(template: str, words: Texts, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template in the words of a language."""
    values = {"colon": "：" if words.language == "zh" else ": ", "call": None, "done": None, "keys": False, **values}
    values |= {"t": words.of, "named": partial(named, words), "said": partial(fault_in, words.language)}
    html = _environment().get_template(template).render(language=words.language, **values)
    return HTMLResponse(html, status)


def as_csv(name: str, table: Table) -> Response:
    """Return a table as a file to download."""
    out = io.StringIO()
    csv.writer(out).writerows([table.columns, *table.rows])
    disposition = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=disposition)
