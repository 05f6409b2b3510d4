"""Rows that are drawn once for all that they say."""

import datetime as dt
import itertools
from dataclasses import dataclass, replace

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


@dataclass(frozen=True)
class Row:
    """A row that counts how often it is drawn, by its number."""

    number: int
    name: str

    drawn = {}

    @property
    def title(self):
        self.drawn[self.number] = self.drawn.get(self.number, 0) + 1
        return f"{self.number} {self.name}"


@pytest.fixture(autouse=True)
def nothing_drawn():
    Row.drawn.clear()


def drawn(template, **values):
    return template.render(Context(values))


ROWS = (
    "{% load remembered %}"
    "{% for row in rows %}{% remembered row=row day=day %}"
    "<li>{{ row.title }} {{ day|date:'d/m' }}</li>"
    "{% endremembered %}{% endfor %}"
)


def test_only_a_row_that_says_something_else_is_drawn_again():
    template, day = Template(ROWS), dt.date(2020, 9, 8)
    rows = [Row(1, "Quy hoạch"), Row(2, "Giao thông")]
    drawn(template, rows=rows, day=day)

    html = drawn(template, rows=[rows[0], replace(rows[1], name="Thủy lợi")], day=day)

    assert html == "<li>1 Quy hoạch 08/09</li><li>2 Thủy lợi 08/09</li>"
    assert Row.drawn == {1: 1, 2: 2}


def test_another_day_is_another_row():
    template, rows = Template(ROWS), [Row(1, "Quy hoạch")]
    drawn(template, rows=rows, day=dt.date(2020, 9, 8))

    assert "09/09" in drawn(template, rows=rows, day=dt.date(2020, 9, 9))


def test_nothing_reads_what_is_not_named():
    template = Template(
        "{% load remembered %}{% remembered a=a %}{{ a }}{{ b }}{% endremembered %}"
    )

    assert drawn(template, a="x", b="y") == "x"


def test_what_is_typed_stays_escaped():
    template = Template("{% load remembered %}{% remembered a=a %}{{ a }}{% endremembered %}")

    assert drawn(template, a="<b>") == drawn(template, a="<b>") == "&lt;b&gt;"


def test_each_language_has_its_own_row():
    template = Template(
        "{% load i18n remembered %}{% remembered %}{% translate 'Communes' %}{% endremembered %}"
    )
    with translation.override("en"):
        english = drawn(template)
    with translation.override("vi"):
        assert drawn(template) != english


def test_numbers_that_are_alike_are_not_one():
    template = Template("{% load remembered %}{% remembered a=a %}{{ a }}{% endremembered %}")

    assert [drawn(template, a=value) for value in (1, True, "1")] == ["1", "True", "1"]


def test_it_takes_names_and_values():
    with pytest.raises(TemplateSyntaxError):
        Template("{% load remembered %}{% remembered row %}{% endremembered %}")


class Asked(forms.Form):
    """A form whose fields may stand on many pages."""

    name = forms.CharField(label="Tên", required=False)
    result = forms.ChoiceField(label="Kết quả", choices=[("met", "Đạt"), ("not", "Chưa")])


FIELD = (
    "{% load remembered %}"
    "{% remembered_field field %}{{ number }}: {{ field }}{% endremembered_field %}"
)


def field(form, name="name"):
    """What the field is drawn as, with the number of the drawing."""
    return drawn(field.template, field=form[name], number=next(field.numbers))


@pytest.fixture
def numbers():
    field.numbers, field.template = itertools.count(), Template(FIELD)


@pytest.mark.usefixtures("numbers")
def test_a_field_is_drawn_once_for_all_that_it_says():
    once = field(Asked())

    assert field(Asked()) == once
    assert field(Asked(initial={"name": "An"})) != once
    assert 'value="An"' in field(Asked(initial={"name": "An"}))
    assert 'id="x_name"' in field(Asked(auto_id="x_%s"))
    assert "Chưa" in field(Asked(), "result")
    with translation.override("en"):
        assert field(Asked()) != once


class Sent(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput)
    file = forms.FileField()
    result = forms.ChoiceField(choices=[("met", "Đạt")])


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("name", ["password", "file"])
def test_what_was_sent_is_kept_by_nobody(name):
    file = SimpleUploadedFile("anh.jpg", b"picture")
    sent = {"password": "mat-khau-rieng", "result": "met"}

    assert field(Sent(sent, {"file": file}), name) != field(Sent(sent, {"file": file}), name)
    assert not field.template.nodelist[-1].drawn
    assert field(Sent(sent), "result") == field(Sent(sent), "result")


@pytest.mark.usefixtures("numbers")
def test_other_choices_are_another_field():
    field(Asked(), "result")
    other = Asked()
    other.fields["result"].choices = [("met", "Đạt"), ("none", "Không áp dụng")]

    assert "Không áp dụng" in field(other, "result")


@pytest.mark.usefixtures("numbers")
def test_what_was_typed_is_drawn_as_it_was_typed():
    assert 'value="Bình"' in field(Asked({"name": "Bình", "result": "met"}))
    assert 'value="Cúc"' in field(Asked({"name": "Cúc", "result": "met"}))


@pytest.mark.usefixtures("numbers")
def test_a_field_to_be_mended_is_drawn_each_time():
    wrong = Asked({"name": "An", "result": "gì"})

    assert field(wrong, "result") != field(wrong, "result")
