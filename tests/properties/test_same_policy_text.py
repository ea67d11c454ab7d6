"""How a setting is judged stands in rule and runbook of the password policy, word for word the same.

Which setting is judged how, ``test_password_policy.py`` proves.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = ROOT / "rules" / "IAM_PASSWORD_POLICY_CUSTOM"
SCRIPT = ROOT / "ssm_docs" / "ResetPasswordPolicy" / "reset_password_policy.py"


def predicates(*files: Path) -> set[str]:
    """Return the text of every predicate of what a policy has and what is wanted."""
    found = set()
    for file in files:
        text = file.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Lambda) and [one.arg for one in node.args.args] == ["have", "want"]:
                found.add(ast.get_source_segment(text, node))
            elif isinstance(node, ast.Attribute) and ast.unparse(node) == "operator.eq":
                found.add("operator.eq")
    return {one for one in found if one}


def test_the_text_is_the_same() -> None:
    modules = [file for file in RULE.glob("*.py") if not file.stem.endswith("_test")]
    assert predicates(*modules) == predicates(SCRIPT)
    assert len(predicates(SCRIPT)) == 4
