"""``askfirst evaluate``: how good the build that serves is, on its golden set or on rows of known truth."""

from collections.abc import Sequence

from tqdm import tqdm

from bot.checking.checker import Checker
from bot.checking.engine import Engine
from bot.checking.situation import Situation
from bot.reports import page, tables
from bot.reports.tables import Table
from bot.settings import Settings
from bot.terminal.rows import KnownRow
from index.builds.map import case_vectors, flattened
from index.judging.baselines import baselines, examples, own
from index.judging.evaluation import Judged
from index.model.encoder import Vectors
from index.model.loading import load_stock
from knowledge.documents.casebook import comparable, read_casebook
from knowledge.text.languages import detect
from knowledge.text.reading import read


class Evaluation:
    """An evaluation of the build that serves."""

    def __init__(self, engine: Engine, settings: Settings, rows: Sequence[KnownRow] | None) -> None:
        """Judge rows of known truth; without any, take the golden set as the build judged it, cross-validated."""
        self._engine = engine
        self._settings = settings
        self._build = engine.serving.build()
        self._judged = self._build.golden if rows is None else judge(rows, engine.checker)
        self._title = f"AskFirst, build {self._build.name}: " + ("golden set" if rows is None else "rows of a file")

    def tables(self) -> list[Table]:
        """Return the report's tables."""
        return list(tables.report(self._judged, self._build.patterns))

    def compared(self) -> list[Table]:
        """Return the tables that compare the golden set with baselines, which takes minutes."""
        casebook = read_casebook()
        if {one.id for one in self._judged} != {one.id for one in casebook.golden}:
            raise StaleBuild("the golden set has changed since the build was made; run `askfirst rebuild` first")
        texts, _ = examples(casebook)
        vectors = self._build.vectors
        golden = vectors.of([comparable(one.text) for one in casebook.golden])
        others = baselines(casebook, load_stock(self._settings.models), vectors.of(texts), golden)
        return tables.comparison(casebook.golden, self._judged, own(self._judged), others)

    def page(self, shown: Sequence[Table], texts: Sequence[str]) -> str:
        """Return the report as one page, with texts placed on the map of the casebook."""
        vectors = case_vectors(self._build)
        layout = flattened(vectors)
        marked = [(text, self._vector(text)) for text in texts]
        pictures = [
            ("Map of the casebook", _MAP, page.map_picture(self._build.patterns, layout, vectors, marked)),
            ("Reliability", _RELIABILITY, page.reliability_picture(self._judged)),
        ]
        if any(one.patterns for one in self._judged):
            pictures.append(("Confusion between patterns", _CONFUSION, page.confusion_picture(self._judged)))
        return page.page(self._title, shown, pictures)

    def _vector(self, text: str) -> Vectors:
        centre = self._build.judgement.centre
        vector: Vectors = centre(self._engine.encoder.encode([read(text).whole]), detect(text) or "")[0]
        return vector


_MAP = (
    "Each dot is a case, near those that read alike (t-SNE of the language-centred vectors); point at one to read it. "
    "A star is a text that was placed among its nearest cases."
)
_RELIABILITY = "Of situations given a probability of danger, how many are dangerous; on the dashed line it is exact."
_CONFUSION = "Rows are the patterns expected, columns those ranked first; a perfect judgement is a dark diagonal."


class StaleBuild(Exception):
    """The build that serves was made from other documents; the message says what to run."""


def judge(rows: Sequence[KnownRow], checker: Checker) -> list[Judged]:
    """Check every row as a person's text would be."""
    return [_judged(row, checker) for row in tqdm(rows, desc="Checking", unit="text")]


def _judged(row: KnownRow, checker: Checker) -> Judged:
    found = checker.check(Situation(row.text))
    matches = found.look_alikes if row.kind == "look-alike" else found.matches
    return Judged(
        id=row.id,
        group=row.group,
        kind=row.kind,
        patterns=row.patterns,
        emergency=row.emergency,
        must_not=(),
        text=row.text,
        ranked=tuple(match.pattern.id for match in matches),
        concern=found.concern,
        gone=found.emergency,
        danger=found.danger,
        stage=found.stage,
    )
