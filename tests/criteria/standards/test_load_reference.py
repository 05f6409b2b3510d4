import hashlib
import json

import pytest
from django.core.management import CommandError, call_command

from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.models import (
    Bracket,
    CriteriaSet,
    Criterion,
    DossierRequirement,
    Indicator,
    LevelName,
    LoadedReference,
    Responsibility,
    Threshold,
)
from criteria.standards import reference_files, reference_loading
from criteria.standards.reference_files import Ref, ReferenceRow
from tests.factories import make_enrolment
from tests.pages import written

pytestmark = pytest.mark.django_db


def load():
    return reference_loading.load(reference_files.read())


def area_row(**values):
    """A row of a file of one's own."""
    defaults = {"code": "99", "kind": "province", "name": "Thử", "region": "btb"}
    return ReferenceRow(Area, "99", {**defaults, **values}, {"successors": []})


def criterion_rows(*numbers):
    in_set = {"criteria_set": Ref(CriteriaSet, "ntm")}
    sets = [
        ReferenceRow(CriteriaSet, "ntm", {"code": "ntm", "name": "Bộ", "valid_from": "2016-12-01"})
    ]
    rows = [
        ReferenceRow(
            Criterion, f"ntm/{n}", {**in_set, "number": n, "name": name, "short_name": "TC"}
        )
        for n, name in numbers
    ]
    return [sets, rows]


def test_the_files_hold_the_district_and_the_four_sets():
    call_command("load_reference")

    assert Commune.objects.filter(area__code="447").count() == 20
    assert Commune.objects.exclude(latitude=None).count() == 20
    lam_hop, ky_lac = Commune.objects.filter(slug__in=["lam-hop", "ky-lac"]).order_by("code")
    assert set(lam_hop.successors.all()) == set(ky_lac.successors.all()) != set()
    group = WorkingGroup.objects.get(key="doan-1447")
    assert set(group.communes.all()) == {lam_hop, ky_lac}
    for code, criteria, indicators in (
        ("ntm-2009", 19, 13),
        # 49 of the national decision, three of the criterion that the province adds.
        ("ntm-2016-ha-tinh", 20, 52),
        ("ntm-2021", 19, 57),
        ("ntm-2026", 10, 0),
    ):
        criteria_set = CriteriaSet.objects.get(code=code)
        counted = Indicator.objects.filter(criterion__criteria_set=criteria_set, part_of=None)
        assert (criteria_set.criteria.count(), counted.count()) == (criteria, indicators)


def test_each_set_since_2016_has_steps_and_what_was_inferred_is_asked_of_nobody():
    call_command("load_reference")

    found = DossierRequirement.objects.order_by("number")
    steps = {code: list(found.filter(criteria_set__code=code)) for code in ("ntm-2021", "ntm-2026")}

    assert [one.number for one in steps["ntm-2021"] if not one.is_required] == [5, 6]
    (only,) = steps["ntm-2026"]
    assert (only.is_required, only.checked) == (False, "unread")
    named = Criterion.objects.filter(may_cost_recognition=True).order_by("number")
    assert list(named.values_list("criteria_set__code", "number")) == [
        ("ntm-2021", 10),
        ("ntm-2021", 17),
        ("ntm-2021", 19),
    ]


def test_every_row_says_where_it_was_read():
    load()

    for model in (Area, Commune, Agency, WorkingGroup, CriteriaSet, Criterion, Indicator):
        assert not model.objects.filter(source="").exists()
    for model in (Threshold, Responsibility, Bracket, LevelName):
        assert not model.objects.filter(source="").exists()


def test_the_rows_make_the_keys_by_which_they_are_known():
    load()

    for model, lookups in reference_files.IDENTITY.items():
        name = model._meta.model_name
        for parts in model.objects.values_list(*lookups):
            assert LoadedReference.objects.filter(
                key=f"{name}:{reference_files.key(*parts)}"
            ).exists()


def test_a_second_run_changes_nothing():
    first = load()
    number = written()

    call_command("load_reference")
    second = load()

    assert (second.created, second.updated, second.kept) == (0, 0, [])
    assert second.unchanged == first.created
    assert written() == number


def test_an_unchanged_row_follows_the_file():
    reference_loading.load([[area_row()]])

    report = reference_loading.load([[area_row(name="Thử nữa")]])

    assert report.updated == 1
    assert Area.objects.get(code="99").name == "Thử nữa"
    assert Area.objects.get(code="99").sort_key


def test_no_row_claims_more_than_was_read_and_few_the_law_itself():
    load()

    for model in reference_files.IDENTITY:
        if hasattr(model, "checked"):
            assert not model._default_manager.filter(checked="law").exists()
            said = model._default_manager.filter(source__startswith="Chưa đọc văn bản gốc")
            assert set(said.values_list("checked", flat=True)) <= {"unread"}


def test_a_row_loaded_when_it_was_only_checked_or_not_follows_the_file():
    reference_loading.load([[area_row(source="Gói dữ liệu", checked="quoted")]])
    before = {
        "code": "99", "kind": "province", "name": "Thử", "region": "btb",
        "source": "Gói dữ liệu", "is_checked": True, "successors": [],
    }  # fmt: skip
    text = json.dumps(before, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    LoadedReference.objects.filter(key="area:99").update(digest=digest)

    report = reference_loading.load([[area_row(source="Gói dữ liệu", checked="unread")]])

    assert (report.updated, report.kept) == (1, [])
    assert Area.objects.get(code="99").checked == "unread"


def test_a_changed_row_is_kept_and_reported():
    reference_loading.load([[area_row()]])
    Area.objects.get(code="99").delete()
    Area.objects.create(code="99", kind="province", name="Của huyện")

    report = reference_loading.load([[area_row(name="Thử nữa")]])

    assert report.updated == 0
    assert len(report.kept) == 1
    assert Area.objects.get(code="99").name == "Của huyện"


def test_the_command_names_the_row_that_was_changed_here(capsys):
    load()
    threshold = Threshold.objects.get(
        indicator__code="10.1", indicator__criterion__criteria_set__code="ntm-2016-ha-tinh",
        region="btb",
    )  # fmt: skip
    Threshold.objects.filter(pk=threshold.pk).update(value=38, text="≥38 theo tỉnh")

    call_command("load_reference")

    assert "≥38 theo tỉnh" in capsys.readouterr().out
    threshold.refresh_from_db()
    assert threshold.value == 38


def test_a_row_that_was_given_other_communes_is_changed():
    load()
    WorkingGroup.objects.get(key="doan-1447").communes.clear()

    assert len(load().kept) == 1


def test_a_row_that_the_file_catches_up_with_follows_it_again():
    reference_loading.load([[area_row()]])
    Area.objects.filter(code="99").update(name="Thử nữa")
    reference_loading.load([[area_row(name="Thử nữa")]])

    assert reference_loading.load([[area_row(name="Lần ba")]]).updated == 1


def test_a_deleted_row_is_not_made_again_nor_what_hangs_on_it():
    load()
    criterion = Criterion.objects.get(criteria_set__code="ntm-2021", number=7)
    criterion.delete()

    report = load()

    assert report.created == 0
    assert len(report.removed) >= 2
    assert not Criterion.objects.filter(criteria_set__code="ntm-2021", number=7).exists()


def test_a_row_that_left_the_files_stays_and_is_reported():
    reference_loading.load([[area_row()]])

    report = reference_loading.load([])

    assert report.abandoned == ["area:99"]
    assert Area.objects.filter(code="99").exists()


def test_a_name_that_no_file_knows_is_refused():
    with pytest.raises(reference_loading.LoadRefused):
        reference_loading.load([[area_row(parent=Ref(Area, "98"))]])

    assert not Area.objects.exists()


@pytest.mark.parametrize(
    "numbers",
    [
        [(1, "Một"), (2, "Hai"), (3, "Ba")],
        [(1, "Một")],
        [(1, "Hai"), (2, "Một")],
        [(1, "Một"), (3, "Hai")],
    ],
)
def test_a_set_in_use_is_not_renumbered(numbers):
    reference_loading.load(criterion_rows((1, "Một"), (2, "Hai")))
    make_enrolment(criteria_set=CriteriaSet.objects.get())

    with pytest.raises(reference_loading.LoadRefused):
        reference_loading.load(criterion_rows(*numbers))

    assert list(Criterion.objects.values_list("number", "name")) == [(1, "Một"), (2, "Hai")]


def test_a_set_in_use_may_be_reworded_and_another_set_grow():
    reference_loading.load(criterion_rows((1, "Một"), (2, "Hai")))
    reference_loading.load(criterion_rows((1, "Một"), (2, "Hai"), (3, "Ba")))
    make_enrolment(criteria_set=CriteriaSet.objects.get())

    report = reference_loading.load(criterion_rows((1, "Thứ nhất"), (2, "Hai"), (3, "Ba")))

    assert report.updated == 1


def test_the_command_says_in_a_sentence_what_is_refused():
    load()
    criteria_set = CriteriaSet.objects.get(code="ntm-2016-ha-tinh")
    LoadedReference.objects.filter(key="criterion:ntm-2016-ha-tinh/20").delete()
    Criterion.objects.get(criteria_set=criteria_set, number=20).delete()
    make_enrolment(criteria_set=criteria_set, commune=Commune.objects.get(slug="ky-lac"))

    with pytest.raises(CommandError, match="ntm-2016-ha-tinh"):
        call_command("load_reference")
