"""A refusal is a line of the log, a fault comes with all that is known of it."""

import logging

import pytest
from django.conf import settings
from django.utils.log import log_response
from django.utils.module_loading import import_string


@pytest.mark.parametrize(("code", "is_traced"), [(403, False), (404, False), (500, True)])
def test_an_ordinary_refusal_leaves_no_traceback(caplog, code, is_traced):
    refusals = import_string(settings.LOGGING["filters"]["refusals"]["()"])()
    try:
        raise PermissionError("not theirs")
    except PermissionError as error:
        with caplog.at_level(logging.WARNING, "django.request"):
            log_response("Refused: %s", "/x/", response=Answer(code), exception=error)
    (record,) = caplog.records

    assert refusals.filter(record)
    assert bool(record.exc_info) == is_traced


class Answer:
    def __init__(self, status_code):
        self.status_code = status_code
