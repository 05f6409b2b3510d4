#!/bin/sh
# mpxj 16.10.0 on the Python registry names no package that it needs: installed as told, it brings its
# jars, and `import mpxj` fails for want of jpype. Whoever pins mpxj pins jpype1 beside it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mpxj==16.10.0 2>/dev/null
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import distribution

package = distribution("mpxj")
jars = [str(file) for file in package.files if str(file).endswith(".jar")]
print("mpxj", package.version, "brings", len(jars), "jars and asks for", package.requires)
assert package.requires is None, "it names what it needs"
try:
    import mpxj
except ModuleNotFoundError as error:
    print("import mpxj:", error)
    assert error.name == "jpype", error
else:
    raise AssertionError("it is imported without more")
PYTHON
