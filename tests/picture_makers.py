"""Test pictures: chats, plain pages, and QR codes, drawn with Pillow; fonts that need no installation.

Latin letters come from Pillow's own font, all others from the Unicode font inside OpenCV.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import cv2
import numpy as np
import pillow_heif
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.pictures.lines import Side

Colour = tuple[int, int, int]
pillow_heif.register_heif_opener()


@dataclass(frozen=True)
class Theme:
    page: Colour
    theirs: Colour
    mine: Colour
    ink: Colour
    ink_mine: Colour


LIGHT = Theme((237, 237, 237), (255, 255, 255), (149, 236, 105), (20, 20, 20), (20, 20, 20))
WHITE = Theme((255, 255, 255), (233, 233, 235), (10, 132, 255), (0, 0, 0), (255, 255, 255))
DARK = Theme((11, 20, 26), (32, 44, 51), (0, 92, 75), (233, 237, 239), (233, 237, 239))
THEMES = (LIGHT, WHITE, DARK)


@dataclass(frozen=True)
class Bubble:
    text: str
    side: Side = "theirs"


@cache
def _unicode_font() -> "cv2.FontFace":
    return cv2.FontFace("uni")


@cache
def _latin_font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def written(text: str, size: int) -> Image.Image:
    """Return a mask of one line of text, 1.4 times as high as its size."""
    height = int(1.4 * size)
    if text.isascii():
        width = int(_latin_font(size).getlength(text)) + 4
        mask = Image.new("L", (width, height))
        ImageDraw.Draw(mask).text((1, int(1.08 * size)), text, font=_latin_font(size), fill=255, anchor="ls")
        return mask
    canvas = np.zeros((height, int(size * 1.1) * len(text) + 20, 3), dtype=np.uint8)
    (end, _), drawn = cv2.putText(canvas, text, (1, int(1.08 * size)), (255, 255, 255), _unicode_font(), size)
    return Image.fromarray(np.asarray(drawn, dtype=np.uint8)[:, : end + 2, 0])


def wrapped(text: str, size: int, width: int) -> list[str]:
    """Break a text at blanks, and between Chinese characters, so that no line is wider."""
    words = [word for part in text.split() for word in _breakable(part)]
    lines = [""]
    for word in words:
        longer = lines[-1] + word
        if lines[-1] and written(longer.rstrip(), size).width > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line.rstrip() for line in lines]


def _breakable(part: str) -> list[str]:
    if part.isascii():
        return [part + " "]
    pieces = [""]
    for char in part:
        if pieces[-1] and not (char.isascii() and pieces[-1][-1].isascii()) and char not in "，。？！：":
            pieces.append("")
        pieces[-1] += char
    return [*pieces[:-1], pieces[-1] + " "]


def chat(
    bubbles: Sequence[Bubble],
    *,
    width: int = 1080,
    size: int = 40,
    theme: Theme = LIGHT,
    frame: bool = True,
    keyboard: bool = False,
) -> Image.Image:
    """Draw a chat as a phone shows it; ``frame`` adds status bar and title, ``size`` is that of the letters."""
    image = Image.new("RGB", (width, 12000), theme.page)
    at = _title(image, theme, size) if frame else size
    for bubble in bubbles:
        at = _bubble(image, bubble, at, size, theme)
    height = max(at + size, int(2.1 * width)) if frame else at + size
    if keyboard:
        height = max(height, at + 9 * size)
        _keyboard(image, height - 8 * size, size)
    return image.crop((0, 0, width, height))


def _title(image: Image.Image, theme: Theme, size: int) -> int:
    small = int(0.8 * size)
    put(image, "9:41", (size, size // 3), small, theme.ink)
    put(image, "5G  87%", (image.width - 5 * size, size // 3), small, theme.ink)
    put(image, "Service Desk", (image.width // 2 - 3 * size, 2 * size), size, theme.ink)
    when = "10:32 AM"
    put(image, when, ((image.width - written(when, small).width) // 2, int(4.5 * size)), small, (128, 128, 128))
    return int(6.5 * size)


def _bubble(image: Image.Image, bubble: Bubble, at: int, size: int, theme: Theme) -> int:
    """Draw a bubble from a height downwards; return where the next one begins."""
    pad, margin = int(0.6 * size), int(0.04 * image.width)
    lines = wrapped(bubble.text, size, int(0.68 * image.width))
    inner = max(written(line, size).width for line in lines)
    left = margin if bubble.side == "theirs" else image.width - margin - inner - 2 * pad
    bottom = at + len(lines) * int(1.4 * size) + 2 * pad
    box = (left, at, left + inner + 2 * pad, bottom)
    fill, ink = (theme.theirs, theme.ink) if bubble.side == "theirs" else (theme.mine, theme.ink_mine)
    ImageDraw.Draw(image).rounded_rectangle(box, radius=size // 2, fill=fill)
    for number, line in enumerate(lines):
        put(image, line, (left + pad, at + pad + number * int(1.4 * size)), size, ink)
    return bottom + size // 2


def _keyboard(image: Image.Image, top: int, size: int) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, top, image.width, top + 8 * size), fill=(209, 212, 217))
    for row, keys in enumerate(("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")):
        step = image.width // 10
        start = (image.width - step * len(keys)) // 2
        for number, key in enumerate(keys):
            x, y = start + number * step, top + size // 2 + row * 2 * size
            draw.rounded_rectangle((x + 6, y, x + step - 6, y + int(1.7 * size)), radius=8, fill="white")
            put(image, key, (x + step // 2 - size // 3, y + size // 6), size, (0, 0, 0))


def put(image: Image.Image, text: str, at: tuple[int, int], size: int, colour: Colour) -> None:
    """Write one line with its top left corner at a place."""
    mask = written(text, size)
    image.paste(Image.new("RGB", mask.size, colour), at, mask)


def page(lines: Iterable[str], *, width: int = 1200, size: int = 36, tilt: float = 0.0) -> Image.Image:
    """Draw a letter: dark lines on grey paper, turned by degrees."""
    lines = list(lines)
    image = Image.new("RGB", (width, (len(lines) + 4) * 2 * size), (226, 224, 218))
    for number, line in enumerate(lines):
        put(image, line, (2 * size, (number + 2) * 2 * size), size, (30, 30, 40))
    return image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=(150, 140, 130)) if tilt else image


def qr(content: str, *, scale: int = 8, level: str = "M") -> Image.Image:
    """Draw a QR code with its quiet zone."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    return Image.fromarray(np.array(code.to_image(scale=scale))).convert("RGB")


def perspective(image: Image.Image, strength: float) -> Image.Image:
    """Look at a picture from the side; the right edge is shorter by that share at both ends."""
    width, height = image.size
    inset = strength * height
    seen = np.array([(0, 0), (width, inset), (width, height - inset), (0, height)], dtype=np.float32)
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(flat, seen)
    border = (190, 190, 190)
    return Image.fromarray(cv2.warpPerspective(np.asarray(image), matrix, image.size, borderValue=border))


def on_card(image: Image.Image, *others: Image.Image) -> Image.Image:
    """Put pictures beside each other on a grey card."""
    images = (image, *others)
    height = max(one.height for one in images) + 80
    card = Image.new("RGB", (sum(one.width for one in images) + 60 * (len(images) + 1), height), (205, 205, 205))
    x = 60
    for one in images:
        card.paste(one, (x, 40))
        x += one.width + 60
    return card


def hard_codes() -> list[tuple[str, Image.Image, list[str]]]:
    """Return 40 QR codes as they are met: name, picture, what they contain."""
    link = "https://pay.example.com/q?id=83921&k=Zx9"
    code = qr(link)
    made: list[tuple[str, Image.Image]] = [
        *((f"turned {angle}", on_card(code).rotate(angle, expand=True, fillcolor=(205, 205, 205)))
          for angle in (5, 15, 30, 45, 90, 135, 180, 270)),
        *((f"blur {radius}", on_card(code).filter(ImageFilter.GaussianBlur(radius))) for radius in (1, 2, 3, 4)),
        *((f"jpeg {quality}", Image.open(BytesIO(jpeg(on_card(code), quality)))) for quality in (30, 20, 10)),
        *((f"seen from the side {strength}", perspective(on_card(qr(link, scale=12)), strength))
          for strength in (0.05, 0.1, 0.15, 0.2)),
        *((f"{scale} pixels a module", on_card(qr(link, scale=scale))) for scale in (2, 3, 4)),
        *((f"contrast {dark}", on_card(_coloured(code, (dark, dark, dark), (235, 235, 235))))
          for dark in (120, 170, 200)),
        ("inverted", on_card(_coloured(code, (255, 255, 255), (0, 0, 0)))),
        ("inverted, coloured", on_card(_coloured(code, (240, 230, 120), (20, 40, 90)))),
        *((f"coloured {ink}", on_card(_coloured(code, ink, (255, 250, 240))))
          for ink in ((200, 30, 30), (20, 120, 60), (30, 60, 200))),
        *((f"logo {share}", on_card(_with_logo(qr(link, level="H"), share))) for share in (0.15, 0.2, 0.25)),
        ("noise", _noisy(on_card(code), 40)),
        ("motion", _moved(on_card(code), 9)),
        ("in a screenshot", _on_screenshot(qr(link, scale=4))),
    ]  # fmt: skip
    found = [(name, image, [link]) for name, image in made]
    dense = "https://example.org/" + "".join(random.Random(3).choices("abcdefghijkmnpqrstuvwxyz0123456789", k=600))
    found.append(("dense", on_card(qr(dense, scale=4, level="L")), [dense]))
    found.append(("denser, jpeg", Image.open(BytesIO(jpeg(on_card(qr(dense, scale=5)), 60))), [dense]))
    other = "weixin://wxpay/bizpayurl?pr=支付"
    found.append(("two codes", on_card(code, qr(other)), [link, other]))
    found.append(("two codes, turned", on_card(code, qr(other)).rotate(20, expand=True), [link, other]))
    return found


def _coloured(image: Image.Image, ink: Colour, paper: Colour) -> Image.Image:
    return Image.composite(Image.new("RGB", image.size, paper), Image.new("RGB", image.size, ink), image.convert("L"))


def _with_logo(image: Image.Image, share: float) -> Image.Image:
    size, image = int(share * image.width), image.copy()
    at = (image.width - size) // 2
    image.paste((220, 60, 40), (at, at, at + size, at + size))
    return image


def _noisy(image: Image.Image, levels: int) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, levels, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def _moved(image: Image.Image, pixels: int) -> Image.Image:
    return Image.fromarray(np.asarray(cv2.blur(np.asarray(image), (pixels, 1)), dtype=np.uint8))


def _on_screenshot(code: Image.Image) -> Image.Image:
    shot = chat([Bubble("Scan this to get the refund"), Bubble("ok wait", "mine")])
    shot.paste(code, (700, 1700))
    return shot


def png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


def jpeg(image: Image.Image, quality: int = 85) -> bytes:
    file = BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def damaged(data: bytes, number: int) -> bytes:
    """Return a picture file cut short, or with some bits turned, or both."""
    dice = random.Random(number)
    broken = bytearray(data)
    if dice.random() < 0.4:
        del broken[dice.randrange(12, len(broken)) :]
    for _ in range(dice.choice((0, 1, 5, 40)) if len(broken) < len(data) else dice.choice((1, 5, 40))):
        broken[dice.randrange(4, len(broken))] ^= 1 << dice.randrange(8)
    return bytes(broken)


ENGLISH = (
    "Hello, this is the fraud team of your bank. Call {phone} within the hour.",
    "Please confirm at {link} and read me the code {code}.",
)
CHINESE = ("您好，您的银行账户存在异常，请立即致电 {phone} 处理。", "登录 {link} 核实，验证码 {code} 不要告诉别人。")
MIXED = ("Hi 亲爱的客户 please call {phone} 谢谢", "包裹 is held, pay at {link} 单号 {code}")


def identifiers(number: int) -> dict[str, str]:
    """Return an invented phone number, link and code; the same for the same number."""
    dice = random.Random(number)
    digits = "".join(dice.choices("0123456789", k=8))
    host = "".join(dice.choices("abcdefghjkmnpqrstuvwxyz", k=5))
    path = "".join(dice.choices("abcdefghjkmnpqrstuvwxyz23456789", k=4))
    return {
        "phone": dice.choice((f"+65 {digits[:4]} {digits[4:]}", f"138{digits}", f"+44 20 {digits[:4]} {digits[4:]}")),
        "link": f"https://{host}-help.{dice.choice(('com', 'top', 'cn', 'cc'))}/{path}",
        "code": "".join(dice.choices("0123456789", k=6)),
    }


def variants(number: int, width: int = 1080) -> dict[str, tuple[bytes, dict[str, str]]]:
    """Return picture files by the kind of difficulty, and the identifiers that are written on each.

    ``width`` is that of the phones' screens in pixels; letters grow with it.
    """
    dice = random.Random(number)

    def told(sentences: Sequence[str], kind: int) -> tuple[list[str], dict[str, str]]:
        planted = identifiers(1000 * number + kind)
        return [sentence.format(**planted) for sentence in sentences], planted

    def talk(kind: int, sentences: Sequence[str], **style: object) -> tuple[Image.Image, dict[str, str]]:
        words, planted = told(sentences, kind)
        bubbles = [Bubble(words[0]), Bubble("who is this? 你是谁", "mine"), Bubble(words[1]), Bubble("ok", "mine")]
        look = {"width": width, "size": width // 27} | style
        return chat(bubbles, **look), planted  # type: ignore[arg-type]

    made: dict[str, tuple[bytes, dict[str, str]]] = {}
    image, planted = talk(0, ENGLISH)
    made["english"] = png(image), planted
    image, planted = talk(1, CHINESE, theme=WHITE, frame=False)
    made["chinese"] = jpeg(image), planted
    image, planted = talk(2, MIXED, theme=WHITE, frame=number % 2 == 0)
    made["mixed"] = jpeg(image), planted
    image, planted = talk(3, dice.choice((ENGLISH, CHINESE)), theme=DARK)
    made["dark"] = jpeg(image), planted
    image, planted = talk(4, dice.choice((ENGLISH, MIXED)), width=591, size=20, frame=number % 2 == 0)
    made["small"] = jpeg(image, 75), planted
    image, planted = talk(5, dice.choice((ENGLISH, CHINESE)), frame=False, theme=dice.choice(THEMES))
    made["cropped"] = png(image), planted
    words, planted = told([line for text in (ENGLISH, CHINESE) for line in text][2 * dice.randrange(2) :][:2], 6)
    lines = [line for text in words for line in wrapped(text, 36, 1000)]
    made["tilted"] = jpeg(page(lines, tilt=dice.uniform(-9, 9))), planted
    words, planted = told(ENGLISH, 7)
    lines = [line for text in words for line in wrapped(text, 36, 1000)]
    made["from the side"] = jpeg(perspective(page(lines, tilt=dice.uniform(-3, 3)), 0.12)), planted
    return made
