"""What the files for running the bot as a service name exists, and the other way round."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.pictures.tesseract import LANGUAGES
from bot.web.settings import read_web_settings
from tests.paths import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
PROXY = (ROOT / "deploy" / "haproxy.cfg").read_text("utf-8")
UNIT = ROOT / "deploy" / "askfirst.service"


def test_the_image_has_every_language_that_tesseract_is_asked_for() -> None:
    assert set(re.findall(r"tesseract-ocr-([a-z]+)", DOCKERFILE)) == {*LANGUAGES, "eng"}


def test_the_image_asks_where_the_bot_answers() -> None:
    (given,) = re.findall(r"ASKFIRST_HTTP=(\S+)", DOCKERFILE)
    assert read_web_settings({"ASKFIRST_HTTP": given}).http
    assert '"-m", "bot.web.alive"' in DOCKERFILE
    assert (ROOT / "bot" / "web" / "alive.py").is_file()


def test_alone_there_is_one_bot_and_else_two_that_differ_in_nothing() -> None:
    services = COMPOSE["services"]
    by_profile = {name: service["profiles"] for name, service in services.items()}
    assert {name for name, profiles in by_profile.items() if profiles == ["alone"]} == {"bot"}
    assert {name for name, profiles in by_profile.items() if profiles == ["replicas"]} == {*by_profile} - {"bot"}
    assert services["replica-1"] == services["replica-2"]


def test_the_proxy_brings_updates_to_where_the_replicas_listen() -> None:
    environment = COMPOSE["services"]["replica-1"]["environment"]
    given = {name: re.sub(r"\$\{\w+:-\}", "x", str(value)) for name, value in environment.items()}
    web = read_web_settings(given)
    assert web.http is not None
    assert web.webhook is not None
    assert f"path {web.webhook.listen.path} " in PROXY
    assert f"check port {web.http.port} " in PROXY
    for replica in ("replica-1", "replica-2"):
        assert f"server {replica} {replica}:{web.webhook.listen.port}\n" in PROXY


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    text = (
        UNIT.read_text("utf-8")
        .replace("/srv/askfirst/.venv/bin/askfirst", "/bin/true")
        .replace("=askfirst", "=root", 1)
    )
    (tmp_path / "askfirst.service").write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / "askfirst.service")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
