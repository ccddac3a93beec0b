from datetime import timedelta

from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.ledger.contact_reports import ContactReports
from knowledge.proposals.proposal import Draft
from knowledge.proposals.queue import Proposals
from knowledge.proposals.waiting import Filters, choices, last_decided, waiting_items, waiting_refs
from tests.reported import DAY, NOW, TODAY, link, report

KEY = b"k" * 32


def test_items_come_oldest_first_and_say_what_a_list_needs(store: Store, proposals: Proposals) -> None:
    reports = ContactReports(store, KEY)
    report(reports, link(1), 5, NOW - 2 * DAY)
    report(reports, link(1), 6, NOW - DAY)
    proposals.propose([Draft("case", "parcel-smish", case=Case("zh", "他们说我的包裹被扣了"), batch="one")], 0, NOW)
    contact, case = waiting_items(store, waiting_refs(store, Filters(), TODAY), TODAY)
    assert (contact.ref[0], contact.people, contact.since, contact.countries) == ("c", 2, TODAY - 2 * DAY, "SG")
    assert (case.ref, case.language, case.text, case.batch) == ("p1", "zh", "他们说我的包裹被扣了", "one")
    assert choices(store, TODAY) == {"pattern": ("parcel-smish",), "country": ("SG",), "language": ("zh",)}


def test_what_has_expired_waits_no_more(store: Store) -> None:
    report(ContactReports(store, KEY), link(1), 5, NOW)
    assert len(waiting_refs(store, Filters(), TODAY + timedelta(days=180))) == 1
    assert waiting_refs(store, Filters(), TODAY + timedelta(days=181)) == ()


def test_words_are_looked_for_as_they_stand(store: Store, proposals: Proposals) -> None:
    for text in ("They want 100% of it", "They want half of it", "They want _ of it"):
        proposals.propose([Draft("case", "bank-otp", case=Case("en", text))], 0, NOW)
    assert waiting_refs(store, Filters(words="100%"), TODAY) == ("p1",)
    assert waiting_refs(store, Filters(words="_"), TODAY) == ("p3",)
    assert waiting_refs(store, Filters(words="BANK-otp"), TODAY) == ("p1", "p2", "p3")


def test_a_text_with_nul_and_quotes_waits_as_it_is_written(store: Store, proposals: Proposals) -> None:
    proposals.propose([Draft("case", "bank-otp", case=Case("en", 'the "bank"\0 called'))], 0, NOW)
    (item,) = waiting_items(store, waiting_refs(store, Filters(words='"BANK"'), TODAY), TODAY)
    assert item.text.replace("\0", "\ufffd") == 'the "bank"\ufffd called'


def test_nothing_is_asked_of_what_nobody_named(store: Store) -> None:
    assert waiting_items(store, (), TODAY) == ()


def test_the_last_approval_of_each_pattern_is_known(store: Store, proposals: Proposals) -> None:
    (one,) = proposals.propose([Draft("case", "bank-otp", case=Case("en", "They want the code"))], 0, NOW)
    proposals.tried([one.id], {}, "", NOW)
    assert last_decided(store) == {}
    proposals.decide(one.id, True, 7, NOW, is_moderator=lambda _: True)
    assert last_decided(store) == {"bank-otp": ("2026-11-24T12:00:00+00:00", 1)}
