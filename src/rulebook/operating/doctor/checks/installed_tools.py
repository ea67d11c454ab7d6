"""rdk and rdklib are installed, in versions that work with this Python.

rdk 1.0.0 does not import below Python 3.12 (nested quotes in f-strings), though its metadata allows it:
https://pypi.org/project/rdk/ - 0.17.24 does.
"""

import shutil
import sys
from collections.abc import Iterator
from importlib import metadata

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

NEEDS_312 = "1.0.0"
INSTALL = "pip install rdk==0.17.24 (Python 3.11), pip install rdk==1.0.0 (3.12 and newer)"


def diagnose(_: Examination) -> Iterator[Diagnosis]:
    """Look at this machine."""
    yield _rdk(_version("rdk"), sys.version_info[:2])
    rdklib = _version("rdklib")
    if rdklib:
        yield Diagnosis("ok", "rdklib", f"{rdklib} is installed")
    else:
        yield Diagnosis("error", "rdklib", "is not installed", "pip install rdklib")


def _rdk(version: str | None, python: tuple[int, ...]) -> Diagnosis:
    running = ".".join(str(part) for part in python)
    if version is None:
        elsewhere = shutil.which("rdk")
        if elsewhere:
            return Diagnosis(
                "could-not-check", "rdk", f"{elsewhere} is not of this Python", "run `rdk --version`"
            )
        return Diagnosis("error", "rdk", "is not installed", INSTALL)
    if version == NEEDS_312 and python < (3, 12):
        return Diagnosis("error", "rdk", f"{version} does not import on Python {running}", INSTALL)
    return Diagnosis("ok", "rdk", f"{version} is installed, on Python {running}")


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
