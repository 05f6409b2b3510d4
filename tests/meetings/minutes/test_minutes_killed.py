"""What the page said was saved is there after the server was killed in the middle of typing."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tests.bench import sites
from tests.bench.client import Client, hidden, send, status_of
from tests.bench.in_tree import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
# A coordinator, and a session whose minutes they write.
SEED = f"""
from accounts.models import Role
from tests.factories import make_commune, make_session, make_user
session = make_session(communes=[make_commune()])
user = make_user(username="thu-ky", role=Role.COORDINATOR, area=session.area)
user.set_password("{PASSWORD}")
user.save()
print("session", session.pk)
"""
# After so many saves the server is killed while the next are on their way.
ENOUGH = 10
READ = """
import json
from meetings.models import Entry
print("entries", json.dumps({str(e.client_id): e.text for e in Entry.objects.all()}))
"""


@pytest.fixture
def environment(tmp_path):
    """Settings of a server of its own, on a database of its own beside the test's."""
    if connection.vendor == "sqlite":
        url = f"sqlite:///{tmp_path}/killed.sqlite3"
    else:
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE killed")
        mine = connection.settings_dict
        host = mine["OPTIONS"].get("host") or mine["HOST"]
        url = f"postgresql://{mine['USER']}@/killed?host={host}"
    yield os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings",
        "SECRET_KEY": "only-for-this-test",
        "DEMO_MODE": "1",
        "DEBUG": "1",
        "HTTPS": "0",
    }
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE killed WITH (FORCE)")


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603 our own command
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def said(output, name):
    return re.search(rf"^{name} (.+)$", output, re.MULTILINE)[1]


def kill(server):
    """The server and its workers, without notice."""
    children = Path(f"/proc/{server}/task/{server}/children")
    pids = [server, *map(int, children.read_text().split())] if children.exists() else []
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def test_killing_the_server_loses_nothing_that_it_said_was_saved(environment):
    manage(environment, "migrate", "--verbosity", "0")
    session = said(manage(environment, "shell", "-c", SEED), "session")
    with sites.server({"env": environment}) as (port, server):
        client = Client(port, "thu-ky")
        address = f"/sessions/{session}/minutes/"
        token = hidden(client.fetch(address), "csrfmiddlewaretoken")
        confirmed = {}
        killer = threading.Timer(0.05, kill, (server,))
        for number in range(2000):
            key, text = str(uuid4()), f"Mục thứ {number}"
            typed = {"csrfmiddlewaretoken": token, "client_id": key, "version": 0}
            typed |= {"kind": "opinion", "text": text}
            request = client.post(f"{address}save/", typed, "application/json")
            try:
                answer, _ = send(port, request)
                if status_of(answer) != 200:
                    break
            except (OSError, ValueError):
                break
            confirmed[key] = text
            if number == ENOUGH:
                killer.start()
        killer.join()

    kept = json.loads(said(manage(environment, "shell", "-c", READ), "entries"))
    assert len(confirmed) > ENOUGH
    assert {key: kept.get(key) for key in confirmed} == confirmed
