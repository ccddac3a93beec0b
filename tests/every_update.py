"""Updates of every kind in the Bot API, well-formed, and what can be done to them so that they no longer are."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.updates import DAY, in_group, inline_query, membership, message, press

Json = Any
MARK = "kalypsomarker"
"""Stands in every text that a person writes, and may be found nowhere afterwards."""
_STORY = "{mark} they say my parcel is held and want a small fee by https://{mark}.top/x, ring +65 9123 4567 {mark}"
_USER = {"id": 900, "is_bot": False, "first_name": f"{MARK} Eve", "username": MARK, "language_code": "en"}
_CHANNEL = {"id": -100900, "type": "channel", "title": f"{MARK} news", "username": MARK}
_GROUP = {"id": -7, "type": "supergroup", "title": f"{MARK} group"}
_FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 900}
_SIZE = {**_FILE, "width": 90, "height": 90}
_PLACE = {"latitude": 1.3, "longitude": 103.8}
_POLL = {
    **{"id": "p", "question": f"{MARK}?", "total_voter_count": 1, "is_closed": False, "is_anonymous": True},
    **{"type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False},
    "options": [{"persistent_id": name, "text": f"{MARK} {name}", "voter_count": 1} for name in "12"],
}  # fmt: skip
_STICKER = {**_SIZE, "type": "regular", "is_animated": False, "is_video": False, "emoji": "🙂", "set_name": MARK}
_GIFT = {"id": "g", "sticker": _STICKER, "star_count": 15}
_PAYMENT = {"currency": "XTR", "total_amount": 5, "invoice_payload": MARK, "telegram_payment_charge_id": "t"}
_ORIGINS = (
    {"type": "user", "date": DAY, "sender_user": _USER},
    {"type": "hidden_user", "date": DAY, "sender_user_name": f"{MARK} Eve"},
    {"type": "chat", "date": DAY, "sender_chat": _GROUP, "author_signature": MARK},
    {"type": "channel", "date": DAY, "chat": _CHANNEL, "message_id": 5, "author_signature": MARK},
)
_BODIES: tuple[dict[str, Json], ...] = (
    *({"forward_origin": origin} for origin in _ORIGINS),
    {"photo": [_SIZE, {**_SIZE, "width": 900}], "caption": f"{MARK} is this real?", "media_group_id": "m"},
    {"document": {**_FILE, "file_name": f"{MARK}.pdf", "mime_type": "application/pdf"}, "caption": MARK},
    {"voice": {**_FILE, "duration": 3}},
    {"audio": {**_FILE, "duration": 3, "title": MARK, "performer": MARK}},
    {"video": {**_SIZE, "duration": 3, "file_name": MARK}, "caption": MARK},
    {"video_note": {**_FILE, "length": 90, "duration": 3}},
    {"animation": {**_SIZE, "duration": 3}, "document": _FILE},
    {"sticker": _STICKER},
    {"story": {"chat": _CHANNEL, "id": 4}},
    {"contact": {"phone_number": "6591234567", "first_name": MARK, "last_name": MARK, "vcard": MARK, "user_id": 900}},
    {"location": {**_PLACE, "live_period": 60, "heading": 5}},
    {"venue": {"location": _PLACE, "title": MARK, "address": MARK}, "location": _PLACE},
    {"poll": _POLL},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"game": {"title": MARK, "description": MARK, "photo": [_SIZE]}},
    {"invoice": {"title": MARK, "description": MARK, "start_parameter": "x", "currency": "USD", "total_amount": 5}},
    {"successful_payment": {**_PAYMENT, "provider_payment_charge_id": "p"}},
    {"refunded_payment": _PAYMENT},
    {"gift": {"gift": _GIFT, "text": MARK}},
    {"paid_media": {"star_count": 5, "paid_media": [{"type": "photo", "photo": [_SIZE]}, {"type": "preview"}]}},
    {"giveaway": {"chats": [_CHANNEL], "winners_selection_date": DAY, "winner_count": 1, "prize_description": MARK}},
    {"users_shared": {"request_id": 1, "users": [{"user_id": 900, "first_name": MARK, "phone_number": "+1"}]}},
    {"chat_shared": {"request_id": 1, "chat_id": -7, "title": MARK}},
    {"web_app_data": {"data": MARK, "button_text": MARK}},
    {"passport_data": {"data": [], "credentials": {"data": "eA==", "hash": "eA==", "secret": "eA=="}}},
    {"proximity_alert_triggered": {"traveler": _USER, "watcher": _USER, "distance": 5}},
    {"write_access_allowed": {"from_request": True, "web_app_name": MARK}},
    {"pinned_message": {"message_id": 3, "date": 0, "chat": _GROUP}},
    {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}}},
    {"connected_website": MARK},
    {"boost_added": {"boost_count": 1}},
    {"checklist": {"title": MARK, "tasks": [{"id": 1, "text": MARK}]}},
)
"""What a message may hold beside or instead of words."""
_IN_GROUPS: tuple[dict[str, Json], ...] = (
    {"new_chat_members": [_USER]},
    {"left_chat_member": _USER},
    {"new_chat_title": MARK},
    {"new_chat_photo": [_SIZE]},
    {"delete_chat_photo": True},
    {"group_chat_created": True},
    {"migrate_to_chat_id": -1009},
    {"forum_topic_created": {"name": MARK, "icon_color": 5}},
    {"video_chat_started": {}},
    {"video_chat_ended": {"duration": 5}},
    {"video_chat_participants_invited": {"users": [_USER]}},
    {"video_chat_scheduled": {"start_date": DAY}},
    {"sender_chat": _GROUP},
)
BUTTONS = (
    *(
        "paid:",
        "gone_no:",
        "more:parcel-smish",
        "said:yes:parcel-smish",
        "said:unknown:nothing",
        "ask:who",
        "tell:who:0",
    ),
    *("minor:", "report:", "report:SG", "pattern:parcel-smish", "country:SG", "country:", "language:de", "language:xx"),
    *("contact:0", "contact_no:", "wrong_no:", "share:parcel-smish", "mod_next:p1", "mod_drop:", "nothing", "x" * 64),
)
"""What buttons carry; none of those that agree to keep a text, which is then kept."""
COMMANDS = (
    *("/help", "/country", "/country SG", "/language", "/report", "/paid", "/more", "/new", "/privacy", "/appeal"),
    *("/forget", "/statement", "/start", "/start paid", "/start pattern-parcel-smish", "/share", "/review", "/nothing"),
)


def well_formed(chance: random.Random, number: int, chat: int) -> Json:
    """Return one update of any kind; ``number`` is its own, ``chat`` the person's."""
    return {"update_id": number, **chance.choice(_KINDS)(chance, chat)}


def _words(chance: random.Random) -> str:
    return chance.choice((MARK, "hello {mark}", _STORY, "{mark} 他们说我的包裹被扣了", "<b>{mark}</b> & \x0b")).replace(
        "{mark}", MARK
    )


def _body(chance: random.Random, chat: int) -> Json:
    body = message(
        chance.choice((_words(chance), chance.choice(COMMANDS), None)), chat=chat, number=chance.randint(1, 99)
    )
    return {**body, **(chance.choice(_BODIES) if body.get("text") is None or chance.random() < 0.3 else {})}


def _message(chance: random.Random, chat: int) -> Json:
    body = _body(chance, chat)
    if chance.random() < 0.2:
        body["reply_to_message"] = {**_body(chance, chat), "from": chance.choice((_USER, body["from"]))}
    if chance.random() < 0.2 and body.get("text"):
        kind = chance.choice(("text_link", "bold", "mention", "custom_emoji", "bot_command", "url"))
        more = {"url": f"http://{MARK}.top/"} if kind == "text_link" else {}
        body["entities"] = [{"type": kind, "offset": 0, "length": 5, **more}]
    if chance.random() < 0.1:
        body["quote"] = {"text": f"{MARK} said", "position": 0}
    return {chance.choice(("message", "message", "message", "edited_message")): body}


def _group(chance: random.Random, chat: int) -> Json:
    text = chance.choice(("/check", "/quiet", f"@askfirst_test_bot {MARK}", MARK))
    body = in_group(text, user=chat, reply_to_message=in_group(_words(chance), user=900, number=4))
    if chance.random() < 0.4:
        body = {**in_group(None, user=chat), **chance.choice(_IN_GROUPS)}
    return {"message": body}


def _press(chance: random.Random, chat: int) -> Json:
    pressed = press(chance.choice(BUTTONS), chat=chat, under=_words(chance))
    if chance.random() < 0.1:
        del pressed["message"]
        pressed["inline_message_id"] = "i"
    return {"callback_query": pressed}


def _else(chance: random.Random, chat: int) -> Json:
    """Return an update that the bot asks Telegram not to send, or one without a chat."""
    body, user, group = message(_words(chance), chat=chat), {**_USER, "id": chat}, _GROUP
    reaction = {"chat": group, "message_id": 4, "date": DAY}
    boosted = {"chat": group, "boost_id": "b", "source": {"source": "premium", "user": user}}
    boost = {**boosted, "add_date": DAY, "expiration_date": DAY}
    thumb = {**reaction, "user": user, "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
    address = dict.fromkeys(("country_code", "state", "city", "street_line1", "street_line2", "post_code"), MARK)
    kinds: dict[str, Json] = {
        "inline_query": inline_query(_words(chance), user=chat),
        "my_chat_member": membership(*chance.sample(("left", "member", "administrator", "kicked"), 2)),
        "chat_member": membership("left", "member"),
        "channel_post": {**body, "chat": _CHANNEL, "sender_chat": _CHANNEL},
        "edited_channel_post": {**body, "chat": _CHANNEL},
        "business_connection": {"id": "b", "user": user, "user_chat_id": chat, "date": DAY, "is_enabled": True},
        "business_message": {**body, "business_connection_id": "b"},
        "edited_business_message": {**body, "business_connection_id": "b"},
        "deleted_business_messages": {"business_connection_id": "b", "chat": group, "message_ids": [1]},
        "chosen_inline_result": {"result_id": "verdict", "from": user, "query": MARK},
        "shipping_query": {"id": "s", "from": user, "invoice_payload": MARK, "shipping_address": address},
        "pre_checkout_query": {"id": "c", "from": user, "currency": "XTR", "total_amount": 5, "invoice_payload": MARK},
        "purchased_paid_media": {"from": user, "paid_media_payload": MARK},
        "poll": _POLL,
        "poll_answer": {"poll_id": "p", "user": user, "option_ids": [0], "option_persistent_ids": ["1"]},
        "message_reaction": thumb,
        "message_reaction_count": {**reaction, "reactions": []},
        "chat_join_request": {"chat": group, "from": user, "user_chat_id": chat, "date": DAY, "bio": MARK},
        "chat_boost": {"chat": group, "boost": boost},
        "removed_chat_boost": {**boosted, "remove_date": DAY},
        "managed_bot": {"user": user, "bot": {**_USER, "is_bot": True}},
        "something_new": {"text": MARK, "from": user},
    }  # fmt: skip
    kind = chance.choice(list(kinds))
    return {kind: kinds[kind]}


_KINDS = (_message, _message, _message, _group, _press, _else)
_NUMBERS = (0, -1, 1, 2**31, 2**52, 2**63 - 1, 2**63, -(2**70), 10**300, 1.5, 1e308, -0.0)
_STRINGS = (
    *("", " ", "\x00", "\ud83d", "\udc00\ud800", "‮‫⁦", "é" * 200, "👩‍👩‍👧‍👦" * 300, "﷽" * 500, "​", "\n" * 50),
    *(
        "<b>",
        "</b>&amp;&#x0;",
        "%s%n{mark}{0}",
        "ⁿ²½Ⅷ",
        "۱۲۳",
        "İıẞ",
        "a" * 20_000,
        "1" * 4_096,
        "../../etc/passwd",
        "';--",
    ),
    *(
        "http://" + "a." * 900,
        "xn--" + "a" * 70 + ".com",
        "[" * 300,
        "(" * 999,
        "+" + "9" * 40,
        "@" * 40,
        "0x" + "f" * 40,
    ),
)
_OTHER: tuple[Json, ...] = (None, True, False, 5, "5", [], {}, [[]], {"id": 1}, 1.5)


def damaged(update: Json, chance: random.Random, donor: Json) -> Json:
    """Return an update with one to four things done to it; its own number stays."""
    changed = copy.deepcopy(update)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        way = chance.choice(_WAYS)
        kind = {"number": int | float, "string": str}.get(way, object)
        places = [(holder, key) for holder, key in _places(changed) if key != "update_id"]
        places = [(holder, key) for holder, key in places if isinstance(holder[key], kind)]
        if places:
            _damage(way, *chance.choice(places), chance, donor)
    return changed


_WAYS = (
    *("drop",) * 3,
    *("string",) * 8,
    *("number",) * 3,
    *("alike",) * 5,
    "swap",
    "nest",
    "graft",
    "append",
    "rename",
)


def _places(tree: Json) -> Iterator[tuple[Json, Any]]:
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield tree, key
        yield from _places(value)


def _damage(way: str, holder: Json, key: Any, chance: random.Random, donor: Json) -> None:
    value = holder[key]
    other, name = chance.choice(list(_places(donor)))
    match way:
        case "drop":
            del holder[key]
        case "nest":
            for _ in range(chance.choice((1, 2, 60))):
                value = chance.choice(([value], {"message": value}))
            holder[key] = value
        case "number":
            holder[key] = chance.choice(_NUMBERS)
        case "string":
            odd = chance.choice(_STRINGS)
            holder[key] = chance.choice((odd, value + odd, odd + value))
        case "alike":
            found = [where[inner] for where, inner in _places(donor) if inner == key]
            holder[key] = copy.deepcopy(chance.choice(found)) if found else value
        case "graft":
            holder[key] = copy.deepcopy(other[name])
        case "append" if isinstance(holder, dict):
            holder[str(name)] = copy.deepcopy(other[name])
        case "rename" if isinstance(holder, dict):
            holder[chance.choice(("from", "chat", "text", "message", "caption", "photo", "contact"))] = holder.pop(key)
        case _:
            holder[key] = chance.choice(_OTHER)
