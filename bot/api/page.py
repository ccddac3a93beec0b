"""The OpenAPI document as a page for people, without scripts and without anything from elsewhere."""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from markupsafe import Markup

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{overflow-x:auto;padding:1rem;background:#f2f2f2}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #999}code{font-size:.95em}"
)
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PAGE = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} API</title><style>{style}</style></head><body><main>
<h1>{title} API</h1><p>{about}</p>
<p>Each request needs a key: <code>Authorization: Bearer KEY</code>. The document for programs is
<a href="/api/openapi.json">openapi.json</a>.</p>
{paths}<h2>Objects</h2>{shapes}
</main></body></html>
""")
_PATH = Markup("<h2><code>{method} {path}</code></h2><p>{summary}. {about}</p>{example}{answers}")
_TABLE = Markup("<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")


def page(document: dict[str, Any]) -> str:
    """Return the page of a document as HTML."""
    operations = [
        _operation(method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [_shape(name, shape) for name, shape in sorted(document["components"]["schemas"].items())]
    return _PAGE.format(
        title=document["info"]["title"],
        style=Markup(_STYLE),
        about=document["info"]["description"],
        paths=Markup("").join(operations),
        shapes=Markup("").join(shapes),
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> Markup:
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    body = f" -H 'Content-Type: application/json' -d '{json.dumps(asked)}'" if asked else ""
    example = Markup("<pre>{}</pre>").format(f"curl -H 'Authorization: Bearer KEY'{body} https://HOST{path}")
    answers = [(code, one["description"]) for code, one in operation["responses"].items()]
    return _PATH.format(
        method=method,
        path=path,
        summary=operation["summary"],
        about=operation["description"],
        example=example,
        answers=_table(("status", "means"), answers),
    )


def _shape(name: str, shape: dict[str, Any]) -> Markup:
    if "properties" not in shape:
        rows = [(str(value),) for value in shape.get("enum", ())]
        return Markup("<h3>{}</h3>").format(name) + _table(("one of",), rows)
    rows3 = [(key, _kind(one), one.get("description", "")) for key, one in shape["properties"].items()]
    return Markup("<h3>{}</h3>").format(name) + _table(("key", "type", "means"), rows3)


def _kind(schema: dict[str, Any]) -> str:
    """Name a schema's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema.get("type", "anything"))


def _table(head: tuple[str, ...], rows: list[Any]) -> Markup:
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in head)
    lines = [
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    ]
    return _TABLE.format(head=cells, rows=Markup("").join(lines))
