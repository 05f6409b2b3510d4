"""Files to upload, made here: each is small, and what its name says unless told otherwise."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def upload(name, content):
    return SimpleUploadedFile(name, content)


def picture(name="anh.jpg", *, kind="JPEG", size=(60, 40), mode="RGB", colour="red", **kwargs):
    drawn = io.BytesIO()
    Image.new(mode, size, colour).save(drawn, kind, **kwargs)
    return upload(name, drawn.getvalue())


def pdf(name="bao-cao.pdf", text="x"):
    return upload(name, f"%PDF-1.4\n%{text}\ntrailer<<>>\n%%EOF\n".encode())


def office(name="bieu.xlsx", *, folder="xl", parts=None, packing=zipfile.ZIP_DEFLATED):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr(f"{folder}/part.xml", "<part/>")
        for part, content in (parts or {}).items():
            zipped.writestr(part, content)
    return upload(name, made.getvalue())


def docx(name="bao-cao.docx", **kwargs):
    return office(name, folder="word", **kwargs)


def old_office(name="bao-cao.doc", *, stream="WordDocument"):
    return upload(name, OLE + bytes(600) + stream.encode("utf-16-le") + bytes(600))
