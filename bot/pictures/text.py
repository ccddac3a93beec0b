"""What was read on a picture, or why nothing could be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.pictures.lines import Line, bubbles

Reason = Literal["too-large", "too-many-pixels", "not-a-picture", "broken", "animated", "no-text", "failed", "too-many"]
MAX_BYTES = 20_000_000
"""What Telegram lets a bot fetch."""
MAX_PIXELS = 200_000_000

_MESSAGES: dict[Reason, str] = {
    "too-large": f"The file is larger than {MAX_BYTES // 1_000_000} MB.",
    "too-many-pixels": "The picture has more pixels than can be read here.",
    "not-a-picture": "The file is not a JPEG, PNG, WebP, HEIC or GIF picture.",
    "broken": "The picture is damaged or incomplete.",
    "animated": "The picture moves; a still one is needed.",
    "no-text": "No writing and no code was found on the picture.",
    "failed": "The picture could not be read.",
    "too-many": "Too many pictures came at once.",
}


class UnreadablePicture(Exception):
    """A picture that gave no text; ``reason`` says why, the message in one line of English."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(_MESSAGES[reason])


@dataclass(frozen=True)
class PictureText:
    """The writing on a picture and what its codes contain."""

    lines: tuple[Line, ...]
    """In reading order, without status bar, clocks and keyboard."""
    codes: tuple[str, ...]
    """What QR codes contain; never opened."""
    unreadable_script: bool
    """There is writing that the installed readers cannot read, or not without losing letters."""
    scaled: bool
    """It was made smaller before it was read."""

    @property
    def text(self) -> str:
        """Everything, one line of text for each bubble or paragraph."""
        return _paragraphs(self.lines)

    @property
    def theirs(self) -> str:
        """What the other side wrote; everything where no bubble of theirs can be told."""
        theirs = [line for line in self.lines if line.side == "theirs"]
        return _paragraphs(theirs or self.lines)


def _paragraphs(lines: Iterable[Line]) -> str:
    return "\n".join(" ".join(line.text for line in bubble) for bubble in bubbles(tuple(lines)))
