"""The build refuses a script that needs something of its loader, and names the step and the line."""

import json
from pathlib import Path
from textwrap import indent

import pytest

from rulebook.authoring.checks import loading
from rulebook.authoring.render import check_build

from .conftest import Sample

FILE = "ssm_docs/TidySample/tidy_sample.py"
ANYWHERE, MODULE, BARE = "", " as a module that is not in sys.modules", " in a bare namespace"


def told(sample: Sample, lines: str) -> list[str]:
    """Return what the build says of loading, the lines standing after the script's import."""
    sample.replace(sample.script, "import boto3\n", f"import boto3\n{lines}\n")
    return [str(one) for one in check_build(sample.project) if " load" in str(one)]


@pytest.mark.parametrize(
    ("lines", "line", "way", "error"),
    [
        pytest.param("nothing", 4, ANYWHERE, "NameError: name 'nothing' is not defined", id="everywhere"),
        pytest.param("raise SystemExit(0)", 4, ANYWHERE, "SystemExit: 0", id="ends"),
        pytest.param("import sys\nsys.modules[__name__]", 5, MODULE, "KeyError: '", id="its module"),
        pytest.param("print(__file__)", 4, BARE, "NameError: name '__file__'", id="its file"),
        pytest.param(
            "import socket\nsocket.create_connection(('127.0.0.1', 9))",
            5,
            ANYWHERE,
            "PermissionError: socket.getaddrinfo is not for",
            id="the network",
        ),
        pytest.param(
            "import subprocess\nsubprocess.run(['true'])",
            5,
            ANYWHERE,
            "PermissionError: subprocess.Popen is not for",
            id="another process",
        ),
    ],
)
def test_a_script_that_needs_its_loader(sample: Sample, lines: str, line: int, way: str, error: str) -> None:
    # A statement that binds no name is in every step; an import of its own only where it is used.
    found = told(sample, f"if True:\n{indent(lines, '    ')}")
    place = f"{FILE}:{line + 1}:1: step Tidy does not load{way}: {error}"
    assert [one.startswith(place) for one in found if "step Tidy " in one] == [True]


def test_a_dataclass_with_postponed_annotations(sample: Sample) -> None:
    """What made DeleteStaleAccessKeys fail wherever the loader did not register it."""
    sample.replace(
        sample.script,
        "import boto3\n",
        "from __future__ import annotations\nfrom dataclasses import dataclass\nimport boto3\n\n\n"
        "@dataclass\nclass Key:\n    name: str\n",
    )
    sample.replace(
        sample.script,
        "def report(age, action, exempt):\n",
        "def report(age, action, exempt):\n    Key(age)\n",
    )
    found = [str(one) for one in check_build(sample.project) if " load" in str(one)]
    error = "AttributeError: 'NoneType' object has no attribute '__dict__'"
    [only] = found
    assert only.startswith(f"{FILE}:8:1: step Tidy does not load{MODULE}: {error}; let it need")


def test_it_gets_no_credentials_and_no_home(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "SECRET"):
        monkeypatch.setenv(name, "mine")
    seen = tmp_path / "seen.json"
    lines = f"import json, os\nopen({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))"
    assert told(sample, f"if True:\n{indent(lines, '    ')}") == []
    environment = json.loads(seen.read_text(encoding="utf-8"))
    assert "mine" not in environment.values()
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    assert {one for one in environment if one.startswith("AWS_")} == {
        *("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EC2_METADATA_DISABLED")
    }
    assert not Path(environment["HOME"]).exists()


def test_one_that_takes_too_long_is_stopped_at_its_line(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SECONDS", 2.0)
    found = told(sample, "while True:\n    pass")
    assert any("step Tidy does not load: TimeoutError: it takes too long" in one for one in found)


def test_one_that_ends_the_process_is_told(sample: Sample) -> None:
    [only] = told(sample, "if True:\n    import os\n    os._exit(0)")
    assert "step Tidy does not load: it ends its process, or does not let go of it" in only


def test_scripts_are_loaded_once_for_the_same_text() -> None:
    loading.load_scripts.cache_clear()
    for _ in range(2):
        assert loading.load_scripts(("A = 1\n", "B = 2\n")) == (None, None)
    assert loading.load_scripts.cache_info().misses == 1
