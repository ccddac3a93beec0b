"""``python -m bench.audit``: what AskFirst depends on, against the versions tested together and known vulnerabilities.

The first needs nothing but what is installed. The second needs pip-audit (the extra ``audit``) and the network: no
collection of advisories on PyPI is kept up to date that could be looked into offline.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).parent.parent / "constraints.txt"
_OPEN = {"torch", "pip", "setuptools"}  # builds that differ by machine, and what the environment itself brings
_MINUTES = 5


def pinned(constraints: Path) -> dict[str, str]:
    """Return the versions that were tested together, by package."""
    pins = re.findall(r"^([\w.-]+)==(\S+)$", constraints.read_text("utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def needed(root: str, *extras: str) -> dict[str, str]:
    """Return every package that one needs here, itself left out, with the version that is installed."""
    found: dict[str, str] = {}
    todo = [(root, frozenset(extras))]
    while todo:
        name, wanted = todo.pop()
        for line in metadata.requires(name) or ():
            each = Requirement(line)
            places = [{"extra": extra} for extra in wanted] or [{"extra": ""}]
            if each.marker and not any(each.marker.evaluate(place) for place in places):
                continue
            needs = canonicalize_name(each.name)
            if needs not in found and needs != canonicalize_name(root) and (version := _installed(needs)):
                found[needs] = version
                todo.append((needs, frozenset(each.extras)))
    return found


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def drift(needed: dict[str, str], pins: dict[str, str]) -> Iterator[str]:
    """Yield a line for each package that is another than was tested."""
    for name, version in sorted(needed.items()):
        if name not in _OPEN and pins.get(name) != version:
            yield f"{name} {version}: expected {pins.get(name, 'a line')} by constraints.txt"


def advisories() -> tuple[list[str], str]:
    """Return a line for each known vulnerability, and what could not be looked up; empty where all was."""
    if util.find_spec("pip_audit") is None:
        return [], "pip-audit is not installed (it is the extra `audit`)"
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(CONSTRAINTS), "--no-deps", "--disable-pip"]
    try:
        done = subprocess.run(
            [*command, "--format", "json"], capture_output=True, text=True, timeout=60 * _MINUTES, check=False
        )
        rows = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return [], "the advisories could not be reached"
    unknown = sum("skip_reason" in row for row in rows)
    found = [f"{row['name']} {row['version']}: {each['id']}" for row in rows for each in row.get("vulns", ())]
    return found, f"{unknown} of {len(rows)} packages are not known there" if unknown else ""


def main() -> int:
    """Print what was found; return 1 where a vulnerability is known."""
    packages = needed("askfirst")
    changed = list(drift(packages, pinned(CONSTRAINTS)))
    print(f"{len(packages)} packages are installed for AskFirst; {len(changed)} in another version than was tested")
    for line in changed:
        print(f"  {line}")
    vulnerable, missing = advisories()
    for line in vulnerable:
        print(f"  VULNERABLE {line}")
    print(f"No advisories: {missing}" if missing else f"{len(vulnerable)} known vulnerabilities")
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
