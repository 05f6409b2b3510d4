"""Their part, run where MPXJ and longpath are installed: none of our code is there.

What is known to differ, and passed over:
- a step of no days that waits in days is reached on the evening of a working day with us, on the
  morning with MPXJ: its float is a day less;
- longpath takes a wait in days as one in working hours, 7 days as 21: of plans with such waits
  nothing is asked of it.
"""

import json
import re
import statistics
import sys
import time
from pathlib import Path

import jpype
import mpxj  # noqa: F401 it brings the jars
from longpath import cpm, mspdi

# So often work is done first, until Java has compiled it.
RUNS, WARM = 60, 300
DAY = 480


def main(folder):
    jpype.startJVM()
    different = 0
    for file in sorted(folder.glob("*.xml")):
        ours = json.loads(file.with_suffix(".json").read_text())
        say(f"\n{file.stem}: {len(ours['steps'])} steps, finish {ours['finish']}")
        different += told("MPXJ 16.10", ours, *by_mpxj(file))
        if "<LagFormat>8</LagFormat>" not in waits(file):
            different += told("longpath 0.1.0", ours, *by_longpath(file))
    return min(different, 1)


def say(line):
    sys.stdout.write(f"{line}\n")


def waits(file):
    """The file with those links alone that wait."""
    return re.sub("<LinkLag>0</LinkLag><LagFormat>[0-9]+</LagFormat>", "", file.read_text())


def told(name, ours, theirs, taken):
    say(f"  {name}: {taken:.2f} ms, ours {ours['ms']:.2f} ms, ratio {taken / ours['ms']:.1f}")
    different = 0
    for key, our in ours["steps"].items():
        their = theirs[key]
        fields = [f for f in ("start", "finish", "float") if their[f] != our[f]]
        if fields == ["float"] and not our["days"] and their["float"] - our["float"] == 1:
            say(f"    step {key}, of no days: float {our['float']} / {their['float']}")
        elif fields:
            different += 1
            said = ", ".join(f"{f} {our[f]} / {their[f]}" for f in fields)
            say(f"    step {key}: {said}")
    say(f"    {len(ours['steps']) - different} of {len(ours['steps'])} steps alike")
    return different


def timed(work, warm):
    """The middle of many warm runs, in milliseconds of the processor: the machine may be busy."""
    for _run in range(warm):
        work()
    taken = []
    for _run in range(RUNS):
        begun = time.thread_time()
        work()
        taken.append(1000 * (time.thread_time() - begun))
    return statistics.median(taken)


def by_mpxj(file):
    from java.io import File
    from org.mpxj import TimeUnit
    from org.mpxj.cpm import MicrosoftScheduler
    from org.mpxj.mspdi import MSPDIReader

    project = MSPDIReader().read(File(str(file)))
    start = project.getProjectProperties().getStartDate()
    taken = timed(lambda: MicrosoftScheduler().schedule(project, start), WARM)
    found = {}
    for task in project.getTasks():
        slack = task.getTotalSlack()
        if slack is not None:
            slack = slack.convertUnits(TimeUnit.MINUTES, project.getProjectProperties())
        found[str(task.getUniqueID())] = {
            "start": str(task.getStart())[:10],
            "finish": str(task.getFinish())[:10],
            "float": None if slack is None else round(slack.getDuration() / DAY, 2),
        }
    return found, taken


def by_longpath(file):
    read = mspdi.load(str(file))
    (project,) = read.projects.values() if isinstance(read.projects, dict) else read.projects
    options = cpm.CpmOptions.for_project(project, "mspdi")
    taken = timed(lambda: cpm.run(project, read.calendars, options), 5)
    result = cpm.run(project, read.calendars, options)
    found = {}
    for key in result.es:
        hours = result.tf_h.get(key)
        calendar, is_milestone = result.cal[key], result.es[key] == result.ef[key]
        begun = calendar.to_finish if is_milestone else calendar.to_start
        found[key] = {
            "start": str(result.dt(begun(result.es[key])))[:10],
            "finish": str(result.dt(calendar.to_finish(result.ef[key])))[:10],
            "float": None if hours is None else round(hours * 60 / DAY, 2),
        }
    return found, taken


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
