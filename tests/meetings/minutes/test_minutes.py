"""The minutes as they are typed: verbs, the editor with and without its script."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import Role
from meetings.minutes import actions as minutes_actions
from meetings.minutes.actions import EntryText
from meetings.minutes.forms import PastedField
from meetings.models import Entry, Theme
from nrm_tracker.forms import Conflict
from nrm_tracker.text import pasted
from tests.factories import make_commune, make_entry, make_session, make_task, make_user
from tests.pages import Page

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def commune():
    return make_commune()


@pytest.fixture
def session(commune):
    return make_session(communes=[commune])


@pytest.fixture
def coordinator(client, commune):
    user = make_user(role=Role.COORDINATOR, area=commune.area)
    client.force_login(user)
    return user


def save(client, session, *, key=None, text="Làm rõ đường găng", version=0, headers=None, **typed):
    sent = {"client_id": key or uuid4(), "version": version, "kind": "conclusion", "text": text}
    address = reverse("entry-save", args=[session.pk])
    return client.post(address, sent | typed, headers=headers)


def editor(client, session):
    return client.get(reverse("minutes", args=[session.pk]))


# The verbs


def test_entries_follow_one_another_and_keep_who_wrote_them(session):
    first, second = make_entry(session, "Một"), make_entry(session, "Hai")

    assert [entry.text for entry in session.entries.all()] == ["Một", "Hai"]
    assert (first.position, second.position, first.version) == (1, 2, 1)
    assert first.written_by == session.convened_by


def test_the_same_save_sent_again_changes_nothing(session):
    key, said = uuid4(), EntryText(kind="report", text="Xã đạt 16/20 tiêu chí")
    for _ in range(3):
        minutes_actions.write(session, key, said, version=0, by=session.convened_by)

    assert Entry.objects.get().version == 1


def test_the_second_of_two_who_change_an_entry_is_told(session):
    entry, other = make_entry(session), make_user()
    minutes_actions.write(
        session,
        entry.client_id,
        EntryText(kind="opinion", text="Của người khác"),
        version=1,
        by=other,
    )

    with pytest.raises(Conflict) as change:
        minutes_actions.write(
            session, entry.client_id, EntryText(kind="opinion", text="Của tôi"), version=1, by=other
        )

    assert change.value.current.text == "Của người khác"
    assert Entry.objects.get().text == "Của người khác"


def test_an_entry_deleted_meanwhile_does_not_come_back_unasked(session):
    entry = make_entry(session)
    minutes_actions.delete(entry, version=1)

    with pytest.raises(ValidationError):
        minutes_actions.write(
            session, entry.client_id, EntryText(kind="opinion", text="x"), version=1, by=make_user()
        )
    assert not Entry.objects.exists()


def test_an_entry_with_tasks_stays(session, commune):
    entry = make_entry(session)
    make_task(commune=commune, entry=entry)

    with pytest.raises(ValidationError):
        minutes_actions.delete(entry, version=1)


def test_an_entry_is_of_a_commune_of_the_session_only(session):
    other = make_commune(name="Kỳ Tây", slug="ky-tay", code="1")

    with pytest.raises(ValidationError) as refused:
        make_entry(session, commune=other)
    assert list(refused.value.error_dict) == ["commune"]


def test_entries_are_put_in_another_order(session):
    one, two, three = (make_entry(session, text) for text in ("Một", "Hai", "Ba"))

    minutes_actions.move(three, up=True)
    minutes_actions.move(one, up=False)
    assert [entry.text for entry in session.entries.all()] == ["Ba", "Một", "Hai"]
    minutes_actions.move(two, up=True)
    assert [entry.text for entry in session.entries.all()] == ["Ba", "Hai", "Một"]
    minutes_actions.move(three, up=True)
    assert [entry.text for entry in session.entries.all()] == ["Ba", "Hai", "Một"]


def test_published_minutes_are_locked(commune):
    session = make_session(communes=[commune], state="published")
    entry = session.entries.get()

    for write in (
        lambda: make_entry(session),
        lambda: minutes_actions.delete(entry, version=1),
        lambda: minutes_actions.move(entry, up=True),
    ):
        with pytest.raises(ValidationError):
            write()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Một\r\nHai\rBa\vBốn\u2028Năm", "Một\nHai\nBa\nBốn\nNăm"),
        ("“Đường găng” – của\u00a0xã", "“Đường găng” – của xã"),
        ("Kỳ\x00 Lạc\x1f\ufeff", "Kỳ Lạc"),
        ("Ky\u0300 La\u0323c", "Kỳ Lạc"),
        ("\tmột\n", "một"),
        ("\uf0b7\tMột\n \uf0d8 Hai", "- Một\n - Hai"),
        ("Tỷ lệ \uf0b3 95%", "Tỷ lệ ≥ 95%"),
        ("xây dựng nông\u00ad thôn mới", "xây dựng nông thôn mới"),
        ("ñy ban nh©n d©n x· Kú L¹c", "ủy ban nhân dân xã Kỳ Lạc"),
        ("ch\xad¬ng tr×nh x©y dùng n«ng th«n míi", "chương trình xây dựng nông thôn mới"),
        ("Château de Blois, © 2020, 50 m² «ở đây»", "Château de Blois, © 2020, 50 m² «ở đây»"),
        ("Sân 20m×30m, kho 5m×6m", "Sân 20m×30m, kho 5m×6m"),
        ("SO2: 125 µg/m³; NO2: 100 µg/m³", "SO2: 125 µg/m³; NO2: 100 µg/m³"),
        ("Thay 3 van Rinnai® và 2 van Ariston®", "Thay 3 van Rinnai® và 2 van Ariston®"),
        ("2 kW·h và 3 kW·h", "2 kW·h và 3 kW·h"),
    ],
)
def test_what_comes_from_word_is_kept_plain(typed, kept):
    assert PastedField().clean(typed) == kept


def test_what_is_kept_already_is_never_read_as_something_else():
    """Papers clean what the database holds once more."""
    assert pasted("ñy ban nh©n d©n x· Kú L¹c") == "ñy ban nh©n d©n x· Kú L¹c"


# The editor


def test_the_editor_shows_the_entries_and_a_blank_one(client, coordinator, session):
    entry = make_entry(session, "Dòng một\nDòng hai")

    page = Page(editor(client, session))

    forms = [one for one in page.elements if one.tag == "form" and "entry" in one.classes]
    assert [form.attrs.get("id") for form in forms[:2]] == [f"entry-{entry.pk}", None]
    assert forms[0]["data-entry"] == str(entry.client_id)
    assert "Dòng một\nDòng hai</textarea>" in editor(client, session).content.decode()


def test_a_form_saves_an_entry_and_leads_back_to_it(client, coordinator, session, commune):
    theme = Theme.objects.first() or Theme.objects.create(name="Tuyên truyền")

    answer = save(
        client,
        session,
        speaker="Bí thư Huyện ủy",
        commune=commune.pk,
        theme=theme.pk,
        kind="direction",
    )

    entry = Entry.objects.get()
    assert answer["Location"].endswith(f"/minutes/#entry-{entry.pk}")
    assert (entry.kind, entry.speaker, entry.commune, entry.theme, entry.written_by) == (
        "direction", "Bí thư Huyện ủy", commune, theme, coordinator,
    )  # fmt: skip


def test_a_script_is_told_what_was_saved(client, coordinator, session):
    key = str(uuid4())

    answers = [save(client, session, key=key, headers=JSON).json() for _ in range(2)]

    entry = Entry.objects.get()
    assert [(a["id"], a["version"]) for a in answers] == [(entry.pk, 1)] * 2
    assert len(answers[0]["at"]) == 5


@pytest.mark.parametrize("headers", [None, JSON])
def test_both_texts_are_shown_to_the_second_writer(client, coordinator, session, headers):
    entry = make_entry(session, "Của người khác")
    minutes_actions.write(
        session,
        entry.client_id,
        EntryText(kind="conclusion", text="Của người khác, mới"),
        version=1,
        by=make_user(username="nguoi-khac"),
    )

    answer = save(client, session, key=entry.client_id, version=1, text="Của tôi", headers=headers)

    assert answer.status_code == 409
    if headers:
        assert answer.json()["theirs"] | {"text": "", "version": 0} == {
            "version": 0, "kind": "conclusion", "speaker": "", "commune": "", "criterion": "",
            "theme": "", "text": "",
        }  # fmt: skip
        assert answer.json()["theirs"]["text"] == "Của người khác, mới"
    else:
        page = answer.content.decode()
        assert "Của tôi</textarea>" in page
        assert "Của người khác, mới" in page
        # To send again is to decide.
        again = save(client, session, key=entry.client_id, version=2, text="Của tôi")
        assert again.status_code == 302
        assert Entry.objects.get().text == "Của tôi"


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"text": "đ" * 50_000}, "đ" * 50_000),
        ({"kind": "tin-don", "text": "Giữ lại"}, "Giữ lại"),
        ({"commune": "999999", "text": "Giữ lại"}, "Giữ lại"),
        ({"client_id": "không", "text": "Giữ lại"}, "Giữ lại"),
        ({"version": "-1", "text": "Giữ lại"}, "Giữ lại"),
        ({"version": "x", "text": "Giữ lại"}, "Giữ lại"),
        ({"version": "7", "text": "Giữ lại"}, "Giữ lại"),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept(client, coordinator, session, wrong, kept):
    for headers in (None, JSON):
        answer = save(
            client, session, **({"headers": headers} | wrong | {"key": wrong.get("client_id")})
        )

        assert not Entry.objects.exists()
        if headers:
            assert answer.status_code == 400
            assert answer.json()["message"]
        else:
            assert f"{kept}</textarea>" in answer.content.decode()
            assert 'role="alert"' in answer.content.decode()


def test_an_entry_is_moved_and_deleted_by_forms(client, coordinator, session):
    one, two = make_entry(session, "Một"), make_entry(session, "Hai")

    client.post(reverse("entry-move", args=[two.pk]), {"direction": "up"})
    assert [entry.text for entry in session.entries.all()] == ["Hai", "Một"]
    delete = reverse("entry-delete", args=[one.pk])
    assert "Một" in client.get(delete).content.decode()
    assert client.post(delete, {"version": "0"}).status_code == 409
    client.post(delete, {"version": "1"})
    assert [entry.text for entry in session.entries.all()] == ["Hai"]


def test_published_minutes_lead_to_their_page(client, coordinator, commune):
    session = make_session(communes=[commune], state="published")

    assert editor(client, session)["Location"] == reverse("session", args=[session.pk])
    assert save(client, session, headers=JSON).status_code == 400
    assert "Làm rõ đường găng</textarea>" in save(client, session).content.decode()


def test_only_who_convenes_writes(client, session, commune):
    entry = make_entry(session)
    addresses = [
        ("get", reverse("minutes", args=[session.pk])),
        ("post", reverse("entry-save", args=[session.pk])),
        ("post", reverse("entry-delete", args=[entry.pk])),
        ("post", reverse("entry-move", args=[entry.pk])),
    ]
    client.force_login(make_user(role=Role.COMMUNE_LEADER, commune=commune))
    assert [getattr(client, verb)(to).status_code for verb, to in addresses] == [403] * 4
    client.force_login(make_user())
    assert [getattr(client, verb)(to).status_code for verb, to in addresses] == [404] * 4
    assert Entry.objects.get().version == 1
