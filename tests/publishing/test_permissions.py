"""Each rule's permissions.json: exactly the actions that its code calls (test_roles.py sees them called)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import botocore.session
import pytest
from botocore import xform_name

from .published import PROJECT, permissions

MODEL = botocore.session.get_session().get_service_model("iam")
OPERATIONS = {xform_name(name): f"iam:{name}" for name in MODEL.operation_names}


def called(source: str) -> Iterator[str]:
    """Yield every IAM action that the code calls on a client, hands over or names to a paginator."""
    for node in ast.walk(ast.parse(source)):
        for handed in node.args if isinstance(node, ast.Call) else ():
            if isinstance(handed, ast.Attribute) and handed.attr in OPERATIONS:
                yield OPERATIONS[handed.attr]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = node.args[0] if node.func.attr == "get_paginator" else None
            name = named.value if isinstance(named, ast.Constant) else node.func.attr
            if name in OPERATIONS:
                yield OPERATIONS[str(name)]


@pytest.mark.parametrize("rule", PROJECT.rules())
def test_they_are_the_actions_that_the_rules_code_calls(rule: str) -> None:
    modules = PROJECT.rules()[rule].folder.glob("*.py")
    sources = [path.read_text("utf-8") for path in modules if not path.stem.endswith("_test")]
    stated = permissions(PROJECT.rules()[rule])
    assert stated == sorted({action for source in sources for action in called(source)})


def test_calls_are_found_by_method_and_by_paginator() -> None:
    assert set(called("iam.get_user(); iam.get_paginator('list_users'); other.strip()")) == {
        "iam:GetUser",
        "iam:ListUsers",
    }
