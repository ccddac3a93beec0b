import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, Update

from bench.fuzz import fuzz, leaks
from tests.bot_api import TOKEN
from tests.every_update import MARK, damaged, well_formed
from tests.running import Stage


@pytest.mark.slow
@pytest.mark.anyio
async def test_400_damaged_updates_of_every_kind_do_no_harm(stage: Stage, tmp_path: Path) -> None:
    found = await fuzz(stage, tmp_path, 400, 7)
    assert found.faults == []
    assert found.wrote > 50
    assert 0 < found.unreadable < 200


@given(st.integers(min_value=0))
def test_every_update_that_is_whole_can_be_read(seed: int) -> None:
    raw = well_formed(random.Random(seed), 5, 6)
    update = Update.de_json(raw, Bot(TOKEN))
    assert update.update_id == 5
    assert damaged(raw, random.Random(seed), raw)["update_id"] == 5


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le"])
def test_words_that_are_left_in_a_file_would_be_found(tmp_path: Path, form: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "kept").write_bytes(b"\x00\x01" + f"they said {MARK.upper()}".encode(form))
    (tmp_path / "other").write_text("nothing of it")
    assert list(leaks(tmp_path)) == ["kept: holds what somebody wrote"]
