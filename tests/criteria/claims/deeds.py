"""What people do to the claim of criterion 15 on the demo's day."""

from criteria.models import Claim
from tests.pages import as_person, demo_cell

CELL = "/communes/ky-lac/criteria/15/"


CLAIM = f"{CELL}claim/"


def indicator(code):
    return demo_cell("ky-lac", int(code.split(".")[0])).criterion.indicators.get(code=code)


def prefix(code):
    return f"i{indicator(code).pk}"


def typed(**changes):
    """What the commune's people type of criterion 15."""
    values = {
        f"{prefix('15.1')}-numerator": "3.108",
        f"{prefix('15.1')}-denominator": "3.397",
        f"{prefix('15.1')}-measured_on": "31/08/2020",
        f"{prefix('15.1')}-source": "BHXH huyện",
        f"{prefix('15.2')}-yes_no": "yes",
        f"{prefix('15.2')}-measured_on": "31/08/2020",
        f"{prefix('15.3')}-numerator": "61",
        f"{prefix('15.3')}-denominator": "308",
        f"{prefix('15.3')}-measured_on": "30/06/2020",
        "result": "met",
        "explanation": "",
        "no_evidence_reason": "Sổ thẻ lưu tại trạm y tế",
        "version": "0",
    }
    return values | changes


def save(username="canbo-kylac", **changes):
    return as_person(username).post(CLAIM, typed(**changes) | {"keep": "1"})


def send(username="kylac", **changes):
    version = Claim.objects.open().values_list("version", flat=True).first() or 0
    return as_person(username).post(CLAIM, typed(version=str(version), **changes) | {"send": "1"})


def say(username, claim, **data):
    return as_person(username).post(f"/claims/{claim.pk}/word/", {"seen": "0", "reason": ""} | data)


def give_back(username, claim, **data):
    typed = {"reason": "Thiếu biên bản cân đo", "add_by": "30/09/2020"} | data
    return as_person(username).post(f"/claims/{claim.pk}/return/", typed)
