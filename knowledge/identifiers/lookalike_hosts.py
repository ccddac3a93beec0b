"""What the name of a host tells: imitations of known domains, and kinds of hosts worth a word."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from knowledge.identifiers.links import suffixes
from knowledge.text.lookalikes import BLENDING, alphabet, twins
from knowledge.text.toml_files import read_toml_file

_TWINS = str.maketrans("015|", "olsl")
_PAIRS = (("rn", "m"), ("vv", "w"), ("i", "l"))
_FUZZY = 5
"""Letters that a name must have to be recognised with one letter wrong: shorter ones are near to other words."""
_UNMISTAKABLE = 8
"""Letters from which on the name of a known domain is taken for a brand word too."""
_GENERAL_SUFFIXES = {"com", "net", "org"}


@dataclass(frozen=True)
class Imitation:
    """A known domain that a host resembles, and in which way; ``deceptive`` where hardly anything else explains it."""

    code: str
    domain: str
    deceptive: bool


@cache
def listed(name: str) -> frozenset[str]:
    """Return one of the lists of lookalike_hosts.toml."""
    return frozenset(read_toml_file(Path(__file__).with_name("lookalike_hosts.toml"))[name])


def is_under(host: str, name: str) -> bool:
    """Say whether a host is one of a list's names, or under one of them."""
    names = listed(name)
    labels = host.split(".")
    return any(".".join(labels[place:]) in names for place in range(len(labels)))


def registrable(host: str) -> str:
    """Return the part of a host that somebody registered: one label and its public suffix; the host if it has none."""
    return str(suffixes().privatesuffix(host) or host)


def mixes_scripts(host: str) -> bool:
    """Say whether a label mixes letters of alphabets that have look-alikes in each other."""
    return not host.isascii() and any(len(set(map(alphabet, label)) & BLENDING) > 1 for label in host.split("."))


def skeleton(name: str) -> str:
    """Return a name as the eye takes it: look-alike letters as one, without accents."""
    bare = "".join(_twin(char) for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    bare = bare.translate(_TWINS)
    for pair, single in _PAIRS:
        bare = bare.replace(pair, single)
    return bare


def _twin(char: str) -> str:
    if char.isascii():
        return char
    return next((twin for found in twins(char) if (twin := found.lower()).isascii() and twin.isalnum()), char)


def _split(domain: str) -> tuple[str, str]:
    label, _, suffix = registrable(domain).partition(".")
    return label, suffix


class Domains:
    """The known domains and brand words, ready to compare hosts with."""

    def __init__(self, domains: Mapping[str, str], aliases: Mapping[str, str]) -> None:
        """Take the body of each registrable domain or suffix zone, and of each brand word."""
        self._bodies = domains
        self._aliases = {word: body for word, body in aliases.items() if len(word) > 2}
        self._home: dict[str, str] = {}
        for domain, body in domains.items():
            self._home.setdefault(body, domain)
        names = [domain for domain in domains if suffixes().privatesuffix(domain) == domain]
        for domain in names:
            if len(word := _split(domain)[0]) >= _UNMISTAKABLE:
                self._aliases.setdefault(word, domains[domain])
        self._words = [(word, skeleton(word)) for word in self._aliases if len(word) >= _FUZZY]
        self._labels: dict[str, list[str]] = defaultdict(list)
        self._skeletons: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._near: dict[str, set[str]] = defaultdict(set)
        self._run_together: dict[str, str] = {}
        for domain in names:
            label, suffix = _split(domain)
            self._labels[label].append(domain)
            seen = self._skeletons[label] = skeleton(label)
            self._seen.setdefault(seen, label)
            if len(suffix) > 2:  # "telegra.ph" run together is another word
                self._run_together.setdefault(domain.replace(".", "").replace("-", ""), domain)
            self._run_together.setdefault(label.replace("-", ""), domain)
            for shorter in _deletions(seen) if len(label) >= _FUZZY else ():
                self._near[shorter].add(label)

    def imitated_by(self, host: str) -> Imitation | None:
        """Return the known domain that a host that is not under one resembles."""
        name = registrable(host)
        zones = {host.split(".", place)[-1] for place in range(host.count(".") + 1)}
        if name in self._bodies or zones & self._bodies.keys():
            return None
        return (
            self._looks_like(name)
            or self._other_suffix(name)
            or self._near_to(host, name)
            or self._contains(host, name)
        )

    def _looks_like(self, name: str) -> Imitation | None:
        label, suffix = _split(name)
        known = self._seen.get(skeleton(label))
        if known is None or known == label or (len(known) < 4 and label.isascii()):
            return None
        return Imitation("lookalike-host", self._nearest(known, suffix), True)

    def _nearest(self, label: str, suffix: str) -> str:
        domains = self._labels[label]
        return next((domain for domain in domains if domain == f"{label}.{suffix}"), domains[0])

    def _other_suffix(self, name: str) -> Imitation | None:
        label, suffix = _split(name)
        if label not in self._labels or len(label) < 3:
            return None
        general = suffix in listed("cheap_suffixes") or suffix in listed("general_country_suffixes")
        local = (len(suffix.rpartition(".")[2]) == 2 and not general) or suffix in _GENERAL_SUFFIXES
        return Imitation("near-domain", self._labels[label][0], not local and len(label) > 3)

    def _contains(self, host: str, name: str) -> Imitation | None:
        """Find a known domain or brand word in a host that is another's."""
        suffix = _split(name)[1]
        before = (host.removesuffix(f".{suffix}") if suffix else host).removeprefix("www.")
        dotted = f".{before.replace('-', '.').replace('_', '.')}."
        tokens = dotted.strip(".").split(".")
        for place in range(len(tokens) - 1):
            for last in range(place + 2, min(place + 5, len(tokens) + 1)):
                if (domain := ".".join(tokens[place:last])) in self._bodies:
                    return Imitation("name-in-foreign-domain", domain, True)
        baited = any(token.strip("0123456789") in listed("bait") for token in tokens)
        cheap = suffix in listed("cheap_suffixes")
        for token in tokens:
            if token in self._labels and len(token) > 3 and token != before and (baited or cheap):
                return Imitation("name-in-foreign-domain", self._labels[token][0], True)
            if found := self._brand(token):
                alone = len(tokens) == 1 and token == found[0]
                deceptive = found[1] or baited or cheap
                body = self._aliases.get(found[0])
                domain = self._home.get(body or "", found[0])
                return None if alone and not deceptive else Imitation("name-in-foreign-domain", domain, deceptive)
        return None

    def _brand(self, token: str) -> tuple[str, bool] | None:
        """Return the brand word in a part of a host, and whether what stands beside it is bait."""
        bare = token.strip("0123456789")
        if bare in self._aliases:
            return bare, bare != token
        seen = skeleton(token)
        for word in self._starts_or_ends(token):
            rest = token.removeprefix(word) if token.startswith(word) else token.removesuffix(word)
            if _is_bait(rest):
                return word, True
        for word, likeness in self._words:
            if seen == likeness and word[0] == token[0]:
                return word, True
            slip = len(word) > _FUZZY and len(token) >= len(word) and _is_slip(word, token)
            if slip and _one_edit(likeness, seen):
                return word, False
        return None

    def _starts_or_ends(self, token: str) -> Iterator[str]:
        for length in range(min(len(token) - 1, 24), 2, -1):
            if (word := token[:length]) in self._aliases:
                yield word
            if (word := token[-length:]) in self._aliases:
                yield word

    def _near_to(self, host: str, name: str) -> Imitation | None:
        """Find a known name one slip away, or run together with what stands before it."""
        label, suffix = _split(name)
        whole = host.removesuffix(f".{suffix}").replace(".", "").replace("-", "")
        for run in dict.fromkeys((whole, label.replace("-", ""), whole.removeprefix("www"))):
            domain = self._run_together.get(run)
            if domain and len(run) > 3 and not (run == label and run in self._labels):
                return Imitation("near-domain", domain, True)
        seen = skeleton(label)
        for shorter in _deletions(seen):
            for known in self._near.get(shorter, ()):
                if _is_slip(known, label) and _one_edit(self._skeletons[known], seen):
                    same = f"{known}.{suffix}" in self._labels[known]
                    return Imitation("near-domain", self._nearest(known, suffix), same and len(known) > 6)
        return None


def _deletions(word: str) -> set[str]:
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def _is_slip(known: str, label: str) -> bool:
    """Leave out words that a short name is one first letter, or one last letter, away from."""
    return len(known) > 7 or (known[0] == label[0] and (len(known) > _FUZZY or len(label) >= len(known)))


def _one_edit(one: str, other: str) -> bool:
    """Say whether two words are the same but for one letter put in, left out, replaced, or two letters swapped."""
    return OSA.distance(one, other, score_cutoff=1) <= 1


def _is_bait(rest: str) -> bool:
    rest = re.sub(r"\d+$|^\d+", "", rest)
    return (
        not rest
        or rest in listed("bait")
        or any(rest[:place] in listed("bait") and rest[place:] in listed("bait") for place in range(2, len(rest) - 1))
    )
