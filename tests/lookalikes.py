"""Make hosts that look like known ones, by the changes that dnstwist and phishing kits make.

``python -m tests.lookalikes > tests/data/lookalikes.txt`` writes lines of: host, known domain, kind of change.
Single-letter changes are made to names of five letters and more only: one letter beside "ups" or "dbs" is mostly
another honest name.
"""

import random
from collections.abc import Callable, Iterator

_DOMAINS = """
paypal.com dbs.com.sg ocbc.com uob.com.sg singpost.com iras.gov.sg amazon.com apple.com microsoft.com
netflix.com facebook.com instagram.com whatsapp.com telegram.org binance.com coinbase.com metamask.io
wellsfargo.com bankofamerica.com chase.com usps.com royalmail.com evri.com santander.co.uk barclays.co.uk
natwest.com correos.es laposte.fr ameli.fr sparkasse.de commerzbank.de sberbank.ru gosuslugi.ru hdfcbank.com
icicibank.com vietcombank.com.vn shopee.sg taobao.com icbc.com.cn alipay.com correios.com.br nubank.com.br
dhl.com fedex.com hongkongpost.hk
"""
KNOWN = _DOMAINS.split()
_TWINS = {
    "a": "аàá4",
    "e": "еé3",
    "o": "о0ö",
    "i": "іl1í",
    "l": "1iі",
    "c": "сç",
    "p": "р",
    "s": "ѕ5ś",
    "m": ("rn",),
    "w": ("vv",),
    "u": "ü",
    "n": "ñ",
    "y": "у",
}
_BESIDE = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "k": "jl",
    "l": "ko",
}
_BESIDE |= {
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
_BEFORE = ["secure", "login", "my", "account", "verify"]
_BEHIND = [
    "login",
    "secure",
    "verify",
    "support",
    "update-account",
    "refund",
    "kyc",
    "redelivery",
    "help-center",
    "wallet",
]
_ENDINGS = ["com", "net", "top", "xyz", "vip", "info", "online", "icu", "cc", "shop"]
Change = Callable[[str, str, random.Random], str]


def _place(label: str, chance: random.Random) -> int:
    return chance.randrange(1, len(label) - 1)


def _bit(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    flipped = [chr(ord(label[place]) ^ 1 << bit) for bit in range(7)]
    changed = chance.choice([char for char in flipped if char.isascii() and char.isalnum() and char.islower()])
    return f"{label[:place]}{changed}{label[place + 1 :]}.{suffix}"


def _homoglyph(label: str, suffix: str, chance: random.Random) -> str:
    place = chance.choice([n for n, char in enumerate(label) if char in _TWINS])
    return f"{label[:place]}{chance.choice(list(_TWINS[label[place]]))}{label[place + 1 :]}.{suffix}"


def _omission(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}{label[place + 1 :]}.{suffix}"


def _repetition(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}{label[place]}{label[place:]}.{suffix}"


def _swap(label: str, suffix: str, chance: random.Random) -> str:
    place = chance.choice([n for n in range(1, len(label) - 1) if label[n] != label[n + 1]])
    return f"{label[:place]}{label[place + 1]}{label[place]}{label[place + 2 :]}.{suffix}"


def _insertion(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}{chance.choice(_BESIDE.get(label[place], 'x'))}{label[place:]}.{suffix}"


def _replacement(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}{chance.choice(_BESIDE.get(label[place], 'x'))}{label[place + 1 :]}.{suffix}"


def _hyphen(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}-{label[place:]}.{suffix}"


def _dot(label: str, suffix: str, chance: random.Random) -> str:
    place = _place(label, chance)
    return f"{label[:place]}.{label[place:]}.{suffix}"


def _no_dot(label: str, suffix: str, chance: random.Random) -> str:
    return chance.choice([f"www{label}.{suffix}", f"{label}{suffix.replace('.', '')}.{chance.choice(_ENDINGS)}"])


def _suffix(label: str, suffix: str, chance: random.Random) -> str:
    return f"{label}.{chance.choice([ending for ending in _ENDINGS if ending != suffix])}"


def _in_front(label: str, suffix: str, chance: random.Random) -> str:
    return f"{label}.{suffix}{chance.choice(['.', '-'])}{chance.choice(_BEHIND)}.{chance.choice(_ENDINGS)}"


def _below(label: str, _: str, chance: random.Random) -> str:
    other = chance.choice(["secure-portal", "customer-id", "web-session", "servicehub"])
    return f"{label}.{other}.{chance.choice(_ENDINGS)}"


def _joined(label: str, _: str, chance: random.Random) -> str:
    extra = chance.choice(_BEHIND)
    form = chance.choice(
        [
            f"{label}-{extra}",
            f"{label}{extra.replace('-', '')}",
            f"{chance.choice(_BEFORE)}-{label}",
            f"{label}-{extra}{chance.randrange(10)}",
        ]
    )
    return f"{form}.{chance.choice(_ENDINGS)}"


ANY: dict[str, Change] = {
    "no-dot": _no_dot,
    "suffix": _suffix,
    "in-front": _in_front,
    "below": _below,
    "joined": _joined,
    "homoglyph": _homoglyph,
}
LONG: dict[str, Change] = {
    "bit": _bit, "omission": _omission, "repetition": _repetition, "swap": _swap, "insertion": _insertion,
    "replacement": _replacement, "hyphen": _hyphen, "dot": _dot,
}  # fmt: skip


def lookalikes(seed: int = 4) -> Iterator[tuple[str, str, str]]:
    """Yield a host, the domain it imitates, and the kind of change; seven a domain at most."""
    chance = random.Random(seed)
    for domain in KNOWN:
        label, _, suffix = domain.partition(".")
        for changes, count in ((ANY, 3), (LONG if len(label) > 4 else {}, 4)):
            for kind in chance.sample(sorted(changes), min(count, len(changes))):
                if (host := changes[kind](label, suffix, chance)) not in KNOWN:
                    yield host, domain, kind


if __name__ == "__main__":
    for row in lookalikes():
        print(*row)
