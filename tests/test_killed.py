"""What a page said was saved is there after the server was killed while people were writing.

The suite kills once; `KILLS=30` kills as often, each time under new writes to the same database.
"""

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.bench import sites
from tests.bench.client import Client, hidden, send, status_of
from tests.bench.in_tree import PASSWORD
from tests.databases import fresh_database

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("KILLS", "1"))
# A coordinator who writes the minutes of a session, and a leader who assesses its commune.
SEED = f"""
from accounts.models import Role
from tests.factories import make_enrolment, make_session, make_user
session = make_session(communes=[make_enrolment().commune])
for name, role in (("thu-ky", Role.COORDINATOR), ("lanh-dao", Role.LEADER)):
    user = make_user(username=name, role=role, area=session.area)
    user.set_password("{PASSWORD}")
    user.save()
print("session", session.pk)
"""
# After so many saves of each writer the server is killed while the next are on their way.
ENOUGH = 10
PATIENCE = 120
READ = """
import json
from criteria.models import Assessment, CriterionStatus
from meetings.models import Entry
found = {str(entry.client_id): entry.text for entry in Entry.objects.all()}
found |= dict(Assessment.objects.values_list("reason", "result"))
print("kept", json.dumps(found))
counted = {s.pk: [s.version, s.assessments.count()] for s in CriterionStatus.objects.all()}
print("counted", json.dumps(counted))
"""


@pytest.fixture
def environment(tmp_path):
    """Settings of a server of its own, on a database of its own beside the test's."""
    with fresh_database(tmp_path, content="migrated") as of_database:
        yield os.environ | of_database | {
            "SECRET_KEY": "only-for-this-test",
            "DEMO_MODE": "1",
            "DEBUG": "1",
            "HTTPS": "0",
        }  # fmt: skip


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


class Writer(threading.Thread):
    """Writes one thing after another until the server answers no more; keeps what was confirmed."""

    username, confirmed_by = "", 0

    def __init__(self, port, session):
        super().__init__()
        self.port, self.session = port, session
        self.client = Client(port, self.username)
        self.confirmed = {}

    def run(self):
        for number in itertools.count():
            key, text, request = self.next(number)
            try:
                answer, _took = send(self.port, request)
                status = status_of(answer)
            except (OSError, ValueError):
                return
            assert status == self.confirmed_by, answer[:2000]
            self.confirmed[key] = text

    def next(self, number):
        """What is to be kept, its key, and the request that sends it."""
        raise NotImplementedError


class Secretary(Writer):
    username, confirmed_by = "thu-ky", 200

    def __init__(self, port, session):
        super().__init__(port, session)
        page = self.client.fetch(f"/sessions/{session}/minutes/")
        self.token = hidden(page, "csrfmiddlewaretoken")

    def next(self, number):
        key, text = str(uuid4()), f"Mục thứ {number}"
        typed = {"csrfmiddlewaretoken": self.token, "client_id": key, "version": 0}
        typed |= {"kind": "opinion", "text": text}
        address = f"/sessions/{self.session}/minutes/save/"
        return key, text, self.client.post(address, typed, "application/json")


class Assessor(Writer):
    """Assesses each criterion in turn, for which the figures of the commune are rebuilt."""

    username, confirmed_by = "lanh-dao", 302
    address = "/communes/ky-lac/criteria/{}/assess/"

    def __init__(self, port, session):
        super().__init__(port, session)
        pages = [self.client.fetch(self.address.format(number)) for number in (1, 2, 3)]
        self.token = hidden(pages[0], "csrfmiddlewaretoken")
        self.versions = [int(hidden(page, "version")) for page in pages]

    def next(self, number):
        place, result = number % 3, ("met", "nearly", "not_met")[number // 3 % 3]
        key = str(uuid4())
        typed = {"csrfmiddlewaretoken": self.token, "version": self.versions[place]}
        typed |= {"result": result, "reason": key, "assessed_on": "08/09/2020"}
        typed |= {"basis": "verification", "no_evidence_reason": "Hồ sơ lưu tại xã"}
        self.versions[place] += 1
        return key, result, self.client.post(self.address.format(place + 1), typed, "text/html")


def write_until_killed(environment, session, delay):
    """What was confirmed to two who write at once, until the server is killed under them."""
    with sites.server({"env": environment}) as (port, server):
        writers = [kind(port, session) for kind in (Secretary, Assessor)]
        for writer in writers:
            writer.start()
        until = time.monotonic() + PATIENCE
        while min(len(writer.confirmed) for writer in writers) < ENOUGH:
            assert all(writer.is_alive() for writer in writers)
            assert time.monotonic() < until
            time.sleep(0.01)
        time.sleep(delay)
        kill(server)
        for writer in writers:
            writer.join()
    return {key: text for writer in writers for key, text in writer.confirmed.items()}


def test_killing_the_server_loses_nothing_that_it_said_was_saved(environment):
    session = said(manage(environment, "shell", "-c", SEED), "session")
    confirmed = {}
    for number in range(KILLS):
        confirmed |= write_until_killed(environment, session, number % 10 / 100)

    shown = manage(environment, "shell", "-c", READ)
    kept = json.loads(said(shown, "kept"))
    assert {key: kept.get(key) for key in confirmed} == confirmed
    # Nothing is half there: each row was counted, and what is stored is what history says.
    assert all(version == count for version, count in json.loads(said(shown, "counted")).values())
    manage(environment, "check_progress")
    sys.stdout.write(
        f"\n{KILLS} kills: {len(confirmed)} confirmed writes kept, {len(kept)} in all.\n"
    )
