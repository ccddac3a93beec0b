"""Reading the pictures that moderators try, with the bot's own reader: one at a time, and few that wait."""

from threading import BoundedSemaphore

from bot.pictures.reader import PictureReader
from bot.pictures.text import PictureText, UnreadablePicture
from bot.pictures.turns import OF_A_CHAT


class PictureDesk:
    """Reads pictures for any number of threads; nothing of them is kept."""

    def __init__(self, reader: PictureReader, most: int = OF_A_CHAT) -> None:
        """Take a reader, and how many pictures may be with it at once, the one that is read among them."""
        self._reader = reader
        self._places = BoundedSemaphore(most)

    def read(self, data: bytes) -> PictureText:
        """Return the text of a picture file's bytes; blocks until it is read.

        Raises:
            UnreadablePicture: nothing could be read, or too many wait already.
        """
        if not self._places.acquire(blocking=False):
            raise UnreadablePicture("too-many")
        try:
            return self._reader.read(data)
        finally:
            self._places.release()
