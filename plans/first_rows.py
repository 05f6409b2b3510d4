"""What the room brings once: public holidays, the steps that criteria usually take, and what is
asked of model villages and gardens in Hà Tĩnh.

Only days that are the same each year, and what was read of single years. Days off for a holiday on
a week-end, Tết and ordered swaps are entered by the office with the document that orders them.
"""

import datetime as dt
from typing import Any, NamedTuple

FIXED = [
    (1, 1, "Tết Dương lịch"),
    (4, 30, "Ngày Chiến thắng"),
    (5, 1, "Ngày Quốc tế lao động"),
    (9, 2, "Quốc khánh"),
]
LABOUR_CODE = "Ngày nghỉ lễ hằng năm theo Bộ luật Lao động; chưa đối chiếu văn bản gốc."
SWAP = "Bảng ngày nghỉ trong nước năm 2026; chưa có số văn bản, đề nghị bổ sung."
RULE = "Tính theo lịch, chưa có văn bản."
YEARS = range(2020, 2028)
# Later years are expected: who governs them may still order otherwise.
LAST_KNOWN_YEAR = 2026


def calendar_days() -> list[dict[str, Any]]:
    rows = [
        {
            "day": dt.date(year, month, day),
            "kind": "off",
            "name": name,
            "source": LABOUR_CODE,
            "is_expected": year > LAST_KNOWN_YEAR,
        }
        for year in YEARS
        for month, day, name in FIXED
    ]
    for off, worked in (
        (dt.date(2026, 1, 2), dt.date(2026, 1, 10)),
        (dt.date(2026, 8, 31), dt.date(2026, 8, 22)),
    ):
        names = (("off", off, worked, "Nghỉ hoán đổi"), ("worked", worked, off, "Làm bù"))
        rows += [
            {"day": day, "kind": kind, "name": name, "swapped_with": other, "source": SWAP}
            for kind, day, other, name in names
        ]
    rows.append(
        {"day": dt.date(2026, 11, 24), "kind": "off", "name": "Ngày nghỉ lễ", "source": SWAP}
    )
    rows += [
        {
            "day": dt.date(2027, 2, day),
            "kind": "off",
            "name": "Tết Nguyên đán",
            "source": RULE,
            "is_expected": True,
        }
        for day in range(4, 11)
    ]
    return rows


class UsualRow(NamedTuple):
    name: str
    working_days: int
    indicator: str = ""
    unit: str = ""
    wait: int = 0
    follows_last: bool = True


SET = "ntm-2016-ha-tinh"
STEPS: dict[int, list[UsualRow]] = {
    1: [
        UsualRow("Rà soát, bổ sung quy hoạch chung xây dựng xã", 20, "1.1", "hồ sơ"),
        UsualRow("Trình phê duyệt, công bố quy hoạch", 15, "1.1", "hồ sơ"),
        UsualRow("Ban hành quy định quản lý quy hoạch", 10, "1.2", "văn bản"),
    ],
    2: [
        UsualRow("Lập, thẩm định dự toán đường", 10, "2.2", "hồ sơ"),
        UsualRow("Vận động hiến đất, giải phóng hành lang", 15, "2.2", "hộ", follows_last=False),
        UsualRow("Đắp nền, lu lèn", 12, "2.2", "km"),
        UsualRow("Bê tông hóa đường trục thôn", 22, "2.2", "km"),
        UsualRow("Nghiệm thu, bàn giao", 5, "2.2", "hồ sơ", wait=7),
    ],
    3: [
        UsualRow("Rà soát diện tích tưới, tiêu chủ động", 10, "3.1", "ha"),
        UsualRow("Sửa chữa, nâng cấp kênh mương", 25, "3.1", "km"),
    ],
    4: [UsualRow("Khắc phục lưới điện chưa đạt chuẩn", 30, "4.1", "km")],
    5: [
        UsualRow("Lập dự toán sửa chữa trường học, mua thiết bị", 10, "5.1", "hồ sơ"),
        UsualRow("Sửa chữa trường học, lắp thiết bị", 30, "5.1", "trường"),
    ],
    6: [
        UsualRow("Lập dự toán nhà văn hóa, sân thể thao", 10, "6.3", "hồ sơ"),
        UsualRow("Xây, sửa nhà văn hóa, sân thể thao thôn", 45, "6.3", "nhà"),
        UsualRow("Mua sắm trang thiết bị nhà văn hóa", 10, "6.3", "bộ"),
    ],
    7: [UsualRow("Sửa chữa chợ, điểm mua bán", 25, "7.1", "chợ")],
    8: [
        UsualRow("Khảo sát hệ thống truyền thanh các thôn", 5, "8.3", "thôn"),
        UsualRow("Lắp cụm loa, nối truyền thanh đến thôn", 10, "8.3", "cụm"),
    ],
    9: [UsualRow("Xóa nhà tạm, nhà dột nát", 45, "9.1", "nhà")],
    10: [UsualRow("Điều tra, xác nhận thu nhập bình quân", 20, "10.1", "cuộc")],
    11: [UsualRow("Rà soát hộ nghèo, trình công nhận kết quả", 25, "11.1", "hộ")],
    12: [UsualRow("Điều tra lao động có việc làm", 15, "12.1", "cuộc")],
    13: [
        UsualRow("Củng cố hợp tác xã", 20, "13.1", "hợp tác xã"),
        UsualRow("Ký, thực hiện hợp đồng liên kết tiêu thụ", 15, "13.2", "hợp đồng"),
    ],
    14: [UsualRow("Rà soát phổ cập giáo dục, đào tạo nghề", 15, "14.3", "hồ sơ")],
    15: [
        UsualRow("Vận động tham gia bảo hiểm y tế", 35, "15.1", "người"),
        UsualRow(
            "Hoàn thiện hồ sơ xã đạt tiêu chí quốc gia về y tế",
            15,
            "15.2",
            "hồ sơ",
            follows_last=False,
        ),
    ],
    16: [UsualRow("Bình xét, công nhận thôn văn hóa", 15, "16.1", "thôn")],
    17: [
        UsualRow("Hố xử lý nước thải, chuồng trại hợp vệ sinh", 45, "17.7", "hộ"),
        UsualRow("Thu gom, xử lý rác thải các thôn", 20, "17.5", "thôn", follows_last=False),
        UsualRow("Ký cam kết, kiểm tra an toàn thực phẩm", 15, "17.8", "cơ sở", follows_last=False),
    ],
    18: [
        UsualRow("Bồi dưỡng cán bộ, công chức chưa đạt chuẩn", 20, "18.1", "người"),
        UsualRow(
            "Chấm điểm, trình công nhận chuẩn tiếp cận pháp luật",
            15,
            "18.5",
            "hồ sơ",
            follows_last=False,
        ),
    ],
    19: [UsualRow("Củng cố dân quân, đánh giá an ninh trật tự", 15, "19.2", "hồ sơ")],
    20: [
        UsualRow("Đăng ký, lập phương án khu dân cư kiểu mẫu", 10, "", "phương án"),
        UsualRow("Chỉnh trang khu dân cư, làm vườn mẫu", 30, "", "vườn"),
        UsualRow("Huyện kiểm tra, công nhận khu dân cư kiểu mẫu", 10, "", "hồ sơ"),
    ],
}


def usual_steps() -> list[dict[str, Any]]:
    return [
        {
            "set_code": SET,
            "criterion_number": number,
            "order": order,
            "name": one.name,
            "indicator_code": one.indicator,
            "unit": one.unit,
            "working_days": one.working_days,
            "follows_last": one.follows_last and order > 1,
            "wait": one.wait,
        }
        for number, steps in STEPS.items()
        for order, one in enumerate(steps, start=1)
    ]


_OF_VILLAGES = (
    ("Nhà ở và công trình phụ trợ", ""),
    ("Vườn hộ và công trình chăn nuôi", ""),
    ("Hàng rào", "Hàng rào bằng cây xanh hoặc phủ cây xanh từ 70% trở lên."),
    ("Đường giao thông", ""),
    ("Nhà văn hóa và khu thể thao thôn", ""),
    ("Hệ thống điện", ""),
    ("Văn hóa, giáo dục, y tế", ""),
    ("Vệ sinh môi trường", ""),
    ("Hệ thống chính trị và an ninh trật tự xã hội", ""),
    ("Chấp hành pháp luật, quy ước, hương ước và quy định của các tổ chức", ""),
)
_VILLAGES_SOURCE = (
    "Bộ tiêu chí khu dân cư nông thôn mới kiểu mẫu, UBND tỉnh Hà Tĩnh ban hành tạm thời 8/2014;"
    " trích theo nongthonmoihatinh.vn, chưa đọc văn bản gốc"
)
_OF_GARDENS = (
    ("Quy hoạch và thực hiện quy hoạch", "Có sơ đồ được UBND xã xác nhận và làm đúng sơ đồ."),
    (
        "Ứng dụng khoa học kỹ thuật",
        "Có hệ thống tưới tiêu khoa học và ít nhất một tiến bộ kỹ thuật khác.",
    ),
    (
        "Sản phẩm từ vườn",
        "An toàn thực phẩm; từ 75% giá trị trở lên thuộc nhóm sản phẩm chủ lực của tỉnh.",
    ),
    ("Môi trường, cảnh quan", "Hàng rào xanh từ 80% trở lên."),
    ("Thu nhập", "Chưa đọc được mức."),
)
_GARDENS_SOURCE = (
    "Tiêu chí vườn mẫu theo xatanhuong.hatinh.gov.vn và nongthonmoi.hatinh.gov.vn; chưa đọc văn bản"
    " gốc"
)


def model_criteria() -> list[dict[str, Any]]:
    asked = (
        ("village", _OF_VILLAGES, _VILLAGES_SOURCE),
        ("garden", _OF_GARDENS, _GARDENS_SOURCE),
    )
    return [
        {
            "kind": kind,
            "number": number,
            "name": name,
            "note": note,
            "source": source,
            "checked": "quoted",
        }
        for kind, names, source in asked
        for number, (name, note) in enumerate(names, start=1)
    ]
