#!/bin/sh
# vietnamadminunits 1.0.4 (data of August 2025): where a merged province holds two old wards of one
# name, each is given the other's successor too and both count as "divided". Phường 4 of Tân An (Long
# An) and Phường 4 of the city of Tây Ninh lie about 90 km apart; both are said to lie partly in
# Phường Long An and partly in Phường Tân Ninh. So a list of a commune's parts from this package cannot
# be taken as it stands: parts that are nearer to another old commune of the name are doubtful.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps vietnamadminunits==1.0.4
"$folder/venv/bin/python" - <<'PYTHON'
import json
import math
from importlib.metadata import distribution, version

package = distribution("vietnamadminunits")
data = package.locate_file("vietnamadminunits/data/converter_2025.json").read_text("utf-8")
divided = json.loads(data)["DICT_PROVINCE_WARD_DIVIDED"]["tinhtayninh"]
print("vietnamadminunits", version("vietnamadminunits"))
places = {}
for old in ("tinhlongan_thanhphotanan_phuong4", "tinhtayninh_thanhphotayninh_phuong4"):
    parts = {part["newWardKey"]: part for part in divided[old]}
    places[old] = parts
    print(old, "->", ", ".join(sorted(parts)))
first, second = places.values()
assert sorted(first) == sorted(second) == ["phuonglongan", "phuongtanninh"], "no longer both"
one, other = first["phuonglongan"], first["phuongtanninh"]
north = (one["newWardLat"] - other["newWardLat"]) * 111.2
east = (one["newWardLon"] - other["newWardLon"]) * 111.2 * math.cos(math.radians(11))
distance = math.hypot(north, east)
print(f"The two parts of each lie {distance:.0f} km apart.")
assert distance > 80, "the parts lie near each other"
PYTHON
