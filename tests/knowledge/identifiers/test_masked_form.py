"""What is shown of a contact that must not be shown whole."""

import pytest

from knowledge.identifiers.masked_form import mask


@pytest.mark.parametrize(
    ("kind", "value", "masked"),
    [
        ("phone", "+6591234567", "+65 9••• ••67"),
        ("phone", "+8613800138000", "+86 1••• •••• •00"),
        ("phone", "81234567", "8••• ••67"),
        ("phone", "1799", "1•••"),
        ("phone", "110", "•••"),
        ("link", "https://secure.paypal-login.com/x?id=1", "https://payp•••.com/•••"),
        ("link", "http://dbs.com.evil-shop.co.uk", "http://evi•••.co.uk"),
        ("link", "http://x.com/", "http://•••.com"),
        ("link", "http://me:word@192.0.2.17:80/a", "http://192.•••/•••"),
        ("email", "mary@example.com", "m•••@example.com"),
        ("email", "m@example.com", "•••@example.com"),
        ("handle", "telegram:techsupport", "telegram:te•••rt"),
        ("handle", "telegram:mary5", "telegram:m•••"),
        ("handle", "whatsapp:+6591234567", "whatsapp:+65 9••• ••67"),
        ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7", "0x52•••9EE7"),
        ("iban", "DE89370400440532013000", "DE89•••3000"),
        ("handle", "line:ab\u202ecdefg\x00", "line:ab•••g?"),
    ],
)
def test_a_mask_shows_the_ends_and_hides_the_middle(kind: str, value: str, masked: str) -> None:
    assert mask(kind, value) == masked
