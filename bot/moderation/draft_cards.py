"""Replies while a moderator makes a case or a document: cards, previews, and what was proposed."""

from collections.abc import Mapping

from markupsafe import Markup

from bot.checking.situation import Assessment, Match
from bot.moderation import parts
from bot.moderation.in_hand import CaseInHand, DocumentInHand
from bot.moderation.parts import Expected, Patterns, cut_lines, named
from bot.words.answers import details_reply, pattern_reply
from bot.words.contacts import unlinked
from bot.words.reply import Button, Reply, Section, cut, fit
from bot.words.texts import Texts
from knowledge.documents.pattern import Kind, Pattern
from knowledge.documents.reporting import Country
from knowledge.impostors.contacts import Contacts
from knowledge.proposals.proposal import Proposal

LONGEST_CASE = 1500
_TEXT_ROOM = 2600
_DIFF_ROOM = 3000
ADD_CASE = "mod_case:"


def with_case_button(reply: Reply, words: Texts) -> Reply:
    """Return an answer with the button that makes a case of what was asked."""
    return Reply(reply.html, (*reply.buttons, (Button(words.plain("button_add_case"), ADD_CASE),)))


def case_card(key: str, case: CaseInHand, patterns: Patterns, words: Texts) -> Reply:
    """Render a text that is to become a case, with the patterns it may belong to."""
    sections = [Section(words.of("case_card", text=cut(unlinked(case.text), _TEXT_ROOM)))]
    if case.nearest.twin:
        twin, cosine = case.nearest.twin
        pattern = named(twin, patterns, words)
        sections.append(Section(words.of("case_twin", pattern=pattern, cosine=f"{cosine:.2f}")))
    drop = (Button(words.plain("button_drop"), f"mod_drop:{key}"),)
    if len(case.text) > LONGEST_CASE:
        sections.append(Section(words.of("case_long", count=len(case.text), most=LONGEST_CASE)))
        return Reply(fit(sections), (drop,))
    sections.append(Section(words.of("case_how")))
    choices = [
        Button(f"{pattern.guidance_in(words.language).title} · {cosine:.2f}", f"mod_as:{key}:{pattern.id}")
        for pattern, cosine in case.nearest.patterns
    ]
    if case.wanted:
        choices.insert(0, Button(f"→ {case.wanted}", f"mod_as:{key}:{case.wanted}"))
    paid = words.plain("button_paid_yes" if case.emergency else "button_paid_no")
    return Reply(fit(sections), (*((one,) for one in choices), (Button(paid, f"mod_paid:{key}"),), drop))


def document_card(key: str, document: DocumentInHand, pattern: Pattern, patterns: Patterns, words: Texts) -> Reply:
    """Render what a draft of a document would change, before it is proposed."""
    draft = document.draft
    head = words.of("document_card", what=parts.what(draft, patterns, words))
    sections = [Section(head)]
    if draft.kind == "retire":
        title = pattern.guidance_in(words.language).title
        sections.append(Section(words.of("retire_card", title=title, cases=len(pattern.cases))))
    else:
        languages = ", ".join(pattern.guidance)
        values = {"kind": pattern.kind, "family": pattern.family, "cases": len(pattern.cases), "languages": languages}
        sections.append(Section(words.of("document_facts", **values), 1))
    if draft.kind == "edit":
        sections.append(Section(words.of("pre", text=cut_lines(document.diff, _DIFF_ROOM))))
    if draft.reason:
        sections.append(Section(words.of("why", why=cut(draft.reason, 500)), 2))
    elif draft.kind != "retire":
        sections.append(Section(words.of("document_how"), 3))
    propose = Button(words.plain("button_propose"), f"mod_propose:{key}")
    return Reply(fit(sections), ((propose, Button(words.plain("button_drop"), f"mod_drop:{key}")),))


def with_languages(card: Reply, key: str, pattern: Pattern, every: Mapping[str, Texts]) -> Reply:
    """Return a document's card with a button for each language its guidance is in and people may read it in."""
    buttons = [
        Button(texts.plain("language_name"), f"mod_show:{key}:{code}")
        for code, texts in every.items()
        if code in pattern.guidance
    ]
    rows = tuple(tuple(buttons[first : first + 3]) for first in range(0, len(buttons), 3))
    return Reply(card.html, (*rows, *card.buttons))


def previews(
    pattern: Pattern, texts: Texts, countries: Mapping[str, Country], country: str | None
) -> tuple[Reply, Reply]:
    """Render a pattern as people will see it, without buttons: in an answer, and on its own."""
    answer = details_reply(as_if_met(pattern, texts.language), texts, countries, country)
    return Reply(answer.html), Reply(pattern_reply(texts, pattern, country).html)


def as_if_met(pattern: Pattern, language: str) -> Assessment:
    """Return the assessment of somebody's situation that is surely like a pattern."""
    match, legitimate = Match(pattern, 1.0), pattern.kind == Kind.LEGITIMATE
    return Assessment(
        language=language,
        concern="no_match" if legitimate else "likely",
        danger=0.0,
        stage="unsaid",
        ask=False,
        close=False,
        matches=() if legitimate else (match,),
        look_alikes=(match,) if legitimate else (),
        resembles_look_alike=legitimate,
        by_contact=False,
        contacts=Contacts(),
        milliseconds=0.0,
    )


def proposed(
    proposal: Proposal, patterns: Patterns, expected: Expected, words: Texts, *, failed: bool = False
) -> Reply:
    """Render what was proposed, with what trying it found; ``failed`` where it could not be tried."""
    head = words.of("proposed", number=proposal.id, what=parts.what(proposal.draft, patterns, words))
    if proposal.decided:
        return Reply(f"{head}\n{parts.decided(proposal, words)}")
    found = [Section(words.of("effect_failed"))] if failed else parts.impact(proposal, expected, words)
    withdraw = Button(words.plain("button_withdraw"), f"mod_withdraw:{proposal.id}")
    return Reply(fit([Section(head), *found]), ((withdraw,),))


def changed(card: Reply, words: Texts) -> Reply:
    """Return a card after the document in use has changed under it."""
    return Reply(Markup("{}\n\n{}").format(words.of("document_changed"), Markup(card.html)), card.buttons)


def document_caption(draft_of: str, words: Texts) -> str:
    """Return the words under the file of a document in use."""
    return words.of("edit_caption", pattern=draft_of)
