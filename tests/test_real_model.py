"""The whole line with the real model and the real casebook, through the front doors."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bot_api import TOKEN, BotApi
from tests.conftest import REAL_DATA
from tests.updates import message

pytestmark = pytest.mark.model


def askfirst(*arguments: str, said: str = "", data: Path = REAL_DATA) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ASKFIRST_DATA": str(data), "HF_HUB_OFFLINE": "1", "LANG": "en_GB.UTF-8"}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, input=said, capture_output=True, text=True, env=environment, timeout=600)


@pytest.fixture(scope="module", autouse=True)
def current_build() -> None:
    """Make the build that serves one of this checkout's documents."""
    done = askfirst("rebuild")
    assert done.returncode == 0, done.stderr


SITUATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "intern": (
        "a company offered our class a telemarketing internship in another province, we call people about futures "
        "trading and they pay per customer who deposits",
        {"concern": "likely", "kind": "accomplice", "pattern": "telemarketing-intern", "emergency": False},
    ),
    "card": (
        "有人出500块一个月租我的银行卡，只是走账，会有事吗",
        {"concern": "likely", "kind": "accomplice", "pattern": "sell-bank-card", "emergency": False},
    ),
    "police": (
        "police officer on video call says my card is used for money laundering and I must move my savings to a safe "
        "account, I already sent half",
        {"concern": "likely", "kind": "scam", "pattern": "fake-police", "emergency": True},
    ),
    "safe account": (
        "sg police say my singpass used for laundering, must transfer to safe acct",
        {"concern": "possible", "kind": "scam", "pattern": "fake-police"},
    ),
    "otp": (
        "my bank sent me a code while I was logging in",
        {"concern": "no_match", "kind": None, "look_alike": "bank-otp", "emergency": False},
    ),
    "parcel": (
        "they say my parcel is held, pay 1.20 by this link",
        {"concern": "likely", "kind": "scam", "pattern": "parcel-smish", "emergency": False},
    ),
    "hello": ("hello", {"concern": "unclear", "kind": None, "emergency": False}),
    "dinner": ("dinner at seven?", {"kind": None, "emergency": False}),
    "huge": ("we went to the lake and had a picnic. " * 8000, {"kind": None, "emergency": False}),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    file = tmp_path_factory.mktemp("batch") / "rows.jsonl"
    rows = [json.dumps({"id": name, "text": text, "more": 1}) for name, (text, _) in SITUATIONS.items()]
    file.write_text("\n".join(rows), "utf-8")
    done = askfirst("check", "--batch", str(file))
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == list(SITUATIONS)
    assert "Checking" in done.stderr
    return {row["id"]: row for row in found}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_is_judged_as_an_expert_would(name: str, answers: dict[str, dict[str, Any]]) -> None:
    answer, expected = answers[name], dict(SITUATIONS[name][1])
    if pattern := expected.pop("pattern", None):
        assert answer["matches"][0]["pattern"] == pattern
    if look_alike := expected.pop("look_alike", None):
        assert answer["look_alikes"][0]["pattern"] == look_alike
    assert {key: answer[key] for key in expected} == expected


def test_the_object_has_exactly_the_promised_keys(answers: dict[str, dict[str, Any]]) -> None:
    keys = ["id", "intent", "language", "concern", "kind", "emergency", "stage", "ask", "matches", "look_alikes"]
    for answer in answers.values():
        assert list(answer) == [*keys, "identifiers", "question", "reply", "milliseconds"]
        assert len(answer["matches"]) == 3


def answered(folder: Path, said: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the answers to the last messages of conversations."""
    file = folder / "turns.jsonl"
    file.write_text("\n".join(json.dumps({"id": name, "turns": turns}) for name, turns in said.items()), "utf-8")
    done = askfirst("check", "--batch", str(file))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_whose_document_was_sent_is_heard(tmp_path: Path) -> None:
    case = "landlord abroad wants deposit before i see flat"
    said = {"theirs": [case, "he sent me his passport as proof"], "own": [case, "i sent him my passport as proof"]}
    theirs, own = answered(tmp_path, said)
    assert (theirs["intent"], theirs["emergency"]) == ("question", False)
    assert "easily faked" in theirs["reply"]
    assert (own["intent"], own["stage"]) == ("follow_up", "after")


def test_what_is_said_next_tells_how_far_it_has_gone(tmp_path: Path) -> None:
    told = {
        "after": ["guy wants to send a courier with money for my sofa", "he sent me a link", "i put my card in"],
        "unsaid": ["kerja survei, dibayar 20rb", "sekarang disuruh setor 300rb"],
        "before": ["HMRC called, said arrest warrant, press 1", "i hung up"],
    }
    answers = answered(tmp_path, told)
    assert [(answer["id"], answer["stage"]) for answer in answers] == [(stage, stage) for stage in told]


def test_chat_answers_each_piped_line_and_ends_with_status_0(tmp_path: Path) -> None:
    said = "/country SG\nthey say my parcel is held, pay 1.20 by this link\n/paid\n/frobnicate\n/quit\n"
    done = askfirst("chat", said=said)
    assert done.returncode == 0, done.stderr
    for words in ("Country: Singapore", "Fake parcel", "First hour", "1799", "I do not know that command"):
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b[" not in done.stdout


def test_check_reads_standard_input_and_speaks_the_texts_language() -> None:
    done = askfirst("check", "-", "--country", "CN", said="有人出500块一个月租我的银行卡，只是走账，会有事吗")
    assert done.returncode == 0, done.stderr
    assert "不要参与" in done.stdout
    assert "110" in done.stdout


@pytest.mark.anyio
async def test_the_bot_command_answers_over_http_with_the_real_model() -> None:
    api = BotApi(number=int(time.time()))
    runner = await api.start()
    environment = {**os.environ, "ASKFIRST_DATA": str(REAL_DATA), "HF_HUB_OFFLINE": "1"}
    environment |= {"TELEGRAM_BOT_TOKEN": TOKEN, "ASKFIRST_BASE_URL": api.url}
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "bot"], env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        api.send(message=message(SITUATIONS["police"][0]))
        (reply,) = await api.wait_for(1, seconds=300)  # it loads two models beside whatever else is tested
    finally:
        bot.terminate()
        _, log = bot.communicate(timeout=60)
        await runner.cleanup()
    assert api.violations == []
    assert reply.text.startswith(("🛑", "🚨"))  # they are on the call, and half of it is gone
    assert TOKEN not in log
    assert "savings" not in log
