from datetime import time
from pathlib import Path

import pytest

from bot.settings import BadSetting, own_data_folder, read_settings


def test_an_empty_environment_has_a_default_for_all_but_the_token() -> None:
    settings = read_settings({})
    assert settings.model == "multilingual-e5-small"
    assert settings.base_url == "https://api.telegram.org"
    assert settings.data.name == "data"
    assert (settings.owners, settings.alone, settings.rebuild_at) == (frozenset(), False, None)
    assert settings.precision == ""
    with pytest.raises(BadSetting, match="TELEGRAM_BOT_TOKEN: not set"):
        settings.required_token()


def test_a_checkout_has_its_data_in_itself(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    assert own_data_folder(tmp_path) == tmp_path / "data"


def test_installed_packages_have_their_data_in_a_folder_of_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "share"))
    packages = tmp_path / "site-packages"
    packages.mkdir()
    folder = own_data_folder(packages)
    assert folder.is_relative_to(tmp_path / "home")
    assert folder.name == "askfirst"


def test_each_variable_is_read() -> None:
    settings = read_settings(
        {
            "ASKFIRST_DATA": "/tmp/a",
            "ASKFIRST_MODEL": "other/model",
            "ASKFIRST_BASE_URL": "http://127.0.0.1:8081/",
            "TELEGRAM_BOT_TOKEN": "12:ab",
            "ASKFIRST_OWNERS": "77, 88,",
            "ASKFIRST_ONE_PERSON": "1",
            "ASKFIRST_REBUILD_AT": "03:30",
            "ASKFIRST_QUIET": "22:00-07:00",
            "ASKFIRST_PRECISION": "F32",
        }
    )
    assert settings.precision == "f32"
    assert settings.quiet == (time(22), time(7))
    assert settings.builds == Path("/tmp/a/builds")
    assert settings.backups == Path("/tmp/a/backups")
    assert (settings.owners, settings.alone, settings.rebuild_at) == (frozenset({77, 88}), True, time(3, 30))
    assert (settings.model, settings.base_url) == ("other/model", "http://127.0.0.1:8081")
    assert settings.required_token() == "12:ab"


def test_a_server_and_shared_builds_take_the_place_of_the_files() -> None:
    server, shelf = "postgresql://bot:secret@db/askfirst", "s3://bucket/askfirst"
    settings = read_settings({"ASKFIRST_DATA": "/tmp/a", "ASKFIRST_DATABASE": server, "ASKFIRST_BUILDS": f"{shelf}/"})
    assert settings.database == server
    assert settings.shelf
    assert (settings.shelf.address, settings.builds) == (shelf, Path("/tmp/a/builds"))
    assert "secret" not in repr(settings)
    folder = read_settings({"ASKFIRST_DATA": "/tmp/a", "ASKFIRST_BUILDS": "/shared/builds"})
    assert (folder.builds, folder.shelf, folder.database) == (Path("/shared/builds"), None, Path("/tmp/a/askfirst.db"))


def test_without_the_extra_a_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.settings.find_spec", lambda _: None)
    with pytest.raises(BadSetting, match=r'ASKFIRST_DATABASE: psycopg is not installed, expected the extra "postgres"'):
        read_settings({"ASKFIRST_DATABASE": "postgresql://db/askfirst"})
    with pytest.raises(BadSetting, match=r'fsspec is not installed, expected the extra "builds"'):
        read_settings({"ASKFIRST_BUILDS": "s3://bucket/askfirst"})


def test_a_password_is_not_told_with_a_fault() -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({"ASKFIRST_DATABASE": "mysql://bot:secret@db/askfirst"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "no colon"),
        ("ASKFIRST_BASE_URL", "localhost:8081"),
        ("ASKFIRST_OWNERS", "@somebody"),
        ("ASKFIRST_QUIET", "22:00"),
        ("ASKFIRST_QUIET", "22-07"),
        ("ASKFIRST_QUIET", "22:00-22:00"),
        ("ASKFIRST_OWNERS", "77;88"),
        ("ASKFIRST_OWNERS", "0"),
        ("ASKFIRST_OWNERS", "-100123"),
        ("ASKFIRST_OWNERS", "٧٧"),
        ("ASKFIRST_OWNERS", "9999999999999999"),
        ("ASKFIRST_ONE_PERSON", "yes"),
        ("ASKFIRST_PRECISION", "int8"),
        ("ASKFIRST_DATABASE", "/data/other.db"),
        ("ASKFIRST_DATABASE", "mysql://db/askfirst"),
        ("ASKFIRST_DATABASE", "postgresql://"),
        ("ASKFIRST_REBUILD_AT", "3:30"),
        ("ASKFIRST_REBUILD_AT", "24:00"),
        ("ASKFIRST_REBUILD_AT", "03:30:00"),
        ("ASKFIRST_REBUILD_AT", "at night"),
    ],
)
def test_a_bad_value_is_refused_by_the_variables_name(variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"{variable}.*expected"):
        read_settings({variable: value})
