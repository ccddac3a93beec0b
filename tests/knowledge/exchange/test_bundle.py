"""A signed file of documents: what it holds, and every way of tampering with it refused by name."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from knowledge.exchange.bundle import FORMAT, packed, unpacked
from knowledge.exchange.keys import (
    OWN_FILE,
    TRUSTED_FILE,
    BadExchange,
    OwnKey,
    distrust,
    fingerprint,
    make_own_key,
    own_key,
    trust,
    trusted_keys,
    verified,
)

TODAY = date(2026, 11, 27)
DOCUMENTS = {"parcel-smish": "id = 'parcel-smish' …\n", "bank-otp": "id = 'bank-otp'\n"}
UNIVERSITY = OwnKey("Example University", bytes(range(32)))
OTHER = OwnKey("Example University", bytes(range(1, 33)))
TRUSTED = {UNIVERSITY.public: "the university"}
Change = Callable[[dict[str, Any]], Any]


def test_what_is_packed_is_unpacked_and_the_same_documents_make_the_same_file() -> None:
    text = packed(DOCUMENTS, UNIVERSITY, "CC-BY-4.0", TODAY)
    assert text == packed(dict(reversed(DOCUMENTS.items())), UNIVERSITY, "CC-BY-4.0", TODAY)
    bundle = unpacked(text, TRUSTED, TODAY)
    assert {one.pattern: one.text for one in bundle.documents} == DOCUMENTS
    assert (bundle.origin, bundle.licence, bundle.day) == ("Example University", "CC-BY-4.0", TODAY)


def test_signatures_are_those_of_rfc_8032() -> None:
    """The first example of its section 7.1."""
    key = OwnKey("x", bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert verified(key.public, key.sign(b""), b"")
    assert key.sign(b"").startswith("5VZDAMNgrHKQhuLMgG6CioSHfx64")
    assert not verified(key.public, key.sign(b""), b"x")
    assert not verified("no key", "no signature", b"")


def put(*path: Any, value: Any) -> Change:
    def change(raw: dict[str, Any]) -> None:
        place: Any = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (put("origin", value="Example Bank"), "signature: not that of the university, expected a bundle that nobody"),
        (put("licence", value="MIT"), "signature: not that of the university"),
        (put("day", value="2026-11-26"), "signature: not that of the university"),
        (put("documents", 0, "digest", value="0" * 64), "signature: not that of the university"),
        (put("signature", value=OTHER.sign(b"")), "signature: not that of the university"),
        (put("signature", value="…"), "signature: not that of the university"),
        (put("documents", 1, "text", value="x"), "documents: parcel-smish: changed after it was signed, expected the"),
        (put("documents", 0, "pattern", value="parcel-smish"), "signature: not that of the university"),
        (put("key", value=OTHER.public), f"key {OTHER.public}: not trusted here (it calls itself 'Example Univ"),
        (put("signature", value=""), "signature: missing, expected a bundle that its maker has signed"),
        (lambda raw: raw.pop("signature"), "signature: missing"),
        (lambda raw: raw.pop("licence"), "licence: field required, expected a bundle that `askfirst export` wrote"),
        (put("format", value="askfirst-bundle-9"), f"format: not {FORMAT}, expected a bundle that `askfirst export`"),
        (put("documents", value=[]), "documents: tuple should have at least 1 item"),
        (put("documents", 0, "pattern", value="../../etc"), "documents.0.pattern: string should match pattern"),
        (put("more", value=1), "more: unexpected keyword argument"),
    ],
)
def test_what_was_tampered_with_is_refused_in_one_line_that_names_the_fault(change: Change, fault: str) -> None:
    raw = json.loads(packed(DOCUMENTS, UNIVERSITY, "CC-BY-4.0", TODAY))
    change(raw)
    with pytest.raises(BadExchange) as refused:
        unpacked(json.dumps(raw), TRUSTED, TODAY)
    assert str(refused.value).startswith(fault)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "not json", "[]", "7", "[" * 100_000])
def test_what_is_no_bundle_is_refused(text: str) -> None:
    with pytest.raises(BadExchange, match=r"^(bundle|format): not .*, expected a bundle that `askfirst export` wrote"):
        unpacked(text, TRUSTED, TODAY)


def test_a_day_that_is_not_yet_is_refused() -> None:
    text = packed(DOCUMENTS, UNIVERSITY, "CC-BY-4.0", TODAY + timedelta(days=2))
    with pytest.raises(BadExchange, match="day: 2026-11-29, expected one up to 2026-11-27"):
        unpacked(text, TRUSTED, TODAY)


@pytest.mark.parametrize("licence", ["", "all rights reserved", "-x"])
def test_a_licence_is_written_like_one(licence: str) -> None:
    with pytest.raises(BadExchange, match="expected an SPDX identifier"):
        packed(DOCUMENTS, UNIVERSITY, licence, TODAY)


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    with pytest.raises(BadExchange, match="not there, expected a key of your own"):
        own_key(tmp_path)
    made = make_own_key(tmp_path, "Example Bank")
    assert own_key(tmp_path) == made
    file = tmp_path / OWN_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert made.public not in file.read_text("utf-8")
    with pytest.raises(BadExchange, match="there already, expected none"):
        make_own_key(tmp_path, "Example Bank")
    file.chmod(0o644)
    with pytest.raises(BadExchange, match="others may read it, expected mode 600"):
        own_key(tmp_path)
    file.chmod(0o600)
    file.write_text('name = "x"\nseed = "short"\n', "utf-8")
    with pytest.raises(BadExchange, match="damaged, expected a name and a seed of 32 bytes"):
        own_key(tmp_path)


def test_no_key_is_made_that_a_command_would_take_for_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = [number.to_bytes(32) for number in (33, 34)]
    dashed, plain = (OwnKey("Example Bank", seed) for seed in seeds)
    assert dashed.public.startswith("-")
    assert not plain.public.startswith("-")
    drawn = iter(seeds)
    monkeypatch.setattr("knowledge.exchange.keys.ECC.generate", lambda curve: SimpleNamespace(seed=next(drawn)))
    assert make_own_key(tmp_path, "Example Bank") == plain


def test_keys_are_trusted_and_distrusted_by_name(tmp_path: Path) -> None:
    trust(tmp_path, "the university", UNIVERSITY.public)
    trust(tmp_path, "the “bank”", OTHER.public)
    assert trusted_keys(tmp_path) == {UNIVERSITY.public: "the university", OTHER.public: "the “bank”"}
    for name, key in (("the university", "a" * 43), ("again", OTHER.public)):
        with pytest.raises(BadExchange, match="the name or the key is there already"):
            trust(tmp_path, name, key)
    with pytest.raises(BadExchange, match="expected the 43 characters"):
        trust(tmp_path, "x", "short")
    distrust(tmp_path, "the university")
    assert list(trusted_keys(tmp_path)) == [OTHER.public]
    with pytest.raises(BadExchange, match="not trusted, expected a name"):
        distrust(tmp_path, "the university")
    (tmp_path / TRUSTED_FILE).write_text("x = 1\n", "utf-8")
    with pytest.raises(BadExchange, match="expected lines like"):
        trusted_keys(tmp_path)


def test_a_fingerprint_can_be_read_out() -> None:
    assert len(fingerprint(UNIVERSITY.public).split()) == 4
    assert fingerprint(UNIVERSITY.public) != fingerprint(OTHER.public)
