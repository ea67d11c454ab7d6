"""What IAM_PASSWORD_POLICY_CUSTOM and ResetPasswordPolicy both need is written in both, word for word."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RULE = ROOT / "rules" / "IAM_PASSWORD_POLICY_CUSTOM"
SCRIPT = ROOT / "ssm_docs" / "ResetPasswordPolicy" / "reset_password_policy.py"


def functions(file: Path) -> dict[str, str]:
    """Return the text of every top-level function, as written."""
    text = file.read_text(encoding="utf-8")
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


def of_the_rule() -> dict[str, str]:
    """Return the functions of all of the rule's modules, which lie in one folder."""
    modules = [file for file in RULE.glob("*.py") if not file.stem.endswith("_test")]
    return {name: text for file in modules for name, text in functions(file).items()}


@pytest.mark.parametrize("name", ["meets", "shown"])
def test_the_text_is_the_same(name: str) -> None:
    assert of_the_rule()[name] == functions(SCRIPT)[name]
