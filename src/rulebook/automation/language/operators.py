"""The operators of conditions: aws:branch's Choices, and aws:loop's LoopCondition.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
"""

from typing import Literal

Kind = Literal["text", "number", "flag"]

KIND_WORDS: dict[Kind, str] = {"text": "text", "number": "a number", "flag": "true or false"}

# From an operator to what both of its sides must be.
OPERATORS: dict[str, Kind] = {
    "StringEquals": "text",
    "EqualsIgnoreCase": "text",
    "StartsWith": "text",
    "EndsWith": "text",
    "Contains": "text",
    "NumericEquals": "number",
    "NumericGreater": "number",
    "NumericLesser": "number",
    "NumericGreaterOrEquals": "number",
    "NumericLesserOrEquals": "number",
    "BooleanEquals": "flag",
}
# The types of which each kind of side may be declared.
TYPES_OF: dict[Kind, tuple[str, ...]] = {"text": ("String",), "number": ("Integer",), "flag": ("Boolean",)}
GROUPS = ("And", "Or")  # each a list of conditions
NOT = "Not"  # one condition
