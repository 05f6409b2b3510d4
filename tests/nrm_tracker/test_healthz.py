import pytest

from nrm_tracker.version import VERSION


def test_healthz_answers_without_signing_in_or_asking_the_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, f"ok {VERSION}".encode())


@pytest.mark.django_db
def test_the_admin_asks_to_sign_in(client):
    assert client.get("/admin/").status_code == 302
