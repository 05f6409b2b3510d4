"""How fast the pages are, as ratios to a constant page: `python -m tests.bench`.

On SQLite and on PostgreSQL: areas of 20, 300 and 3,000 communes with years of history, the real
server, people signed in over HTTP. Every page is measured in turns with `/healthz`, which goes
through the same middleware, and compared with its neighbour in time only: the machine may be busy.

"Cold" is the first answer after a write, when nothing that was kept of the area holds any more: a
ratio of times, as for what is saved. "Kept" is of a page that is asked for again and again: a
ratio of requests a second. Both are judged. "Work" compares the processor time of the server's
workers, which a busy machine disturbs less.

BENCH_ONLY     sqlite or postgresql takes one
BENCH_SIZES    the areas: 20,300
BENCH_SECONDS  how long each page that is kept is asked for (1)
BENCH_AGAINST  a commit to measure beside: each page in turn with ours, on a database that its own
               code fills. "Then" is its ratio, "share" ours by its, below 1 where we are faster
"""

import os
import re
import signal
import sys
from contextlib import ExitStack

from tests.bench import table
from tests.bench.client import body_of, send
from tests.bench.measuring import measure_pages
from tests.bench.saves import SAVES, measure_save
from tests.bench.sites import OURS, checked_out, opened, second_database
from tests.postgres import postgres

ONLY = os.environ.get("BENCH_ONLY", "")
SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "20,300,3000").split(",")]
SECONDS = float(os.environ.get("BENCH_SECONDS", "1"))
AGAINST = os.environ.get("BENCH_AGAINST", "")
# The area in which things are saved.
USUAL = 300


def main():
    # Being told to stop ends the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        trees = [OURS]
        if AGAINST:
            trees.append(stack.enter_context(checked_out(AGAINST)))
        if ONLY != "postgresql":
            table.say("== SQLite ==")
            bench("sqlite", trees, [""] * len(trees))
        if ONLY != "sqlite":
            server = stack.enter_context(postgres())
            table.say(f"== PostgreSQL {server.version} ==")
            urls = [server.url]
            if AGAINST:
                urls.append(stack.enter_context(second_database(server.url)))
            bench("postgresql", trees, urls)


def bench(engine, trees, databases):
    """Measure our tree, and the one that it is compared with, on databases of one engine."""
    with ExitStack() as stack:
        sites = [
            stack.enter_context(opened(tree, database, SIZES))
            for tree, database in zip(trees, databases, strict=True)
        ]
        rows = []
        table.print_head(sites)
        for size in SIZES:
            measured = measure_pages(sites, size, SECONDS)
            table.print_rows(measured, sites)
            rows += measured
        usual = USUAL if USUAL in SIZES else SIZES[0]
        saves = [measure_save(save, sites, usual, engine) for save in SAVES]
        table.print_rows(saves, sites)
        table.print_sums(rows + saves, sites)
        table.print_first_visit(first_visit(sites[0], usual))


def first_visit(site, size):
    """The bytes of `/` and of every style sheet, script and icon that it names."""
    client = site.client("lanhdao", size)
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.fetch("/")))
    requests = [client.request(path, packing="gzip, br") for path in ["/", *sorted(named)]]
    return sum(len(body_of(send(site.port, request)[0])) for request in requests)


if __name__ == "__main__":
    main()
