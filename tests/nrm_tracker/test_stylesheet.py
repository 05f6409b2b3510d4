"""A style sheet without the rules that no page uses."""

import os

import pytest
from django.contrib.staticfiles.finders import get_finder

from nrm_tracker import staticfiles
from nrm_tracker.staticfiles import PackageFinder
from nrm_tracker.stylesheet import used, words_of


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p{margin:0}", "p{margin:0}"),
        (".btn{color:red}.card{color:blue}", ".btn{color:red}"),
        (".card,.btn,p>.card{color:red}", ".btn{color:red}"),
        (".btn.card{color:red}", ""),
        (".btn:not(.card,.row){color:red}", ".btn:not(.card,.row){color:red}"),
        ("@media (min-width:9px){.card{margin:0}}", ""),
        ("@media print{.card{margin:0}.btn{margin:0}}", "@media print{.btn{margin:0}}"),
        ("@keyframes turn{0%{top:0}to{top:1px}}", "@keyframes turn{0%{top:0}to{top:1px}}"),
        ("/*! The licence */p{top:0}/*# sourceMappingURL=x.map */", "/*! The licence */p{top:0}"),
    ],
)
def test_a_rule_stays_where_an_element_could_match_it(css, left):
    assert used(css, {"btn"}) == left


def test_the_words_are_those_of_every_file(tmp_path):
    (tmp_path / "a.html").write_text('<p class="btn btn-sm">')
    (tmp_path / "b.py").write_text('"card"')

    assert {"btn", "btn-sm", "card"} <= words_of(tmp_path.iterdir())


def collected():
    finder = get_finder("nrm_tracker.staticfiles.PackageFinder")
    ((name, storage),) = finder.list([])
    return name, storage


def test_bootstrap_is_collected_with_what_pages_use_of_it():
    name, storage = collected()
    sheet = storage.open(name).read().decode()

    assert name == "bootstrap.min.css"
    assert "Licensed under MIT" in sheet
    assert ".form-control{" in sheet
    assert ".visually-hidden" in sheet
    assert ".offcanvas" not in sheet
    assert "sourceMappingURL" not in sheet
    assert sheet.count("{") == sheet.count("}")
    assert len(sheet) < 60_000


def test_a_page_that_changed_makes_another_sheet(monkeypatch, tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p class="offcanvas">')
    os.utime(page, (2_000_000_000, 2_000_000_000))
    monkeypatch.setattr(staticfiles, "_pages", lambda: [page])
    name, storage = collected()

    assert storage.get_modified_time(name).timestamp() == 2_000_000_000
    assert ".offcanvas" in storage.open(name).read().decode()


def test_while_one_develops_the_sheet_is_whole():
    assert PackageFinder().find("bootstrap/bootstrap.min.css").endswith("bootstrap.min.css")
    assert PackageFinder().find("bootstrap/other.css") is None
