"""What people upload: told by its content, kept as it came, served only by a view that checked.

`check` says in a sentence what is wrong with an upload; `store` keeps it. Neither holds more of
it in memory than a piece at a time; a picture is drawn in a process of its own (`bounded`).
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nrm_tracker import clock, limits
from nrm_tracker.bounded import picture
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.running import TooHeavy, run
from nrm_tracker.figures import beside, plain
from nrm_tracker.models import StoredFile
from nrm_tracker.slots import BUSY, Busy
from nrm_tracker.text import normalize

THUMBNAIL = (480, 480)
# Of a picture that browsers cannot show, large enough to be looked at in its place.
SHOWN_INSTEAD = (1600, 1600)
NAME_LENGTH = 200
# How far into a file other bytes may stand before a PDF begins, as scanners and mail leave them.
PDF_WITHIN = 1024

_PIECE = 64 * 1024
_ENDING = re.compile(r"\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}$", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of file that is accepted."""

    mime: str
    label: str | Promise
    endings: tuple[str, ...]
    # Of a picture: what Pillow calls it, how many points it may have, how large it is drawn again.
    picture: str = ""
    points: int = 0
    drawn: tuple[int, int] = THUMBNAIL


_OFFICE = "application/vnd.openxmlformats-officedocument"
_JPEG_ENDINGS = (".jpg", ".jpeg", ".jfif", ".jpe")
_CAMERA, _DRAWN = limits.CAMERA_POINTS, limits.DRAWN_POINTS
JPEG = Kind("image/jpeg", gettext_lazy("JPEG picture"), _JPEG_ENDINGS, "JPEG", _CAMERA)
PNG = Kind("image/png", gettext_lazy("PNG picture"), (".png",), "PNG", _DRAWN)
WEBP = Kind("image/webp", gettext_lazy("WebP picture"), (".webp",), "WEBP", _DRAWN)
HEIC = Kind(
    "image/heic", gettext_lazy("HEIC picture"), (".heic", ".heif"), "HEIF", _CAMERA, SHOWN_INSTEAD
)
PDF = Kind("application/pdf", gettext_lazy("PDF document"), (".pdf",))
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", gettext_lazy("Word document"), (".docx",))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", gettext_lazy("Excel workbook"), (".xlsx",))
DOC = Kind("application/msword", gettext_lazy("Word document (97–2003)"), (".doc",))
XLS = Kind("application/vnd.ms-excel", gettext_lazy("Excel workbook (97–2003)"), (".xls",))
KINDS = (JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, DOC, XLS)
BY_MIME = {kind.mime: kind for kind in KINDS}
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}

# How Office packs its parts; other ways may take any amount of memory to undo.
_OFFICE_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the main streams of the old formats are called inside.
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
# An Office file with a password is packed into a compound file under this name.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OLE_STREAMS = {
    DOC: "WordDocument".encode("utf-16-le"),
    XLS: "Workbook".encode("utf-16-le"),
}


@dataclass(frozen=True)
class CheckedUpload:
    """An upload that may be kept."""

    upload: UploadedFile
    name: str
    kind: Kind
    thumbnail: bytes | None = None


def check(upload: UploadedFile) -> CheckedUpload:
    """The upload with what it is. Raises ValidationError with a sentence that names the file."""
    name = _plain_name(upload.name or "")
    try:
        _check_size(upload)
        kind = _kind_of(upload)
        thumbnail = _thumbnail(upload, kind) if kind.picture else None
    except ValidationError as error:
        raise ValidationError([f"{name}: {said}" for said in error.messages]) from None
    finally:
        upload.seek(0)
    return CheckedUpload(upload, _named_by(kind, name), kind, thumbnail)


def store(upload: UploadedFile | CheckedUpload, by: Any) -> StoredFile:
    """Keep an upload untouched, and of a picture a thumbnail. `by` is the person who sent it."""
    checked = upload if isinstance(upload, CheckedUpload) else check(upload)
    ending = checked.kind.endings[0]
    counted = _Counted(_raw(checked.upload))
    row = StoredFile(name=checked.name, kind=checked.kind.mime, stored_by=by)
    row.stored_at = clock.now()
    try:
        row.content.save(f"original{ending}", counted, save=False)
        row.size, row.sha256 = counted.count, counted.digest.hexdigest()
        if checked.thumbnail:
            thumbnail = ContentFile(checked.thumbnail)
            row.thumbnail.save("thumbnail.jpg", thumbnail, save=False)
        row.save()
    except Exception:
        forget(row)
        raise
    return row


@contextmanager
def kept(files: Iterable[UploadedFile | CheckedUpload], by: Any) -> Iterator[list[StoredFile]]:
    """The files of a form, stored; forgotten where what is written with them is refused."""
    rows: list[StoredFile] = []
    try:
        with transaction.atomic():
            rows.extend(store(one, by) for one in files)
            yield rows
    except Exception:
        for row in rows:
            forget(row)
        raise


def forget(row: StoredFile) -> None:
    """Take away the files of a row that is not kept after all."""
    for file in (row.content, row.thumbnail):
        if file.name:
            file.storage.delete(file.name)


def serve(row: StoredFile) -> FileResponse:
    """The original as an attachment. Whether the person may have it was asked before."""
    return _answer(row.content, content_type=row.kind, as_attachment=True, filename=row.name)


def serve_thumbnail(row: StoredFile) -> FileResponse:
    if not row.thumbnail:
        raise Http404
    return _answer(row.thumbnail, content_type="image/jpeg")


def guard(response: Any) -> None:
    """What is served is nobody else's, is kept nowhere, and is taken for nothing but its kind."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    # Files are compressed already: this keeps the middleware from doing it again.
    response["Content-Encoding"] = "identity"


def pieces_of(row: StoredFile) -> Iterator[bytes]:
    """The original bit by bit."""
    with row.content.storage.open(str(row.content.name), "rb") as opened:
        yield from opened.chunks(_PIECE)


def is_there(row: StoredFile) -> bool:
    """Whether the store still holds the original whole."""
    storage, name = row.content.storage, str(row.content.name)
    return bool(name) and storage.exists(name) and storage.size(name) == row.size


class _Counted(File):
    """A file that counts and digests what is read of it, up to the limit."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self.count = 0
        self.digest = hashlib.sha256()

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in super().chunks(chunk_size or _PIECE):
            self.count += len(chunk)
            if self.count > settings.UPLOAD_LIMIT:
                raise ValidationError(_too_big(self.count))
            self.digest.update(chunk)
            yield chunk


def _answer(file: Any, **kwargs: Any) -> FileResponse:
    try:
        opened = file.storage.open(file.name, "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, **kwargs)
    guard(response)
    return response


def _raw(upload: UploadedFile) -> IO[Any]:
    assert upload.file is not None  # noqa: S101 what was sent has its content
    return upload.file


def _plain_name(given: str) -> str:
    """The last part of a name with path parts, without what cannot be seen."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    name = normalize("".join(c for c in last if c.isprintable())).strip(" .")
    if not name:
        return _("unnamed")
    ending = PurePosixPath(name).suffix[:10]
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - len(ending)] + ending


def _check_size(upload: UploadedFile) -> None:
    size = upload.size or 0
    if size == 0:
        raise ValidationError(_("The file is empty."))
    if size > settings.UPLOAD_LIMIT:
        raise ValidationError(_too_big(size))


def _too_big(size: int) -> str:
    return _("The file has %(size)s MB; at most %(limit)s MB are accepted.") % {
        "size": _megabytes(size),
        "limit": _megabytes(settings.UPLOAD_LIMIT),
    }


def _megabytes(size: int) -> str:
    """What is over the limit never reads as the limit."""
    return plain(beside(Fraction(size, 1024 * 1024), 1))


def _named_by(kind: Kind, name: str) -> str:
    """The content decides what a file is, and its name follows: what is called otherwise, or
    nothing, ends as its kind does."""
    found = _ENDING.search(name)
    ending = found[0].lower() if found else ""
    if ending in kind.endings:
        return name
    if ending in BY_ENDING:
        name = name[: -len(ending)]
    return f"{name[: NAME_LENGTH - 5]}{kind.endings[0]}"


def _kind_of(upload: UploadedFile) -> Kind:
    upload.seek(0)
    head = upload.read(PDF_WITHIN + 8)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    if head.startswith(b"PK\x03\x04"):
        return _office(upload)
    if head.startswith(_OLE):
        return _old_office(upload)
    if re.search(rb"%PDF-\d\.\d", head):
        return _whole_pdf(upload)
    raise _unknown(upload)


def _unknown(upload: UploadedFile) -> ValidationError:
    """Told by both kinds: what the name says, and that the content is none of those accepted."""
    found = _ENDING.search(_plain_name(upload.name or ""))
    claimed = BY_ENDING.get(found[0].lower()) if found else None
    accepted = _("Accepted: JPEG, PNG, WebP, HEIC, PDF, Word, Excel.")
    if claimed is None:
        said = _("The content is of a kind that is not accepted.")
        return ValidationError(f"{said} {accepted}")
    said = _("The name says %(claimed)s, but the content is of another kind, not accepted.")
    return ValidationError(f"{said % {'claimed': claimed.label}} {accepted}")


def _broken(kind: str | Promise) -> ValidationError:
    return ValidationError(
        _("The file is damaged: it cannot be read as %(kind)s.") % {"kind": kind}
    )


def _whole_pdf(upload: UploadedFile) -> Kind:
    """A PDF ends with its mark, whatever it was filled up with after it; one cut off does not."""
    end = _without_padding(upload)
    start = max(end - 4096, 0)
    upload.seek(start)
    if b"%%EOF" not in upload.read(end - start):
        raise _broken(PDF.label)
    return PDF


def _without_padding(upload: UploadedFile) -> int:
    """Where the content ends, before white space and noughts."""
    end = upload.size or 0
    while end > 0:
        start = max(end - _PIECE, 0)
        upload.seek(start)
        if content := upload.read(end - start).rstrip(b"\0 \t\r\n"):
            return start + len(content)
        end = start
    return 0


def _old_office(upload: UploadedFile) -> Kind:
    """A compound file of Word or Excel, told by the stream inside it."""
    longest = max(len(name) for name in (_LOCKED, *_OLE_STREAMS.values()))
    upload.seek(0)
    tail = b""
    while piece := upload.read(_PIECE):
        window = tail + piece
        if _LOCKED in window:
            raise ValidationError(_locked())
        for kind, name in _OLE_STREAMS.items():
            if name in window:
                return kind
        tail = window[-longest:]
    raise _unknown(upload)


def _office(upload: UploadedFile) -> Kind:
    """A ZIP with the parts of a Word or Excel file, of a size that may be opened."""
    _check_zip_list(upload)
    limit = settings.UPLOAD_LIMIT * limits.ZIP_RATIO
    try:
        with zipfile.ZipFile(_raw(upload)) as parts:
            if any(part.flag_bits & 1 for part in parts.infolist()):
                raise ValidationError(_locked())
            if any(part.compress_type not in _OFFICE_PACKING for part in parts.infolist()):
                raise _broken(_("Word or Excel file"))
            if sum(part.file_size for part in parts.infolist()) > limit:
                raise ValidationError(_bomb())
            names = {part.filename for part in parts.infolist()}
            kind = _kind_of_parts(names)
            if kind is None:
                raise _unknown(upload)
            _count_parts(parts, limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise _broken(_("Word or Excel file")) from None
    return kind


def _bomb() -> str:
    return _("The file unpacks to far more than it should. It is not accepted.")


def _locked() -> str:
    return _("The file is locked by a password. Take the password off and send it again.")


def _check_zip_list(upload: UploadedFile) -> None:
    """A list of parts of a plain size, before anything reads it whole."""
    size = _zip_list_size(upload)
    if size is None:
        raise _broken(_("Word or Excel file"))
    if size > limits.ZIP_LIST:
        raise ValidationError(_bomb())


def _zip_list_size(upload: UploadedFile) -> int | None:
    """What the end of a ZIP says of its list of parts, in bytes; None where there is no such end.

    The end has 22 bytes and a comment of at most 65,535; where a size does not fit, it stands in
    the end of ZIP64, of which 20 bytes before it say where it lies.
    """
    start = max((upload.size or 0) - 22 - 65_535 - 20, 0)
    upload.seek(start)
    tail = upload.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return None
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        lies_at = int.from_bytes(tail[at - 12 : at - 4], "little")
        if lies_at > (upload.size or 0):
            return None
        upload.seek(lies_at)
        end = upload.read(56)
        return int.from_bytes(end[40:48], "little") if end[:4] == b"PK\x06\x06" else None
    return size


def _kind_of_parts(names: set[str]) -> Kind | None:
    if "[Content_Types].xml" not in names:
        return None
    for kind, folder in ((DOCX, "word/"), (XLSX, "xl/")):
        if any(name.startswith(folder) for name in names):
            return kind
    return None


def _count_parts(parts: zipfile.ZipFile, limit: int) -> None:
    """Unpack all to nowhere: what a part says of its size may be untrue."""
    count = 0
    for part in parts.infolist():
        with parts.open(part) as opened:
            while piece := opened.read(_PIECE):
                count += len(piece)
                if count > limit:
                    raise ValidationError(_bomb())


def _thumbnail(upload: UploadedFile, kind: Kind) -> bytes:
    """The picture small and upright, as JPEG with nothing but its points."""
    asked = {"kind": kind.picture, "most": kind.points, "size": kind.drawn}
    try:
        _nothing, drawn = run(picture.drawn_small, _raw(upload), limits.PICTURE, **asked)
    except Refused as refused:
        is_large = refused.word == "points"
        raise (_too_many_points(kind) if is_large else _broken(kind.label)) from None
    except TooHeavy:
        raise ValidationError(
            _("The picture takes too much to be opened. Please save it smaller, as JPEG.")
        ) from None
    except Busy:
        raise ValidationError(BUSY) from None
    return drawn


def _too_many_points(kind: Kind) -> ValidationError:
    message = _("The picture has more than %(limit)s million points. Please make it smaller.")
    return ValidationError(message % {"limit": kind.points // 1_000_000})
