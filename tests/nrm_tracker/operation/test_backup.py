"""The file of a backup, what is wrong with one, and which stay."""

import datetime as dt
import io
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from nrm_tracker.models import StoredFile
from nrm_tracker.operation import archive, backup, encryption
from nrm_tracker.operation.thinning import Keeping, staying
from tests.factories import attach_picture, make_enrolment

ABOUT = {
    "form": archive.FORM,
    "version": "1.2.3",
    "made_at": "2020-09-15T08:00:00+07:00",
    "vendor": "sqlite",
    "contents": {"migrations": [], "triggers": [], "rows": {}},
    "missing": [],
}
NIGHTS = [dt.datetime(2020, 9, 15, 1, tzinfo=dt.UTC) - dt.timedelta(days=n) for n in range(500)]


@pytest.fixture
def parts(tmp_path):
    """Two parts: a database and an upload."""
    for name in ("database", "upload"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    return [("database.dump", tmp_path / "database"), ("files/ab/ab.pdf", tmp_path / "upload")]


def written(parts):
    out = io.BytesIO()
    archive.write(out, parts, ABOUT)
    return out.getvalue()


def test_what_was_written_is_unpacked(parts, tmp_path):
    manifest = archive.unpack(io.BytesIO(written(parts)), tmp_path / "out")

    assert (tmp_path / "out/files/ab/ab.pdf").read_bytes() == b"upload" * 1000
    assert manifest["version"] == "1.2.3"
    assert manifest["parts"]["database.dump"]["size"] == 8000


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole.replace(b"uploadupload", b"uploadUpload", 1),
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-12_000],
        lambda whole: b"",
        lambda whole: b"no tar at all" * 1000,
    ],
    ids=["changed", "cut short", "without manifest", "empty", "something else"],
)
def test_what_was_spoilt_is_refused(parts, tmp_path, spoil):
    with pytest.raises(CommandError, match="hỏng"):
        archive.unpack(io.BytesIO(spoil(written(parts))), tmp_path / "out")


@pytest.mark.parametrize("name", ["/tmp/x", "files/../../x"])  # noqa: S108 it is not written
def test_nothing_is_unpacked_elsewhere(tmp_path, name):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        tar.addfile(tarfile.TarInfo(name))

    with pytest.raises(CommandError, match="hỏng"):
        archive.unpack(io.BytesIO(out.getvalue()), tmp_path / "out")


def test_what_is_encrypted_is_read_by_its_key(tmp_path):
    key, path = tmp_path / "key", tmp_path / "x.tar.enc"
    key.write_text("a key of many letters\n")

    with encryption.writing(path, key) as out:
        out.write(b"what is hidden")

    assert b"hidden" not in path.read_bytes()
    with encryption.reading(path, key) as source:
        assert source.read() == b"what is hidden"


def test_a_short_key_is_refused(tmp_path):
    key = tmp_path / "key"
    key.write_text("short\nsecond lines do not count\n")

    with pytest.raises(CommandError, match="20"), encryption.writing(tmp_path / "x.enc", key):
        pass


def test_of_many_nights_days_weeks_and_months_stay():
    stay = sorted(staying(NIGHTS, Keeping(daily=7, weekly=4, monthly=12)), reverse=True)

    assert [f"{moment:%d/%m/%Y}" for moment in stay] == [
        *("15/09/2020", "14/09/2020", "13/09/2020", "12/09/2020", "11/09/2020", "10/09/2020"),
        *("09/09/2020", "06/09/2020", "31/08/2020", "30/08/2020", "31/07/2020", "30/06/2020"),
        *("31/05/2020", "30/04/2020", "31/03/2020", "29/02/2020", "31/01/2020", "31/12/2019"),
        *("30/11/2019", "31/10/2019"),
    ]


@pytest.mark.parametrize(
    ("moments", "keeping", "count"),
    [([], Keeping(), 0), (NIGHTS, Keeping(0, 0, 0), 1), (NIGHTS[:3], Keeping(), 3)],
)
def test_the_newest_always_stays(moments, keeping, count):
    assert staying(moments, keeping) == set(sorted(moments, reverse=True)[:count])


def test_only_backups_are_taken_away(tmp_path):
    names = [f"nrm-202009{day}-010000.tar" for day in ("13", "14")] + [
        "nrm-20200915-010000.tar.enc"
    ]
    others = ["nrm-notes.txt", "other.tar", "nrm-20201399-010000.tar"]
    for name in [*names, *others]:
        (tmp_path / name).touch()

    gone = backup.thin(tmp_path, Keeping(daily=2, weekly=0, monthly=0))

    assert [path.name for path in gone] == names[:1]
    assert {path.name for path in tmp_path.iterdir()} == {*names[1:], *others}


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_gone_is_named_and_the_rest_backed_up(tmp_path):
    attach_picture(make_enrolment())
    gone = StoredFile.objects.get().content.name
    Path(settings.MEDIA_ROOT, gone).unlink()

    with pytest.raises(CommandError, match=gone):
        call_command("backup", str(tmp_path), stdout=io.StringIO())

    (made,) = backup.made_in(tmp_path)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [made.path.name]
    with made.path.open("rb") as source:
        assert archive.unpack(source, tmp_path / "out")["missing"] == [gone]


@pytest.mark.django_db(transaction=True)
def test_it_is_told_how_far_it_is(capsys, tmp_path):
    attach_picture(make_enrolment())

    call_command("backup", str(tmp_path))

    said = capsys.readouterr().out
    assert "Đang sao chép cơ sở dữ liệu…" in said
    assert "Tệp: 2/2" in said


@pytest.mark.parametrize("count", ["-1", "x"])
def test_no_backup_is_made_where_nothing_could_stay(tmp_path, count):
    with pytest.raises(CommandError):
        call_command("backup", str(tmp_path), f"--keep-daily={count}")

    assert [*tmp_path.iterdir()] == []
