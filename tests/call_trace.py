"""How far the code of a page lies apart: `python -m tests.call_trace [address …]`, `/` by default.

Fills a database in memory with the demo, signs in as `lanhdao`, draws the page once to warm up,
clears the caches and follows the calls of one more GET. Counted are

- the project's own files whose functions are called. Templates do not count;
- the changes of file: how often a function is called in another file of the project than the
  function called before it. Django and other libraries in between are passed over; a return is
  no change; a generator or a comprehension is called like a function, each time it goes on.

Counted like that on the very first GET of a process, `/` once crossed 28 files with 749 changes;
warmed up, which reads the formats of dates no more, the same code crosses 25 with 744. Only
numbers of one Python version compare: from 3.12 on, comprehensions are no calls.
"""

import io
import itertools
import os
import sys
from collections import Counter
from pathlib import Path

PAIRS = 10


def main(addresses: list[str]) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": "sqlite://:memory:"}
    import django

    django.setup()
    client = signed_in()
    for address in addresses:
        report(address, calls_of(client, address))


def signed_in():
    """A client on the demo, signed in as its leader."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    call_command("load_demo", stdout=io.StringIO())
    client = Client(SERVER_NAME="127.0.0.1")
    leader = get_user_model().objects.get(username="lanhdao")
    client.force_login(leader, settings.AUTHENTICATION_BACKENDS[-1])
    return client


def calls_of(client, address: str) -> list[str]:
    """The project's file of each function that one GET calls, in order."""
    from django.apps import apps
    from django.conf import settings
    from django.core.cache import caches

    home = settings.BASE_DIR
    rooms = [app.path for app in apps.get_app_configs() if Path(app.path).parent == home]
    folders = tuple(f"{room}{os.sep}" for room in rooms)
    files = []

    def note(frame, event, _argument):
        if event == "call" and frame.f_code.co_filename.startswith(folders):
            files.append(frame.f_code.co_filename)

    client.get(address)
    for name in settings.CACHES:
        caches[name].clear()
    sys.setprofile(note)
    try:
        response = client.get(address)
    finally:
        sys.setprofile(None)
    if response.status_code != 200:
        sys.exit(f"{address}: {response.status_code}")
    return [str(Path(file).relative_to(home)) for file in files]


def report(address: str, files: list[str]) -> None:
    steps = [pair for pair in itertools.pairwise(files) if pair[0] != pair[1]]
    say(f"{address}: {len(set(files))} files, {len(steps)} changes of file")
    between = Counter(tuple(sorted(step)) for step in steps)
    for (one, other), count in between.most_common(PAIRS):
        say(f"{count:>6}  {one} – {other}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["/"])
