"""The sets that the application brings: loaded in the browser, without the places of one office."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection

from communes.models import Agency, Area, Commune
from criteria.models import CriteriaSet, Criterion, LoadedReference, Responsibility
from criteria.standards import reference_loading
from tests.factories import make_administrator, make_enrolment
from tests.pages import read

pytestmark = pytest.mark.django_db

URL = "/setup/sets/"


@pytest.fixture
def administrator(client):
    user = make_administrator()
    client.force_login(user)
    return client


def test_the_sets_are_loaded_and_no_place_with_them(administrator):
    assert "Chưa có bộ tiêu chí nào" in administrator.get(URL).content.decode()

    answer = administrator.post(URL, follow=True)

    assert answer.redirect_chain == [(URL, 302)]
    sizes = {one.code: one.criteria.count() for one in CriteriaSet.objects.all()}
    assert sizes["ntm-2016-ha-tinh"] == 20
    assert sizes["ntm-2026"] == 10
    for model in (Area, Commune, Agency, Responsibility):
        assert not model.objects.exists()
    assert {row["data-set"] for row in read(administrator, URL).find("tr", data_set=True)} == {
        *sizes
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_who_load_them_at_once_the_second_finds_them():
    ready, reports = threading.Barrier(2, timeout=30), []

    def bring():
        try:
            ready.wait()
            reports.append(reference_loading.bring_sets())
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    first, second = sorted(reports, key=lambda report: -report.created)
    assert first.created == second.unchanged > 0
    assert second.created == 0


def test_loaded_again_what_was_changed_here_stays(administrator):
    administrator.post(URL)
    changed = Criterion.objects.get(criteria_set__code="ntm-2026", number=1)
    Criterion.objects.filter(pk=changed.pk).update(name="Quy hoạch của tỉnh")

    answer = administrator.post(URL, follow=True)

    assert "giữ nguyên 1 dòng" in answer.content.decode()
    assert Criterion.objects.get(pk=changed.pk).name == "Quy hoạch của tỉnh"


def test_places_that_were_loaded_before_are_not_given_up(capsys, db):
    call_command("load_reference")
    count = LoadedReference.objects.count()
    capsys.readouterr()

    call_command("load_reference", without_places=True)

    said = capsys.readouterr().out
    assert said.startswith("Dữ liệu danh mục: thêm 0, cập nhật 0, giữ nguyên bản sửa 0")
    assert LoadedReference.objects.count() == count
    assert Agency.objects.exists()


def test_what_may_not_be_loaded_is_refused_with_a_sentence(administrator):
    administrator.post(URL)
    LoadedReference.objects.filter(key="criterion:ntm-2026/10").delete()
    criteria_set = CriteriaSet.objects.get(code="ntm-2026")
    criteria_set.criteria.get(number=10).delete()
    make_enrolment(criteria_set=criteria_set)

    answer = administrator.post(URL)

    assert "ntm-2026" in answer.context["form"].non_field_errors()[0]
    assert criteria_set.criteria.count() == 9
