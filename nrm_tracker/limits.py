"""How much of what people send is worked through at once, and why no more.

How many bytes a file and a request may have is set by `UPLOAD_LIMIT` and `REQUEST_LIMIT`.
"""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024

# Files that one form takes: a visit's photographs. Each is read and drawn while the sender waits.
MOST_FILES = 20
# Points of a picture. A JPEG and a HEIC are a camera's, and the largest have 50 million; a JPEG is
# made small while it is read. Of the others all points are held at once, and they are scans or what
# a screen shows: an A3 page at 300 dots an inch has 17 million.
CAMERA_POINTS = 50_000_000
DRAWN_POINTS = 25_000_000
# Of an Office file that is kept unread: how many bytes its list of parts may have, and how often
# more its parts than the largest upload. They are only counted, a piece at a time.
ZIP_LIST = MEGABYTE
ZIP_RATIO = 10
# How long somebody waits for a turn: shorter than proxies and people do.
PATIENCE = 10.0


@dataclass(frozen=True)
class Workbook:
    """What a workbook that is read may hold. An element is a cell, its value, a text, a style."""

    packed: int
    unpacked: int
    elements: int
    rows: int
    columns: int


# A commune's sheet has 4,300 elements in 73 kB; some programs write out every blank cell too.
SHEET = Workbook(5 * MEGABYTE, 8 * MEGABYTE, 100_000, rows=1000, columns=20)
# The largest table of reference data has a row for each commune of the country: 3,321.
IMPORT = Workbook(10 * MEGABYTE, 32 * MEGABYTE, 400_000, rows=5000, columns=40)
# What an office keeps in Excel: twenty results of 300 communes, one a row, are 6,000 rows. Excel
# writes out each blank cell that has a border or a colour; those are passed over, not counted.
TABLE = Workbook(10 * MEGABYTE, 192 * MEGABYTE, 800_000, rows=20_000, columns=200)
# A file of Microsoft Project: 300 tasks are 20,000 elements; work told by the day is passed over.
PROJECT_FILE = Workbook(20 * MEGABYTE, 20 * MEGABYTE, 1_000_000, rows=0, columns=0)


@dataclass(frozen=True)
class WorkLimits:
    """What one piece of heavy work may take: memory, a processor's seconds, and seconds in all.

    The last is for a machine that is busy otherwise; then the work is slow through no fault of its.
    """

    memory: int
    cpu: int
    seconds: int


# 50 million points as HEIC: 200 MB of colours beside what the decoder holds.
PICTURE = WorkLimits(memory=512 * MEGABYTE, cpu=10, seconds=30)
# The largest table that is taken needs 3 seconds and 100 MB.
READING = WorkLimits(memory=256 * MEGABYTE, cpu=10, seconds=30)
# The longest minutes take 3 seconds.
PAPER = WorkLimits(memory=256 * MEGABYTE, cpu=15, seconds=30)
