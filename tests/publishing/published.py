# ruff: noqa: INP001 - tests are no package
"""What the project publishes, and CloudFormation's intrinsics resolved as in the embedded account."""

from __future__ import annotations

import json
from typing import Any

from rulebook.project import DocumentFolder, RuleFolder
from shipped.pairs import shipped

PROJECT = shipped()
PSEUDO = {"AWS::Partition": "aws", "AWS::AccountId": "123456789012"}


def permissions(folder: DocumentFolder | RuleFolder) -> list[str]:
    """Return what a rule's or document's permissions.json says."""
    stated: list[str] = json.loads(folder.permissions.read_text(encoding="utf-8"))
    return stated


def resolved(value: Any, mappings: Any = None) -> Any:
    """Return the value without intrinsics."""
    if isinstance(value, list):
        return [resolved(one, mappings) for one in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return PSEUDO[value["Ref"]]
    if "Fn::Sub" in value:
        text = value["Fn::Sub"]
        for name, is_ in PSEUDO.items():
            text = text.replace(f"${{{name}}}", is_)
        return text
    if "Fn::FindInMap" in value:
        mapping, top, second = value["Fn::FindInMap"]
        return mappings[mapping][top][second]
    return {name: resolved(one, mappings) for name, one in value.items()}
