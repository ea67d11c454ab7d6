"""A small project of one pair that is right in every respect; a test breaks one thing in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from rulebook.authoring.starting.fresh_project import init
from rulebook.project import Project

RULE = "SAMPLE_RULE"
DOCUMENT = "TidySample"


class Case(NamedTuple):
    """In ``file`` each ``old`` becomes ``new``; then there are exactly ``findings``."""

    name: str
    file: str
    old: str
    new: str
    findings: list[str]


CONFIG: dict[str, Any] = {
    "default": ["us-east-1"],
    "rules": {
        RULE: {
            "description": "Samples are tidy.",
            "frequency": "TwentyFour_Hours",
            "parameters": {"maxAge": 90, "strict": False, "AssumeRoleMode": "False"},
            "remediation": {
                "document": DOCUMENT,
                "resourceParameter": "SampleId",
                "trigger": "automatic",
                "attempts": 2,
                "retrySeconds": 120,
                "concurrentPercentage": 20,
                "errorPercentage": 30,
                "parameters": {"Action": "Delete"},
            },
        }
    },
}

MODULE = '''\
"""Parameters: maxAge, strict, exemptUsers, and for tests MaxAge and sampleId."""

from rdklib import ConfigRule, InvalidParametersError

KNOWN = {"maxAge": "90", "strict": "false", "exemptUsers": "", "MaxAge": "90", "sampleId": ""}


class SAMPLE_RULE(ConfigRule):
    def evaluate_parameters(self, rule_parameters):
        own = {name: value for name, value in rule_parameters.items() if name in KNOWN}
        if own.get("strict", "false") not in ("true", "false"):
            raise InvalidParametersError(f"strict must be true or false, not {own['strict']!r}.")
        return KNOWN | own


def lambda_handler(event, context):
    return None
'''

YAML = """\
description: Tidies one sample.
schemaVersion: "0.3"
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole:
    type: String
    allowedPattern: ^arn:aws:iam::[0-9]{12}:role/.+$
  SampleId:
    type: String
    allowedPattern: ^[A-Za-z0-9-]{1,64}$
  MaxAge:
    type: String
    default: "90"
    allowedPattern: ^[0-9]{1,4}$
  Action:
    type: String
    default: Delete
    allowedValues: [Delete, Deactivate]
  ExemptUsers:
    type: String
    default: ""
    allowedPattern: ^.*$
mainSteps:
  - name: Tidy
    action: aws:executeScript
    timeoutSeconds: 300
    onFailure: Abort
    inputs:
      Runtime: python3.11
      Handler: tidy
      Script: "@tidy_sample.py"
      InputPayload:
        SampleId: "{{ SampleId }}"
        MaxAge: "{{ MaxAge }}"
        Action: "{{ Action }}"
        ExemptUsers: "{{ ExemptUsers }}"
    outputs:
      - Name: Outcome
        Selector: $.Payload.Outcome
        Type: String
    nextStep: Verify
  - name: Verify
    action: aws:executeScript
    isEnd: true
    inputs:
      Runtime: python3.11
      Handler: verify
      Script: "@tidy_sample.py"
      InputPayload:
        SampleId: "{{ SampleId }}"
        Before: "{{ Tidy.Outcome }}"
    outputs:
      - Name: Outcome
        Selector: $.Payload.Outcome
        Type: String
outputs:
  - Tidy.Outcome
  - Verify.Outcome
"""

SCRIPT = '''\
"""Tidy a sample; the em dash \u2014 is beyond ASCII."""

import boto3


def tidy(events, context):
    boto3.client("iam").delete_user(UserName=events["SampleId"])
    return report(events["MaxAge"], events["Action"], events.get("ExemptUsers"))


def verify(events, context):
    pages = _client("iam").get_paginator("list_users").paginate()
    return {"Outcome": f"{events['SampleId']} {events['Before']} {pages}"}


def report(age, action, exempt):
    return {"Outcome": f"{age} {action} {exempt}"}


def _client(service):
    return boto3.client(service)
'''


@dataclass(frozen=True)
class Sample:
    """The project, and how a test breaks it."""

    project: Project

    @property
    def yaml(self) -> Path:
        """document.yaml."""
        return self.project.root / "ssm_docs" / DOCUMENT / "document.yaml"

    @property
    def script(self) -> Path:
        """The script."""
        return self.yaml.parent / "tidy_sample.py"

    @property
    def permissions(self) -> Path:
        """permissions.json."""
        return self.yaml.parent / "permissions.json"

    @property
    def built(self) -> list[Path]:
        """Every built file, in the order in which they are told."""
        return [
            self.project.root / "rules" / RULE / "parameters.json",
            self.yaml.parent / f"{DOCUMENT}.json",
        ]

    def replace(self, path: Path, old: str, new: str) -> None:
        """Replace text of a file; it must be there once."""
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def configure(self, place: str, value: Any) -> None:
        """Set one value of the rule's entry (None: remove); ``place`` is a dotted path, made if missing."""
        config = json.loads(self.project.config.read_text(encoding="utf-8"))
        *parents, last = place.split(".")
        entry = config["rules"][RULE]
        for parent in parents:
            entry = entry.setdefault(parent, {})
        entry[last] = value
        if value is None:
            del entry[last]
        self.project.config.write_text(json.dumps(config, indent=2), encoding="utf-8")

    def parameters(self) -> dict[str, Any]:
        """Return what parameters.json holds under Parameters."""
        content: dict[str, Any] = json.loads(self.built[0].read_text(encoding="utf-8"))["Parameters"]
        return content


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """A fresh copy of the project."""
    made = Sample(Project(tmp_path))
    made.yaml.parent.mkdir(parents=True)
    made.yaml.write_text(YAML, encoding="utf-8")
    made.script.write_text(SCRIPT, encoding="utf-8")
    made.permissions.write_text('["iam:DeleteUser", "iam:ListUsers"]', encoding="utf-8")
    rule = tmp_path / "rules" / RULE
    rule.mkdir(parents=True)
    (rule / f"{RULE}.py").write_text(MODULE, encoding="utf-8")
    (rule / "permissions.json").write_text("[]", encoding="utf-8")
    made.project.config.write_text(json.dumps(CONFIG, indent=2), encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def sample_document() -> dict[str, Any]:
    """The sample's document.yaml as data, its script not put in."""
    document: dict[str, Any] = yaml.safe_load(YAML)
    return document


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project, as `rulebook init` makes it."""
    init(tmp_path / "mine")
    return Project(tmp_path / "mine")
