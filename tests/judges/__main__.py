"""Our days beside those of two other programs: `python -m tests.judges`.

The plans of the demo and one of 300 steps and 500 needs are exported as the page does. MPXJ 16.10
(which asks for Java) and longpath 0.1.0 reckon the same files. Both are installed from the public
registry into a folder that is thrown away; JUDGE_PYTHON names a Python that has them already.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = ["mpxj==16.10.0", "jpype1==1.7.1", "longpath==0.1.0"]


def main():
    with tempfile.TemporaryDirectory() as folder:
        python = os.environ.get("JUDGE_PYTHON") or installed(Path(folder) / "venv")
        files = Path(folder) / "files"
        files.mkdir()
        settings = {
            "SECRET_KEY": "only-here",
            "DEMO_MODE": "1",
            "DEMO_DAY": "2020-09-15",
            "DATABASE_URL": f"sqlite:///{folder}/judged.sqlite3",
            "DJANGO_SETTINGS_MODULE": "nrm_tracker.settings",
        }
        ours = [sys.executable, "-m", "tests.judges.ours", str(files)]
        subprocess.run(ours, check=True, env=os.environ | settings)  # noqa: S603
        return subprocess.run([python, str(HERE / "theirs.py"), str(files)]).returncode  # noqa: S603


def installed(venv):
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)  # noqa: S603
    pip = [venv / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *PACKAGES], check=True)  # noqa: S603
    return venv / "bin/python"


if __name__ == "__main__":
    sys.exit(main())
