import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from criteria.models import CriteriaSet, Criterion

pytestmark = pytest.mark.django_db


def make_set(**kwargs):
    defaults = {"code": "ntm", "name": "Bộ tiêu chí", "valid_from": dt.date(2016, 12, 1)}
    return CriteriaSet.objects.create(**{**defaults, **kwargs})


def test_a_number_stands_once_in_a_set():
    criteria_set = make_set()
    Criterion.objects.create(criteria_set=criteria_set, number=8, name="Thông tin", short_name="TT")

    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.create(criteria_set=criteria_set, number=8, name="Khác", short_name="K")


def test_a_criterion_is_found_by_another_name():
    criterion = Criterion.objects.create(
        criteria_set=make_set(),
        number=20,
        name="Khu dân cư nông thôn mới kiểu mẫu, vườn mẫu",
        short_name="KDC, vườn",
        aliases="KDC mẫu",
    )

    assert list(Criterion.objects.search("kdc mau")) == [criterion]
    assert list(Criterion.objects.search("giao thong")) == []


def test_a_set_cannot_end_before_it_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_set(valid_until=dt.date(2016, 1, 1))
