import re

import pytest
from django.conf import settings

from nrm_tracker.version import VERSION, newest

CHANGES = settings.BASE_DIR / "CHANGELOG.md"


def test_the_version_is_that_of_the_newest_release():
    released = [
        line.split()[1] for line in CHANGES.read_text().splitlines() if re.match("## [0-9]", line)
    ]

    assert released[0] == VERSION


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ("# Changes\n\n## Unreleased\n\n## 0.2.0 (2027-01-31)\n\n## 0.1.0 (2026-11-30)\n", "0.2.0"),
        ("## 10.11.12\n", "10.11.12"),
        ("# 0.1.0\n\n### 0.1.1\n\nsee ## 0.1.2\n\n## v0.1.3\n\n## 0.1\n", ""),
        ("", ""),
    ],
)
def test_the_version_is_the_first_heading_that_is_one(tmp_path, changes, version):
    file = tmp_path / "CHANGELOG.md"
    file.write_text(changes, encoding="utf-8")

    assert newest(file) == version


def test_without_a_list_of_changes_no_version_is_known(tmp_path):
    assert newest(tmp_path / "CHANGELOG.md") == ""
