"""A picture looked at and drawn again. A small file may have very many points."""

import io
import re
from typing import IO

from PIL import Image, ImageOps, WebPImagePlugin  # noqa: F401 that is not among the first
from pillow_heif import options, register_heif_opener

from nrm_tracker.bounded.refused import Refused

# Loaded here once, instead of by each piece of work.
Image.preinit()
register_heif_opener(thumbnails=False)
options.DECODE_THREADS = 1
# Their number is looked at here.
Image.MAX_IMAGE_PIXELS = None

# What begins a part of a JPEG, or ends it; those that stand among the points are passed over.
_JPEG_MARK = re.compile(rb"\xff[\x02-\xcf\xd9-\xfe]")
_JPEG_END = b"\xff\xd9"


def drawn_small(
    content: IO[bytes], *, kind: str, most: int, size: tuple[int, int]
) -> tuple[None, bytes]:
    """The picture within `size` and upright, as JPEG with nothing but its points.

    Refuses "points" where it has more than `most`, "damaged" where it is not whole.
    """
    try:
        with Image.open(content, formats=[kind]) as picture:
            if picture.width * picture.height > most:
                raise Refused("points")
            picture.verify()
        if kind == "JPEG" and not _ends(content):
            raise Refused("damaged")
        content.seek(0)
        with Image.open(content, formats=[kind]) as picture:
            return None, _redrawn(picture, (size[0], size[1]))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a broken picture may raise almost anything
        raise Refused("damaged") from error


def _ends(content: IO[bytes]) -> bool:
    """Whether a JPEG comes to its end: what decodes it fills up the points that are missing."""
    content.seek(0)
    data, at = content.read(), 2
    while mark := _JPEG_MARK.search(data, at):
        if mark[0] == _JPEG_END:
            return True
        at = mark.end() + int.from_bytes(data[mark.end() : mark.end() + 2], "big")
    return False


def _redrawn(picture: Image.Image, size: tuple[int, int]) -> bytes:
    if picture.mode not in ("L", "RGB", "RGBA", "CMYK", "YCbCr"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    # A JPEG is made small while it is read.
    picture.thumbnail(size)
    small = _upright(picture)
    small.thumbnail(size)
    if small.has_transparency_data:
        small = small.convert("RGBA")
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
    else:
        ground = Image.new("RGB", small.size)
        ground.paste(small.convert("RGB"))
    drawn = io.BytesIO()
    ground.save(drawn, "JPEG", quality=80)
    return drawn.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF says; left as it is where that cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture.copy()
