"""A list from a spreadsheet: how it is read, what is asked of it, and that it is made whole."""

import datetime as dt
import io

import pytest
import xlsxwriter
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.many_accounts import actions, table
from accounts.many_accounts.places import Places, role_at
from accounts.models import Membership, Role, User
from nrm_tracker import clock
from tests.factories import make_agency, make_area, make_commune, make_user
from tests.pages import Page, written

MANY = reverse("accounts:many-new")
GIVEN = reverse("accounts:first-passwords")
HEAD = "STT\tHọ và tên\tChức vụ\tVai trò\tĐơn vị\tĐiện thoại\tEmail\tTừ ngày\tĐến ngày"
AN = (
    "1\tNguyễn Văn An\tChủ tịch\tLãnh đạo xã\tUBND xã Kỳ Lạc"
    "\t0912 000 111\tan@nrm.example\t01/09/2020\t"
)
BINH = "2\tTrần Thị Bình\tChuyên viên\t\tPhòng Văn hóa - Thông tin\t\t\t\t"
pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def commune(area):
    return make_commune(area=area)


@pytest.fixture
def agency(area, commune):
    return make_agency(area=area)


@pytest.fixture
def keeper(area):
    return make_user(username="dieuphoi", role=Role.COORDINATOR, area=area)


@pytest.fixture
def office(keeper):
    client = Client()
    client.force_login(keeper)
    return client


def read(client, *lines, names_by="place"):
    return client.post(MANY, {"pasted": "\n".join(lines), "names_by": names_by})


def sent(response, **changes):
    """What the page of a list sends, with what somebody changed on it."""
    page = Page(response)
    fields = {
        one["name"]: one.attrs.get("value", "")
        for one in page.find("input", name=True)
        if one.attrs.get("type") != "checkbox" or "checked" in one.attrs
    }
    fields = {k: v for k, v in fields.items() if k == "rows" or k == "names_by" or k[0] == "p"}
    return fields | changes


def errors(response):
    people = response.context["people"]
    return {
        f"p{n}-{name}": found[0]
        for n, row in enumerate(people.rows)
        for name, found in row.errors.items()
    }


def test_a_list_is_read_with_its_head():
    rows = table.read(f"{HEAD}\n{AN}\n\n{BINH}\n")

    assert [row["full_name"] for row in rows] == ["Nguyễn Văn An", "Trần Thị Bình"]
    assert rows[0]["place"] == "UBND xã Kỳ Lạc"
    assert rows[0]["from_on"] == "01/09/2020"


@pytest.mark.parametrize("text", ["Nguyễn Văn An\tChủ tịch\tLãnh đạo xã\tKỳ Lạc", AN])
def test_a_list_without_a_head_stands_in_the_usual_order(text):
    (row,) = table.read(text)

    assert (row["full_name"], row["position"]) == ("Nguyễn Văn An", "Chủ tịch")


def test_columns_stand_in_any_order_and_cells_over_several_lines():
    text = 'Đơn vị\tHọ tên\tGhi chú\n"Xã\nKỳ Lạc"\tNguyễn\u00a0Văn An\tx'

    assert table.read(text) == [{"place": "Xã Kỳ Lạc", "full_name": "Nguyễn Văn An"}]


def workbook(*lines):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Ghi chú").write(0, 0, "Danh sách cán bộ")
        sheet = book.add_worksheet("Danh sách")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_datetime(len(lines) - 1, 6, dt.date(2020, 9, 1), day)
    return SimpleUploadedFile("can-bo.xlsx", file.getvalue())


def test_a_list_may_be_a_workbook(office, commune):
    head = ["TT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Số điện thoại", "Email", "Từ ngày"]
    row = [1, "Nguyễn Văn An", "Chủ tịch", "UBND xã Kỳ Lạc", 912000111, "an@nrm.example", ""]
    file = workbook(["UBND HUYỆN KỲ ANH"], [], head, row)

    response = office.post(MANY, {"file": file, "names_by": "place"})

    assert errors(response) == {}
    said = sent(response)
    assert (said["p0-full_name"], said["p0-place"]) == ("Nguyễn Văn An", "UBND xã Kỳ Lạc")
    assert (said["p0-phone"], said["p0-from_on"]) == ("0912000111", "01/09/2020")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "pasted"),
        ({"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")}, "file"),
        ({"file": SimpleUploadedFile("x.csv", "Một cột\nA".encode())}, "file"),
        ({"file": SimpleUploadedFile("x.csv", b"")}, "file"),
    ],
)
def test_what_is_no_file_of_people_is_told_beside_it(office, commune, typed, field):
    response = office.post(MANY, {"names_by": "place", **typed})

    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "text",
    [
        " \n\t\t",
        "Nguyễn Văn An",
        HEAD,
        "Chức vụ\tĐơn vị\nA\tB",
        "\n".join(["A\tB"] * 201),
        '"' + "x" * 140_000 + "\tB",
    ],
)
def test_what_is_no_list_is_refused(office, text):
    with pytest.raises(ValidationError):
        table.read(text)

    response = office.post(MANY, {"pasted": text, "names_by": "place"})
    assert list(response.context["form"].errors) == ["pasted"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Kỳ Lạc", "Xã Kỳ Lạc"),
        ("xã ky lac", "Xã Kỳ Lạc"),
        ("Ủy ban nhân dân xã Kỳ Lạc", "Xã Kỳ Lạc"),
        ("Đảng ủy xã Kỳ Lạc", "Xã Kỳ Lạc"),
        ("Phòng văn hoá - thông tin", "Phòng Văn hóa - Thông tin"),
        ("UBND huyện Kỳ Anh", "Huyện Kỳ Anh"),
        ("Văn phòng điều phối nông thôn mới huyện Kỳ Anh", "Huyện Kỳ Anh"),
        ("Văn phòng điều phối", "Huyện Kỳ Anh"),
    ],
)
def test_a_place_is_known_by_what_an_office_calls_it(area, agency, typed, found):
    assert Places({area.pk}).find(typed).label == found


def test_marks_tell_places_apart_where_they_are_written(area, commune):
    make_commune(area=area, name="Kỳ Lác", slug="ky-lac-2", code="18851")
    places = Places({area.pk})

    assert places.find("Kỳ Lạc").label == "Xã Kỳ Lạc"
    with pytest.raises(ValidationError, match="Xã Kỳ Lác; Xã Kỳ Lạc"):
        places.find("Ky Lac")


def test_a_place_near_it_is_told(area, commune):
    with pytest.raises(ValidationError, match="Xã Kỳ Lạc"):
        Places({area.pk}).find("Kỳ Lặcc")


def test_of_two_areas_places_are_told_by_them(area, commune):
    other = make_area(code="436", name="Hương Khê")
    make_commune(area=other, slug="ky-lac-hk", code="18500")
    places = Places({area.pk, other.pk})

    with pytest.raises(ValidationError, match="Huyện Kỳ Anh"):
        places.find("xã Kỳ Lạc")
    assert places.find("Xã Kỳ Lạc (Huyện Hương Khê)").row.area == other


@pytest.mark.parametrize(
    ("place", "typed", "position", "role"),
    [
        ("Kỳ Lạc", "Lãnh đạo xã", "", Role.COMMUNE_LEADER),
        ("Kỳ Lạc", "", "Phó Chủ tịch UBND xã", Role.COMMUNE_LEADER),
        ("Kỳ Lạc", "", "Công chức địa chính", Role.COMMUNE_STAFF),
        ("Phòng Văn hóa - Thông tin", "", "", Role.AGENCY_OFFICER),
        ("Phòng Văn hóa - Thông tin", "Trưởng phòng", "", Role.AGENCY_OFFICER),
        ("Huyện Kỳ Anh", "Điều phối", "", Role.COORDINATOR),
        ("Huyện Kỳ Anh", "Lãnh đạo huyện", "", Role.LEADER),
        ("Huyện Kỳ Anh", "chỉ xem", "", Role.OBSERVER),
        ("Huyện Kỳ Anh", "Thanh tra", "", Role.INSPECTOR),
        ("Huyện Kỳ Anh", "", "Chủ tịch UBND huyện", None),
        ("Kỳ Lạc", "", "", None),
        ("Kỳ Lạc", "Lãnh đạo huyện", "", None),
        ("Phòng Văn hóa - Thông tin", "Lãnh đạo xã", "", None),
    ],
)
def test_a_role_is_known_by_the_words_of_the_list(area, agency, place, typed, position, role):
    found = Places({area.pk}).find(place)

    if role:
        assert role_at(found, typed, position) == role
    else:
        with pytest.raises(ValidationError):
            role_at(found, typed, position)


def test_a_list_is_looked_over_and_nothing_is_written(office, agency):
    response = read(office, HEAD, AN, BINH)

    assert errors(response) == {}
    assert sent(response)["p0-username"] == "kylac"
    assert sent(response)["p1-username"] == agency.key
    assert "no-store" in response["Cache-Control"]
    assert not User.objects.filter(username="kylac").exists()


def test_a_list_is_made_whole(office, keeper, commune, agency):
    page = read(office, HEAD, AN, BINH)
    before = written()

    response = office.post(MANY, sent(page, make="1", **{"p1-username": "binh"}))

    assert response.url == GIVEN
    an, binh = User.objects.get(username="kylac"), User.objects.get(username="binh")
    assert (an.full_name, an.position, an.phone, an.email) == (
        "Nguyễn Văn An",
        "Chủ tịch",
        "0912 000 111",
        "an@nrm.example",
    )
    assert an.must_change_password
    assert not an.has_usable_password()
    assert list(User.objects.search("nguyen van an")) == [an]
    role = an.memberships.get()
    assert (role.role, role.place, role.from_on, role.until_on) == (
        Role.COMMUNE_LEADER,
        commune,
        dt.date(2020, 9, 1),
        None,
    )
    assert binh.memberships.get().from_on == clock.today()
    assert LogEntry.objects.filter(user=keeper).count() == 2
    assert written() == before + 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"p0-username": "DieuPhoi"}, "p0-username"),
        ({"p0-username": "kỳ lạc"}, "p0-username"),
        ({"p0-username": "BINH", "p1-username": "binh"}, "p0-username"),
        ({"p0-full_name": ""}, "p0-full_name"),
        ({"p0-full_name": "x" * 301}, "p0-full_name"),
        ({"p0-email": "a@nrm.example; b@nrm.example"}, "p0-email"),
        ({"p0-email": "khong-phai"}, "p0-email"),
        ({"p0-place": "Kỳ Nào"}, "p0-place"),
        ({"p0-place": ""}, "p0-place"),
        ({"p0-role": "Lãnh đạo huyện"}, "p0-role"),
        ({"p0-role": "Gì đó"}, "p0-role"),
        ({"p0-from_on": "31/02/2020"}, "p0-from_on"),
        ({"p0-from_on": "01/01/2010"}, "p0-from_on"),
        ({"p0-until_on": "01/01/2020"}, "p0-until_on"),
        ({"p0-role": "Thanh tra", "p0-place": "Huyện Kỳ Anh"}, "p0-until_on"),
    ],
)
def test_a_wrong_row_is_told_beside_its_field(office, commune, agency, changes, field):
    commune.established_on = dt.date(2015, 1, 1)
    commune.save()
    typed = sent(read(office, HEAD, AN, BINH), make="1", **changes)

    response = office.post(MANY, typed)

    assert response.status_code == 200
    found = errors(response)
    assert field in found
    assert escape(found[field]) in response.text
    assert sent(response) == {k: v for k, v in typed.items() if k != "make"}
    assert not User.objects.filter(full_name="Trần Thị Bình").exists()


def test_a_row_may_be_left_out(office, agency):
    page = read(office, HEAD, AN, BINH.replace("Phòng", "Ban"))

    assert list(errors(page)) == ["p1-place"]
    assert office.post(MANY, sent(page, make="1", **{"p1-is_left_out": "on"})).url == GIVEN
    assert User.objects.filter(full_name="Nguyễn Văn An").exists()
    assert not User.objects.filter(full_name="Trần Thị Bình").exists()


def test_people_of_one_name_in_one_place_are_asked_about(office, agency):
    page = read(office, HEAD, AN, AN)

    assert list(errors(page)) == ["p1-full_name"]
    assert sent(page)["p1-username"] == "kylac2"
    response = office.post(MANY, sent(page, make="1", **{"p1-is_another": "on"}))
    assert response.url == GIVEN
    assert list(errors(read(office, HEAD, AN))) == ["p0-full_name"]


def test_user_names_by_person(office, agency):
    page = read(office, HEAD, AN, BINH, names_by="person")

    assert [sent(page)[f"p{n}-username"] for n in (0, 1)] == ["nguyenvanan", "tranthibinh"]


def test_a_place_of_another_area_does_not_exist(office, commune):
    make_commune(
        area=make_area(code="436", name="Hương Khê"), name="Hương Xa", slug="xa", code="18500"
    )

    assert list(errors(read(office, HEAD, AN.replace("Kỳ Lạc", "Hương Xa")))) == ["p0-place"]


def test_a_commune_that_is_gone_has_no_new_people(office, commune):
    commune.dissolved_on = dt.date(2020, 1, 1)
    commune.save()

    assert "01/01/2020" in errors(read(office, HEAD, AN))["p0-from_on"]


def test_a_name_taken_meanwhile_leaves_nothing_behind(office, keeper, agency):
    roles = [
        Membership(role=Role.AGENCY_OFFICER, agency=agency, from_on=clock.today(), user=user)
        for user in (User(username="moi", full_name="A"), User(username="dieuphoi", full_name="B"))
    ]

    with pytest.raises(ValidationError):
        actions.create_all(roles, by=keeper)

    assert not User.objects.filter(username="moi").exists()


def test_the_pages_ask_the_same_for_many(office, agency, django_assert_max_num_queries):
    lines = [BINH.replace("Trần Thị Bình", f"Người {n}") for n in range(30)]

    with django_assert_max_num_queries(14):
        response = read(office, HEAD, *lines)

    assert errors(response) == {}
    assert response.context["people"].is_valid


@pytest.mark.parametrize("rows", ["", "0", "x", "²", "9" * 30, "201"])
def test_a_page_that_came_back_broken_is_answered(office, rows):
    assert office.post(MANY, {"rows": rows, "make": "1"}).status_code == 200
