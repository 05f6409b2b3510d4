#!/bin/sh
# longpath 0.1.0 reads a wait of elapsed days from a file of Microsoft Project (MSPDI, LagFormat 8) as
# one of working hours: what waits 7 days after Wednesday 16/09/2020 begins 21 working days later, on
# 16/10, and not on 24/09. MPXJ 16.10.0 reads the same file right. Nothing warns: no plan with waits in
# days can be judged by longpath.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check longpath==0.1.0 mpxj==16.10.0 \
    jpype1==1.7.1 2>/dev/null
cat > "$folder/plan.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
<StartDate>2020-09-16T08:00:00</StartDate><CalendarUID>1</CalendarUID><MinutesPerDay>480</MinutesPerDay>
<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><WeekDays>
<WeekDay><DayType>1</DayType><DayWorking>0</DayWorking></WeekDay>
<WeekDay><DayType>7</DayType><DayWorking>0</DayWorking></WeekDay>
WORKED
</WeekDays></Calendar></Calendars>
<Tasks><Task><UID>1</UID><ID>1</ID><Name>First</Name><Duration>PT8H0M0S</Duration>
<ActualDuration>PT0H0M0S</ActualDuration><RemainingDuration>PT8H0M0S</RemainingDuration></Task>
<Task><UID>2</UID><ID>2</ID><Name>Second</Name><Duration>PT8H0M0S</Duration>
<ActualDuration>PT0H0M0S</ActualDuration><RemainingDuration>PT8H0M0S</RemainingDuration>
<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type><LinkLag>100800</LinkLag>
<LagFormat>8</LagFormat></PredecessorLink></Task></Tasks></Project>
XML
"$folder/venv/bin/python" - "$folder/plan.xml" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import jpype
import mpxj  # brings the jars

path = Path(sys.argv[1])
times = "".join(
    f"<WorkingTime><FromTime>{a}:00:00</FromTime><ToTime>{b}:00:00</ToTime></WorkingTime>"
    for a, b in (("08", "12"), ("13", "17"))
)
day = "<WeekDay><DayType>{}</DayType><DayWorking>1</DayWorking><WorkingTimes>{}</WorkingTimes></WeekDay>"
path.write_text(
    path.read_text().replace("WORKED", "".join(day.format(n, times) for n in range(2, 7)))
)

from longpath import cpm, mspdi

read = mspdi.load(str(path))
(project,) = read.projects.values() if isinstance(read.projects, dict) else read.projects
result = cpm.run(project, read.calendars, cpm.CpmOptions.for_project(project, "mspdi"))
by_longpath = str(result.dt(result.cal["2"].to_start(result.es["2"])))[:10]

jpype.startJVM()
from java.io import File
from org.mpxj.cpm import MicrosoftScheduler
from org.mpxj.mspdi import MSPDIReader

file = MSPDIReader().read(File(str(path)))
MicrosoftScheduler().schedule(file, file.getProjectProperties().getStartDate())
by_mpxj = [str(task.getStart())[:10] for task in file.getTasks() if str(task.getName()) == "Second"][0]
print("longpath", version("longpath"), "begins the second on", by_longpath)
print("mpxj", version("mpxj"), "begins it on", by_mpxj)
print("longpath's warnings:", project.warnings + read.warnings)
assert by_mpxj == "2020-09-24", "MPXJ reads it otherwise"
assert by_longpath == "2020-10-16", "longpath reads it otherwise"
assert not project.warnings + read.warnings, "it warns"
PYTHON
