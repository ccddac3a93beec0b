"""What a reader sees of a text: HTML without its tags, a quoted e-mail without its quote marks and headers."""

import re
from html.parser import HTMLParser

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_QUOTE = re.compile(r"^[ \t]*(?:[>|][ \t]?)+", re.MULTILINE)
_FIELDS = "From|To|Cc|Sent|Date|Von|An|Gesendet|De|Para|Enviado|À|Envoyé|От|Кому|发件人|收件人|寄件者|抄送|发送时间"
_HEADER = re.compile(
    rf"^[ \t]*(?:(?:{_FIELDS})[ \t]?[:：].{{0,200}}|-{{2,}}[^\n]{{0,60}}-{{2,}}|"
    r"[^\n]{0,160}\d{1,2}[:.h]\d\d[^\n]{0,160}[:：])[ \t]*$",
    re.MULTILINE,
)
_LEAST_TAGS = 3
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "td", "blockquote", "hr"}
_UNSEEN = {"script", "style", "head", "title", "template"}


class _Seen(HTMLParser):
    """Collects the text that a browser would show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def writable(text: str) -> str:
    """Return a text with a question mark for each half of a character, which no file and no message can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "?")


def without_markup(text: str) -> str:
    """Return the text as a reader sees it; a text that is neither HTML nor a quoted e-mail stays as it is."""
    if "<" in text:
        text = _COMMENT.sub(" ", text)
        if len(_TAG.findall(text)) >= _LEAST_TAGS:
            text = _without_tags(text)
    if _QUOTE.search(text):
        text = _HEADER.sub("", _QUOTE.sub("", text))
    return text


def _without_tags(text: str) -> str:
    seen = _Seen()
    seen.feed(text)
    seen.close()
    lines = (" ".join(line.split()) for line in "".join(seen.parts).split("\n"))
    return "\n".join(line for line in lines if line) or text
