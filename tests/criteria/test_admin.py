import datetime as dt
import io

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _
from tablib import Dataset
from zeal import zeal_ignore

from accounts.models import Device, Membership, Person, Role, User
from communes.models import Agency, Area, Checked, Commune, WorkingGroup
from criteria.assessments import actions as assessment_actions
from criteria.evidence import dossier_steps
from criteria.models import (
    Bracket,
    CriteriaSet,
    Criterion,
    CriterionGroup,
    DossierRequirement,
    Evidence,
    EvidenceRequirement,
    Indicator,
    LevelName,
    Threshold,
)
from nrm_tracker import clock
from nrm_tracker.models import StoredFile
from tests.factories import (
    attach_picture,
    cell,
    finding,
    make_administrator,
    make_agency,
    make_area,
    make_commune,
    make_enrolment,
    make_set,
    make_user,
)

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
HEAD = "indicator,region,commune_group,valid_from,value,text"


@pytest.fixture
def administrator(db):
    return make_administrator(username="quantri")


@pytest.fixture
def office(client, administrator):
    """An administrator's browser. Django's own forms ask once for each line."""
    client.force_login(administrator)
    with zeal_ignore():
        yield client


@pytest.fixture
def yardstick(db):
    """A set of three criteria; the first has an indicator with two thresholds."""
    criteria_set = make_set()
    group = CriterionGroup.objects.create(criteria_set=criteria_set, number=1, name="Hạ tầng")
    criterion = criteria_set.criteria.first()
    criterion.group = group
    criterion.save()
    indicator = Indicator.objects.create(
        criterion=criterion, code="1.1", text="Đường nhựa hóa", kind="percent", comparator="ge"
    )
    for region, text in (("btb", "100%"), ("dbsh", "Đạt")):
        Threshold.objects.create(indicator=indicator, region=region, text=text)
    return criteria_set


@pytest.fixture
def rows(office, administrator, yardstick):
    """At least one row of nearly everything."""
    enrolment = make_enrolment(criteria_set=yardstick)
    assessment_actions.assess(cell(enrolment), finding(), by=administrator)
    commune = enrolment.commune
    agency = make_agency(criteria=yardstick.criteria.all())
    member = make_user(role=Role.COMMUNE_LEADER, commune=commune)
    make_user(role=Role.AGENCY_OFFICER, agency=agency)
    Person.objects.create(full_name="Nguyễn Văn A", area=commune.area, user=member)
    now = clock.now()
    Device.objects.create(
        user=member, session_key="bi-mat", name="Chrome", signed_in_at=now, last_seen_at=now
    )
    group = WorkingGroup.objects.create(
        area=commune.area, key="doan", name="Đoàn", decision_number="1447"
    )
    group.communes.add(commune)
    commune.villages.create(name="Thôn 1")
    Bracket.objects.create(name="Dưới 10", high=9, legend="grey")
    LevelName.objects.create(level=2, name="Huyện thẩm tra")
    criterion = yardstick.criteria.first()
    EvidenceRequirement.objects.create(
        criterion=criterion, indicator=criterion.indicators.get(), name="Biểu chi tiết"
    )
    step = DossierRequirement.objects.create(criteria_set=yardstick, number=1, name="Đăng ký")
    done = dossier_steps.Done(done_on=clock.today())
    dossier_steps.record(enrolment, step, done, by=administrator)
    attach_picture(enrolment, caption="Ảnh công khai")
    attach_picture(enrolment, caption="Danh sách hộ nghèo", has_personal_data=True)
    LogEntry.objects.log_actions(administrator.pk, [member], 2, "thử", single_object=True)


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def upload(client, model, text):
    """The answer to a file, and to the confirmation where one is asked for."""
    file = SimpleUploadedFile("bang.csv", text.encode(), "text/csv")
    response = client.post(
        page(model, "import"), {"import_file": file, "format": "0", "resource": ""}
    )
    form = response.context.get("confirm_form")
    if form is None:
        return response
    return client.post(page(model, "process_import"), form.initial)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens(office, rows, model):
    rights = admin.site._registry[model]
    request = office.get(page(model, "changelist")).wsgi_request

    assert office.get(page(model, "changelist"), {"q": "ky lac"}).status_code == 200
    added = office.get(page(model, "add")).status_code
    assert added == (200 if rights.has_add_permission(request) else 403)
    for row in rights.get_queryset(request)[:2]:
        assert office.get(page(model, "change", row.pk)).status_code == 200
    if hasattr(rights, "resource_classes") and rights.resource_classes:
        assert office.get(page(model, "import")).status_code == 200
        assert office.get(page(model, "export")).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_goes_out_comes_back_unchanged(office, rows, model):
    for resource_class in getattr(admin.site._registry[model], "resource_classes", None) or []:
        resource = resource_class()
        table = resource.export()

        result = resource.import_data(table, raise_errors=True)

        assert not result.has_validation_errors()
        assert result.totals["skip"] == result.total_rows == model._default_manager.count()


def test_an_import_confirmed_twice_says_so(office, yardstick):
    file = SimpleUploadedFile("bang.csv", b"name,high,legend\nNhom,9,grey\n")
    first = office.post(page(Bracket, "import"), {"import_file": file, "format": "0"})
    form = first.context["confirm_form"].initial
    office.post(page(Bracket, "process_import"), form)

    again = office.post(page(Bracket, "process_import"), form, follow=True)

    assert Bracket.objects.count() == 1
    assert _("This file was imported already, or is gone. Send it again.") in again.text


def test_brackets_are_imported_by_province_and_name(office, yardstick):
    make_area(code="42", name="Hà Tĩnh", kind=Area.Kind.PROVINCE)
    upload(office, Bracket, "name,high,legend\nDưới 5,4,grey\n")
    upload(office, Bracket, "name,province,high,legend\nDưới 5,42,5,grey\nDưới 5,,3,grey\n")

    found = Bracket.objects.order_by("high").values_list("province__code", "high")

    assert list(found) == [(None, 3), ("42", 5)]


def test_a_criterion_stays_in_a_group_of_its_own_set(office, yardstick):
    elsewhere = CriterionGroup.objects.create(
        criteria_set=make_set(code="khac"), number=1, name="Khác"
    )
    criterion = yardstick.criteria.first()

    criterion.group = elsewhere
    with pytest.raises(ValidationError) as refused:
        criterion.full_clean()

    assert list(refused.value.error_dict) == ["group"]


def test_the_sign_in_page_is_everybodys(client, db):
    response = client.get(reverse("admin:index"), follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("accounts:login"))
    assert response.templates[0].name == "accounts/sign_in/login.html"


def test_who_is_signed_in_goes_on(office):
    target = page(Commune, "changelist")

    response = office.get(reverse("admin:login"), {"next": target})

    assert response.url == target


def test_who_is_no_administrator_is_refused(client, db):
    client.force_login(make_user(role=Role.LEADER, area=make_area()))

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_search_needs_no_marks(office):
    make_commune(name="Lâm Hợp", slug="lam-hop", code="18851")
    wanted = make_commune()

    found = office.get(page(Commune, "changelist"), {"q": "ky lac"}).context["cl"].queryset

    assert list(found) == [wanted]


def test_a_session_key_is_not_shown(office, rows):
    device = Device.objects.get()

    assert "bi-mat" not in office.get(page(Device, "change", device.pk)).text


def test_personal_evidence_is_not_shown(office, rows):
    for model, shown, hidden in (
        (Evidence, "Ảnh công khai", "Danh sách hộ nghèo"),
        (StoredFile, "anh.jpg", "ho-ngheo.jpg"),
    ):
        private = Evidence.objects.get(has_personal_data=True)
        StoredFile.objects.filter(pk=private.file_id).update(name="ho-ngheo.jpg")
        page_of_all = office.get(page(model, "changelist")).text
        assert shown in page_of_all
        assert hidden not in page_of_all
        pk = private.pk if model is Evidence else private.file_id
        assert office.get(page(model, "change", pk)).status_code == 302


def test_people_are_not_deleted(office, administrator):
    user = make_user()

    assert office.post(page(User, "delete", user.pk), {"post": "yes"}).status_code == 403
    office.post(
        page(User, "changelist"),
        {"action": "delete_selected", "_selected_action": user.pk, "post": "yes"},
    )
    assert User.objects.filter(pk=user.pk).exists()


def test_a_person_made_here_gets_a_first_password(office):
    office.post(
        page(User, "add"),
        {
            "username": "moi",
            "usable_password": "true",
            "password1": "mat-khau-dau-tien",
            "password2": "mat-khau-dau-tien",
            "full_name": "Người mới",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )

    user = User.objects.get(username="moi")
    assert user.must_change_password
    assert user.check_password("mat-khau-dau-tien")


def test_a_role_at_a_wrong_place_is_refused(office):
    user, commune = make_user(), make_commune()
    typed = {"user": user.pk, "role": Role.LEADER, "commune": commune.pk, "from_on": "08/09/2020"}

    response = office.post(page(Membership, "add"), typed)

    assert response.status_code == 200
    assert response.context["errors"]
    assert not Membership.objects.exists()


def test_what_history_points_at_stays(office, rows):
    commune = Commune.objects.get()

    response = office.post(page(Commune, "delete", commune.pk), {"post": "yes"})

    assert response.status_code == 200
    assert response.context["protected"]
    assert Commune.objects.exists()


def set_form(criteria_set, **changed):
    """What the page of a set sends, with its criteria as they are."""
    criteria = list(criteria_set.criteria.all())
    data = {
        "code": criteria_set.code,
        "name": criteria_set.name,
        "legal_basis": criteria_set.legal_basis,
        "tier": criteria_set.tier,
        "thresholds_by": criteria_set.thresholds_by,
        "checked": criteria_set.checked,
        "valid_from": "01/12/2016",
        "groups-TOTAL_FORMS": 0,
        "groups-INITIAL_FORMS": 0,
        "criteria-TOTAL_FORMS": len(criteria),
        "criteria-INITIAL_FORMS": len(criteria),
    }
    for n, row in enumerate(criteria):
        data |= {
            f"criteria-{n}-id": row.pk,
            f"criteria-{n}-criteria_set": criteria_set.pk,
            f"criteria-{n}-number": row.number,
            f"criteria-{n}-name": row.name,
            f"criteria-{n}-short_name": row.short_name,
            f"criteria-{n}-checked": row.checked,
        }
    return data | changed


ADDED = {
    "criteria-TOTAL_FORMS": 4,
    "criteria-3-number": 4,
    "criteria-3-name": "Thêm",
    "criteria-3-short_name": "Thêm",
    "criteria-3-checked": "unread",
}


@pytest.mark.parametrize("changed", [ADDED, {"criteria-2-number": 9}])
@pytest.mark.parametrize("in_use", [False, True])
def test_a_set_in_use_keeps_its_criteria(office, changed, in_use):
    criteria_set = make_set()
    if in_use:
        make_enrolment(criteria_set=criteria_set)
    before = list(criteria_set.criteria.values_list("number", flat=True))

    response = office.post(
        page(CriteriaSet, "change", criteria_set.pk), set_form(criteria_set, **changed)
    )

    after = list(criteria_set.criteria.values_list("number", flat=True))
    assert (after == before) is in_use
    assert response.status_code == (200 if in_use else 302)
    if in_use:
        [errors] = [e for e in response.context["inline_admin_formsets"][1].formset.errors if e]
        assert list(errors) == ["number"]


@pytest.mark.parametrize("in_use", [False, True])
def test_a_criterion_is_removed_only_before_use(office, in_use):
    criteria_set = make_set()
    if in_use:
        make_enrolment(criteria_set=criteria_set)
    criterion = criteria_set.criteria.last()

    office.post(page(Criterion, "delete", criterion.pk), {"post": "yes"})
    office.post(
        page(CriteriaSet, "change", criteria_set.pk),
        set_form(criteria_set, **{"criteria-0-DELETE": "on"}),
    )

    assert criteria_set.criteria.count() == (3 if in_use else 1)


def test_a_name_may_change_in_use(office):
    criteria_set = make_set()
    make_enrolment(criteria_set=criteria_set)

    response = office.post(
        page(CriteriaSet, "change", criteria_set.pk),
        set_form(criteria_set, **{"criteria-0-name": "Quy hoạch"}),
    )

    assert response.status_code == 302
    assert Criterion.objects.search("quy hoach").get().number == 1


def test_thresholds_come_from_a_file(office, yardstick):
    text = f'{HEAD}\nntm/1/1.1,btb,,,"91,5",≥91,5%\nntm/1/1.1,,,08/09/2020,80,≥80%\n'
    text = text.replace("≥91,5%", '"≥91,5%"')

    response = upload(office, Threshold, text)

    assert response.status_code == 302
    assert Threshold.objects.count() == 3
    changed = Threshold.objects.get(region="btb")
    assert (str(changed.value), changed.text) == ("91.500", "≥91,5%")
    added = Threshold.objects.get(region="")
    assert added.valid_from.isoformat() == "2020-09-08"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ntm/1/1.9,btb,,,80,Đạt", "ntm/1/1.9"),
        ("khong-co,btb,,,80,Đạt", "khong-co"),
        ("ntm/1/1.1,sao-hoa,,,80,Đạt", "sao-hoa"),
        ("ntm/1/1.1,btb,,,tám mươi,Đạt", "91,5"),
        ("ntm/1/1.1,btb,,25/13/2020,80,Đạt", "08/09/2020"),
        ("ntm/1/1.1,btb,,,80,", "text"),
    ],
)
def test_a_file_with_an_error_changes_nothing(office, yardstick, row, said):
    response = upload(office, Threshold, f"{HEAD}\nntm/1/1.1,dbsh,,,70,Đạt\n{row}\n")

    assert response.status_code == 200
    assert said in response.text
    assert not Threshold.objects.filter(value__isnull=False).exists()


def test_a_file_adds_no_criterion_to_a_set_in_use(office, yardstick):
    make_enrolment(criteria_set=yardstick)

    response = upload(office, Criterion, "criteria_set,number,name,short_name\nntm,4,Thêm,Thêm\n")

    assert response.context["result"].has_validation_errors()
    assert yardstick.criteria.count() == 3


def test_a_file_makes_search_and_sort_keys(office):
    make_area(code="447")

    upload(office, Agency, "key,area,name,short_name\nphong-yte,447,Phòng Y tế,Y tế\n")

    agency = Agency.objects.search("phong y te").get()
    assert agency.sort_key


INDICATORS = ["criterion", "code", "text", "kind", "part_of"]


def workbook(*table, head=INDICATORS):
    book = openpyxl.Workbook()
    for row in (head, *table):
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("bang.xlsx", target.getvalue())


def send(client, model, file):
    """What is answered to a workbook: its result."""
    typed = {"import_file": file, "format": "1", "resource": ""}
    return client.post(page(model, "import"), typed)


def told(response):
    """What was wrong, by the row of the file."""
    rows = response.context["result"].invalid_rows
    return {row.number: str(row.error.messages) for row in rows}


@pytest.mark.parametrize("code", ["1.1", "1.9"])
def test_a_key_that_stands_twice_in_a_file_names_both_rows(office, yardstick, code):
    lines = [f"ntm/1,{code},Cũ,percent", "ntm/1,1.2,Chợ,boolean", f"ntm/1,{code},Mới,boolean"]

    response = upload(office, Indicator, "\n".join(["criterion,code,text,kind", *lines]))

    assert told(response).keys() == {4}
    assert "Dòng 2 và dòng 4" in response.text
    assert "confirm_form" not in response.context
    assert Indicator.objects.get().text == "Đường nhựa hóa"


def test_the_rows_of_an_existing_key_are_named_though_the_first_one_is_wrong(office, yardstick):
    lines = ["ntm/1,1.1,,percent", "ntm/1, 1.1 ,Mới,boolean"]

    found = told(upload(office, Indicator, "\n".join(["criterion,code,text,kind", *lines])))

    assert found.keys() == {2, 3}
    assert "Dòng 2 và dòng 3" in found[3]


@pytest.mark.parametrize("code", [1.1, 1.25, -1, True, dt.date(2026, 10, 17)])
def test_a_code_that_became_a_number_is_asked_about(office, yardstick, code):
    response = send(office, Indicator, workbook(["ntm/1", code, "Khác", "boolean", None]))

    assert "định dạng cột là văn bản" in told(response)[2]
    assert Indicator.objects.get().text == "Đường nhựa hóa"


@pytest.mark.parametrize(("number", "known", "is_taken"), [
    (7, "7", True), (7, "8", True), (7, "07", False), (7, "7.0", False), (17, "1.17", True),
])  # fmt: skip
def test_a_whole_number_is_a_code_where_nobody_can_mean_another(
    office, yardstick, number, known, is_taken
):
    criterion = yardstick.criteria.first()
    criterion.indicators.create(code=known, text="Cũ", kind="boolean")

    response = send(office, Indicator, workbook(["ntm/1", number, "Mới", "boolean", None]))

    assert bool(told(response)) is not is_taken
    if is_taken:
        (row,) = response.context["result"].valid_rows()
        assert row.import_type == ("update" if known == str(number) else "new")


def test_whole_numbers_of_a_file_are_whole(office, yardstick):
    head = ["criteria_set", "number", "name", "short_name"]

    response = send(office, Criterion, workbook(["ntm", 1.5, "Đường", "Đường"], head=head))

    assert "12" in str(response.context["result"].row_errors())
    assert yardstick.criteria.get(number=1).name != "Đường"


@pytest.fixture
def group(yardstick):
    """An indicator of the first criterion that is made of one part."""
    criterion = yardstick.criteria.first()
    made = criterion.indicators.create(code="1.2", text="Y tế", kind="group")
    criterion.indicators.create(code="1.2.1", text="Trạm", kind="boolean", part_of=made)
    return made


def test_a_group_with_parts_stays_one(office, group):
    sent = {"criterion": group.criterion_id, "code": "1.2", "text": "Y tế", "kind": "boolean"}
    sent["checked"] = "unread"
    lines = {"thresholds-TOTAL_FORMS": 0, "thresholds-INITIAL_FORMS": 0}

    by_form = office.post(page(Indicator, "change", group.pk), sent | lines)
    by_file = send(office, Indicator, workbook(["ntm/1", "1.2", "Y tế", "boolean", None]))

    assert list(by_form.context["adminform"].form.errors) == ["kind"]
    assert "Gồm các chỉ tiêu thành phần" in told(by_file)[2]
    assert Indicator.objects.get(pk=group.pk).kind == "group"
    group.parts.all().delete()
    assert office.post(page(Indicator, "change", group.pk), sent | lines).status_code == 302


@pytest.mark.parametrize(("whole", "is_taken"), [
    ("ntm/1/1.2", True), ("ntm/1/1.1", False), ("ntm/2/2.1", False),
])  # fmt: skip
def test_a_part_belongs_to_a_group_of_its_criterion(office, yardstick, group, whole, is_taken):
    yardstick.criteria.get(number=2).indicators.create(code="2.1", text="Khác", kind="group")

    response = send(office, Indicator, workbook(["ntm/1", "1.2.2", "Bác sĩ", "boolean", whole]))

    assert bool(told(response)) is not is_taken


# Names


@pytest.mark.parametrize("key", ["commune", "agency", "person", "user"])
def test_a_new_name_asks_why(office, key):
    row = {
        "commune": make_commune,
        "agency": make_agency,
        "user": make_user,
        "person": lambda: Person.objects.create(full_name="Ngô Văn Tư", area=make_area()),
    }[key]()
    before, (name, _second) = row.names, row.DATED
    address = reverse(f"admin:{row._meta.app_label}_{key}_change", args=[row.pk])
    shown = office.get(address).context
    sent = {"_save": "1"}
    forms = [shown["adminform"].form]
    for inline in shown["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = "on" if value is True else value

    silent = office.post(address, sent | {name: "Tên mới"})
    assert list(silent.context["adminform"].form.errors) == ["name_change"]

    day = {"name_change": "renamed", "renamed_on": "10/09/2020"}
    assert office.post(address, sent | {name: "Tên mới"} | day).status_code == 302
    row.refresh_from_db()
    assert row.names == ("Tên mới", before[1])
    assert row.named_on(dt.date(2020, 9, 9)).names == before

    # Entered with a wrong day: put right, and taken back.
    sent |= {name: "Tên mới"}
    told = office.get(address).context["adminform"].form["name_change"].help_text
    assert "10/09/2020" in told
    assert "Tên mới" in told
    day = {"name_change": "redated", "renamed_on": "01/09/2020"}
    assert office.post(address, sent | day).status_code == 302
    row.refresh_from_db()
    assert row.named_on(dt.date(2020, 8, 31)).names == before
    assert row.named_on(dt.date(2020, 9, 1)).names == ("Tên mới", before[1])
    assert "10/09/2020 → 01/09/2020" in LogEntry.objects.latest("pk").get_change_message()
    assert office.post(address, sent | {"name_change": "taken_back"}).status_code == 302
    row.refresh_from_db()
    assert row.naming == (before, "")
    assert f"Tên mới → {before[0]}" in LogEntry.objects.latest("pk").get_change_message()


def test_nobody_changes_a_row_while_another_does(office):
    row = Person.objects.create(full_name="Ngô Văn Tư", area=make_area())
    address = reverse("admin:accounts_person_change", args=[row.pk])
    sent = {"full_name": "Ngô Văn Tư", "position": "Chủ tịch", "area": row.area_id}

    with CaptureQueriesContext(connection) as asked:
        answer = office.post(address, sent | {"name_change": "spelling"})
    assert answer.status_code == 302

    locks = [one for one in asked if "FOR UPDATE" in one["sql"] and "accounts_person" in one["sql"]]
    assert bool(locks) is connection.features.has_select_for_update
    row.refresh_from_db()
    assert row.position == "Chủ tịch"


@pytest.mark.parametrize(
    ("column", "said", "kept"),
    [
        ("checked", "Đối chiếu theo bản trích dẫn", "quoted"),
        ("checked", "law", "law"),
        ("checked", "", "unread"),
        ("is_checked", "1", "quoted"),
        ("is_checked", "0", "unread"),
    ],
)
def test_a_table_says_what_a_row_was_compared_with_in_words(db, column, said, kept):
    area = make_area(name="Kỳ Anh")
    resource = admin.site._registry[type(area)].resource_classes[0]()
    table = Dataset(headers=["code", "kind", "name", column])
    table.append(["447", "district", "Kỳ Anh", said])

    resource.import_data(table, raise_errors=True)

    area.refresh_from_db()
    assert area.checked == kept
    assert resource.export()["checked"] == [str(Checked(kept).label)]
