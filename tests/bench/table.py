"""The table: what each page costs cold and kept, and whether that is within its budget."""

import statistics
import sys

from tests.bench.pages import FIRST_VISIT, QUERIES

# The columns and their widths: of the page, and twice what it costs, cold and kept.
PAGE = [("communes", 8), ("page", -46), ("queries", 7), ("sent", 6)]
COST = [("ms", 8), ("ratio", 6), ("≤", 4), ("work", 6)]
# The other commit's ratio, and ours as a share of it; as a share of its work, ours.
OTHER = [("then", 6), ("share", 5), ("of work", 7)]


def print_head(sites):
    cost = _costs(sites)
    width = sum(width for _title, width in cost) + len(cost) - 1
    before = sum(abs(width) for _title, width in PAGE) + len(PAGE)
    say(f"{'':{before}}{' cold ':-^{width}} {' kept ':-^{width}}")
    say(_line([title for title, _width in [*PAGE, *cost, *cost]], sites))


def print_rows(rows, sites):
    for row in rows:
        ours, *others = [row.figures.get(site) for site in sites]
        cells = [row.size, row.name, ours.queries or "", ours.sent or ""]
        for cost, limit in ((cold, row.budget.cold), (kept, row.budget.kept)):
            wait, ratio, work = cost(ours)
            cells += [_shown(wait and wait * 1000), _shown(ratio), limit or "", _shown(work)]
            for other in others:
                cells += _compared(ratio, work, cost(other) if other else NOTHING)
        say(f"{_line(cells, sites)} {verdict(row, ours)}")


def print_sums(rows, sites):
    """Pages that ask the more, the more communes there are, and how many rows cost too much."""
    counts = {}
    for row in rows:
        counts.setdefault(row.name, {})[row.size] = row.figures[sites[0]].queries
    for name, by_size in counts.items():
        if len(set(by_size.values())) > 1:
            said = ", ".join(f"{count} for {size}" for size, count in by_size.items())
            say(f"OVER {name}: not the same number of queries: {said}")
    over = [row for row in rows if verdict(row, row.figures[sites[0]]) != "ok"]
    say(f"over their budget: {len(over)} of {len(rows)} rows")


def print_first_visit(sent):
    judged = "ok" if sent <= FIRST_VISIT else "OVER"
    say(f"first visit: {sent} bytes sent, {judged} ≤ {FIRST_VISIT}")


def verdict(row, figures):
    """What of the row is over its budget."""
    budget = row.budget
    limits = [
        ("cold", cold(figures)[1], budget.cold),
        ("kept", kept(figures)[1], budget.kept),
        ("sent", figures.sent, budget.sent),
        ("queries", figures.queries, QUERIES),
    ]
    over = [name for name, value, most in limits if most and value and value > most]
    return f"OVER {', '.join(over)}" if over else "ok"


# What a page costs: seconds to wait, the ratio that is judged, the ratio of work

NOTHING = (None, None, None)


def cold(figures):
    """The median answer after a write, to the median constant one."""
    if not figures.cold:
        return NOTHING
    wait, constant = (_median(figures.cold, name) for name in ("took", "constant"))
    return wait, wait / constant, _work(figures.cold)


def kept(figures):
    """Of requests a second: the median of what each turn says."""
    if not figures.kept:
        return NOTHING
    ratio = statistics.median(turn.took / turn.constant for turn in figures.kept)
    return statistics.median(figures.waits), ratio, _work(figures.kept)


def _work(turns):
    constant = _median(turns, "constant_work")
    return _median(turns, "work") / constant if constant else None


def _median(turns, name):
    return statistics.median(getattr(turn, name) for turn in turns)


def _compared(ratio, work, theirs):
    _wait, their_ratio, their_work = theirs
    shares = [_share(ratio, their_ratio), _share(work, their_work)]
    return [_shown(their_ratio), *shares]


def _share(ours, theirs):
    return f"{ours / theirs:.2f}" if ours and theirs else ""


def _shown(value):
    return f"{value:.1f}" if value else ""


def _costs(sites):
    return COST + OTHER * (len(sites) - 1)


def _line(cells, sites):
    cost = _costs(sites)
    told = [
        f"{cell:>{width}}" if width > 0 else f"{cell:<{-width}}"
        for cell, (_title, width) in zip(cells, [*PAGE, *cost, *cost], strict=True)
    ]
    return " ".join(told)


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
