"""``python -m bench.baseline``: what a tutorial builds, the nearest case by raw cosine, with the model as it came."""

import os

import numpy as np

from bot.settings import read_settings
from index.model.loading import load_stock
from knowledge.documents.casebook import read_casebook


def main() -> None:
    """Print how often it finds the expected pattern first."""
    stock = load_stock(read_settings(os.environ).models)
    casebook = read_casebook()
    owners = [pattern.id for pattern in casebook.patterns.values() for _ in pattern.cases]
    cases = stock.encode([case.text for pattern in casebook.patterns.values() for case in pattern.cases], progress=True)
    expecting = [situation for situation in casebook.golden if situation.patterns]
    nearest = (stock.encode([situation.text for situation in expecting]) @ cases.T).argmax(axis=1)
    right = [owners[row] in situation.patterns for row, situation in zip(nearest, expecting, strict=True)]
    print(f"golden set, expected first by the nearest case by raw cosine of the stock model: {np.mean(right):.1%}")


if __name__ == "__main__":
    main()
