from pathlib import Path

import pytest

from bot.settings import BadSetting, read_settings


def test_an_empty_environment_has_a_default_for_all_but_the_token() -> None:
    settings = read_settings({})
    assert settings.model == "multilingual-e5-small"
    assert settings.base_url == "https://api.telegram.org"
    assert settings.data.name == "data"
    with pytest.raises(BadSetting, match="TELEGRAM_BOT_TOKEN: not set"):
        settings.required_token()


def test_each_variable_is_read() -> None:
    settings = read_settings(
        {
            "ASKFIRST_DATA": "/tmp/a",
            "ASKFIRST_MODEL": "other/model",
            "ASKFIRST_BASE_URL": "http://127.0.0.1:8081/",
            "TELEGRAM_BOT_TOKEN": "12:ab",
        }
    )
    assert settings.builds == Path("/tmp/a/builds")
    assert (settings.model, settings.base_url) == ("other/model", "http://127.0.0.1:8081")
    assert settings.required_token() == "12:ab"


@pytest.mark.parametrize(
    ("variable", "value"), [("TELEGRAM_BOT_TOKEN", "no colon"), ("ASKFIRST_BASE_URL", "localhost:8081")]
)
def test_a_bad_value_is_refused_by_the_variables_name(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{variable}.*expected"):
        read_settings({variable: value})
