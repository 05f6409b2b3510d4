"""What is chosen of the lists becomes rows; what is there is recognised and stays as it is."""

import datetime as dt
import io
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from communes.models import Area, Commune
from communes.units import making, matching
from communes.units.directory import CHANGE, directory
from tests.factories import make_area, make_commune

pytestmark = pytest.mark.django_db


def district(code="447"):
    return directory().districts[code]


def province(code="42"):
    return directory().provinces[code]


def load(*args, **kwargs):
    out = io.StringIO()
    call_command("load_units", *args, stdout=out, **kwargs)
    return out.getvalue()


def test_a_district_of_before_is_made_with_its_communes():
    report = making.make(matching.select(district()), region="btb")
    area = Area.objects.get(code="447")
    ky_lac = Commune.objects.get(name="Kỳ Lạc")

    assert (len(report.areas), len(report.communes), report.differences) == (2, 20, [])
    assert report.area_of[district()] == area
    assert (str(area), str(area.parent), area.region) == ("Huyện Kỳ Anh", "Tỉnh Hà Tĩnh", "btb")
    assert (area.dissolved_on, [*area.successors.all()]) == (CHANGE, [area.parent])
    assert (ky_lac.slug, ky_lac.code, ky_lac.dissolved_on) == ("ky-lac", "18850", CHANGE)
    assert list(Commune.objects.search("ky lac")) == [ky_lac]
    assert "vietnamadminunits 1.0.4" in ky_lac.source


def test_a_province_of_today_is_made_with_its_communes():
    making.make(matching.select(province()))

    today = Commune.objects.filter(area__code="42").existing_on(dt.date(2026, 11, 30))
    assert today.count() == 69
    assert Area.objects.count() == 1
    assert set(today.values_list("established_on", flat=True)) == {CHANGE}


def test_a_province_that_stayed_is_made_as_it_stood_on_the_day():
    made = load("tỉnh Hà Tĩnh", day=dt.date(2020, 9, 15))

    assert made.startswith("Đã tạo: 13 địa bàn, 209 xã, 12 liên kết")
    assert not Commune.objects.exclude(dissolved_on=CHANGE).exists()


def test_both_lists_are_linked_and_a_divided_commune_has_all_its_parts():
    making.make(matching.select(district("449"), both=True))
    ky_loi = Commune.objects.get(name="Kỳ Lợi")

    assert {one.name for one in ky_loi.successors.all()} == {"Sông Trí", "Vũng Áng", "Hoành Sơn"}
    assert str(ky_loi.area) == "Thị xã Kỳ Anh"
    assert {one.area.name for one in ky_loi.successors.all()} == {"Hà Tĩnh"}


def test_the_two_districts_of_one_name_are_told_apart():
    for code in ("447", "449"):
        making.make(matching.select(district(code)))

    names = {str(area) for area in Area.objects.filter(name="Kỳ Anh")}
    assert names == {"Huyện Kỳ Anh", "Thị xã Kỳ Anh"}


def test_what_is_made_twice_is_made_once():
    selection = matching.select(province(), both=True)
    first, second = making.make(selection), making.make(selection)

    assert (len(first.areas), len(first.communes), first.links) == (13, 278, 224)
    assert (second.areas, second.communes, second.links) == ([], [], 0)
    assert (second.found_areas, second.found_communes, second.differences) == (13, 278, [])


def test_the_other_list_is_linked_when_it_is_added_later():
    making.make(matching.select(district()))
    report = making.make(matching.select(district(), both=True))

    assert (len(report.communes), report.links) == (9, 20)
    (heir,) = Commune.objects.get(slug="ky-lac").successors.all()
    assert (heir.slug, heir.code) == ("ky-lac-18838", "18838")


def test_the_communes_of_the_reference_files_are_recognised():
    call_command("load_reference", stdout=io.StringIO())
    report = making.make(matching.select(district(), both=True))

    assert (report.areas, report.communes, report.links) == ([], [], 0)
    # It was a commune in 2020.
    assert report.differences == [
        "Xã Kỳ Đồng (18775), loại: tại đây là Xã, theo danh mục là Thị trấn"
    ]
    assert len(making.make(matching.select(province())).communes) == 60


def test_reference_files_that_come_later_double_nothing():
    for unit in (province(), district()):
        making.make(matching.select(unit))
    call_command("load_reference", stdout=io.StringIO())

    assert Commune.objects.filter(area__code="447").count() == 20
    assert Commune.objects.filter(area__code="42").count() == 69
    assert Commune.objects.get(slug="ky-lac").code == "18850"


@pytest.mark.parametrize(
    ("here", "told"),
    [
        ({"name": "Kỳ Lac"}, "tên: tại đây là Kỳ Lac, theo danh mục là Kỳ Lạc"),
        ({"code": "18851"}, "mã: tại đây là 18851, theo danh mục là 18850"),
        ({"kind": "township", "code": "18850"}, "loại: tại đây là Thị trấn, theo danh mục là Xã"),
        ({"dissolved_on": None}, "giải thể: tại đây là –, theo danh mục là 01/07/2025"),
    ],
)
def test_what_an_office_wrote_stays_and_is_told(here, told):
    area = make_area(
        dissolved_on=CHANGE, parent=make_area(code="42", name="Hà Tĩnh", kind="province")
    )
    row = make_commune(area=area, **{"dissolved_on": CHANGE, **here})
    before = Commune.objects.values().get(pk=row.pk)

    report = making.make(matching.select(district()))

    assert len(report.communes) == 19
    assert Commune.objects.values().get(pk=row.pk) == before
    (difference,) = report.differences
    assert difference.endswith(told)


def test_a_commune_that_bears_the_code_of_another_is_known_by_its_name():
    area = make_area(parent=make_area(code="42", name="Hà Tĩnh", kind="province"))
    make_commune(area=area, code="18838", dissolved_on=CHANGE)

    report = making.make(matching.select(district()))

    assert area.communes.filter(name="Lâm Hợp").count() == 1
    assert "Xã Kỳ Lạc (18838), mã: tại đây là 18838, theo danh mục là 18850" in report.differences


def test_a_unit_that_went_earlier_is_not_the_one_that_took_over_its_code():
    area = make_area()
    gone = make_commune(
        area=area, name="Kỳ Lâm", slug="ky-lam", code="18838", dissolved_on=dt.date(2020, 1, 1)
    )
    making.make(matching.select(district()))

    assert area.communes.filter(code="18838").count() == 2
    assert Commune.objects.get(name="Lâm Hợp") != gone


def test_a_code_that_another_area_bears_without_a_day_is_refused():
    """Kiên Giang of before has the code of An Giang of today."""
    make_area(code="91", name="An Giang", kind=Area.Kind.PROVINCE)
    of_kien_giang = next(one for one in directory().districts.values() if one.above == "91")

    with pytest.raises(ValidationError, match="Mã 91 tại đây đang thuộc Tỉnh An Giang"):
        making.make(matching.select(of_kien_giang))
    assert Commune.objects.count() == 0


def test_two_provinces_of_one_code_stand_beside_each_other():
    of_kien_giang = next(one for one in directory().districts.values() if one.above == "91")
    making.make(matching.select(of_kien_giang))
    making.make(matching.select(province("91")))
    old, new = Area.objects.filter(code="91").order_by("name").reverse()

    assert (old.name, old.dissolved_on, new.name, new.established_on) == (
        *("Kiên Giang", CHANGE),
        *("An Giang", CHANGE),
    )
    assert [*old.successors.all()] == [new]


def test_a_further_unit_of_a_name_takes_its_code_into_its_address():
    make_commune(area=make_area(code="1", name="Khác"), name="Kỳ Xuân", slug="ky-hai", code="1")
    making.make(matching.select(district()))

    assert Commune.objects.get(name="Kỳ Hải").slug == "ky-hai-18802"


def test_the_command_names_what_it_made():
    assert load("447", day=dt.date(2020, 9, 15)) == (
        "Đã tạo: 2 địa bàn, 20 xã, 1 liên kết với đơn vị kế thừa. Đã có sẵn: 0 địa bàn, 0 xã.\n"
    )
    Commune.objects.filter(name="Kỳ Lạc").update(name="Kỳ Lac")
    assert "khác: Xã Kỳ Lac (18850), tên" in load("huyen ky anh", day=dt.date(2020, 9, 15))


@pytest.mark.parametrize(
    ("args", "day", "said"),
    [
        (["Kỳ Anh"], dt.date(2020, 1, 1), "447 Huyện Kỳ Anh; 449 Thị xã Kỳ Anh"),
        (["Kỳ Anh"], dt.date(2026, 1, 1), "không có tỉnh, huyện nào tên “Kỳ Anh”"),
        (["Qwrtp"], None, "không có tỉnh, huyện nào"),
        ([], None, "--all"),
        (["42", "--all"], None, "--all"),
    ],
)
def test_the_command_asks_where_it_cannot_know(args, day, said):
    with pytest.raises(CommandError, match=said):
        load(*args, day=day)


def test_the_whole_country_is_made_within_a_minute():
    started = time.process_time()
    report = making.make(matching.everything())

    assert time.process_time() - started < 60
    assert (len(report.areas), len(report.communes)) == (63 + 34 - 11 + 696, 10035 + 3321)
    assert report.differences == []
    again = making.make(matching.everything())
    assert (again.areas, again.communes, again.links, again.differences) == ([], [], 0, [])
