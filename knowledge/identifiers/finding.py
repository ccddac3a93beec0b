"""The phones, links, e-mail addresses, handles, wallets, IBANs and cards in a text, each in one form for comparing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from knowledge.identifiers.handles import handles
from knowledge.identifiers.links import links
from knowledge.identifiers.phones import phones
from knowledge.identifiers.undisguised import IdentifierKind, Sighting, Undisguised, hide, undisguised
from knowledge.identifiers.wallets import cards, ibans, wallets

__all__ = ["Identifier", "IdentifierKind", "find"]


@dataclass(frozen=True)
class Identifier:
    """One thing in a text that names a place to call, to open, to write to or to pay to."""

    kind: IdentifierKind
    value: str
    """The form for comparing.

    A phone is in E.164 form, or its digits where its country is not known or it is a short number. A link has a scheme
    and its host refanged, in lower-case and readable; what stands before an ``@`` in front of the host is kept. An
    e-mail address has its domain in lower-case. A handle is ``platform:name``, an IBAN is without blanks, a card only
    its last four digits after ``…``, a wallet as it is.
    """
    written: str
    """As in the text; of a card only the last digits."""
    start: int
    end: int
    """The span in the text."""
    country: str | None = None
    """Of phones and IBANs, two letters, upper-case."""
    host: str = ""
    """Of links, e-mail addresses and links to accounts: refanged, lower-case, punycode decoded."""
    shown: str = ""
    """The host that the words of a link name, where a link stands behind words that name one."""


def find(text: str, country: str | None = None, short_codes: Collection[str] = ()) -> tuple[Identifier, ...]:
    """Return the identifiers of any text, in its order, without overlaps, in time linear in its length.

    Args:
        text: what somebody wrote.
        country: two letters, where national phone numbers are from.
        short_codes: published short numbers, that count as phones also where nobody is told to call them.
    """
    seen = undisguised(text)
    if not seen.text:
        return ()
    found = links(seen.text)
    rest = hide(seen.text, found)
    for finder in (wallets, ibans, cards, handles):
        new = list(finder(rest))
        found += new
        rest = hide(rest, new)
    found += phones(rest, country.upper() if country else None, short_codes)
    return tuple(_apart(_identifier(one, seen, text) for one in sorted(found, key=lambda one: one.start)))


def _identifier(found: Sighting, seen: Undisguised, text: str) -> Identifier:
    start, end = seen.span(found.start, found.end)
    written = found.value if found.kind == "card" else text[start:end]
    return Identifier(found.kind, found.value, written, start, end, found.country, found.host, found.shown)


def _apart(identifiers: Iterable[Identifier]) -> Iterable[Identifier]:
    """Leave out what begins inside the one before it: one written character can stand for several."""
    end = 0
    for one in identifiers:
        if one.start >= end:
            yield one
            end = one.end
