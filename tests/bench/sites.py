"""A tree of the project at work: its database filled, its server started as `make run` does."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from tests.bench.client import Client, constant_request, send, status_of

DEMO = {"DEMO_MODE": "1", "DEMO_DAY": "2020-09-15", "HTTPS": "0", "DEBUG": "0"}
IN_TREE = Path(__file__).with_name("in_tree.py")
OURS = Path(__file__).parents[2]
PATIENCE = 60


class Inside:
    """What runs in the tree with its own code (`in_tree`): told a verb, it answers."""

    def __init__(self, process):
        self.process = process

    def tell(self, *verb_and_arguments):
        self.process.stdin.write(json.dumps(verb_and_arguments) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.process.args[-1]} ended.")
        return json.loads(answer)


@dataclass(eq=False)
class Site:
    """A tree with a database of its own and a server."""

    is_ours: bool
    port: int
    server: int
    inside: Inside
    # By size, what addresses of the area name.
    places: dict[int, dict]
    _clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who, size):
        """A person of the area with `size` communes, signed in once."""
        username = f"{who}-{size}"
        if username not in self._clients:
            self._clients[username] = Client(self.port, username)
        return self._clients[username]

    def address(self, path, size):
        return path.format(**self.places[size])

    def write_in(self, size):
        """Something is written in the area: whatever was kept of it is stale."""
        self.inside.tell("write_in", self.places[size]["area"])


@contextmanager
def opened(tree, database, sizes):
    """The site of a tree on an empty database, by default an SQLite of its own."""
    with tempfile.TemporaryDirectory(prefix="nrm-bench-") as home:
        environment = os.environ | DEMO | {
            "SECRET_KEY": "only-for-the-bench",
            "STATIC_ROOT": f"{home}/static",
            "MEDIA_ROOT": f"{home}/files",
            "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings",
            "DATABASE_URL": database or f"sqlite:///{home}/nrm.sqlite3",
            "PYTHONPATH": str(tree),
        }  # fmt: skip
        run = {"cwd": tree, "env": environment}
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(collect, **run, check=True)
        with _inside(run) as inside:
            places = inside.tell("fill", sizes)
            with server(run) as (port, process):
                places = {size: places[str(size)] for size in sizes}
                yield Site(tree == OURS, port, process, inside, places)


@contextmanager
def _inside(run):
    # -P: modules are the tree's, not those that lie beside the script.
    command = [sys.executable, "-P", IN_TREE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **run, **pipes) as process:
        try:
            yield Inside(process)
        finally:
            process.terminate()


@contextmanager
def server(run):
    """gunicorn as `make run` starts it."""
    port = _free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [gunicorn, "nrm_tracker.wsgi", "--bind", f"127.0.0.1:{port}", "--preload",
               "--workers", "2", "--threads", "4", "--timeout", "60", "--no-control-socket",
               "--log-level", "warning"]  # fmt: skip
    with subprocess.Popen(command, **run) as process:
        try:
            _wait_for(process, port)
            yield port, process.pid
        finally:
            process.terminate()


def _free_port():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def _wait_for(server, port):
    health = constant_request(port)
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            if status_of(send(port, health)[0]) == 200:
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


@contextmanager
def checked_out(revision):
    """A commit of the project in a temporary folder."""
    git = [shutil.which("git") or "git", "-C", OURS, "worktree"]
    with tempfile.TemporaryDirectory(prefix="nrm-bench-tree-") as home:
        tree = Path(home, "tree")
        subprocess.run([*git, "add", "--quiet", "--detach", tree, revision], check=True)
        try:
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", tree], check=True)


@contextmanager
def second_database(url):
    """One more empty database beside that of `url`, for the tree that is compared with."""
    name = f"{urlsplit(url).path[1:]}_against"
    _execute(url, f'CREATE DATABASE "{name}"')
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _execute(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(url, statement):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()
