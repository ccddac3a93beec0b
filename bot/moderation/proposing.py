"""What moderators do with proposals, in the terminal and on Telegram alike: what is near, trying out, and proposing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from index.builds.build import Build
from index.builds.near_copies import NEAR_CASES
from index.model.cached_encoder import CachedEncoder
from index.model.encoder import Encoder
from index.trials.examination import Examination, asked, examine
from index.trials.fitting import Step, proposed_build
from index.trials.trial import near_case, nearest_patterns, trial
from knowledge.documents.casebook import Casebook
from knowledge.documents.golden import GoldenSituation
from knowledge.documents.official import read_bodies
from knowledge.documents.pattern import Pattern
from knowledge.ledger.roles import Roles
from knowledge.proposals.drafting import Drafting, changed, one_sided
from knowledge.proposals.impact import Impact, holds
from knowledge.proposals.overlay import overlaid
from knowledge.proposals.proposal import Draft, Edited, Proposal
from knowledge.proposals.queue import Proposals
from knowledge.proposals.situations import with_situations
from knowledge.text.languages import detect

_MOST_TRIALS = 16  # of one batch, a quarter of a minute each


class NotModerator(Exception):
    """Somebody proposes who is no moderator, or no longer one."""


@dataclass(frozen=True)
class Nearest:
    """What a text is near to."""

    patterns: tuple[tuple[Pattern, float], ...]
    """The best three with their cosines, nearest first."""
    twin: tuple[str, float] | None
    """The pattern of a case that says nearly the same, and the cosine, NEAR_CASES or more."""


class Proposing(Drafting):
    """Makes drafts, and proposes and tries them with the build that serves."""

    def __init__(
        self,
        build: Callable[[], Build],
        encoder: Encoder,
        proposals: Proposals,
        roles: Roles,
        casebook: Callable[[], Casebook],
        official: Sequence[str],
    ) -> None:
        """Take what serves; ``casebook`` returns the shipped one, ``official`` what bodies say they never do."""
        super().__init__(proposals, casebook)
        self._build = build
        self._encoder = CachedEncoder(encoder)
        self._roles = roles
        self._official = official

    def nearest(self, text: str) -> Nearest:
        """Return the patterns that a text is nearest to, and a case that says nearly the same."""
        build = self._build()
        near = nearest_patterns(build, self._encoder, text, detect(text) or "en")
        twin = near_case(build, self._encoder, text)
        return Nearest(
            tuple((build.patterns[name], cosine) for name, cosine in near if name in build.patterns),
            (twin[0], twin[2]) if twin and twin[2] >= NEAR_CASES else None,
        )

    def propose(self, drafts: Sequence[Draft], author: int, now: datetime) -> tuple[Proposal, ...]:
        """Put drafts into the queue, all or none.

        Raises:
            NotModerator: the author is none.
            Slowed: the author has proposed too much.
        """
        if not self._roles.is_moderator(author):
            raise NotModerator(f"{author}: no moderator, expected the id of one")
        return self.proposals.propose(drafts, author, now)

    def edit(self, opened: Proposal, draft: Draft, editor: int, now: datetime) -> Edited:
        """Let another document take the place of the one that is proposed; it is then to be tried anew.

        Raises:
            NotModerator: the editor is none.
        """
        if not self._roles.is_moderator(editor):
            raise NotModerator(f"{editor}: no moderator, expected the id of one")
        return self.proposals.edit(opened, draft.content, editor, now)

    def try_untried(self, now: datetime) -> tuple[Proposal, ...]:
        """Try what is waiting and untried, keep the impacts, and return those proposals as they then are.

        Slow: a quarter of a minute a trial. What came in one batch is tried together; a batch that would be held is
        tried by halves, until what holds it is found or too many trials were made.
        """
        untried = self.proposals.untried()
        batches: dict[str, list[Proposal]] = {}
        for one in untried:
            batches.setdefault(one.draft.batch or f"proposal {one.id}", []).append(one)
        for batch in batches.values():
            self._try_batch(batch, now)
        return tuple(one for one in (self.proposals.get(each.id) for each in untried) if one)

    def build_with(self, build: Build, proposal: Proposal, today: date, step: Step) -> Build:
        """Return a build as it would be with what is approved and a proposal; takes seconds.

        Raises:
            InvalidDocument: the document in use has changed so that the proposal no longer fits it.
        """
        known = self.documents(today)
        needed = [] if proposal.draft.pattern in known else _needed([proposal], self.proposals.queue())
        _, after = self._casebooks([one.draft for one in (*needed, proposal)], today)
        return proposed_build(build, self._encoder, after, step)

    def examined(self, build: Build, draft: Draft, today: date, step: Step) -> Examination:
        """Judge a build's golden situations with what is approved, and with a draft beside that; takes seconds.

        Raises:
            InvalidDocument: the document in use has changed so that the draft no longer fits it.
        """
        before, after = self._casebooks([draft], today)
        return examine(build, self._encoder, before, after, {draft.pattern}, step)

    def _casebooks(self, drafts: Iterable[Draft], today: date) -> tuple[Casebook, Casebook]:
        """Return the casebook with what is approved, and that with drafts on it."""
        before = self.casebook(today)
        after = dict(before.documents)
        for draft in drafts:
            after[draft.pattern] = changed(after.get(draft.pattern, ""), draft)
        return before, before.revised({name: text for name, text in after.items() if text})

    def _try_batch(self, batch: list[Proposal], now: datetime) -> None:
        groups, trials = [batch], 0
        while groups:
            group = groups.pop(0)
            impact, held = self._try(group, _needed(group, batch), now)
            trials += 1
            if held and len(group) > 1 and trials + len(groups) < _MOST_TRIALS:
                middle = len(group) // 2
                groups += [group[:middle], group[middle:]]
                continue
            if held and len(group) > 1:
                held = f"{held} (tried as {len(group)} together)"
            contents = {one.id: one.draft.content for one in group if one.draft.content}
            found = impact.as_row() if impact else {}
            self.proposals.tried([one.id for one in group], found, held, now, contents)

    def _try(self, group: list[Proposal], needed: list[Proposal], now: datetime) -> tuple[Impact | None, str]:
        """Return the impact of proposals, beside ``needed`` ones, and why they are held, where they are."""
        if situation := group[0].draft.situation:
            return self._try_situation(situation, now.date())
        shipped, approved = self._casebook(), self.proposals.approved(now.date())
        base = [*approved, *needed]
        documents, _ = overlaid(shipped.documents, base)
        before, _ = with_situations(shipped.revised(documents), approved)
        after, held_back = overlaid(shipped.documents, [*base, *group])
        own = {one.id for one in group}
        if reasons := [one.reason for one in held_back if one.proposal in own]:
            return None, reasons[0]
        revised, _ = with_situations(shipped.revised(after), approved)
        if missing := one_sided(pattern.kind for pattern in revised.patterns.values()):
            return None, f"no {missing} pattern would be left"
        impact = trial(
            self._build(),
            self._encoder,
            before,
            revised,
            {one.draft.pattern for one in group},
            self._official,
        )
        return impact, holds(impact)

    def _try_situation(self, situation: GoldenSituation, today: date) -> tuple[Impact, str]:
        """Return what the build that serves says of a situation, and whether a case gives the answer away."""
        casebook = self.casebook(today)
        if situation.id in {one.id for one in casebook.golden}:
            return Impact(), f"{situation.id}: is in the examination already"
        impact = asked(self._build(), self._encoder, casebook, situation)
        return impact, holds(impact)


def official_lines() -> tuple[str, ...]:
    """Return each line of what official bodies say they never do, in every language."""
    bodies = read_bodies().values()
    return tuple(dict.fromkeys(line for body in bodies for lines in body.never.values() for line in lines))


def _needed(group: Iterable[Proposal], batch: Iterable[Proposal]) -> list[Proposal]:
    """Return the new patterns of a batch that the cases of a group belong to."""
    ids = {one.id for one in group}
    names = {one.draft.pattern for one in group if one.draft.kind == "case"}
    return [one for one in batch if one.draft.kind == "pattern" and one.draft.pattern in names and one.id not in ids]
