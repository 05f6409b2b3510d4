import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from nrm_tracker.templatetags import ui


class Measured(forms.Form):
    day = forms.DateField(label="Ngày")
    version = forms.IntegerField(widget=forms.HiddenInput)


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_takes_its_size_from_the_style_sheet():
    drawn = draw('{% icon "phone" %}')

    assert 'class="i"' in drawn
    assert " width=" not in drawn


def test_a_telephone_number_is_called_by_a_telephone():
    assert draw('{% tel "0911" %}') == '<a class="tel nw" href="tel:0911">0911</a>'
    assert draw('{% tel "0911" "phone" %}').startswith('<a class="tel nw" href="tel:0911"><svg')
    assert draw("{% tel number %}", number="<") == '<a class="tel nw" href="tel:&lt;">&lt;</a>'
    assert draw("{% tel number %}", number="") == ""


def test_what_follows_a_way_stands_at_the_right():
    assert '<nav class="crumb" ' in draw("{% crumb %}a{% endcrumb %}")
    assert '<nav class="crumb split" ' in draw('{% crumb "split" %}a{% endcrumb %}')


def test_a_status_is_escaped():
    assert (
        draw('{% status text "late" %}', text="<b>") == '<span class="st st-late">&lt;b&gt;</span>'
    )


def test_a_list_with_nothing_in_it_says_so():
    drawn = draw("{% nothing_yet %}<p>a</p>{% endnothing_yet %}")

    assert drawn == '<div class="empty"><p>a</p></div>'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (ui.day(dt.date(2020, 9, 8)), "08/09/2020"),
        (ui.day(None), ""),
        (ui.decimal1(Decimal("91.46")), "91,5"),
        (ui.decimal2(16.125), "16,13"),
        (ui.signed(-0.25), "▼0,25"),
        (ui.thousands(3397), "3.397"),
        (ui.thousands(Decimal("1108.52")), "1.108,52"),
        (ui.thousands(None), ""),
    ],
)
def test_days_and_numbers_are_written_the_vietnamese_way(written, read):
    assert written == read


def test_what_a_form_lacks_is_summed_up_with_links():
    drawn = draw("{% problems form %}", form=Measured({"day": "32/13/2020"}))

    assert 'href="#id_day"' in drawn
    assert drawn.count("<li>") == 2  # the hidden field's error is told as well


def test_what_a_form_lacks_is_counted():
    drawn = draw("{% problems form counted=True %}", form=Measured({"day": "32/13/2020"}))

    assert "2" in drawn
    assert "<li>" not in drawn


@pytest.mark.parametrize("tag", ["{% problems form %}", "{% problems form counted=True %}"])
def test_a_form_that_lacks_nothing_is_passed_over(tag):
    assert draw(tag, form=Measured()).strip() == ""


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(100), 50).page(1)
    request = RequestFactory().get("/?sort=name")

    drawn = Template("{% load ui %}{% pagination page %}").render(
        RequestContext(request, {"page": page, "request": request})
    )

    assert 'href="?sort=name&amp;page=2"' in drawn
    assert 'rel="prev"' not in drawn


@pytest.mark.parametrize(("day", "said"), [(16, "còn 1 ngày"), (15, "đến hạn hôm nay")])
def test_no_days_left_are_said_in_words(day, said):
    assert ui.days_left(dt.date(2020, 9, day), dt.date(2020, 9, 15)) == said
