from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import BadSetting, read_settings
from knowledge.database.store import Store
from knowledge.ledger.desk.sign_ins import SignIns
from tests.bot.console.conftest import ANNA, Clock


def test_the_operator_gets_a_link_on_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], clock: Clock
) -> None:
    monkeypatch.setenv("ASKFIRST_DATA", str(tmp_path))
    assert main(["console", "--link", "0"]) == 0
    root, _, secret = capsys.readouterr().out.strip().rpartition("/sign-in/")
    assert root == "http://127.0.0.1:8377"
    store = Store(tmp_path / "askfirst.db")
    assert SignIns(store).begin(secret, clock.now)
    store.close()
    assert main(["console", "--link", str(ANNA)]) == 2
    assert "no moderator, expected the Telegram id of one" in capsys.readouterr().err


@pytest.mark.parametrize("given", ["8377", "127.0.0.1:", "127.0.0.1:0", "a b:1", "127.0.0.1:99999"])
def test_an_address_that_cannot_be_listened_on_is_named(given: str) -> None:
    with pytest.raises(BadSetting, match=r"ASKFIRST_CONSOLE=.*expected an address and a port"):
        read_settings({"ASKFIRST_CONSOLE": given})


@pytest.mark.parametrize("given", ["console.example.org", "https://a.example/path", "javascript:1", "https://a b"])
def test_a_root_that_is_none_is_named(given: str) -> None:
    with pytest.raises(BadSetting, match=r"ASKFIRST_CONSOLE_URL=.*expected the root"):
        read_settings({"ASKFIRST_CONSOLE_URL": given})
    assert read_settings({"ASKFIRST_CONSOLE": "[::1]:80"}).console_root == "http://[::1]:80"
