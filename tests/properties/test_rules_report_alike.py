"""Both rules raise what rdklib returns or ignores, in the same words: each ships alone."""

import ast
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "rules"


def text(rule: str, name: str) -> str:
    """Return the source of a class or function of the rule's module."""
    source = (RULES / rule / f"{rule}.py").read_text(encoding="utf-8")
    [found] = [node for node in ast.parse(source).body if getattr(node, "name", "") == name]
    return ast.get_source_segment(source, found) or ""


@pytest.mark.parametrize("name", ["EvaluationFailed", "report", "raise_refused"])
def test_the_text_is_the_same(name: str) -> None:
    assert text("ACCESS_KEYS_ROTATED_CUSTOM", name) == text("IAM_PASSWORD_POLICY_CUSTOM", name)
