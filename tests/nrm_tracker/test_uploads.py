import contextlib
import dataclasses
import hashlib
import io
import os
import random
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import Http404
from django.utils.translation import gettext as _
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nrm_tracker import limits, slots, uploads
from nrm_tracker.models import StoredFile
from tests import files
from tests.factories import make_user

TURNED = 0x0112
GPS = 0x8825
MEGABYTE = 1024 * 1024


def refusal(upload):
    with pytest.raises(ValidationError) as caught:
        uploads.check(upload)
    (said,) = caught.value.messages
    return said


@contextlib.contextmanager
def streamed(name, size, end=b""):
    """A PDF that Django streamed to disk, of any size without writing it."""
    with TemporaryUploadedFile(name, "application/octet-stream", size, None) as made:
        made.file.write(b"%PDF-1.4")
        made.file.truncate(size - len(end))
        made.file.seek(0, os.SEEK_END)
        made.file.write(end)
        made.seek(0)
        yield made


def png_of(width, height):
    """A PNG that only says how large it is."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return files.upload("to.png", b"\x89PNG\r\n\x1a\n" + content)


# What a file is, by its content


@pytest.mark.parametrize(
    ("upload", "kind"),
    [
        (files.picture("a.jpg"), uploads.JPEG),
        (files.picture("a.JPEG"), uploads.JPEG),
        (files.picture("a.png", kind="PNG"), uploads.PNG),
        (files.picture("a.webp", kind="WEBP"), uploads.WEBP),
        (files.picture("a.jfif"), uploads.JPEG),
        (files.picture("a.heic", kind="HEIF"), uploads.HEIC),
        (files.pdf("a.pdf"), uploads.PDF),
        (files.docx("a.docx"), uploads.DOCX),
        (files.office("a.xlsx"), uploads.XLSX),
        (files.old_office("a.doc"), uploads.DOC),
        (files.old_office("a.xls", stream="Workbook"), uploads.XLS),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_each_accepted_kind_is_known(upload, kind):
    checked = uploads.check(upload)

    assert (checked.kind, checked.name) == (kind, upload.name)
    assert (checked.thumbnail is not None) == bool(kind.picture)


def test_a_workbook_as_a_program_writes_it_is_accepted():
    drawn = io.BytesIO()
    openpyxl.Workbook().save(drawn)

    assert uploads.check(files.upload("a.xlsx", drawn.getvalue())).kind == uploads.XLSX


@pytest.mark.parametrize(
    ("upload", "kind", "name"),
    [
        (files.pdf("a.jpg"), uploads.PDF, "a.pdf"),
        (files.picture("a.png"), uploads.JPEG, "a.jpg"),
        (files.picture("IMG_0012.HEIC"), uploads.JPEG, "IMG_0012.jpg"),
        (files.docx("a.xlsx"), uploads.DOCX, "a.docx"),
        (files.old_office("a.doc", stream="Workbook"), uploads.XLS, "a.xls"),
        (files.office("a.jpg", parts={"x": "0" * 10**6}), uploads.XLSX, "a.xlsx"),
        (files.picture("anh.exe"), uploads.JPEG, "anh.exe.jpg"),
    ],
)
def test_the_content_decides_and_the_name_follows(upload, kind, name):
    checked = uploads.check(upload)

    assert (checked.kind, checked.name) == (kind, name)


def test_a_telephone_s_picture_is_shown_large_and_kept_as_it_came():
    checked = uploads.check(files.picture("IMG_0012.HEIC", kind="HEIF", size=(2000, 1500)))

    assert (checked.kind, checked.name) == (uploads.HEIC, "IMG_0012.HEIC")
    with Image.open(io.BytesIO(checked.thumbnail)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 1200))


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b"x" * 1000])
@pytest.mark.parametrize("after", [b"", b"\0" * 5000, b"\r\n" * 40_000])
def test_a_pdf_as_scanners_make_it_is_one(before, after):
    content = before + files.pdf().read() + after

    assert uploads.check(files.upload("scan.pdf", content)).kind == uploads.PDF


def test_a_zip_s_comment_and_its_large_end_are_read():
    made = io.BytesIO(files.docx().read())
    with zipfile.ZipFile(made, "a") as zipped:
        zipped.comment = b"made by a scanner"
    assert uploads.check(files.upload("a.docx", made.getvalue())).kind == uploads.DOCX

    content = files.docx().read()
    at = content.rfind(b"PK\x05\x06")
    entries, size, start = struct.unpack("<HII", content[at + 10 : at + 20])
    large = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, start
    )
    lies_at = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 12 + b"\0\0"
    upload = files.upload("a.docx", content[:at] + large + lies_at + end)
    assert uploads.check(upload).kind == uploads.DOCX


@pytest.mark.parametrize("place", [2**44, 2**62, 2**64 - 1])
def test_a_large_end_that_lies_nowhere_is_damage(place):
    lies_at = struct.pack("<4sIQI", b"PK\x06\x07", 0, place, 1)
    content = b"PK\x03\x04" + lies_at + b"PK\x05\x06" + bytes(18)

    assert str(_("Word or Excel file")) in refusal(files.upload("a.docx", content))


def test_a_locked_workbook_says_that_it_is():
    said = _("The file is locked by a password. Take the password off and send it again.")

    assert said in refusal(files.old_office("a.xlsx", stream="EncryptedPackage"))


@pytest.mark.parametrize("name", ["a.jpg", "a.pdf", "a.docx", "a.doc", "a.exe", "a"])
@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + bytes(100),
        b"PK",
        files.OLE + bytes(4000),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_other_content_is_refused_whatever_it_is_called(name, content):
    said = refusal(files.upload(name, content))

    assert _("Accepted: JPEG, PNG, WebP, HEIC, PDF, Word, Excel.") in said


def test_a_zip_that_is_no_office_file_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("word/document.xml", "<x/>")

    assert str(uploads.DOCX.label) in refusal(files.upload("a.docx", made.getvalue()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"no picture"),
        ("a.jpg", files.picture().read()[:-300]),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(40)),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 " + bytes(20)),
        ("a.pdf", b"%PDF-1.4 cut off"),
        ("a.docx", b"PK\x03\x04" + bytes(100)),
        ("a.docx", files.docx().read()[:-30]),
    ],
)
def test_what_is_damaged_is_refused(name, content):
    damaged = _("The file is damaged: it cannot be read as %(kind)s.").split("%")[0]

    assert damaged in refusal(files.upload(name, content))


def noise(kind, **kwargs):
    """As a photograph packs: no two parts alike."""
    points = random.Random(8).randbytes(120 * 80 * 3)  # noqa: S311 no secret
    drawn = io.BytesIO()
    Image.frombytes("RGB", (120, 80), points).save(drawn, kind, **kwargs)
    return drawn.getvalue()


# The last has a picture within: of its own maker, small, and whole.
JPEGS = [{}, {"progressive": True}, {"exif": b"Exif\0\0" + files.picture().read()}]
CUT = [("JPEG", shape) for shape in JPEGS] + [("PNG", {}), ("WEBP", {}), ("HEIF", {})]


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
@pytest.mark.parametrize(("kind", "shape"), CUT)
def test_a_picture_cut_short_is_refused(kind, shape, share):
    whole = noise(kind, **shape)
    assert uploads.check(files.upload("a", whole)).thumbnail
    damaged = _("The file is damaged: it cannot be read as %(kind)s.").split("%")[0]

    left = whole[: int(len(whole) * share)]
    assert damaged in refusal(files.upload("a", left))
    if kind in ("JPEG", "PNG"):
        # As a copy that broke off leaves it. The others have no end by which that is known.
        assert damaged in refusal(files.upload("a", left + bytes(len(whole) - len(left))))


@pytest.mark.parametrize("after", [b"", bytes(100), b"SEFT trailer of a telephone"])
def test_a_jpeg_with_something_after_its_end_is_whole(after):
    for shape in ({}, {"progressive": True}, {"restart_marker_blocks": 2}):
        assert uploads.check(files.upload("a.jpg", noise("JPEG", **shape) + after))


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_office_file_packed_as_office_never_does_is_refused(packing):
    assert refusal(files.docx(packing=packing))


def test_a_locked_office_file_is_refused_without_an_accident():
    content = bytearray(files.docx().read())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + at] |= 1

    said = _("The file is locked by a password. Take the password off and send it again.")
    assert said in refusal(files.upload("a.docx", bytes(content)))


SAMPLES = [
    files.picture("a.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    files.picture("a.png", kind="PNG"),
    files.picture("a.webp", kind="WEBP"),
    files.picture("a.heic", kind="HEIF"),
    files.pdf("a.pdf"),
    files.docx("a.docx", parts={"word/a.xml": "a" * 500}),
    files.office("a.xlsx", packing=zipfile.ZIP_STORED),
    files.old_office("a.doc"),
]
CONTENTS = {sample.name: sample.read() for sample in SAMPLES}


@given(
    name=st.sampled_from(sorted(CONTENTS)),
    changes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=8),
    length=st.integers(0, 3000),
)
def test_whatever_is_sent_is_accepted_or_refused_with_a_sentence(name, changes, length):
    content = bytearray(CONTENTS[name][: max(length, 1)])
    for at, byte in changes:
        content[at % len(content)] = byte

    try:
        checked = uploads.check(files.upload(name, bytes(content)))
    except ValidationError as error:
        (said,) = error.messages
        assert said.startswith(f"{name}: ")
    else:
        assert checked.name.endswith(checked.kind.endings)


# How large it may be


def test_an_empty_file_is_refused():
    assert refusal(files.upload("a.pdf", b"")) == f"a.pdf: {_('The file is empty.')}"


def test_a_gigabyte_is_refused_unread(monkeypatch):
    with streamed("phim.pdf", 1024 * MEGABYTE) as gigabyte:
        monkeypatch.setattr(gigabyte.file, "read", None)
        said = refusal(gigabyte)

    assert "1024 MB" in said
    assert "20 MB" in said


def test_the_limit_itself_is_accepted(settings):
    upload = files.pdf()
    settings.UPLOAD_LIMIT = upload.size
    assert uploads.check(upload)

    settings.UPLOAD_LIMIT -= 1
    assert refusal(upload)


@pytest.mark.django_db
def test_what_proves_larger_than_it_said_is_not_kept(settings):
    upload = files.pdf(text="x" * 1000)
    checked = uploads.check(upload)
    settings.UPLOAD_LIMIT = 500

    with pytest.raises(ValidationError):
        uploads.store(checked, make_user())

    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("size", [(5_000, 5_001), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_points_is_refused_unopened(size):
    assert "25" in refusal(png_of(*size))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_may_have_so_many_points(kind, monkeypatch):
    upload = files.picture(kind=kind, size=(60, 40))
    known = uploads.check(upload).kind
    for most, is_taken in ((2400, True), (2399, False)):
        narrow = dataclasses.replace(known, points=most)
        monkeypatch.setattr(uploads, "_kind_of", lambda _upload, kind=narrow: kind)
        if is_taken:
            assert uploads.check(upload).thumbnail
        else:
            assert "thu nhỏ" in refusal(upload)


def test_a_picture_that_takes_too_much_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(limits, "PICTURE", limits.WorkLimits(limits.MEGABYTE, cpu=5, seconds=30))

    said = _("The picture takes too much to be opened. Please save it smaller, as JPEG.")
    assert said in refusal(files.picture(kind="PNG", size=(2000, 2000)))


def test_a_picture_that_gets_no_turn_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(limits, "PATIENCE", 0.05)

    with slots.turn("work"), slots.turn("work"):
        assert str(slots.BUSY) in refusal(files.picture())


def test_a_zip_bomb_is_refused_by_what_it_says(settings):
    settings.UPLOAD_LIMIT = 100_000
    bomb = files.docx(parts={"word/media": "0" * 1_100_000})
    assert bomb.size < 10_000

    assert _("The file unpacks to far more than it should. It is not accepted.") in refusal(bomb)


def test_a_zip_bomb_is_refused_by_what_it_is(settings):
    """Its list says that the part is small."""
    settings.UPLOAD_LIMIT = 100_000
    content = bytearray(files.docx(parts={"word/media": "0" * 1_100_000}).read())
    entry = content.rfind(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)

    assert refusal(files.upload("a.docx", bytes(content)))


def test_an_endless_list_of_parts_is_refused_unread(monkeypatch):
    content = bytearray(files.docx().read())
    content[-10:-6] = struct.pack("<I", 2**31)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    assert refusal(files.upload("a.docx", bytes(content)))


# What it is called


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\kylac\\bao cao.pdf", "bao cao.pdf"),
        ("a\x00\r\n\u202eb.pdf", "ab.pdf"),
        ("Bảng kê.pdf", "Bảng kê.pdf"),
        ("Ba\u0309ng.pdf", "Bảng.pdf"),
        ("bao cao 8.9", "bao cao 8.9.pdf"),
        ("bao cao", "bao cao.pdf"),
        ("đ" * 300 + ".pdf", "đ" * 196 + ".pdf"),
        ("...", _("unnamed") + ".pdf"),
    ],
)
def test_a_name_keeps_its_last_part_alone(given, kept):
    upload = files.pdf()
    upload._name = given

    assert uploads.check(upload).name == kept


# What is kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "upload",
    [files.picture(size=(900, 600)), files.pdf(text="y" * 200_000)],
    ids=["picture", "pdf"],
)
def test_the_original_is_kept_untouched(upload):
    content = upload.read()
    by = make_user()

    row = uploads.store(upload, by)

    row.refresh_from_db()
    kept = Path(row.content.path)
    assert kept.read_bytes() == content
    assert (row.size, row.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (row.name, row.stored_by) == (upload.name, by)
    assert kept.is_relative_to(settings.MEDIA_ROOT)
    assert upload.name.rsplit(".", 1)[0] not in str(kept.relative_to(settings.MEDIA_ROOT))


@pytest.mark.django_db
def test_what_was_streamed_to_disk_is_kept_without_being_held_whole():
    with streamed("lon.pdf", 19 * MEGABYTE, b"%%EOF") as upload:
        content = upload.read()
        tracemalloc.start()
        row = uploads.store(upload, make_user())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert Path(row.content.path).read_bytes() == content
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert peak < 4 * MEGABYTE


def test_files_lie_outside_what_is_served_as_static():
    for folder in (settings.STATIC_ROOT, *settings.STATICFILES_DIRS):
        assert not Path(settings.MEDIA_ROOT).is_relative_to(folder)
    assert not settings.MEDIA_URL.startswith("http")


@pytest.mark.django_db
def test_a_thumbnail_stands_upright_and_says_no_place():
    exif = Image.Exif()
    exif[TURNED] = 6
    exif.get_ifd(GPS)[2] = (18.0, 5.0, 1.0)
    upload = files.picture(size=(1200, 800), exif=exif, comment=b"Nha ong A")

    row = uploads.store(upload, make_user())

    assert b"Nha ong A" in Path(row.content.path).read_bytes()
    thumbnail = Path(row.thumbnail.path).read_bytes()
    with Image.open(io.BytesIO(thumbnail)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (320, 480))
        assert not drawn.getexif()
        assert "comment" not in drawn.info
    assert b"Exif" not in thumbnail


@pytest.mark.parametrize(
    ("kind", "mode", "colour"),
    [
        ("PNG", "RGBA", (255, 0, 0, 0)),
        ("PNG", "P", 0),
        ("PNG", "LA", (0, 0)),
        ("PNG", "I;16", 1000),
        ("PNG", "1", 1),
        ("JPEG", "CMYK", (0, 0, 0, 0)),
        ("JPEG", "L", 0),
        ("WEBP", "RGBA", (255, 0, 0, 0)),
    ],
)
def test_a_picture_of_any_make_gets_a_thumbnail(kind, mode, colour):
    ending = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}[kind]

    drawn = uploads.check(
        files.picture(f"a.{ending}", kind=kind, mode=mode, colour=colour, size=(900, 30))
    ).thumbnail

    with Image.open(io.BytesIO(drawn)) as thumbnail:
        assert (thumbnail.mode, thumbnail.size) == ("RGB", (480, 16))
        if mode in ("RGBA", "LA"):
            assert thumbnail.getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_whose_turning_cannot_be_read_is_still_one():
    assert uploads.check(files.picture(exif=b"Exif\0\0broken")).thumbnail


@pytest.mark.django_db
def test_nothing_stays_behind_of_what_could_not_be_kept(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(RuntimeError):
        uploads.store(files.picture(), make_user())

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_an_original_is_served_as_an_attachment_that_nobody_keeps():
    row = uploads.store(files.pdf("Báo cáo “8”.pdf"), make_user())

    response = uploads.serve(row)

    assert response.getvalue() == files.pdf().read()
    response.file_to_stream.close()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''B%C3%A1o")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_what_the_store_lost_is_not_found():
    row = uploads.store(files.picture(), make_user())
    uploads.forget(row)

    for serve in (uploads.serve, uploads.serve_thumbnail):
        with pytest.raises(Http404):
            serve(row)
    assert not uploads.is_there(row)


def test_what_is_sent_large_goes_to_disk_not_to_memory():
    """Django's own way, which nothing here may switch off."""
    handlers = [name.rsplit(".", 1)[1] for name in settings.FILE_UPLOAD_HANDLERS]

    assert handlers == ["MemoryFileUploadHandler", "TemporaryFileUploadHandler"]
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE < 5 * MEGABYTE
    assert isinstance(files.pdf(), SimpleUploadedFile)
