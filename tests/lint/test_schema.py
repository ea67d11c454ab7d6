"""``rulebook schema``: editors see what the checks see."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from rulebook.authoring.document_schema import document_schema
from rulebook.authoring.lint.catalogue import entries, whole_document
from rulebook.cli import main
from rulebook.project.rdk_config import SCHEMA

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(document_schema())


def _wrong(data: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(document_schema())


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("ssm_docs/*/document.yaml")), ids=lambda path: path.parent.name
)
def test_what_ships_is_valid(path: Path) -> None:
    assert _wrong(yaml.safe_load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("code", [code for code in entries() if code != "ignore-reason"])
def test_every_right_example_is_valid(code: str) -> None:
    assert _wrong(yaml.safe_load(whole_document(entries()[code].right))) == []


SEEN_BY_A_SCHEMA = [
    "actions",
    "output-declarations",
    "parameter-types",
    "properties",
    "script-inputs",
    "shape",
    "step-names",
]


@pytest.mark.parametrize("code", SEEN_BY_A_SCHEMA)
def test_what_a_schema_can_see_is_not_valid(code: str) -> None:
    assert _wrong(yaml.safe_load(whole_document(entries()[code].wrong)))


WAIT = {"name": "Wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}
CHOICE = {"Variable": "{{ A }}", "StringEquals": "a", "NextStep": "Wait"}


@pytest.mark.parametrize(
    ("step", "valid"),
    [
        (WAIT, True),
        ({**WAIT, "isEnd": "True", "timeoutSeconds": "{{ Seconds }}", "maxAttempts": "3"}, True),
        ({**WAIT, "onFailure": "step:Wait", "onCancel": "Abort"}, True),
        ({**WAIT, "onFailure": "Retry"}, False),
        ({**WAIT, "isEnd": "yes"}, False),
        ({**WAIT, "timeoutSeconds": 0}, False),
        ({**WAIT, "outputs": [{"Name": "A", "Selector": "$"}]}, False),
        ({"name": "Wait", "action": "aws:sleep"}, False),
        ({"name": "Wait", "action": "aws:pause"}, True),
        ({**WAIT, "inputs": {}}, False),
        ({**WAIT, "inputs": {"Duration": "PT1S", "Timestamp": "2030-01-01T01:00:00Z"}}, False),
        ({"name": "B", "action": "aws:branch", "inputs": {"Choices": [CHOICE]}}, True),
        (
            {
                "name": "B",
                "action": "aws:branch",
                "inputs": {"Choices": [{"And": [CHOICE], "NextStep": "W"}]},
            },
            False,
        ),
        ({"name": "B", "action": "aws:branch", "inputs": {"Choices": [{**CHOICE, "Contains": "b"}]}}, False),
        (
            {
                "name": "B",
                "action": "aws:branch",
                "inputs": {"Choices": [{"Variable": "a", "StringEquals": "a"}]},
            },
            False,
        ),
        ({"name": "L", "action": "aws:loop", "inputs": {"Steps": [WAIT]}}, True),
        ({"name": "L", "action": "aws:loop", "inputs": {"Steps": [{**WAIT, "action": "aws:nap"}]}}, False),
    ],
)
def test_a_step(step: dict[str, Any], valid: bool) -> None:
    assert (_wrong({"schemaVersion": "0.3", "mainSteps": [step]}) == []) is valid


def test_the_command_prints_both_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "document"]) == 0
    assert json.loads(capsys.readouterr().out) == document_schema()
    assert main(["schema", "rdk_config"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(SCHEMA.read_text(encoding="utf-8"))
