"""What keeps `make run` from beginning is said in one sentence, before any work."""

import socket

import pytest

from demo.before_run import problem
from nrm_tracker.demo_day import iso


@pytest.mark.parametrize(
    "port", ["0", "abc", "70000", "-1", "", "8000.0", "99999999999", "000001999999"]
)
def test_a_port_that_cannot_be_is_told(port):
    assert "whole number from 1 to 65535" in problem({"PORT": port})


def test_a_port_in_use_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"Port {port} is in use" in problem({"PORT": port})
    assert problem({"PORT": port}) == ""


@pytest.mark.parametrize(
    ("day", "read"),
    [("2021-12-31", "2021-12-31"), ("31/12/2021", "2021-12-31"), (" 8/9/2020", "2020-09-08")],
)
def test_the_demo_s_day_is_read_as_people_write_it(day, read):
    assert iso(day) == read


@pytest.mark.parametrize("day", ["32/1/2021", "tomorrow", "12/31/2021", ""])
def test_a_day_that_cannot_be_is_told(day):
    assert "must be a day" in problem({"DEMO_DAY": day})
