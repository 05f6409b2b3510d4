"""A percent sign multiplies by a hundred only where it is a true one."""

from decimal import Decimal

import pytest

from criteria.workbook.number_formats import percent_signs


@pytest.mark.parametrize(
    ("number_format", "number", "expected"),
    [
        ("General", "97.5", 0),
        ("0.00%", "0.9", 1),
        ('0.00"%"', "97.5", 0),
        (r"0.00\%", "97.5", 0),
        (r'0.0"\"%', "0.9", 1),
        ("0.00_%", "97.5", 0),
        ("0*%", "97.5", 0),
        ('"x"0.0%', "0.9", 1),
        ('0.0%" của "', "0.9", 1),
        ("0%;0", "0.9", 1),
        ("0%;0", "-0.9", 0),
        ("0;-0;0%", "0", 1),
        ("[<1]0%;0", "0.9", 1),
        ("[<1]0%;0", "97.5", 0),
        ("[>=1]0;0%", "0.9", 1),
        ("[Red]0.0%", "0.9", 1),
        ("[$%-42A]0", "0.9", 0),
        ("0%%", "0.009", 2),
    ],
)
def test_a_percent_sign_that_acts_as_one(number_format, number, expected):
    assert percent_signs(number_format, Decimal(number)) == expected
