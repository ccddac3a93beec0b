"""A person talking with the bot on the strict server: what they write, what they tap, and what comes of it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.database.store import Store
from knowledge.documents.pattern import Case
from knowledge.identifiers.finding import find
from knowledge.ledger.audit import AuditRow, audit_rows
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.roles import Roles
from knowledge.proposals.impact import Impact
from knowledge.proposals.proposal import Draft, Proposal
from knowledge.proposals.queue import Proposals
from tests.bot_api import BotApi, Call
from tests.patience import PATIENCE
from tests.updates import message, press

OWNER, ANN, BEN, NOBODY = 500, 501, 502, 7
"""An owner, two moderators, and somebody who is none."""

_NONE = 0  # no message has this id


class Talk:
    """One person's chat with the bot."""

    def __init__(self, api: BotApi, person: int) -> None:
        self.api = api
        self.person = person
        self._number = 1000 * person

    def calls(self, under: int | None = None) -> list[Call]:
        """What the bot sent to the person or changed; where a message is named, only changes of that one."""
        sent = ("sendMessage", "sendDocument", "sendPhoto")
        mine = [call for call in self.api.calls if call.method in (*sent, "editMessageText")]
        mine = [call for call in mine if call.chat == self.person]
        return [call for call in mine if under is None or call.method in sent or call.number == under]

    async def wait(self, count: int, before: int, under: int | None = None, seconds: float = PATIENCE) -> list[Call]:
        """Wait for so many answers more than there were before."""
        async with asyncio.timeout(seconds):
            while len(self.calls(under)) < before + count:
                await asyncio.sleep(0.005)
        return self.calls(under)[before:]

    async def write(self, text: str | None = None, *, answers: int = 1, **more: Any) -> Call:
        """Write something, and return the last of so many answers."""
        self._number += 1
        before = len(self.calls(_NONE))
        self.api.send(message=message(text, chat=self.person, number=self._number, **more))
        return (await self.wait(answers, before, _NONE))[answers - 1]

    async def reply(self, to: Call, text: str, *, answers: int = 1) -> Call:
        """Reply to a message of the bot's."""
        bot = {"id": 4242, "is_bot": True, "first_name": "AskFirst"}
        replied = {**message("…", chat=self.person, number=to.number), "from": bot}
        return await self.write(text, answers=answers, reply_to_message=replied)

    async def send_file(self, api: BotApi, text: str | bytes, *, answers: int = 1) -> Call:
        """Send a document."""
        data = text if isinstance(text, bytes) else text.encode()
        api.files["document"] = data
        document = {"file_id": "document", "file_unique_id": "u", "file_name": "a (1).toml", "file_size": len(data)}
        return await self.write(answers=answers, document=document)

    async def tap(self, under: Call, verb: str, *, answers: int = 1, which: int = 0, **more: Any) -> Call:
        """Tap the first button with a verb, or another of them, and return the last of so many answers."""
        data = [data for data in under.buttons.values() if data.partition(":")[0] == verb][which]
        return await self.tap_data(data, answers=answers, message_id=under.number, **{**under.as_message(), **more})

    async def tap_data(self, data: str, *, answers: int = 1, **more: Any) -> Call:
        """Tap a button that carries something."""
        under = more.get("message_id", _NONE)
        before = len(self.calls(under))
        self.api.send(callback_query=press(data, chat=self.person, **more))
        return (await self.wait(answers, before, under))[answers - 1]

    async def now(self, call: Call, words: str, seconds: float = PATIENCE) -> Call:
        """Wait until a message of the bot's has some words, and return it as it then is."""
        async with asyncio.timeout(seconds):
            while True:
                for other in reversed(self.calls()):
                    if other.number == call.number:
                        if words in other.text:
                            return other
                        break
                await asyncio.sleep(0.005)


def staffed(folder: Path) -> Store:
    """Open the bot's database beside it, with two moderators."""
    store = Store(folder / "askfirst.db")
    roles = Roles(store, frozenset({OWNER}))
    for person in (ANN, BEN):
        roles.add(person, OWNER, datetime.now(UTC))
    return store


def case(text: str, pattern: str = "parcel-smish") -> Draft:
    """Return the draft of a case."""
    return Draft("case", pattern, case=Case("en", text))


def proposed(store: Store, draft: Draft, author: int = ANN, *, held: str = "", tried: bool = True) -> Proposal:
    """Put a draft into the queue, tried."""
    proposals, now = Proposals(store, alone=False), datetime.now(UTC)
    (one,) = proposals.propose([draft], author, now)
    if tried:
        proposals.tried([one.id], Impact(fixes=("en-1",)).as_row(), held, now)
    fresh = proposals.get(one.id)
    assert fresh is not None
    return fresh


def reported(store: Store, folder: Path, *, people: int, appealed: bool = False) -> ContactReports:
    """Have people report a contact, and its owner appeal where asked for."""
    reports, now = ContactReports(store, read_key(folder)), datetime.now(UTC)
    (phone,) = find("+65 9123 4567")
    for person in range(1, people + 1):
        assert reports.report(phone, "parcel-smish", "SG", person, None, now) == "kept"
    if appealed:
        reports.appeal(phone, 99, now)
    return reports


def reported_often(store: Store, folder: Path, count: int) -> None:
    """Have many contacts reported, each by two people."""
    reports, now = ContactReports(store, read_key(folder)), datetime.now(UTC)
    for number in range(count):
        (phone,) = find(f"+65 9123 {4000 + number}")
        for person in (1000 + 2 * number, 1001 + 2 * number):
            assert reports.report(phone, "parcel-smish", "SG", person, None, now) == "kept"


def acts(store: Store, about: str = "") -> list[AuditRow]:
    """Return the audit, oldest first."""
    return list(reversed(audit_rows(store, most=1000, about=about)))
