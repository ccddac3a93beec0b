"""The Telegram application: every handler in one list, in the order they are tried."""

from typing import Any, cast

from telegram import Update
from telegram.ext import (
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.moderation.in_hand import CardInHand, CaseInHand, DocumentInHand, Drafts
from bot.settings import Settings
from bot.telegram import afterwards, answering, contact_reports, people
from bot.telegram.doors.life import App, begin, end, failed, tidy
from bot.telegram.elsewhere import groups, inline, links
from bot.telegram.intake.processing import Answering
from bot.telegram.jobs import Jobs
from bot.telegram.logs import quiet_the_library
from bot.telegram.moderators import cases, contacts, decisions, documents, overview, reports, review, shared
from bot.telegram.moderators.console import console_at
from bot.telegram.moderators.shared import OnCard, PrivateButton, for_moderators
from bot.telegram.offers import practice, statements
from bot.telegram.outbox.outbox import Outbox
from bot.telegram.sending import PatientRequest
from bot.telegram.services import Context, Services
from bot.words.afterwards import TELL_ME, WRONG, WRONG_NO, WRONG_WITH, WRONG_WITHOUT
from bot.words.choices import TELL
from bot.words.exercises.practice import GUESS, HONEST, PRACTICE, SCAM
from bot.words.guidance_parts import ASKED, GONE_NO, MINOR, MORE, PAID, QUESTION, SAID, SHARE

ALLOWED_UPDATES = (
    *(Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY),
    *(Update.MY_CHAT_MEMBER, Update.INLINE_QUERY),
)
"""What Telegram sends of all that happens."""
_TRY_EVERY, _READY_EVERY, _DROP_EVERY, _TIDY_EVERY, _SOON = 300, 60, 60, 600, 5  # seconds
_OWN = ~filters.FORWARDED & ~filters.VIA_BOT
"""What a person has written: nobody else's words are a command of theirs."""
_VOICES = filters.VOICE | filters.AUDIO | filters.VIDEO_NOTE
_READABLE = filters.TEXT | filters.CAPTION | filters.PHOTO | filters.Document.ALL | filters.CONTACT


def build_application(
    settings: Settings, services: Services, jobs: Jobs | None = None, outbox: Outbox | None = None
) -> App:
    """Put the bot together; whoever calls this runs it.

    Args:
        settings: the operator's.
        services: what handlers need.
        jobs: what it does by itself; made from the settings where left out.
        outbox: what it sends through.

    Raises:
        BadSetting: there is no token.
    """
    quiet_the_library()
    outbox = outbox or Outbox()
    application = (
        ApplicationBuilder()
        .updater(None)
        .token(settings.required_token())
        .base_url(f"{settings.base_url}/bot")
        .base_file_url(f"{settings.base_url}/file/bot")
        .request(PatientRequest(services.contact, connection_pool_size=64))
        .context_types(ContextTypes(bot_data=cast(type[Services], lambda: services)))
        .rate_limiter(outbox)
        .concurrent_updates(Answering(services.unanswered, outbox))
        .post_init(begin)
        .post_stop(end)
        .build()
    )
    application.add_handlers(_pace(), group=0)
    handling = [
        *_moderator_handlers(settings, services.curating.drafts),
        *_moderator_buttons(),
        *_elsewhere(),
        *_handlers(),
        CallbackQueryHandler(groups.pressed_outside),  # those of private chats have been tried
    ]
    application.add_handlers(handling, group=1)
    assert application.job_queue is not None, "the extra job-queue is installed"
    (jobs or Jobs(settings, services.words.moderators, overview.drawn)).schedule(application.job_queue, services)
    application.job_queue.run_repeating(shared.try_what_waits, _TRY_EVERY, first=_SOON)
    application.job_queue.run_repeating(shared.keep_ready, _READY_EVERY, first=_SOON)
    application.job_queue.run_repeating(answering.drop_old_cases, _DROP_EVERY)
    application.job_queue.run_repeating(tidy, _TIDY_EVERY)
    application.add_error_handler(failed)
    return application


def _pace() -> list[BaseHandler[Any, Context, None]]:
    """Return what keeps one chat from taking all answers; situations have one answer for many messages already."""
    each = filters.ChatType.PRIVATE & (filters.COMMAND | ~_READABLE)
    return [MessageHandler(each, answering.keep_pace), PrivateButton(answering.keep_pace)]


def _handlers() -> list[BaseHandler[Any, Context, None]]:
    """Return every handler, in the order they are tried."""
    private = filters.ChatType.PRIVATE
    incoming = private & (filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE)
    own = private & _OWN
    return [
        CommandHandler("help", people.help_, own),
        CommandHandler("country", answering.country, own),
        CommandHandler("language", answering.language, own),
        CommandHandler("report", people.report, own),
        CommandHandler("paid", people.paid, own),
        CommandHandler("more", answering.more, own),
        CommandHandler("new", answering.new, own),
        CommandHandler("privacy", people.privacy, own),
        CommandHandler("appeal", contact_reports.appeal, own),
        CommandHandler("forget", afterwards.forget, own),
        *_offers(),
        MessageHandler(incoming & filters.COMMAND & _OWN, people.unknown_command),
        MessageHandler(incoming & _VOICES, people.voice),
        MessageHandler(incoming & _READABLE, answering.check),
        MessageHandler(incoming & ~filters.StatusUpdate.ALL, people.not_text),
        PrivateButton(people.paid, f"^{PAID}:"),
        PrivateButton(people.gone_no, f"^{GONE_NO}:"),
        PrivateButton(answering.more, f"^{MORE}:"),
        PrivateButton(answering.say, f"^{SAID}:(yes|no|unknown):"),
        PrivateButton(answering.ask, f"^{ASKED}:"),
        PrivateButton(answering.tell, f"^{TELL}:"),
        PrivateButton(people.minor, f"^{MINOR}:"),
        PrivateButton(people.report, "^report:"),
        PrivateButton(people.pattern, "^pattern:"),
        PrivateButton(answering.country, "^country:"),
        PrivateButton(answering.language, "^language:"),
        PrivateButton(contact_reports.report_contact, "^contact:"),
        PrivateButton(contact_reports.report_contact_yes, "^contact_yes:"),
        PrivateButton(contact_reports.report_contact_no, "^contact_no:"),
        PrivateButton(afterwards.wrong, f"^{WRONG}:"),
        PrivateButton(afterwards.wrong_tell, f"^({WRONG_WITH}|{WRONG_WITHOUT}):"),
        PrivateButton(afterwards.wrong_no, f"^{WRONG_NO}:"),
        PrivateButton(afterwards.tell_me, f"^{TELL_ME}:"),
        PrivateButton(people.stale_button),
    ]


def _offers() -> list[BaseHandler[Any, Context, None]]:
    """Return what people may ask for beside a judgement."""
    own = filters.ChatType.PRIVATE & _OWN
    return [
        CommandHandler("statement", statements.statement, own),
        PrivateButton(answering.question, f"^{QUESTION}:"),
        CommandHandler("practice", practice.begin, own),
        PrivateButton(practice.begin, f"^{PRACTICE}:"),
        PrivateButton(practice.guess, f"^{GUESS}:\\d+:\\d+:({SCAM}|{HONEST})$"),
    ]


def _elsewhere() -> list[BaseHandler[Any, Context, None]]:
    """Return what is done outside private chats, where nothing is read but what asks for it, and what leads there."""
    private, in_groups = filters.ChatType.PRIVATE & _OWN, filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
    own = in_groups & _OWN
    return [
        CommandHandler("start", links.start, private),
        CommandHandler("share", links.share, private),
        PrivateButton(links.share, f"^{SHARE}:"),
        CommandHandler("check", groups.check, own),
        CommandHandler("quiet", groups.quiet, own),
        MessageHandler(own & filters.REPLY & ~filters.COMMAND & groups.Mention(), groups.check),
        MessageHandler(in_groups & filters.StatusUpdate.MIGRATE, groups.moved),
        ChatMemberHandler(groups.membership, ChatMemberHandler.MY_CHAT_MEMBER),
        InlineQueryHandler(inline.verdict),
    ]


def _moderator_handlers(settings: Settings, drafts: Drafts) -> list[BaseHandler[Any, Context, None]]:
    """Return what moderators may write; for all others there is nothing of it."""
    private, own = filters.ChatType.PRIVATE, filters.ChatType.PRIVATE & _OWN
    replying = private & filters.TEXT & ~filters.COMMAND & filters.REPLY
    owners = filters.User(settings.owners, allow_empty=True)
    commands = {
        "review": review.review,
        "reject": decisions.reject_why,
        "case": cases.from_command,
        "newpattern": documents.new_pattern,
        "edit": documents.edit,
        "retire": documents.retire,
        "patterns": documents.patterns,
        "builds": overview.builds,
        "rollback": overview.roll_back,
        "stats": overview.statistics,
        "audit": overview.audit,
        "held": contacts.held,
        "console": console_at(settings.console_root if settings.has_console else None),
    }
    messages = [
        (private & filters.Document.FileExtension("toml"), documents.from_file),
        (own & filters.Regex(documents.DOCUMENT), documents.from_text),
        (replying & OnCard(drafts, CaseInHand), cases.from_text),
        (replying & OnCard(drafts, DocumentInHand), documents.why),
        (replying & OnCard(drafts, CardInHand), review.reason),
    ]
    return [
        *(CommandHandler(name, for_moderators(do, people.unknown_command), own) for name, do in commands.items()),
        CommandHandler("moderators", overview.moderators, own & owners),
        *(MessageHandler(what, for_moderators(do, answering.check)) for what, do in messages),
    ]


def _moderator_buttons() -> list[BaseHandler[Any, Context, None]]:
    """Return the buttons of moderators, each with the whole of what it may carry."""
    key, number, contact, pattern = "[A-Za-z0-9_-]{8}", "[0-9]{1,15}", "[A-Za-z0-9_-]{43}", "[a-z0-9-]{1,40}"
    buttons = [
        (cases.from_answer, "case:"),
        (cases.paid, f"paid:{key}"),
        (cases.propose, f"as:{key}:{pattern}"),
        (cases.drop, f"drop:({key})?"),
        (cases.withdraw, f"withdraw:{number}"),
        (documents.show, f"show:{key}:[A-Za-z-]{{2,8}}"),
        (documents.propose, f"propose:{key}"),
        (review.review, "review:"),
        (review.skip, f"next:([pn]{number}|[acs]{contact})"),
        (review.open_, f"open:c{contact}"),
        (review.undo, f"undo:([pn]{number}|[cs]{contact})"),
        (decisions.approve, f"approve:{number}:[0-9a-f]{{8}}"),
        (decisions.approve_for_a_week, f"week:{number}:[0-9a-f]{{8}}"),
        (decisions.reject, f"reject:{number}"),
        (review.preview, f"preview:{number}"),
        (review.document, f"file:{number}"),
        (reports.confirm, f"confirm:{contact}"),
        (reports.remove, f"remove:{contact}"),
        (contacts.put_on, f"safe:{contact}"),
        (contacts.take_off, f"unsafe:{contact}"),
        (reports.done, f"done:{number}"),
        (reports.delete, f"delete:{number}"),
        (reports.note_as_case, f"note:{number}"),
        (overview.roll_back_now, "rollback:[0-9A-Za-z-]{1,40}"),
    ]
    return [PrivateButton(for_moderators(do, people.stale_button), f"^mod_{data}$") for do, data in buttons]
