"""The plans of the two communes, as of the weeks after the session: illustrative, and marked so.

The article names the criteria and asks for such plans; what the steps are, how long they take and
how far they came is made up. Whoever does them is named by the office held, never by a name.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from accounts.models import User
from criteria.models import Enrolment
from nrm_tracker import clock
from plans.approval import actions as approval
from plans.drafting import actions as drafting
from plans.drafting import queries, rows
from plans.drafting.rows import StepRow, TypedRow
from plans.models import Activity, Plan
from plans.progress import actions as progress
from plans.progress.actions import StepProgress

APPROVED_ON = dt.date(2020, 9, 11)
REPORTED_ON = dt.date(2020, 9, 15)

# No. | step | indicator | place | unit | quantity | not before | days | needs | who | agency |
# costs by source: central, province, district, commune, people, enterprises
KY_LAC = """
1|Bổ sung quy định quản lý quy hoạch chung|1.2|Toàn xã|văn bản|1||13||Công chức địa chính|Phòng KT-HT|,,20,10
2|Lập, thẩm định dự toán đường trục thôn|2.2|Lạc Thắng, Lạc Sơn|hồ sơ|1||8||Phó Chủ tịch UBND|Phòng TC-KH|,,35
3|Vận động hiến đất, giải phóng hành lang|2.2|Lạc Thắng, Lạc Sơn|hộ|38||14||Chủ tịch Mặt trận Tổ quốc|UBMTTQ|,,,15
4|Đắp nền, lu lèn 4,1 km|2.2|Lạc Thắng, Lạc Sơn|km|4,1||12|2; 3|Phó Chủ tịch UBND|Phòng KT-HT|300,150,100,40,180
5|Bê tông hóa 4,1 km đường trục thôn|2.2|Lạc Thắng, Lạc Sơn|km|4,1||22|4|Phó Chủ tịch UBND|Phòng KT-HT|1900,850,420,130,610,80
6|Rải cấp phối 2,6 km đường nội đồng|2.4|Lạc Tiến|km|2,6|12/10/2020|18|2|Phó Chủ tịch UBND|Phòng KT-HT|260,120,60,30,140
7|Xây nhà văn hóa, sân thể thao 2 thôn|6.3|Lạc Thanh, Lạc Vinh|nhà|2|14/09/2020|52||Công chức văn hóa - xã hội|Phòng VH-TT|700,400,250,120,310,60
8|Lắp cụm loa, nối truyền thanh đến thôn|8.3|Lạc Trung|cụm|1|21/09/2020|10||Công chức văn hóa - xã hội|Phòng VH-TT|,60,25
9|Điều tra, xác nhận thu nhập bình quân|10|Toàn xã|cuộc|1|02/11/2020|20||Công chức văn phòng - thống kê|Chi cục Thống kê|,,12
10|Củng cố hợp tác xã, ký liên kết tiêu thụ|13.2|Lạc Tiến|hợp đồng|1|14/09/2020|30||Chủ tịch Hội Nông dân|Phòng NN&PTNT|,50,30,,40,30
11|Vận động tham gia bảo hiểm y tế|15.1|Toàn xã|người|123|14/09/2020|34||Chủ tịch Hội Phụ nữ|BHXH|,30,20,,52
12|Hố xử lý nước thải, chuồng trại hợp vệ sinh|17.6|7 thôn|hộ|86|14/09/2020|45||Công chức địa chính|Phòng TN&MT|,80,60,20,215
13|Chỉnh trang khu dân cư, 6 vườn mẫu|20|Lạc Thắng|vườn|6||14|5 + 7 ngày|Chủ tịch Hội Phụ nữ|VPĐP NTM|,90,50,25,120,20
14|Huyện thẩm tra, hoàn thiện hồ sơ||UBND xã|hồ sơ|1||5|1; 5-13|Chủ tịch UBND|VPĐP NTM|,,15,10
"""  # noqa: E501
LAM_HOP = """
1|Bổ sung quy định quản lý quy hoạch sau sáp nhập|1.2|Toàn xã|văn bản|1||15||Công chức địa chính|Phòng KT-HT|,,25,10
2|Giải phóng hành lang tuyến đường trục xã|2.1|Toàn xã|hộ|21||12||Chủ tịch Mặt trận Tổ quốc|UBMTTQ|,,,10
3|Bê tông hóa 1,8 km đường trục xã|2.1|Toàn xã|km|1,8||20|2|Phó Chủ tịch UBND|Phòng KT-HT|900,400,200,60,180
4|Thu gom rác, hố xử lý nước thải hộ gia đình|17.5|Các thôn|hộ|54||35||Công chức địa chính|Phòng TN&MT|,60,40,15,130
5|Kiểm tra, ký cam kết an toàn thực phẩm|17.8|Toàn xã|cơ sở|32||12|4|Công chức văn hóa - xã hội|Phòng NN&PTNT|,,8
6|Chỉnh trang khu dân cư kiểu mẫu, 4 vườn mẫu|20|1 thôn|vườn|4||20|3 + 7 ngày|Chủ tịch Hội Phụ nữ|VPĐP NTM|,70,40,20,90
7|Huyện thẩm tra, hoàn thiện hồ sơ||UBND xã|hồ sơ|1||5|1; 5; 6|Chủ tịch UBND|VPĐP NTM|,,10,8
"""  # noqa: E501


class Reported(NamedTuple):
    number: int
    percent: int
    begun: dt.date
    left: int
    quantity: str = ""
    difficulty: str = ""


def _sept(day: int) -> dt.date:
    return dt.date(2020, 9, day)


PLANS: dict[str, tuple[str, str, list[Reported]]] = {
    "ky-lac": (
        KY_LAC,
        "kylac",
        [
            Reported(1, 55, _sept(9), 9),
            Reported(
                2, 30, _sept(11), 14, difficulty="Phòng TC-KH trả dự toán 11/09, chờ đơn giá cát"
            ),
            Reported(3, 29, _sept(9), 10, "11", "27 hộ chưa ký"),
            Reported(7, 2, _sept(14), 51, difficulty="Chờ nền nhà văn hóa Lạc Vinh"),
            Reported(10, 4, _sept(14), 29),
            Reported(11, 3, _sept(14), 34),
            Reported(12, 10, _sept(14), 44, "9", "Thiếu vốn vay 77 hộ"),
        ],
    ),
    "lam-hop": (
        LAM_HOP,
        "lamhop",
        [
            Reported(1, 30, _sept(10), 10),
            Reported(2, 40, _sept(9), 8, "8"),
            Reported(4, 15, _sept(10), 32, "8"),
        ],
    ),
}
# What rain may do to concrete: fewest and most days.
RAIN = {"Bê tông hóa 4,1 km đường trục thôn": ("18", "33")}
_COSTS = ("central", "province", "district", "commune", "people", "enterprises")


def write(run: Enrolment, until: dt.date) -> int:
    """The plan of a commune, approved, and its first report, if there is none yet."""
    if Plan.objects.filter(enrolment=run).exists():
        return 0
    table, username, reports = PLANS[run.commune.slug]
    writer, leader = (User.objects.get(username=name) for name in (username, "lanhdao"))
    with clock.standing_at(clock.at(APPROVED_ON, 8)):
        plan = drafting.begin(run, [], by=writer)
        Plan.objects.filter(pk=plan.pk).update(is_illustrative=True)
        plan = drafting.write(plan, _rows(run, table), version=plan.version, by=writer)
        plan = approval.submit(plan, version=plan.version, by=writer)
        approval.approve(plan, version=plan.version, document="", note="", by=leader)
    if until >= REPORTED_ON:
        with clock.standing_at(clock.at(REPORTED_ON, 7)):
            progress.report(plan, _told(plan, reports), by=writer)
    return 1


def _rows(run: Enrolment, table: str) -> list[StepRow]:
    names = queries.names_of(run)
    found = []
    for line in table.strip().splitlines():
        *cells, costs = line.split("|")
        typed = dict(zip(rows.TYPED, cells, strict=True))
        typed["person"] = f"{typed['person']} xã {run.commune.name}"
        typed |= {
            f"cost_{name}": cost for name, cost in zip(_COSTS, costs.split(","), strict=False)
        }
        if typed["name"] in RAIN:
            typed["least_days"], typed["most_days"] = RAIN[typed["name"]]
        row = TypedRow(typed)
        rows.read(row, names)
        if row.said is None:
            raise ValueError(f"{line}: {row.errors}")
        found.append(row.said)
    return found


def _told(plan: Plan, reports: list[Reported]) -> dict[int, StepProgress]:
    keys = dict(Activity.objects.filter(plan=plan).values_list("number", "pk"))
    return {
        keys[one.number]: StepProgress(
            percent=one.percent,
            quantity_done=Decimal(one.quantity) if one.quantity else None,
            started_on=one.begun,
            remaining_days=one.left,
            difficulty=one.difficulty,
        )
        for one in reports
    }
