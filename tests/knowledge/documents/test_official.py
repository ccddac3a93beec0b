from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from knowledge.documents.official import OfficialBody, check_official, read_bodies
from knowledge.impostors.published import Published
from knowledge.text.languages import INTERFACE

BODIES = read_bodies()
PUBLISHED = Published(BODIES)
SCRIPT_OF = {"TW": "zh-Hant", "HK": "zh-Hant", "MO": "zh-Hant"}
SOURCE = 'source = { title = "A page", url = "https://example.org", date = "" }'
SMALL = f"""
country = "SG"
checked = 2026-11-24

[[bodies]]
id = "sg-x"
name = {{ en = "X Bank" }}
aliases = ["X Bank"]
kind = "bank"
never_sources = [{{ title = "A page", url = "", date = "" }}]
[bodies.never]
en = ["Never asks"]

[[bodies.points]]
kind = "phone"
value = "1799"
what_for = {{ en = "Service" }}
confidence = "high"
{SOURCE}
"""


@dataclass(frozen=True)
class Found:
    kind: str
    value: str
    host: str = ""
    country: str | None = None


def link(host: str) -> Found:
    return Found("link", f"https://{host}/", host)


def test_the_shipped_documents_have_no_fault() -> None:
    assert check_official() == []
    assert len(BODIES) == 215
    assert {body.checked for body in BODIES.values()} == {date(2026, 11, 24)}


def test_every_body_is_named_in_english_and_chinese_and_taiwan_hong_kong_and_macau_in_traditional() -> None:
    for body in BODIES.values():
        spoken = {"en", "zh", *([SCRIPT_OF[body.country]] if body.country in SCRIPT_OF else [])}
        assert spoken <= set(body.name), body.id
        assert not body.never or spoken <= set(body.never), body.id
        for point in body.points:
            assert point.what_for is None or spoken <= set(point.what_for), (body.id, point.value)
            assert point.what_for is None or set(point.what_for) <= set(INTERFACE), (body.id, point.value)


def test_what_is_shown_is_never_of_low_confidence_and_always_has_a_source() -> None:
    for body in BODIES.values():
        for point in body.shown():
            assert point.confidence in ("high", "medium")
            assert point.source is not None
            assert not point.outgoing_only


def test_the_surest_points_are_shown_first() -> None:
    shown = [point.confidence for point in BODIES["cn-police"].shown()]
    assert shown == sorted(shown, key=["high", "medium"].index)


@pytest.mark.parametrize(
    ("body", "value"), [("hk-immd", "1868"), ("hk-post", "+85229212222"), ("my-nsrc", "997"), ("de-polizei", "110")]
)
def test_numbers_that_never_call_out_say_so(body: str, value: str) -> None:
    assert [point.never_calls_out for point in BODIES[body].points if point.value == value] == [True]


@pytest.mark.parametrize(
    ("found", "owner"),
    [
        (link("www.dbs.com.sg"), "sg-dbs"),
        (link("dbs.com.sg"), "sg-dbs"),
        (link("DBS.com.sg."), "sg-dbs"),
        (link("dbs.com.sg.evil.top"), None),
        (link("notdbs.com.sg"), None),
        (link("ica.gov.sg"), "sg-ica"),
        (link("anything.gov.sg"), "sg-govsg"),
        (link("gov.sg.login.top"), None),
        (link("alipay.com"), None),
        (link("customs.gov.sg"), "sg-govsg"),
        (link("www.12321.cn"), "cn-12345"),
        (Found("phone", "+6563916100", country="SG"), "sg-ica"),
        (Found("phone", "95588", country="CN"), "cn-icbc"),
        (Found("phone", "+8695588", country="CN"), None),
        (Found("phone", "95188", country="CN"), None),
        (Found("phone", "110"), None),
        (Found("phone", "110", country="DE"), "de-polizei"),
        (Found("email", "Phishing@netflix.com", "netflix.com"), "netflix"),
        (Found("email", "anybody@iras.gov.sg", "iras.gov.sg"), "sg-iras"),
        (Found("email", "help@u.iras.gov.sg", "u.iras.gov.sg"), None),
        (Found("handle", "telegram:verifybot"), "telegram"),
        (Found("handle", "telegram:verifybot1"), None),
        (Found("wallet", "dbs.com.sg"), None),
    ],
)
def test_only_exactly_what_a_body_published_is_its_own(found: Found, owner: str | None) -> None:
    assert PUBLISHED.owner(found) == owner


def test_on_a_host_of_other_peoples_content_a_link_proves_nothing() -> None:
    assert PUBLISHED.hosts_user_content("t.me")
    assert PUBLISHED.hosts_user_content("sites.google.com")
    assert not PUBLISHED.hosts_user_content("dbs.com.sg")


def test_words_for_comparing_hosts_are_brands_and_not_ordinary_words() -> None:
    words = PUBLISHED.aliases()
    assert words["dbs"] == "sg-dbs"
    assert words["paypal"] == "paypal"
    assert words["wellsfargo"] == "us-wellsfargo"
    assert not {"ups", "chase", "apple", "ice", "prime", "axis", "mandiri", "110"} & set(words)
    assert all(len(word) >= 3 and word.isascii() and word.islower() for word in words)


def test_domains_are_plain_ascii_hosts() -> None:
    assert PUBLISHED.domains()["gov.sg"] == "sg-govsg"
    assert PUBLISHED.domains()["alipay.com"] == "cn-alipay"
    assert PUBLISHED.domains()["xn--b1aew.xn--p1ai"] == "ru-police"
    assert all(host.isascii() and host == host.lower() for host in PUBLISHED.domains())


def test_a_country_has_its_own_bodies_before_those_of_everywhere() -> None:
    assert [body.country for body in PUBLISHED.for_country("MO")][:2] == ["MO", "*"]
    assert {body.country for body in PUBLISHED.for_country(None)} == {"*"}
    assert (PUBLISHED.country("sg-dbs"), PUBLISHED.country("dhl"), PUBLISHED.country("nobody")) == ("SG", "*", None)


def test_short_numbers_are_known_for_telling_phones_from_other_digits() -> None:
    assert {"96110", "95588", "110"} <= PUBLISHED.short_codes("CN")
    assert "1799" not in PUBLISHED.short_codes("CN")
    assert "1799" in PUBLISHED.short_codes()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('country = "SG"', 'country = "MY"', "sg.toml: country: 'MY', expected what the file's name says"),
        ('kind = "bank"', 'kind = "shop"', "sg.toml: bodies.0.kind: Input should be"),
        ("1799", "1", "bodies.0.points.0.value: String should have at least 2 characters"),
        (SOURCE, "", "sg-x.points '1799': confidence 'high', expected a source"),
        ('value = "1799"\n', 'value = "+6512345678"\n', None),
        ('kind = "bank"', 'kind = "bank"\nambiguous = ["Y"]', "sg-x.ambiguous: 'Y', expected one of the aliases"),
        ('en = ["Never asks"]', 'zh = ["从不"]', "sg-x.never: {'zh': 1}, expected English"),
        ('confidence = "high"', 'confidence = "low"\nhost = 1', "host: not a key that this table may have"),
        ("never_sources = ", "# ", "sg-x.never_sources: missing"),
        ('what_for = { en = "Service" }', "", "what_for missing in English"),
    ],
)
def test_each_fault_names_its_place_and_what_was_expected(
    tmp_path: Path, old: str, new: str, fault: str | None
) -> None:
    (tmp_path / "sg.toml").write_text(SMALL.replace(old, new, 1), "utf-8")
    faults = check_official(tmp_path)
    assert any(fault in line for line in faults) if fault else faults == []


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert check_official(tmp_path) == [f"{tmp_path}: *.toml: no documents of official bodies, expected at least one"]


def test_a_long_number_of_low_confidence_is_refused(tmp_path: Path) -> None:
    document = SMALL.replace('confidence = "high"', 'confidence = "low"').replace("1799", "+6512345678")
    (tmp_path / "sg.toml").write_text(document, "utf-8")
    assert any("long numbers of that sort are never kept" in line for line in check_official(tmp_path))


def test_a_body_keeps_its_documents_country_and_day(tmp_path: Path) -> None:
    (tmp_path / "sg.toml").write_text(SMALL, "utf-8")
    body: OfficialBody = read_bodies(tmp_path)["sg-x"]
    assert (body.country, body.checked) == ("SG", date(2026, 11, 24))
