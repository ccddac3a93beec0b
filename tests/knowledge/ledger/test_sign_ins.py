from datetime import timedelta

from knowledge.database.store import Store
from knowledge.ledger.desk.sign_ins import LINK_MINUTES, SESSION_HOURS, SignIns
from tests.reported import NOW


def test_a_link_signs_in_once_and_for_some_hours(store: Store) -> None:
    sign_ins = SignIns(store)
    link = sign_ins.link(7, NOW)
    session = sign_ins.begin(link, NOW)
    assert session is not None
    assert sign_ins.begin(link, NOW) is None
    assert sign_ins.person(session, NOW + timedelta(hours=SESSION_HOURS, seconds=-1)) == 7
    assert sign_ins.person(session, NOW + timedelta(hours=SESSION_HOURS)) is None
    sign_ins.end(session)
    assert sign_ins.person(session, NOW) is None


def test_a_link_that_is_old_or_was_followed_by_another_is_void(store: Store) -> None:
    sign_ins = SignIns(store)
    first, second = sign_ins.link(7, NOW), sign_ins.link(7, NOW)
    assert sign_ins.begin(first, NOW) is None
    assert sign_ins.begin(second, NOW + timedelta(minutes=LINK_MINUTES)) is None


def test_whoever_is_signed_out_everywhere_is_so_with_all_links_and_sessions(store: Store) -> None:
    sign_ins = SignIns(store)
    session = sign_ins.begin(sign_ins.link(7, NOW), NOW)
    other = sign_ins.begin(sign_ins.link(8, NOW), NOW)
    link = sign_ins.link(7, NOW)
    sign_ins.end_all(7)
    assert session is not None
    assert other is not None
    assert (sign_ins.person(session, NOW), sign_ins.begin(link, NOW)) == (None, None)
    assert sign_ins.person(other, NOW) == 8
