"""What a Python that other programs start for us is started with, to be quick."""

from pathlib import Path

import quick_botocore


def quick(folder: Path) -> dict[str, str]:
    """Return what to add to its environment; writes into the folder.

    It has the quick botocore, as conftest.py gives it to the tests, and not Hypothesis's plugin, which no
    reader has: that would import all of Hypothesis to tell of nothing.
    """
    text = Path(quick_botocore.__file__).read_text(encoding="utf-8")
    (folder / "sitecustomize.py").write_text(f"{text}\n\ninstall()\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder), "PYTEST_ADDOPTS": "-p no:hypothesispytest"}
