"""What real messages lose by how much of what the adapter learned is kept: ``python -m bench.kept ROWS SHARE…``.

ROWS are those of ``askfirst evaluate``; a share of 1 is all that was learned. Each share takes ten minutes or more,
since the whole casebook is encoded anew. Prints of each the area under the curve for danger on the rows, and what the
golden set says.
"""

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.torch import load_file, save_file
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from bot.checking.checker import Checker
from bot.checking.situation import Situation
from bot.terminal.rows import KnownRow, read_known
from index.builds.build import Build
from index.builds.rebuilding import rebuild
from index.judging.evaluation import GROUP_OF
from index.model.loading import load_default
from index.model.packed_weights import ADAPTER
from index.training.adapter import KEPT
from knowledge.documents.casebook import read_casebook
from knowledge.documents.official import read_bodies
from knowledge.impostors.contacts import OfficialContacts

_FOUND = 0.95
"""The share of scams at whose threshold harmless messages are counted."""


def keeping(share: float, file: Path) -> None:
    """Write the adapter that ships as if such a share of what its lower layers learned had been kept."""
    tensors = load_file(ADAPTER)
    scaled = {name: tensor.float() * (share / KEPT) for name, tensor in tensors.items() if name.endswith(".up")}
    save_file({**tensors, **{name: tensor.half() for name, tensor in scaled.items()}}, file)


def line(share: float, rows: Sequence[KnownRow], checker: Checker, build: Build) -> str:
    """Return one line of the table."""
    found = [checker.check(Situation(row.text)) for row in tqdm(rows, desc=f"Keeping {share:g}", file=sys.stderr)]
    danger = np.array([one.danger for one in found])
    warned = np.array([one.concern in ("likely", "possible") for one in found])
    scam = np.array([GROUP_OF[row.kind] == "danger" for row in rows])
    area, at = roc_auc_score(scam, danger), np.quantile(danger[scam], 1 - _FOUND)
    figures = build.manifest.figures
    return (
        f"{share:>5.2f}  area {area:.3f}, harmless warned {warned[~scam].mean():.0%} "
        f"({(danger[~scam] >= at).mean():.0%} where {_FOUND:.0%} of scams are), "
        f"scams warned {warned[scam].mean():.0%}; golden first {figures.first:.1%}, three {figures.among_three:.1%}"
    )


def _itself(build: Build) -> Build:
    return build


def main() -> None:
    """Print a line for each share."""
    rows = [row for row in read_known(Path(sys.argv[1])) if row.kind != "unknown"]
    casebook, contacts = read_casebook(), OfficialContacts(read_bodies())
    for share in map(float, sys.argv[2:]):
        with TemporaryDirectory() as scratch:
            keeping(share, adapter := Path(scratch) / "adapter.safetensors")
            encoder = load_default(Path(scratch) / "models", adapter)
            build = rebuild(Path(scratch) / "builds", encoder, casebook, gate=False)
            print(line(share, rows, Checker(encoder, partial(_itself, build), contacts), build), flush=True)


if __name__ == "__main__":
    main()
