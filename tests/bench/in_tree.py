"""What only a tree's own code can do: fill its database, write in an area, count queries.

Run as a script in the tree that is measured, which may be an earlier commit: of its code it uses
only what has long been there. Each line that it reads is a verb with its arguments, in JSON, and
is answered with a line.
"""

import io
import json
import sys

PASSWORD = "mat-khau-do-toc-do"
# So many communes fill a district; more lie in ten of them, below a province.
DISTRICT = 1000
TASKS = 5000


def fill(sizes):
    """An area of each size with people at work in it; gives of each what addresses name."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=io.StringIO())
    places = {size: _fill_area(size) for size in sizes}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    return places


def _fill_area(size):
    from accounts.models import Role
    from tests import filler
    from tests.factories import make_agency

    area = filler.make_district(f"P{size}", f"Khu vực {size}")
    parts = [area] if size < DISTRICT else [
        filler.make_district(f"D{size}{n}", f"Huyện {n}", parent=area) for n in range(10)
    ]  # fmt: skip
    leader = _person(f"lanhdao-{size}", Role.LEADER, area=area)
    for part in parts:
        communes = filler.fill(part, size // len(parts), filler.article_set(), by=leader)
    district = parts[-1]
    # A session as long as they get.
    session = filler.hold_session(district, communes[:2], by=leader, entries=100, tasks=60)
    filler.assign(district, communes, TASKS, by=leader)
    agency = make_agency(key=f"phong-{size}", name=f"Phòng {size}", area=district)
    _person(f"dieuphoi-{size}", Role.COORDINATOR, area=district)
    _person(f"xa-{size}", Role.COMMUNE_LEADER, commune=communes[0])
    return {
        "area": district.pk,
        "slug": communes[0].slug,
        "session": session.pk,
        "agency": agency.pk,
    }


def _person(username, role, **place):
    from tests.factories import make_user

    user = make_user(username=username, role=role, **place)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(size, count):
    """So many more people of the area with `size` communes: of each the role, the session's key and
    a commune's address. One of ten coordinates, the others lead a commune or the area."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client

    from accounts.models import Membership, Role
    from communes.models import Area
    from tests.factories import OPENED

    area = Area.objects.get(code=f"P{size}")
    communes = list(area.communes.order_by("pk"))
    found = []
    for number in range(count):
        commune = communes[number % len(communes)]
        role = Role.COMMUNE_LEADER if number % 2 else Role.LEADER
        role = Role.COORDINATOR if number % 10 == 9 else role
        place = {"commune": commune} if role == Role.COMMUNE_LEADER else {"area": area}
        # Without a password: to make one takes long.
        user = get_user_model().objects.create_user(f"{role}-{size}-{number}", full_name="Người")
        Membership.objects.create(user=user, role=role, from_on=OPENED, **place)
        client = Client()
        client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
        found.append([role, client.cookies[settings.SESSION_COOKIE_NAME].value, commune.slug])
    connection.close()
    return found


def write_in(area):
    """Say that something was written that concerns all, the area too: nothing that was kept of it
    holds any more."""
    from nrm_tracker import revision

    revision.bump()


def queries(username, path, is_unchanged):
    """How many queries a page asks where nothing of it is kept."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    user = get_user_model().objects.get(username=username)
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
    tag = client.get(path).headers.get("ETag", "") if is_unchanged else ""
    for name in settings.CACHES:
        caches[name].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(path, headers={"If-None-Match": tag} if tag else {})
    connection.close()
    return len(captured)


VERBS = {"fill": fill, "sign_in": sign_in, "write_in": write_in, "queries": queries}


def main():
    import django

    django.setup()
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(VERBS[verb](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
