"""A real browser, where one is installed, and the console served to it on this machine."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from bot.console.app import build_app
from bot.console.desk import Desk
from tests.patience import PATIENCE

MISSING = "a browser is missing: install chromium and chromium-driver (Debian), and selenium in the environment"


def may_browse() -> bool:
    """Whether a browser can be had here; in CI none is started."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return False
    return bool(shutil.which("chromium") and shutil.which("chromedriver") and not os.environ.get("CI"))


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """Serve the console until the block ends; yields its root."""
    config = uvicorn.Config(build_app(desk), host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="console", daemon=True)
    thread.start()
    try:
        until = time.monotonic() + PATIENCE
        while not server.started:
            assert time.monotonic() < until, "the console did not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@contextmanager
def browsing(width: int = 1280, height: int = 900) -> Iterator[Any]:
    """Start a browser with a window of a size, in which pages are as on any other."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for one in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en"):
        options.add_argument(one)
    options.add_argument(f"--window-size={width},{height}")
    options.add_experimental_option(
        "mobileEmulation", {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1}}
    )
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver") or ""))
    driver.set_page_load_timeout(PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


def signed_in(driver: Any, root: str, desk: Desk, person: int) -> None:
    """Open a one-time link and press its button."""
    driver.get(f"{root}/sign-in/{desk.sign_ins.link(person, desk.now)}")
    driver.find_element("css selector", "main button").click()
    shown(driver, "h1", "Queue")


def shown(driver: Any, selector: str, words: str) -> None:
    """Wait until an element has some words in it; one that never has fails the test."""
    until, text = time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        text = driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join(' ')", selector
        )
        if words in text:
            return
        time.sleep(0.02)
    raise AssertionError(f"{selector}: {text[:500]!r}, expected {words!r} in it")
