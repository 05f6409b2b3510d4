"""What the two communes asked for, were promised, got and spent: illustrative, and marked so."""

import datetime as dt
from decimal import Decimal

from accounts.models import User
from criteria.models import Criterion, Enrolment
from nrm_tracker import clock
from plans.models import Contribution
from plans.resources import actions
from plans.resources.actions import GivenContribution

RECORDED_ON = dt.date(2020, 9, 14)

# day | stage | source | kind | amount | worth | criterion | what for
KY_LAC = """
2020-09-08|asked|province|money|1240||2|Bê tông hóa đường trục thôn
2020-09-08|asked|district|money|640||2|Bê tông hóa đường trục thôn
2020-09-08|promised|district|money|420||2|Bê tông hóa đường trục thôn
2020-09-10|allotted|central|money|1900||2|Bê tông hóa đường trục thôn
2020-09-10|allotted|district|money|300||6|Nhà văn hóa, sân thể thao thôn
2020-09-12|spent|commune|money|45||2|Giải phóng hành lang
2020-09-12|spent|people|labour|186|37,2|2|Ngày công giải phóng hành lang
2020-09-12|spent|people|land|2450||2|Hiến đất mở đường trục thôn
2020-09-12|spent|people|money|62||20|Chỉnh trang vườn hộ
2020-09-13|promised|enterprises|goods|80||2|Xi măng
2020-09-13|allotted|credit|money|150||17|Vay làm công trình nước sạch, vệ sinh
"""
LAM_HOP = """
2020-09-08|asked|province|money|500||2|Bê tông hóa đường trục xã
2020-09-10|allotted|central|money|900||2|Bê tông hóa đường trục xã
2020-09-12|spent|people|labour|240|48|20|Ngày công chỉnh trang khu dân cư
2020-09-12|spent|people|land|1120||2|Hiến đất mở đường
2020-09-13|spent|other|money|35||20|Con em xa quê đóng góp
"""
ROWS = {"ky-lac": (KY_LAC, "kylac"), "lam-hop": (LAM_HOP, "lamhop")}
# commune | item | criterion | value | paid
DEBTS = {
    "ky-lac": (
        "Nâng cấp đường trục xã năm 2018",
        2,
        1850,
        1420,
        "Trả trong năm 2020, ngân sách xã",
    ),
    "lam-hop": ("Nhà văn hóa thôn năm 2019", 6, 640, 640, ""),
}


def write(run: Enrolment) -> int:
    """What a commune recorded, if there is nothing yet; how many rows."""
    commune = run.commune
    if Contribution.objects.filter(commune=commune).exists():
        return 0
    table, username = ROWS[commune.slug]
    by = User.objects.get(username=username)
    criteria = {one.number: one for one in Criterion.objects.filter(criteria_set=run.criteria_set)}
    lines = table.strip().splitlines()
    with clock.standing_at(clock.at(RECORDED_ON, 9)):
        for line in lines:
            actions.record(commune, _given(line, criteria), by=by, is_illustrative=True)
        name, number, value, paid, settled_by = DEBTS[commune.slug]
        actions.state_debt(
            commune,
            name,
            criterion=criteria[number],
            stated_on=RECORDED_ON,
            value=Decimal(value),
            paid=Decimal(paid),
            settled_by=settled_by,
            by=by,
            is_illustrative=True,
        )
    return len(lines)


def _given(line: str, criteria: dict[int, Criterion]) -> GivenContribution:
    day, stage, source, kind, amount, worth, number, purpose = line.split("|")
    return GivenContribution(
        given_on=dt.date.fromisoformat(day),
        stage=stage,
        source=source,
        kind=kind,
        amount=Decimal(amount.replace(",", ".")),
        worth=Decimal(worth.replace(",", ".")) if worth else None,
        criterion=criteria[int(number)],
        purpose=purpose,
    )
