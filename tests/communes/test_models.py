import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from communes.models import Commune
from tests.factories import make_commune

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["ky lac", "LẠC", "lạc kỳ", "18850"])
def test_search_finds_a_commune_without_its_marks(words):
    commune = make_commune()
    make_commune(name="Lâm Hợp", slug="lam-hop", code="18838")

    assert list(Commune.objects.search(words)) == [commune]


def test_communes_sort_in_vietnamese_order():
    for code, name in enumerate(["Kỳ Đồng", "Kỳ Thư", "Kỳ Châu", "Kỳ Thọ"]):
        make_commune(name=name, slug=f"x-{code}", code=str(code))

    names = [commune.name for commune in Commune.objects.all()]

    assert names == ["Kỳ Châu", "Kỳ Đồng", "Kỳ Thọ", "Kỳ Thư"]


def test_a_dissolved_commune_is_gone_on_its_day():
    commune = make_commune(dissolved_on=dt.date(2025, 7, 1))

    assert list(Commune.objects.existing_on(dt.date(2025, 6, 30))) == [commune]
    assert list(Commune.objects.existing_on(dt.date(2025, 7, 1))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": "18.0"},
        {"kind": "hamlet"},
        {"established_on": dt.date(2020, 2, 1), "dissolved_on": dt.date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_contradictions(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_commune(**wrong)
