"""Where the tests keep what they read."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
DATA = TESTS / "data"
DOCUMENTS = TESTS / "documents"
