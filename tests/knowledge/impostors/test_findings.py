"""What is said about identifiers: each code once, look-alikes found, and honest domains left alone."""

from dataclasses import replace

import pytest

from knowledge.documents.official import OfficialBody, PublishedPoint, read_bodies
from knowledge.identifiers.finding import find
from knowledge.identifiers.lookalike_hosts import listed, skeleton
from knowledge.impostors.contacts import OfficialContacts
from knowledge.impostors.findings import CODES, Examiner, Finding
from knowledge.impostors.published import Published
from tests.lookalikes import KNOWN, lookalikes
from tests.paths import DATA

IMITATION = {"lookalike-host", "mixed-script-host", "name-in-foreign-domain", "near-domain"}
COUNTRIES = {
    "sg": "SG",
    "uk": "GB",
    "es": "ES",
    "fr": "FR",
    "de": "DE",
    "ru": "RU",
    "cn": "CN",
    "vn": "VN",
    "br": "BR",
    "hk": "HK",
}
ZONES = {"gov.sg": "government", "gov.uk": "uk-government"}
USER_CONTENT = ("t.me", "telegra.ph", "docs.google.com")


def published() -> Published:
    """Return forty-odd known domains, a body for each, named by its first label, and some numbers and a handle."""
    bodies: dict[str, OfficialBody] = {}
    for domain in (*KNOWN, *ZONES, *USER_CONTENT):
        name = ZONES.get(domain, "platform" if domain in USER_CONTENT else domain.partition(".")[0])
        point = PublishedPoint(
            "domain", domain, "high", suffix_zone=domain in ZONES, hosts_user_content=domain in USER_CONTENT
        )
        known = bodies.get(name)
        bodies[name] = OfficialBody(
            name,
            {"en": name},
            (name,) if domain in KNOWN else ("",),
            "bank",
            (*known.points, point) if known else (point,),
            country=COUNTRIES.get(domain.rpartition(".")[2], "*"),
        )
    points = [*bodies["dbs"].points]
    points.append(PublishedPoint("phone", "+6563396666", "high"))
    points.append(PublishedPoint("phone", "+6562345678", "high", never_calls_out=True))
    points.append(PublishedPoint("phone", "72323", "high", text_only=True))
    points.append(PublishedPoint("handle", "dbs_official", "high", platform="telegram"))
    bodies["dbs"] = replace(bodies["dbs"], points=tuple(points))
    return Published(bodies)


EXAMINER = Examiner(published())
BODIES = read_bodies()


def about(text: str, *claimed: str, country: str | None = None) -> dict[str, Finding]:
    (identifier,) = find(text, country)
    return {finding.code: finding for finding in EXAMINER.examine(identifier, claimed, country)}


@pytest.mark.parametrize(
    ("text", "code", "severity", "detail"),
    [
        ("https://www.paypa1.com/x", "lookalike-host", "alarm", "paypal.com"),
        ("https://rnicrosoft.com", "lookalike-host", "alarm", "microsoft.com"),
        ("https://bіnance.com", "lookalike-host", "alarm", "binance.com"),
        ("https://bіnance.com", "mixed-script-host", "alarm", ""),
        ("https://xn--80ak6aa92e.com", "lookalike-host", "alarm", "apple.com"),
        ("https://xn--80ak6aa92e.com", "punycode-host", "caution", "аррӏе.com"),
        ("https://xn--mnchen-3ya.de", "punycode-host", "note", "münchen.de"),
        ("https://dbs.com.sg.login-portal.net", "name-in-foreign-domain", "alarm", "dbs.com.sg"),
        ("https://dbs-login6.com", "name-in-foreign-domain", "alarm", "dbs.com.sg"),
        ("https://iras.gov.sg-refund.top/x", "name-in-foreign-domain", "alarm", "iras.gov.sg"),
        ("https://paypall.com", "near-domain", "caution", "paypal.com"),
        ("https://wellsfarg.com", "near-domain", "alarm", "wellsfargo.com"),
        ("https://wwwpaypal.com", "near-domain", "alarm", "paypal.com"),
        ("https://paypal.vip", "near-domain", "alarm", "paypal.com"),
        ("https://paypal.org", "near-domain", "note", "paypal.com"),
        ("http://203.0.113.9/x", "ip-host", "caution", ""),
        ("https://bit.ly/abc", "shortener", "caution", "bit.ly"),
        ("https://prize.web.app", "free-hosting", "caution", "web.app"),
        ("https://lucky888.top", "cheap-suffix", "note", "top"),
        ("https://paypal.com@evil-host.net/x", "userinfo-host", "alarm", "evil-host.net"),
        ("[www.dbs.com.sg](https://evil-host.net)", "shown-host-differs", "alarm", "dbs.com.sg"),
        ("call +881 612 345 678", "satellite-number", "caution", ""),
        ("call +44 123 456", "impossible-length", "caution", ""),
        ("call +44 909 879 0000", "premium-number", "caution", ""),
        ("write @paypal_helper", "support-handle", "caution", "paypal"),
        ("write dbs.care@gmail.com", "free-mail", "caution", "gmail.com"),
        ("https://docs.google.com/forms/x", "anyone-can-publish", "note", "google.com"),
        ("https://t.me/some_channel", "anyone-can-publish", "note", "t.me"),
        ("https://internet-banking.dbs.com.sg/x", "own-published", "good", "dbs"),
        ("https://www.mom.gov.sg", "own-published", "good", "government"),
        ("call +65 6339 6666", "own-published", "good", "dbs"),
        ("a call from +65 6234 5678", "never-calls-out", "caution", ""),
        ("they told me to text 72323", "text-only", "note", ""),
    ],
)
def test_each_fact_is_said_by_its_code(text: str, code: str, severity: str, detail: str) -> None:
    found = about(text)
    assert code in CODES
    assert (found[code].severity, found[code].detail) == (severity, detail)


@pytest.mark.parametrize(
    ("text", "code", "severity", "detail"),
    [
        ("call +234 803 123 4567", "other-country-number", "alarm", "NG"),
        ("call +65 9123 4567", "personal-mobile", "caution", "dbs"),
        ("write dbs.care@gmail.com", "free-mail", "alarm", "gmail.com"),
        ("write @dbs_support_sg", "support-handle", "alarm", "dbs"),
        ("send to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "wallet-for-institution", "alarm", "dbs"),
        ("https://wa.me/2348031234567", "other-country-number", "alarm", "NG"),
    ],
)
def test_more_is_said_where_the_stranger_claims_to_be_of_a_body(
    text: str, code: str, severity: str, detail: str
) -> None:
    found = about(text, "dbs", country="SG")
    assert (found[code].severity, found[code].detail) == (severity, detail)


@pytest.mark.parametrize(
    ("text", "claimed", "found"),
    [
        ("https://shopee.co.th/track", "shopee", {"near-domain": "caution"}),
        ("https://shopee.org/track", "shopee", {"near-domain": "alarm"}),
        ("https://shopee.tk/track", "shopee", {"near-domain": "alarm", "cheap-suffix": "note"}),
        ("www.mygov.in/rd2022", "au-mygov", {}),
        ("https://mygov-refund.in/x", "au-mygov", {"name-in-foreign-domain": "alarm"}),
    ],
)
def test_a_name_under_another_country_s_suffix_is_no_alarm_by_itself(
    text: str, claimed: str, found: dict[str, str]
) -> None:
    (identifier,) = find(text, None)
    assert {one.code: one.severity for one in Examiner(Published(BODIES)).examine(identifier, (claimed,))} == found


def test_every_code_is_provoked_by_these_tests() -> None:
    marks = (test_each_fact_is_said_by_its_code, test_more_is_said_where_the_stranger_claims_to_be_of_a_body)
    provoked = {row[1] for test in marks for row in test.pytestmark[0].args[1]}  # type: ignore[attr-defined]
    assert provoked == set(CODES)


def test_a_wallet_says_nothing_where_no_institution_is_claimed() -> None:
    assert about("send to TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t") == {}


def test_a_foreign_number_is_only_a_note_where_nobody_is_claimed() -> None:
    assert about("call +234 803 123 4567", country="SG")["other-country-number"].severity == "note"
    assert about("call +234 803 123 4567", country="NG") == {}


@pytest.mark.parametrize("country", ["IN", None])
@pytest.mark.parametrize(
    "text", ["SBI customer care called me from 1800 209 1234", "SBI says phone 18002091234", "SBI, call 1800-1234 now"]
)
def test_a_toll_free_number_is_no_mobile_of_another_country(text: str, country: str | None) -> None:
    (contact,) = OfficialContacts(BODIES).read(text, country).found
    assert {finding.code for finding in contact.findings} <= {"own-published"}


@pytest.mark.parametrize(
    ("text", "country", "codes"),
    [
        ("the display said 999 and a man asked for my name", "SG", ["never-calls-out", "own-published"]),
        ("I had a call from +852 2824 6111", "HK", ["never-calls-out", "own-published"]),
        ("they told me to text 7726", "GB", ["text-only", "own-published"]),
    ],
)
def test_what_a_body_says_of_its_number_is_told(text: str, country: str, codes: list[str]) -> None:
    (contact,) = OfficialContacts(BODIES).read(text, country).found
    assert [finding.code for finding in contact.findings] == codes


def test_the_gravest_finding_stands_first() -> None:
    (identifier,) = find("https://paypa1-login.top")
    severities = [finding.severity for finding in EXAMINER.examine(identifier)]
    assert severities == ["alarm", "note"]


def test_a_name_under_a_country_zone_is_not_taken_for_the_zone() -> None:
    assert "own-published" not in about("https://gov.sg.claim-now.net")
    assert about("https://gov-sg.claim-now.net")["name-in-foreign-domain"].detail == "gov.sg"


def test_look_alike_letters_have_one_skeleton() -> None:
    assert skeleton("раураl") == skeleton("paypal") == skeleton("páypa1")


def test_the_lists_hold_names_only() -> None:
    for name in ("shorteners", "free_hosts", "cheap_suffixes", "free_mail"):
        assert all(entry == entry.lower().strip(".") for entry in listed(name)), name


def test_look_alikes_of_known_domains_are_recognised() -> None:
    rows = [line.split() for line in (DATA / "lookalikes.txt").read_text("utf-8").splitlines()]
    missed = [host for host, *_ in rows if not IMITATION & about(f"https://{host}/a").keys()]
    print(f"look-alikes recognised: {len(rows) - len(missed)} of {len(rows)}")
    assert len(rows) >= 150
    assert len(missed) <= 0.05 * len(rows), missed


def test_the_look_alikes_are_those_the_script_makes() -> None:
    assert (DATA / "lookalikes.txt").read_text("utf-8") == "".join(f"{' '.join(row)}\n" for row in lookalikes())


def test_honest_domains_are_not_accused() -> None:
    domains = (DATA / "honest_domains.txt").read_text("utf-8").split()
    accused = {
        domain: codes
        for domain in domains
        if (codes := [one.code for one in about(f"https://{domain}/").values() if one.severity in ("alarm", "caution")])
    }
    print(f"honest domains accused: {len(accused)} of {len(domains)}")
    assert len(domains) >= 1000
    assert len(accused) <= 0.005 * len(domains), accused


@pytest.mark.parametrize(
    ("text", "number", "country"),
    [
        ("96110打来的能接吗", "96110", "CN"),
        ("1930 असली है?", "1930", "IN"),
        ("is 159 the police?", "159", "GB"),
        ("el 017 q es? es de verdad?", "017", "ES"),
        ("警察の #9110 は本物?", "#9110", "JP"),
        ("165是真的嗎", "165", "TW"),
    ],
)
def test_a_short_number_that_is_asked_about_is_known_where_no_country_is(text: str, number: str, country: str) -> None:
    (contact,) = OfficialContacts(BODIES).read(text, None).found
    assert (contact.identifier.value, contact.owner and contact.owner.country) == (number, country)


@pytest.mark.parametrize(
    "text", ["paid 165 for shoes", "my gran was born in 1930", "gave him 300", "got 159 back", "is 112 real?"]
)
def test_a_sum_a_year_or_a_number_of_many_countries_is_nobodys_short_number(text: str) -> None:
    assert OfficialContacts(BODIES).read(text, None).found == ()


def test_a_number_that_a_courier_tells_people_to_report_to_is_the_polices() -> None:
    (contact,) = OfficialContacts(BODIES).read("shall i call 1930?", "IN").found
    assert contact.owner is not None
    assert contact.owner.kind == "police"


@pytest.mark.parametrize(("text", "country"), [("disque 100 é verdade?", None), ("they told me: call 1930 now", "IN")])
def test_a_round_number_is_nobodys_where_no_country_is_known(text: str, country: str | None) -> None:
    (contact,) = OfficialContacts(BODIES).read(text, None).found
    assert (contact.owner.country if contact.owner else None) == country
