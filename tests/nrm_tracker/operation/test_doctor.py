"""`manage.py doctor`: each thing that can be wrong is said; where nothing is, that is said."""

import datetime as dt
import shutil
from collections import namedtuple
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import OperationalError
from django.test import override_settings

from criteria.models import append_only
from nrm_tracker import clock
from nrm_tracker.operation import machine_checks, programs
from tests.factories import make_user

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def office(tmp_path, monkeypatch, settings):
    """Settings as an office has them, where nothing is wrong."""
    for name in ("files", "backups", "static"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "static/staticfiles.json").touch()
    settings.SECRET_KEY = "k7Yp-2vQ9xLw_" * 5
    settings.DEMO_MODE, settings.HTTPS = False, True
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["nrm.example"], "https://nrm.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "nrm@nrm.example"
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "files", tmp_path / "static"
    settings.BACKUP_ROOT = tmp_path / "backups"
    make_backup(tmp_path / "backups", hours_ago=3)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 0, 10**12))
    monkeypatch.setattr(mail, "get_connection", lambda **kwargs: answering())
    return settings


class answering:
    """A mail server that is there."""

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass


class silent(answering):
    def __enter__(self):
        raise TimeoutError("timed out")


def make_backup(folder, *, hours_ago):
    moment = clock.now() - dt.timedelta(hours=hours_ago)
    (folder / f"nrm-{moment:%Y%m%d-%H%M%S}.tar").touch()


def problems(capsys):
    """What the command says, once it said that something is wrong."""
    with pytest.raises(CommandError) as error:
        call_command("doctor")
    assert error.value.returncode == 1
    said = capsys.readouterr().out.splitlines()
    assert str(error.value) == f"Có {len(said)} điểm chưa đúng."
    return said


def test_nothing_is_wrong(office, capsys):
    call_command("doctor")

    assert capsys.readouterr().out == "Kiểm tra cài đặt: không có điểm nào sai.\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY quá ngắn"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY quá ngắn"),
        ("DEMO_MODE", True, "DEMO_MODE"),
        ("DEBUG", True, "DEBUG"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS cho qua mọi tên"),
        ("SITE_URL", "https://other.example", "https://other.example"),
        ("SITE_URL", "http://nrm.example", "https://"),
        ("HTTPS", False, "HTTPS"),
        ("CSRF_TRUSTED_ORIGINS", ["http://nrm.example"], "CSRF_TRUSTED_ORIGINS"),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", "EMAIL_URL"),
        ("DEFAULT_FROM_EMAIL", "nrm-tracker@localhost", "DEFAULT_FROM_EMAIL"),
        ("BACKUP_KEY_FILE", "/nowhere/key", "/nowhere/key"),
    ],
)
def test_a_setting_that_is_wrong_is_named(office, capsys, name, value, said):
    with override_settings(**{name: value}):
        (problem,) = problems(capsys)

    assert said in problem


def test_an_office_that_only_this_machine_reaches(office, capsys):
    with override_settings(ALLOWED_HOSTS=["127.0.0.1", "localhost"]):
        found = problems(capsys)

    assert "chỉ có máy này" in found[0]


def test_a_mail_server_that_is_silent(office, capsys, monkeypatch):
    monkeypatch.setattr(mail, "get_connection", lambda **kwargs: silent())

    (problem,) = problems(capsys)

    assert "timed out" in problem


def test_a_first_password_that_stays_in_the_settings(office, capsys):
    office.ADMIN_PASSWORD = "mat-khau-ban-dau"
    call_command("doctor")
    capsys.readouterr()

    make_user()

    assert ["ADMIN_PASSWORD" in one for one in problems(capsys)] == [True]


def test_a_disk_that_is_full(office, capsys, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 5_000_000))

    assert all("5 MB" in problem for problem in problems(capsys))


def test_folders_that_all_may_read_or_none_may_write(office, capsys, monkeypatch):
    office.MEDIA_ROOT.chmod(0o755)
    monkeypatch.setattr(machine_checks.os, "access", lambda path, mode: path != office.BACKUP_ROOT)

    found = problems(capsys)

    assert len(found) == 2
    assert str(office.BACKUP_ROOT) in found[0]
    assert "chmod o-rwx" in found[1]
    assert str(office.MEDIA_ROOT) in found[1]


def test_static_files_that_are_not_collected(office, capsys):
    (office.STATIC_ROOT / "staticfiles.json").unlink()

    assert "collectstatic" in problems(capsys)[0]


@pytest.mark.parametrize(
    ("hours", "said"), [(27, "đã quá một ngày"), (None, "Chưa có bản sao lưu")]
)
def test_a_backup_that_is_old_or_missing(office, capsys, hours, said):
    for path in office.BACKUP_ROOT.iterdir():
        path.unlink()
    if hours:
        make_backup(office.BACKUP_ROOT, hours_ago=hours)

    (problem,) = problems(capsys)

    assert said in problem


def test_migrations_that_were_not_run(office, capsys):
    MigrationRecorder(connection).record_unapplied("criteria", "0002_guards")

    assert "migrate" in problems(capsys)[0]


def test_guards_that_are_missing(office, capsys):
    append_only.remove(connection, ("meetings_addendum",))

    (problem,) = problems(capsys)

    assert "meetings_addendum_no_update" in problem


def test_a_clock_that_was_set_back(office, capsys, monkeypatch):
    hour_ago = clock.machine_now() - dt.timedelta(hours=1)
    recorder = MigrationRecorder(connection)
    recorder.record_applied("nrm_tracker", "9999")
    monkeypatch.setattr(clock, "machine_now", lambda: hour_ago)

    assert f"{hour_ago:%d/%m/%Y %H:%M}" in problems(capsys)[-1]


def test_a_database_that_is_not_there(office, capsys, monkeypatch):
    def fail():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", fail)

    (problem,) = problems(capsys)

    assert "connection refused" in problem


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's programs")
def test_programs_that_are_missing_or_too_old(office, capsys, monkeypatch):
    def run(command, **kwargs):
        return SimpleNamespace(stdout="pg_dump (PostgreSQL) 9.6.1")

    monkeypatch.setattr("nrm_tracker.operation.database_checks.subprocess.run", run)
    old = problems(capsys)
    monkeypatch.setattr(programs.shutil, "which", lambda name, **kwargs: None)
    missing = problems(capsys)

    assert ["pg_dump" in old[0], "9" in old[0], "pg_restore" in old[1]] == [True] * 3
    assert "chưa cài chương trình pg_dump" in missing[0]
