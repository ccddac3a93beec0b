import pytest

from bot.settings import BadSetting
from bot.web.settings import Address, Webhook, WebSettings, read_web_settings

URL, SECRET, LISTEN = "ASKFIRST_WEBHOOK_URL", "ASKFIRST_WEBHOOK_SECRET", "ASKFIRST_WEBHOOK_LISTEN"
HOOK = {URL: "https://bot.example.org/telegram", SECRET: "ab_1-2"}


def test_nothing_listens_unless_it_is_set() -> None:
    assert read_web_settings({}) == WebSettings()


def test_the_webhook_has_a_port_of_its_own_and_the_path_of_its_address() -> None:
    settings = read_web_settings({"ASKFIRST_HTTP": "[::1]:8080", **HOOK})
    assert settings.http == Address("::1", 8080)
    assert str(settings.http) == "[::1]:8080"
    listen = Address("127.0.0.1", 8081, "/telegram")
    assert settings.webhook == Webhook("https://bot.example.org/telegram", "ab_1-2", listen)


def test_a_proxy_may_call_another_path_than_telegram_does() -> None:
    webhook = read_web_settings({**HOOK, LISTEN: "0.0.0.0:9000/in"}).webhook
    assert webhook is not None
    assert webhook.listen == Address("0.0.0.0", 9000, "/in")


def test_a_server_of_ones_own_may_call_without_encryption() -> None:
    assert read_web_settings({**HOOK, URL: "http://127.0.0.1:8081/x"}, "http://127.0.0.1:8081").webhook


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"ASKFIRST_HTTP": "8080"}, "ASKFIRST_HTTP=8080: expected an address and a port"),
        ({"ASKFIRST_HTTP": "127.0.0.1:0"}, "ASKFIRST_HTTP"),
        ({"ASKFIRST_HTTP": "127.0.0.1:70000"}, "ASKFIRST_HTTP"),
        ({"ASKFIRST_HTTP": "127.0.0.1:8080/metrics"}, "without a path"),
        ({"ASKFIRST_HTTP": "127.0.0.1:8081", **HOOK}, "another port"),
        ({**HOOK, URL: "http://bot.example.org/telegram"}, "ASKFIRST_WEBHOOK_URL"),
        ({**HOOK, URL: "https://me:word@bot.example.org/"}, "ASKFIRST_WEBHOOK_URL"),
        ({URL: HOOK[URL]}, "ASKFIRST_WEBHOOK_SECRET: expected 1 to 256 letters"),
        ({**HOOK, SECRET: "with a blank"}, "ASKFIRST_WEBHOOK_SECRET"),
        ({SECRET: "ab"}, "ASKFIRST_WEBHOOK_SECRET: set without ASKFIRST_WEBHOOK_URL"),
        ({LISTEN: "127.0.0.1:1"}, "ASKFIRST_WEBHOOK_LISTEN: set without"),
        ({**HOOK, LISTEN: "somewhere"}, "ASKFIRST_WEBHOOK_LISTEN=somewhere"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named) as refused:
        read_web_settings(given)
    assert "with a blank" not in str(refused.value)
