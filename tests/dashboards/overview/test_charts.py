"""The line chart's frame."""

import datetime as dt
from types import SimpleNamespace

from dashboards.overview.charts import ChartLine, LineChart, Point

DAY = dt.date(2020, 9, 15)


def width(*names):
    end = Point(34, 16, DAY, 3)
    rows = [SimpleNamespace(name=name) for name in names]
    lines = [ChartLine(row, [end], end, None, 20, is_second=False) for row in rows]
    return LineChart(lines, DAY, DAY, DAY, 34, 20, []).width


def test_a_long_name_beside_the_lines_has_room():
    assert width("Kỳ Lạc", "Lâm Hợp") == 342
    assert width("Kỳ Lạc") == 340
    assert width("Kỳ Lạc", "Mẫu Khánh") == 362
