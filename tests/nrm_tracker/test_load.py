"""A request that carries too much, and one that comes when there is too much to do."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.translation import gettext as _

from nrm_tracker import limits, slots
from nrm_tracker import urls as project_urls
from nrm_tracker.forms import UploadsField
from tests import files

LOGIN = "/accounts/login/"
FORM = "application/x-www-form-urlencoded"
BODY = b"username=a&password=b"


@pytest.mark.parametrize(("limit", "code"), [(len(BODY), 200), (len(BODY) - 1, 413)])
def test_a_request_that_says_it_carries_too_much_is_not_read(db, client, settings, limit, code):
    settings.REQUEST_LIMIT = limit

    response = client.generic("POST", LOGIN, BODY, FORM)

    assert response.status_code == code
    assert (_("Too much at once") in response.text) == (code == 413)


def test_the_page_says_how_much_is_accepted(client):
    response = client.generic("POST", LOGIN, BODY, FORM, CONTENT_LENGTH=str(10**9))

    assert response.status_code == 413
    assert "64 MB" in response.text
    assert "default-src" in response["Content-Security-Policy"]


def test_of_a_request_that_says_no_length_nothing_is_read(db, client):
    response = client.generic("POST", LOGIN, BODY, FORM, CONTENT_LENGTH="")

    assert response.status_code == 200
    assert "username" in response.context["form"].errors


def test_the_proxy_lets_through_as_much_as_the_application_takes(settings):
    proxy = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()

    assert f"client_max_body_size {settings.REQUEST_LIMIT // limits.MEGABYTE}m;" in proxy


def test_a_request_of_too_many_files_is_refused(db, client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2

    response = client.post(LOGIN, {f"f{n}": files.pdf() for n in range(3)})

    assert response.status_code == 400


def test_a_field_takes_so_many_files_and_says_so():
    field = UploadsField()
    sent = [files.pdf() for _number in range(limits.MOST_FILES + 1)]

    assert len(field.clean(sent[1:])) == limits.MOST_FILES
    with pytest.raises(ValidationError) as refused:
        field.clean(sent)
    said = _("At most %(limit)s files are accepted at once.") % {"limit": limits.MOST_FILES}
    assert refused.value.messages == [said]


def _no_turn(request):
    raise slots.Busy


urlpatterns = [*project_urls.urlpatterns, path("busy/", _no_turn)]


@pytest.mark.urls(__name__)
def test_a_page_for_which_no_turn_came_asks_to_wait(db, admin_client):
    response = admin_client.get("/busy/")

    assert (response.status_code, response["Retry-After"]) == (503, "10")
    assert str(slots.BUSY) in response.text
