"""No value that somebody may send ends in an error of ours."""

import os
import sys

import pytest

from tests import odd_values
from tests.test_walk import LINES, path_of, world  # noqa: F401

pytestmark = pytest.mark.django_db
# How long the suite tries, and how many odd requests of each form; by hand all of them.
BRIEFLY, FEW = 12, 4


def test_odd_values_are_answered(world):  # noqa: F811
    seconds = os.environ.get(odd_values.SECONDS)
    most = int(os.environ.get(odd_values.MOST, 0)) or (None if seconds else FEW)
    requests = odd_values.requests(world, LINES, path_of, most)

    found = odd_values.try_all(world, requests, float(seconds or BRIEFLY))

    sys.stdout.write(f"\n{found}\n")
    assert not found.broken, str(found)
