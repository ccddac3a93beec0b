"""Links and e-mail addresses in a text, and the hosts in them."""

import ipaddress
import re
from collections.abc import Iterator
from functools import cache

import idna
from linkify_it import LinkifyIt
from publicsuffixlist import PublicSuffixList

from knowledge.identifiers.context_words import dotted
from knowledge.identifiers.undisguised import GLUED, Sighting, hide

_LONGEST = 1500
"""Characters read in one go; keeps the time linear for texts without blanks."""
_TOKEN = re.compile(
    rf"(?i:https?://|www\.)[{GLUED}][^\s/?#\x00]{{0,200}}(?:[/?#][^\s{GLUED}\x00]{{0,1300}})?"
    rf"|[^\s{GLUED}\x00]{{1,{_LONGEST}}}"
)
_ANCHOR = re.compile(r"(?is)<a\s[^<>]{0,200}?href\s*=\s*[\"']?([^\"'\s<>]{1,2000})[^<>]{0,200}>(.{0,300}?)</a>")
_MARKDOWN = re.compile(r"\[([^\[\]\n]{1,200})\]\(\s?([^\s()]{1,2000})\s?\)")
_AUTHORITY = re.compile(r"(?i)(?:([a-z][a-z0-9+.-]{1,15}):)?(?://)?([^/?#\\]*)(.*)", re.DOTALL)
_TELEGRAM = re.compile(r"(?i)\btg://(?:resolve\?domain=|join\?invite=)([A-Za-z0-9_-]{4,40})")
_NAMES_TLD = {"com", "net", "org"}
_STATE = {"gov", "gob", "gouv"}
"""Names of suffixes that are the address of a state's own site too; other suffixes are only talked about."""
_NUMBERED = {"com", "cn", "co", "net"}
"""Suffixes under which a number of one or two digits is an address rather than a price or a time."""


def links(text: str) -> list[Sighting]:
    """Return the links, e-mail addresses and links to accounts of an undisguised text, in its order."""
    found = list(_behind_words(text))
    rest = hide(text, found)
    for match in _TELEGRAM.finditer(rest):
        found.append(Sighting("handle", f"telegram:{match[1].lower()}", *match.span(), host="t.me"))
    rest = hide(text, found)
    for token in _TOKEN.finditer(rest):
        if _worth_a_look(token[0]):
            found += _in_token(token[0], token.start(), rest)
    return sorted(found, key=lambda one: one.start)


def host_of(url: str) -> str:
    """Return the host of an address with or without a scheme, lower-case, punycode decoded; empty if it has none."""
    match = _AUTHORITY.match(url)
    authority = match[2].rpartition("@")[2] if match else ""
    host = authority.partition(":")[0].rstrip(".").lower()
    return ".".join(map(_readable, host.split(".")))


def is_ip(host: str) -> bool:
    """Say whether a host is an IP address, also one written as a single number."""
    if re.fullmatch(r"\d{8,10}|0x[0-9a-f]{8}", host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def suffixes() -> PublicSuffixList:
    """Return the public suffixes that registries run; those that companies lend out to customers are not among them."""
    return PublicSuffixList(only_icann=True)


@cache
def _top_level() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in suffixes()._publicsuffix)  # it has no public list of them


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt(options={"fuzzy_link": True, "fuzzy_email": True, "fuzzy_ip": True}).tlds(sorted(_top_level()))


def _worth_a_look(token: str) -> bool:
    return len(token) > 3 and ("." in token or "://" in token)


def _in_token(token: str, at: int, text: str) -> Iterator[Sighting]:
    lead = len(token) - len(token.lstrip(":,;!?.·|'\"-=*~“”‘’（【"))
    for match in _linkify().match(token[lead:]) or ():
        start = at + lead + match.index
        end = start + len(match.text)
        written = match.text
        if match.schema == "mailto:":
            found = _email(written, start)
        else:
            scheme = match.schema.rstrip(":/")
            if not scheme and (text[start - 1 : start] == "." or not _is_bare_link(written, text[end : end + 2])):
                continue
            found = _link(written, start, "")
        if found:
            yield found


def _email(written: str, start: int) -> Sighting | None:
    bare = written.removeprefix("mailto:")
    start += len(written) - len(bare)
    bare = bare.partition("?")[0]
    local, _, domain = bare.rpartition("@")
    host = host_of(domain)
    return Sighting("email", f"{local}@{host}", start, start + len(bare), host=host) if _has_tld(host) else None


def _link(written: str, start: int, shown: str) -> Sighting | None:
    match = _AUTHORITY.match(written)
    host = host_of(written)
    if (
        match is None
        or not host
        or len(host) > 253
        or not (_has_tld(host) or is_ip(host) or (match[1] and "." in host))
    ):
        return None
    authority, path = match[2], match[3]
    user, at, place = authority.rpartition("@")
    port = place.partition(":")[2]
    address = f"{user}{at}{host}{':' + port if port else ''}{path}"
    end = start + len(written)
    if account := _account(host, path):
        return Sighting("handle", account, start, end, host=host, shown=shown)
    return Sighting("link", f"{(match[1] or 'http').lower()}://{address}", start, end, host=host, shown=shown)


def _account(host: str, path: str) -> str | None:
    """Return the account that a link on a messenger's own host leads to, as platform:name."""
    host = host.removeprefix("www.")
    if host in ("t.me", "telegram.me", "telegram.dog"):
        match = re.match(r"/(?:s/|joinchat/)?(\+?[A-Za-z0-9_-]{4,40})(?![A-Za-z0-9_-])", path)
        private = path.startswith(("/joinchat/", "/+"))
        return f"telegram:{match[1] if private else match[1].lower()}" if match else None
    if host in ("wa.me", "api.whatsapp.com"):
        match = re.search(r"(?:^/|phone=)\+?(\d{7,15})", path)
        return f"whatsapp:+{match[1]}" if match else None
    if host == "line.me":
        match = re.search(r"/ti/p/(?:~|%40|@)?([A-Za-z0-9._-]{3,40})", path)
        return f"line:{match[1].lower()}" if match else None
    return None


def _is_bare_link(written: str, after: str) -> bool:
    """Say whether letters with a dot, without a scheme, are an address and not a file, a name or two sentences."""
    place = re.split(r"[/?#]", written, maxsplit=1)[0]
    if place != written or ":" in place or place.lower().startswith("www."):
        return True
    labels = place.split(".")
    name, tld = labels[-2], labels[-1]
    if is_ip(place) or place.lower() in dotted("names") or (name.isdigit() and len(name) < 3 and tld not in _NUMBERED):
        return False
    if name not in _STATE and suffixes().privatesuffix(place.lower()) is None:
        return False
    titled = tld[:1].isupper() and tld[1:].islower()
    if titled and not (tld.lower() in _NAMES_TLD and name[:1].isupper() and len(name) > 2):
        return False
    if tld == "md" and name.lower() in dotted("file_names"):
        return False
    if len(labels) == 2 and tld in dotted("file_endings"):
        return False
    return not (
        len(labels) == 2
        and tld in dotted("suffixes_that_are_words")
        and name.lower() in dotted("sentence_ends")
        and not after.startswith("/")
    )


def _behind_words(text: str) -> Iterator[Sighting]:
    """Find links that stand behind words, as in HTML and Markdown; the words are part of what is consumed."""
    for pattern, words, address in ((_ANCHOR, 2, 1), (_MARKDOWN, 1, 2)):
        if ("<" if pattern is _ANCHOR else "](") not in text:
            continue
        for match in pattern.finditer(text):
            found = _link(match[address], match.start(address), _named(match[words]))
            if found:
                yield Sighting(found.kind, found.value, *match.span(), host=found.host, shown=found.shown)


def _named(words: str) -> str:
    """Return the host that the words of a link name; empty where they name none."""
    for token in _TOKEN.finditer(words):
        for one in _in_token(token[0], 0, words) if _worth_a_look(token[0]) else ():
            return one.host
    return ""


def _has_tld(host: str) -> bool:
    name, _, tld = host.rpartition(".")
    return bool(name) and (tld in _top_level() or tld.startswith("xn--"))


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return str(idna.decode(label)).lower()
    except (idna.IDNAError, UnicodeError):
        return label
