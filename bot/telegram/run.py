"""Running the Telegram bot until it is stopped."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import cache

from telegram import Update
from telegram.error import InvalidToken

from bot.checking.engine import Engine
from bot.moderation.proposing import Curation, official_lines
from bot.pictures.reader import Pictures
from bot.settings import BadSetting, Settings
from bot.telegram.application import build_application
from bot.telegram.services import Services
from bot.words.texts import MODERATORS, read_texts
from knowledge.documents.casebook import read_casebook
from knowledge.documents.reporting import read_countries
from knowledge.ledger.answer_counts import Counters
from knowledge.ledger.contact_reports import ContactReports
from knowledge.ledger.keyed_hash import read_key
from knowledge.ledger.open_questions import Askers
from knowledge.ledger.roles import Roles
from knowledge.ledger.store import Store
from knowledge.ledger.wrong_answers import WrongNotes
from knowledge.proposals.queue import Proposals

_FOR_EVER = -1


class WithoutToken(logging.Formatter):
    """Log lines in which the bot's token never stands, not even in a traceback."""

    def __init__(self, token: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with the token blotted out."""
        return super().format(record).replace(self._token, "<token>")


def log_to_stderr(token: str) -> None:
    """Send warnings and our own lines to standard error; request addresses hold the token, so httpx is quiet."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutToken(token))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "sentence_transformers"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def run_bot(settings: Settings, engine: Engine) -> int:
    """Answer people until the process is told to stop; return the exit status.

    Raises:
        BadSetting: Telegram does not know the token.
    """
    log_to_stderr(settings.required_token())
    with closing(Store(settings.database)) as store, ThreadPoolExecutor(1) as worker, Pictures() as pictures:
        key = read_key(settings.database.parent)
        reports = ContactReports(store, key)
        reports.expire(datetime.now(UTC).date())
        roles, proposals = Roles(store, settings.owners), Proposals(store, alone=settings.alone)
        casebook = cache(read_casebook)
        services = Services(
            checker=engine.checker,
            patterns=engine.patterns,
            worker=worker,
            texts=read_texts(),
            countries=read_countries(),
            store=store,
            pictures=pictures,
            contacts=engine.contacts,
            reports=reports,
            notes=WrongNotes(store, key),
            askers=Askers(store),
            counters=Counters(store),
            roles=roles,
            backups=settings.backups,
            build=engine.serving.build,
            builds=settings.builds,
            proposals=proposals,
            curation=Curation(engine.serving.build, engine.encoder, proposals, roles, casebook, official_lines()),
            moderator_texts=read_texts(MODERATORS),
            alone=settings.alone,
        )
        try:
            build_application(settings, services).run_polling(
                allowed_updates=[Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY],
                bootstrap_retries=_FOR_EVER,
            )
        except InvalidToken:  # its own words hold the token
            raise BadSetting(f"TELEGRAM_BOT_TOKEN: {settings.base_url} does not know this token") from None
    return 0
