"""The Vietnamese catalogue: whole, compiled, in the register of the field."""

import os
import re
import shutil
import subprocess
import sys
import unicodedata

import polib
import pytest
from django.conf import settings

PO = settings.BASE_DIR / "locale/vi/LC_MESSAGES/django.po"
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "var", "tests", "docs")
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[sd]|\{\w*\}")
# "bạn" addresses the reader; tones stand as in the legal texts: Ủy, hóa, thủy.
# A visit is one word, a session is held, not summoned, and points are said in full.
FORBIDDEN = re.compile(
    r"\bbạn\b|uỷ|hoá\b|\boops\b|\bchuyến\b|triệu tập|điểm %(?!\()", re.IGNORECASE
)


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(PO)


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def texts(entry):
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def by_key(catalogue):
    return {key(entry): texts(entry) for entry in catalogue if not entry.obsolete}


def test_every_text_is_translated(catalogue):
    empty = [entry.msgid for entry in catalogue if not all(texts(entry))]

    assert empty == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []
    assert not catalogue.metadata_is_fuzzy


def test_a_text_has_one_form_for_all_numbers(catalogue):
    counted = [entry for entry in catalogue if entry.msgid_plural]

    assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert [entry.msgid for entry in counted if list(entry.msgstr_plural) != [0]] == []


def test_the_compiled_catalogue_is_that_of_the_texts(catalogue):
    compiled = polib.mofile(PO.with_suffix(".mo"))

    assert by_key(compiled) == by_key(catalogue)
    assert compiled.metadata["Plural-Forms"] == catalogue.metadata["Plural-Forms"]


def test_what_the_code_asks_for_is_in_the_catalogue_and_nothing_else(catalogue, tmp_path):
    tree = shutil.copytree(settings.BASE_DIR, tmp_path / "tree", ignore=LEFT_OUT)
    collect = [sys.executable, "manage.py", "makemessages", "--locale", "vi", "--no-obsolete"]
    collect += ["--extension", "html,py,txt", "--add-location", "file", "--no-wrap"]

    ran = subprocess.run(  # noqa: S603 it collects as `make messages` does
        collect,
        cwd=tree,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "nrm_tracker.settings"},
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 0, ran.stderr
    collected = {key(entry) for entry in polib.pofile(tree / PO.relative_to(settings.BASE_DIR))}
    known = {key(entry) for entry in catalogue}
    assert {"missing": collected - known, "stale": known - collected} == {
        "missing": set(),
        "stale": set(),
    }


def test_a_translation_keeps_the_placeholders(catalogue):
    lost = [
        (entry.msgid, text)
        for entry in catalogue
        for text in texts(entry)
        if sorted(set(PLACEHOLDER.findall(text)))
        != sorted(set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)))
    ]

    assert lost == []


def test_the_register_is_kept(catalogue):
    said = [text for entry in catalogue for text in texts(entry)]

    assert [text for text in said if FORBIDDEN.search(text)] == []
    assert [text for text in said if not unicodedata.is_normalized("NFC", text)] == []


@pytest.mark.parametrize(
    "text", ["Mời bạn nhập", "Bạn chưa chọn", "Uỷ ban", "thuỷ lợi", "văn hoá xã", "Oops!"]
)
def test_the_register_knows_what_it_forbids(text):
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["địa bàn xã", "Ủy ban", "thủy lợi", "văn hóa xã", "thoát"])
def test_the_register_forbids_no_more(text):
    assert not FORBIDDEN.search(text)
