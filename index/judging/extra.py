"""Libraries that only reports or the console need: extras that a machine which serves goes without."""

from importlib.util import find_spec


class MissingExtra(Exception):
    """A library of the extra is not installed; the message says how to get it."""


def require(library: str, extra: str = "report") -> None:
    """Make sure of a library before any work is done for what it is to show.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec(library) is None:
        raise MissingExtra(
            f'{library}: not installed, expected the extra "{extra}": pip install ".[{extra}]" in the checkout'
        )
