"""What the reference files say, as rows for `reference_loading`, in the order of loading."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from communes.models import Agency, Area, Commune, WorkingGroup
from criteria.models import (
    Bracket,
    CriteriaSet,
    Criterion,
    CriterionGroup,
    DossierRequirement,
    EvidenceRequirement,
    Indicator,
    LevelName,
    Responsibility,
    Threshold,
)

FOLDERS = ("communes/reference", "criteria/standards/reference")
SOURCED = ("source", "checked")

Table = dict[str, Any]
Files = dict[str, list[Table]]

# How a row of each table is known: the parts of its key, as lookups.
IDENTITY: dict[type[models.Model], tuple[str, ...]] = {
    Area: ("code",),
    Commune: ("slug",),
    Agency: ("key",),
    WorkingGroup: ("key",),
    CriteriaSet: ("code",),
    CriterionGroup: ("criteria_set__code", "number"),
    Criterion: ("criteria_set__code", "number"),
    Indicator: ("criterion__criteria_set__code", "code"),
    Threshold: (
        "indicator__criterion__criteria_set__code",
        "indicator__code",
        "region",
        "commune_group",
        "valid_from",
    ),
    Responsibility: (
        "criterion__criteria_set__code",
        "criterion__number",
        "indicator__code",
        "agency__key",
    ),
    EvidenceRequirement: ("criterion__criteria_set__code", "criterion__number", "name"),
    DossierRequirement: ("criteria_set__code", "number"),
    Bracket: ("name",),
    LevelName: ("level", "valid_from"),
}


# What belongs to the places of the first district: another office makes its own.
PLACES = (Area, Commune, Agency, WorkingGroup, Responsibility)

# The rows of a table that the files may govern: what is a province's own is put in by people.
GOVERNED: dict[type[models.Model], models.Q] = {
    Threshold: models.Q(province__isnull=True),
    Bracket: models.Q(province__isnull=True),
}


@dataclass(frozen=True)
class Ref:
    """Another row, by its key."""

    model: type[models.Model]
    key: str


@dataclass(frozen=True)
class ReferenceRow:
    """A row as the files want it."""

    model: type[models.Model]
    key: str
    values: Table
    many: dict[str, list[Ref]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def name(self) -> str:
        return f"{self.table}:{self.key}"


def key(*parts: object) -> str:
    return "/".join("" if part is None else str(part) for part in parts)


def read(root: Path | None = None) -> list[list[ReferenceRow]]:
    """All rows, table by table, each after those that it names."""
    files, sets = _parse(root or settings.BASE_DIR)
    tables = [
        [_area(t) for t in files["area"]],
        [_commune(t) for t in files["commune"]],
        [_agency(t) for t in files["agency"]],
        [_working_group(t) for t in files["working_group"]],
    ]
    for content in sets:
        tables.extend(_set(content))
    tables.append([_responsibility(t) for t in files["responsibility"]])
    tables.append([row for t in files["evidence_requirement"] for row in _evidence_requirements(t)])
    tables.append([_dossier_requirement(t) for t in files["dossier_requirement"]])
    tables.append([_bracket(t) for t in files["bracket"]])
    tables.append([_level_name(t) for t in files["level_name"]])
    return tables


def _parse(root: Path) -> tuple[Files, list[Table]]:
    """The tables of all files, those of the criteria sets apart, a file each."""
    files: Files = {}
    sets = []
    for path in sorted(path for folder in FOLDERS for path in (root / folder).glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        if "set" in content:
            sets.append(content)
        else:
            files |= content
    return files, sets


def _copied(model: type[models.Model], table: Table, *names: str) -> Table:
    """The values of `names`, the field's own empty value where the file has none."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {
        name: table[name] if name in table else fields[name].get_default()
        for name in (*names, *SOURCED)
    }


def _ref(model: type[models.Model], *parts: object) -> Ref:
    return Ref(model, key(*parts))


def _refs(model: type[models.Model], keys: list[str]) -> list[Ref]:
    return [Ref(model, one) for one in keys]


def _area(t: Table) -> ReferenceRow:
    copied = _copied(Area, t, "code", "kind", "name", "region", "established_on", "dissolved_on")
    parent = _ref(Area, t["parent"]) if "parent" in t else None
    successors = _refs(Area, t["successors"])
    return ReferenceRow(Area, t["code"], {**copied, "parent": parent}, {"successors": successors})


def _commune(t: Table) -> ReferenceRow:
    copied = _copied(
        Commune, t, "code", "name", "kind", "established_on", "dissolved_on", "latitude",
        "longitude", "area_km2", "population", "households", "figures_on", "figures_source",
    )  # fmt: skip
    values = {"slug": t["key"], "area": _ref(Area, t["area"]), **copied}
    return ReferenceRow(Commune, t["key"], values, {"successors": _refs(Commune, t["successors"])})


def _agency(t: Table) -> ReferenceRow:
    values = _copied(Agency, t, "key", "name", "short_name")
    return ReferenceRow(Agency, t["key"], {**values, "area": _ref(Area, t["area"])})


def _working_group(t: Table) -> ReferenceRow:
    values = _copied(
        WorkingGroup, t, "key", "name", "decision_number", "decided_on", "leader_name",
        "leader_position",
    )  # fmt: skip
    communes = _refs(Commune, t["communes"])
    return ReferenceRow(
        WorkingGroup, t["key"], {**values, "area": _ref(Area, t["area"])}, {"communes": communes}
    )


def _set(content: Table) -> Iterator[list[ReferenceRow]]:
    head = content["set"]
    code = head["code"]
    names = (
        "code",
        "name",
        "legal_basis",
        "tier",
        "valid_from",
        "valid_until",
        "note",
        "thresholds_by",
    )
    yield [ReferenceRow(CriteriaSet, code, _copied(CriteriaSet, head, *names))]
    yield [_group(code, t) for t in content.get("group", [])]
    yield [_criterion(code, t) for t in content["criterion"]]
    yield [_indicator(code, t) for t in content.get("indicator", [])]
    yield [_threshold(code, t) for t in content.get("threshold", [])]


def _group(code: str, t: Table) -> ReferenceRow:
    values = {name: t[name] for name in ("number", "name", "printed")}
    return ReferenceRow(
        CriterionGroup,
        key(code, t["number"]),
        {**values, "criteria_set": _ref(CriteriaSet, code)},
    )


def _criterion(code: str, t: Table) -> ReferenceRow:
    values = {
        **_copied(Criterion, t, "number", "name", "short_name", "note", "may_cost_recognition"),
        "criteria_set": _ref(CriteriaSet, code),
        "group": _ref(CriterionGroup, code, t["group"]) if "group" in t else None,
        "aliases": "\n".join(t["aliases"]),
    }
    return ReferenceRow(Criterion, key(code, t["number"]), values)


def _indicator(code: str, t: Table) -> ReferenceRow:
    copied = _copied(
        Indicator, t, "code", "text", "kind", "unit", "counted_in", "comparator",
        "may_be_not_applicable",
        "remeasure_months", "counted_from", "note",
    )  # fmt: skip
    values = {
        **copied,
        "criterion": _ref(Criterion, code, t["criterion"]),
        "part_of": _ref(Indicator, code, t["part_of"]) if "part_of" in t else None,
        "is_code_printed": t.get("printed", True),
    }
    return ReferenceRow(Indicator, key(code, t["code"]), values)


def _threshold(code: str, t: Table) -> ReferenceRow:
    values = {
        **_copied(Threshold, t, "region", "value", "text", "valid_from", "valid_until"),
        "indicator": _ref(Indicator, code, t["indicator"]),
        "is_set_by_province": t.get("province", False),
    }
    parts = (code, t["indicator"], values["region"], "", values["valid_from"])
    return ReferenceRow(Threshold, key(*parts), values)


def _responsibility(t: Table) -> ReferenceRow:
    code, indicator = t["set"], t.get("indicator")
    values = {
        **_copied(Responsibility, t, "from_on", "until_on"),
        "agency": _ref(Agency, t["agency"]),
        "criterion": _ref(Criterion, code, t["criterion"]),
        "indicator": _ref(Indicator, code, indicator) if indicator else None,
    }
    return ReferenceRow(Responsibility, key(code, t["criterion"], indicator, t["agency"]), values)


def _evidence_requirements(t: Table) -> Iterator[ReferenceRow]:
    """A paper asked for by several criteria: a row for each."""
    code = t["set"]
    for number in t["criteria"]:
        values = {
            **_copied(EvidenceRequirement, t, "name", "legal_basis"),
            "criterion": _ref(Criterion, code, number),
        }
        yield ReferenceRow(EvidenceRequirement, key(code, number, t["name"]), values)


def _dossier_requirement(t: Table) -> ReferenceRow:
    code = t["set"]
    values = {
        **_copied(DossierRequirement, t, "number", "name", "done_by", "is_required"),
        "criteria_set": _ref(CriteriaSet, code),
    }
    return ReferenceRow(DossierRequirement, key(code, t["number"]), values)


def _bracket(t: Table) -> ReferenceRow:
    values = {
        **_copied(Bracket, t, "name", "low", "high", "legend"),
        "criteria_set": _ref(CriteriaSet, t["set"]) if "set" in t else None,
        "is_complete": t.get("full", False),
        "is_model": t.get("model", False),
    }
    return ReferenceRow(Bracket, t["name"], values)


def _level_name(t: Table) -> ReferenceRow:
    values = _copied(LevelName, t, "level", "name", "valid_from", "valid_until")
    return ReferenceRow(LevelName, key(t["level"], values["valid_from"]), values)
