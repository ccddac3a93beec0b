"""Libraries of an extra, which a machine that only serves goes without."""

from importlib.util import find_spec


class MissingExtra(Exception):
    """A library of the extra is not installed; the message says how to get it."""


def require(library: str, extra: str = "report") -> None:
    """Make sure of a library of an extra before any work is done that it is needed for.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec(library) is None:
        raise MissingExtra(
            f'{library}: not installed, expected the extra "{extra}": pip install ".[{extra}]" in the checkout'
        )
