"""What a page sends: its fields and its files, in memory alone."""

from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

MOST_BYTES = 21_000_000
"""Bytes of what is sent at once: the largest picture, and the fields beside it."""
_FILES, _FIELDS = 50, 1000


@dataclass(frozen=True)
class Upload:
    """A file that somebody dropped, in memory."""

    name: str
    content: bytes


class _InMemory(MultiPartParser):
    """Keeps files off the disk, however large they are."""

    spool_max_size = MOST_BYTES + 1


async def read_form(request: Request) -> tuple[FormData, tuple[Upload, ...]]:
    """Read the form that a page sends.

    Raises:
        HTTPException: it is no form, or has too many parts.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        most = {"max_files": _FILES, "max_fields": _FIELDS, "max_part_size": MOST_BYTES}
        try:
            form = await _InMemory(request.headers, request.stream(), **most).parse()
        except MultiPartException as fault:
            raise HTTPException(400, fault.message) from fault
    else:
        form = await request.form(max_fields=_FIELDS)
    sent = [value for _, value in form.multi_items() if isinstance(value, UploadFile) and value.filename]
    files = tuple([Upload(one.filename or "", await one.read()) for one in sent])
    await form.close()
    return form, files
