"""What ``--format sarif`` prints is SARIF 2.1.0.

The official schema has 3,000 lines. ``SCHEMA`` has of it, in this project's words, what concerns the
properties that are written here, with the sections of the standard beside them:
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulebook.authoring.lint import codes
from rulebook.cli import main

MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    needed = required.split()
    return {"type": "object", "required": needed, "properties": properties, "additionalProperties": False}


REGION = _object(  # 3.30
    "startLine",
    startLine={"type": "integer", "minimum": 1},
    startColumn={"type": "integer", "minimum": 1},
)
# 3.4.3: a URI reference; no blank, and of what has a meaning in a URI only the slashes of a path
ARTIFACT = _object("uri", uri={"type": "string", "pattern": r"^([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"})
LOCATION = _object(
    "physicalLocation", physicalLocation=_object("artifactLocation", artifactLocation=ARTIFACT, region=REGION)
)
RULE = _object(  # 3.49
    "id shortDescription",
    id={"type": "string"},
    shortDescription=MESSAGE,
    help=MESSAGE,
    helpUri={"type": "string", "pattern": "^https://[^ ]+$"},
)
RESULT = _object(  # 3.27
    "message ruleId ruleIndex",
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
)
DRIVER = _object(
    "name", name={"type": "string"}, rules={"type": "array", "items": RULE, "uniqueItems": True}
)  # 3.19
RUN = _object(  # 3.14
    "tool",
    tool=_object("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
SCHEMA = _object(  # 3.13
    "version runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": RUN},
)
STEP = """\
schemaVersion: "0.3"
mainSteps:
  - name: wait
    action: aws:nap
    inputs: {}
"""


@pytest.fixture
def log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    Path("a b#1%.yaml").write_text(STEP, encoding="utf-8")
    Path("b.yaml").write_bytes(b"schemaVersion: \xff")
    assert main(["lint", "--format", "sarif"]) == 1
    return dict(json.loads(capsys.readouterr().out))


def test_it_is_sarif(log: dict[str, Any]) -> None:
    assert list(Draft202012Validator(SCHEMA).iter_errors(log)) == []


def test_a_finding_is_a_result_of_its_rule(log: dict[str, Any]) -> None:
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(codes())
    first, second = run["results"]
    place = {"artifactLocation": {"uri": "a%20b%231%25.yaml"}, "region": {"startLine": 4, "startColumn": 5}}
    assert first["locations"] == [{"physicalLocation": place}]
    assert (first["ruleId"], rules[first["ruleIndex"]]["id"], first["level"]) == (
        "actions",
        "actions",
        "error",
    )
    assert (second["ruleId"], second["locations"]) == (
        "unreadable",
        [{"physicalLocation": {"artifactLocation": {"uri": "b.yaml"}}}],
    )
