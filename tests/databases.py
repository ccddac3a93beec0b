"""Which databases a test is about."""

import pytest

on_sqlite = pytest.mark.parametrize("address", ["sqlite"], indirect=True)
"""The test is about what is in the file ``a.db``, or about SQLite itself."""
