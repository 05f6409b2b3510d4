"""Small files to attach: papers and pictures that say themselves that they are for training."""

import io
from functools import cache

import typst
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from nrm_tracker import uploads

_PAGE = """
#set page(width: 148mm, height: 105mm, margin: 15mm)
#set text(lang: "vi", size: 13pt)
#align(center)[*DỮ LIỆU TẬP HUẤN*]
#v(8mm)
#sys.inputs.caption
#v(8mm)
Văn bản này được đặt ra để tập huấn, không có giá trị pháp lý.
"""


def paper(caption: str) -> uploads.CheckedUpload:
    """A page of PDF under a caption."""
    return uploads.check(SimpleUploadedFile("van-ban-tap-huan.pdf", _pdf(caption)))


def picture(turn: int) -> uploads.CheckedUpload:
    """Fields under a sky, with a road; `turn` varies it."""
    return uploads.check(SimpleUploadedFile("anh-tap-huan.png", _png(turn)))


@cache
def _pdf(caption: str) -> bytes:
    made = typst.compile(_PAGE.encode(), sys_inputs={"caption": caption})
    return bytes(made)


@cache
def _png(turn: int) -> bytes:
    image = Image.new("RGB", (480, 320), "#bcd9ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 170, 480, 320), fill="#7aa35a")
    for row in range(5):
        draw.line((0, 190 + row * 26, 480, 182 + row * 26 + turn * 3), fill="#688f4c", width=6)
    middle = 160 + turn * 30
    draw.polygon(
        [(middle, 170), (middle + 30, 170), (middle + 130, 320), (middle - 90, 320)], "#9a9a94"
    )
    draw.ellipse((380 - turn * 20, 30, 430 - turn * 20, 80), fill="#f4d35e")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
