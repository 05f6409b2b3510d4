"""A backup is made while people write, and put back elsewhere: all rows, files and triggers."""

import datetime as dt
import io
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import override_settings

from accounts.models import Device
from criteria.assessments import actions as assessment_actions
from criteria.models import Enrolment, Result
from nrm_tracker import clock, revision
from nrm_tracker.operation import contents
from tests import files
from tests.databases import fresh_database, manage, opened
from tests.factories import attach, attach_picture, cell, finding, make_enrolment, make_user
from tests.pages import written

pytestmark = pytest.mark.django_db(transaction=True)

APART = {*settings.BACKUP_WITHOUT, "nrm_tracker_revision"}


@pytest.fixture
def enrolment():
    enrolment = make_enrolment()
    attach_picture(enrolment)
    return enrolment


@pytest.fixture
def place(tmp_path):
    with fresh_database(tmp_path) as environment:
        yield environment


def back_up(folder, *options):
    call_command("backup", str(folder), *options, stdout=io.StringIO())
    (made,) = folder.glob("nrm-*")
    return made


def restore(place, path, *options):
    done = manage(place, "restore", str(path), *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def all_rows(ask):
    """Each table's rows as text, in an order of their own."""
    tables = contents.read(ask)["rows"].keys() - APART
    one = "*" if connection.vendor == "sqlite" else "t::text"
    return {table: sorted(map(repr, ask(f'SELECT {one} FROM "{table}" t'))) for table in tables}  # noqa: S608


@contextmanager
def asking(place=None):
    """Puts questions to a fresh database, or to that of the tests."""
    with opened(place) as found:
        cursor = found.cursor()

        def ask(question):
            cursor.execute(question)
            return cursor.fetchall()

        yield ask


def uploads(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def sign_in_somewhere():
    """Somebody's browser is signed in with a key."""
    now = clock.now()
    Session.objects.create(
        session_key="secret-of-a-session", expire_date=now + dt.timedelta(days=9)
    )
    Device.objects.create(
        user=make_user(),
        session_key="secret-of-a-session",
        name="Firefox",
        signed_in_at=now,
        last_seen_at=now,
    )


def test_all_rows_files_and_triggers_come_back(demo, place, tmp_path):
    attach_picture(Enrolment.objects.first())
    attach(Enrolment.objects.last(), files.pdf())
    with asking() as ask:
        before = all_rows(ask)
    guards = contents.triggers()

    said = restore(place, back_up(tmp_path / "backups"))

    with asking(place) as ask:
        assert all_rows(ask) == before
        assert contents.triggers(ask) == guards
        assert set(guards) >= contents.expected_triggers()
        named = contents.files(ask)
    assert len(named) == 3
    assert uploads(place["MEDIA_ROOT"]) == {
        name: Path(settings.MEDIA_ROOT, name).read_bytes() for name in named
    }
    assert said.endswith("0 khác biệt.\nĐã khôi phục. Mọi người phải đăng nhập lại.\n")


def test_what_is_copied_while_people_write_is_of_one_moment(enrolment, place, tmp_path):
    """Somebody adds a picture, an assessment and the standing that follows, again and again; what
    was copied meanwhile is encrypted, and agrees with itself where it is restored."""
    begun, done, failed = threading.Event(), threading.Event(), []
    user = make_user()
    key = tmp_path / "key"
    key.write_text("một câu dài làm khóa sao lưu\n")

    def write():
        try:
            for result in [Result.MET, Result.NOT_MET] * 500:
                if done.is_set():
                    break
                attach_picture(enrolment)
                assessment_actions.assess(cell(enrolment), finding(result, basis_text="x"), by=user)
                begun.set()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(60), failed
        made = back_up(tmp_path / "backups", "--key-file", str(key))
    finally:
        done.set()
        writer.join()

    assert failed == []
    assert b"manifest.json" not in made.read_bytes()
    said = restore(place, made, "--key-file", str(key))
    assert "0 khác biệt" in said
    with asking(place) as ask:
        named = contents.files(ask)
    assert uploads(place["MEDIA_ROOT"]).keys() == set(named)


def test_no_sign_in_is_backed_up_and_no_page_of_before_is_current(enrolment, place, tmp_path):
    sign_in_somewhere()
    before = written(enrolment.commune.area_id)
    made = back_up(tmp_path / "backups")

    restore(place, made)

    assert b"secret-of-a-session" not in made.read_bytes()
    everywhere = f"SELECT number FROM nrm_tracker_revision WHERE id = {revision.EVERYWHERE}"  # noqa: S608
    with asking(place) as ask:
        assert ask("SELECT COUNT(*) FROM django_session") == [(0,)]
        assert ask("SELECT COUNT(*) FROM accounts_device") == [(0,)]
        assert ask(everywhere)[0][0] > before + 10**6


@pytest.fixture
def nothing_there(monkeypatch, tmp_path):
    """As if the database were empty; for what is refused before it is written to."""
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        yield tmp_path / "media"


def refused(path, *options):
    with pytest.raises(CommandError) as error:
        call_command("restore", str(path), *options, stdout=io.StringIO())
    return str(error.value)


def test_a_database_that_is_not_empty_is_not_filled(tmp_path):
    assert "không trống" in refused(back_up(tmp_path / "backups"))


def test_a_folder_that_is_not_empty_is_not_filled(nothing_there, tmp_path):
    made = back_up(tmp_path / "backups")
    nothing_there.mkdir()
    (nothing_there / "stray").touch()

    assert str(nothing_there) in refused(made)
    assert [*uploads(nothing_there)] == ["stray"]


def test_only_who_has_the_key_restores(nothing_there, tmp_path):
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_text("một câu dài làm khóa sao lưu\n")
    other.write_text("một câu dài khác hẳn câu kia\n")
    made = back_up(tmp_path / "backups", "--key-file", str(key))

    assert "--key-file" in refused(made)
    assert "không đúng khóa" in refused(made, "--key-file", str(other))
    assert uploads(nothing_there) == {}


def test_a_backup_of_a_newer_version_is_refused(nothing_there, tmp_path):
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('criteria', '9999', %s)"
    with connection.cursor() as cursor:
        cursor.execute(newer, [clock.now()])
        try:
            made = back_up(tmp_path / "backups")
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999'")

    assert "phiên bản mới hơn" in refused(made)
    assert uploads(nothing_there) == {}


def test_a_backup_of_the_other_kind_of_database_is_refused(nothing_there, tmp_path, monkeypatch):
    made = back_up(tmp_path / "backups")
    monkeypatch.setattr(connection, "vendor", "other")

    assert "DATABASE_URL" in refused(made)
