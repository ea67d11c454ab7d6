"""Which parameters start an execution, and which the service refuses."""

from typing import Any

import pytest

from automation.conftest import document, passes
from rulebook.automation import assume_role
from rulebook.automation.language import limits
from rulebook.automation.parameters import accept_parameters, json_size
from rulebook.errors import DocumentError, ParametersRefused

ACCEPTED: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "a string as the API passes it": ({"type": "String"}, ["alice"], "alice"),
    "a plain string": ({"type": "String"}, "alice", "alice"),
    "an empty string": ({"type": "String"}, [""], ""),
    "text that looks like a reference": ({"type": "String"}, ["{{ Other }}"], "{{ Other }}"),
    "an AWS type is a string": ({"type": "AWS::IAM::Role::Arn"}, ["arn:x"], "arn:x"),
    "a list of an AWS type": ({"type": "List<AWS::EC2::Instance::Id>"}, ["i-1", "i-2"], ["i-1", "i-2"]),
    "a list as the API passes it": ({"type": "StringList"}, ["a", "b"], ["a", "b"]),
    "a list as JSON text": ({"type": "StringList"}, '["a", "b"]', ["a", "b"]),
    "a list of one plain string": ({"type": "StringList"}, "a", ["a"]),
    "a map as the API passes it": ({"type": "StringMap"}, ['{"a": "b"}'], {"a": "b"}),
    "a map as JSON": ({"type": "StringMap"}, {"a": "b"}, {"a": "b"}),
    "maps as the API passes them": ({"type": "MapList"}, ['{"a": 1}', '{"b": 2}'], [{"a": 1}, {"b": 2}]),
    "maps as JSON": ({"type": "MapList"}, [{"a": 1}], [{"a": 1}]),
    "a number as the API passes it": ({"type": "Integer"}, ["-90"], -90),
    "a number": ({"type": "Integer"}, 90, 90),
    "a Boolean as the API passes it": ({"type": "Boolean"}, ["true"], True),
    "a Boolean in capitals": ({"type": "Boolean"}, ["False"], False),
    "a Boolean": ({"type": "Boolean"}, True, True),
    "one of the allowed values": ({"type": "String", "allowedValues": ["a", "b"]}, ["b"], "b"),
    "an allowed number given as text": ({"type": "Integer", "allowedValues": [1, 2]}, ["2"], 2),
    "a match of the pattern": ({"type": "String", "allowedPattern": "^[0-9]+$"}, ["90"], "90"),
    "a match of an unanchored pattern anywhere": ({"type": "String", "allowedPattern": "9"}, ["190"], "190"),
    "as long as may be": ({"type": "String", "minChars": 2, "maxChars": 2}, ["ab"], "ab"),
    "as many as may be": ({"type": "StringList", "minItems": 2, "maxItems": 2}, ["a", "b"], ["a", "b"]),
}

REFUSED: dict[str, tuple[dict[str, Any], Any, str]] = {
    "two values for a string": ({"type": "String"}, ["a", "b"], 'P = ["a", "b"]: must be one string'),
    "a number for a string": ({"type": "String"}, 5, "P = 5: must be one string"),
    "null": ({"type": "String"}, None, "P = null: must be one string"),
    "words for a number": ({"type": "Integer"}, ["ninety"], 'P = ["ninety"]: must be a whole number'),
    "a fraction for a number": ({"type": "Integer"}, ["9.5"], 'P = ["9.5"]: must be a whole number'),
    "a Boolean for a number": ({"type": "Integer"}, True, "P = true: must be a whole number"),
    "a word for a Boolean": ({"type": "Boolean"}, ["yes"], 'P = ["yes"]: must be true or false'),
    "a number for a Boolean": ({"type": "Boolean"}, 1, "P = 1: must be true or false"),
    "a list of numbers": ({"type": "StringList"}, [1, 2], "P = [1, 2]: must be a list of strings"),
    "text for a map": ({"type": "StringMap"}, ["a=b"], 'P = ["a=b"]: must be a JSON object'),
    "texts for maps": ({"type": "MapList"}, ["a=b"], 'P = ["a=b"]: must be a list of JSON objects'),
    "a value not allowed": (
        {"type": "String", "allowedValues": ["Delete", "Deactivate"]},
        ["delete"],
        'P = "delete": must be one of Delete, Deactivate',
    ),
    "one item not allowed": (
        {"type": "StringList", "allowedValues": ["a"]},
        ["a", "b"],
        'P = ["a", "b"]: must be one of a',
    ),
    "no match": (
        {"type": "String", "allowedPattern": "^[0-9]{1,4}$"},
        ["90 days"],
        'P = "90 days": must match ^[0-9]{1,4}$',
    ),
    "one item without a match": (
        {"type": "StringList", "allowedPattern": "^a"},
        ["a", "b"],
        'P = ["a", "b"]: must match ^a',
    ),
    "too short": ({"type": "String", "minChars": 3}, ["ab"], 'P = "ab": must have at least 3 characters'),
    "too long": ({"type": "String", "maxChars": 1}, ["ab"], 'P = "ab": must have at most 1 characters'),
    "too few": ({"type": "StringList", "minItems": 1}, [], "P = []: must have at least 1 items"),
    "too many": (
        {"type": "StringList", "maxItems": 1},
        ["a", "b"],
        'P = ["a", "b"]: must have at most 1 items',
    ),
    "lines are shown on one line": (
        {"type": "String", "allowedPattern": "^a$"},
        ["b\nc"],
        'P = "b\\nc": must match ^a$',
    ),
}


@pytest.mark.parametrize(("declared", "given", "expected"), ACCEPTED.values(), ids=list(ACCEPTED))
def test_a_value_is_accepted_in_its_own_type(declared: dict[str, Any], given: Any, expected: Any) -> None:
    accepted = accept_parameters({"parameters": {"P": declared}}, {"P": given})
    assert accepted == {"P": expected}
    assert type(accepted["P"]) is type(expected)


@pytest.mark.parametrize(("declared", "given", "message"), REFUSED.values(), ids=list(REFUSED))
def test_a_value_is_refused_by_name_with_what_is_allowed(
    declared: dict[str, Any], given: Any, message: str
) -> None:
    with pytest.raises(ParametersRefused) as refused:
        accept_parameters({"parameters": {"P": declared}}, {"P": given})
    assert str(refused.value) == message


def test_defaults_fill_in_for_what_is_not_given() -> None:
    declared = {"A": {"type": "String", "default": "x"}, "B": {"type": "Boolean", "default": False}}
    assert accept_parameters({"parameters": declared}, {"A": ["y"]}) == {"A": "y", "B": False}


def test_a_parameter_without_default_is_required() -> None:
    with pytest.raises(ParametersRefused, match=r"^P: a value is required and none was given$"):
        accept_parameters({"parameters": {"P": {"type": "String"}}}, {})


def test_an_unknown_parameter_is_refused() -> None:
    with pytest.raises(ParametersRefused) as refused:
        accept_parameters({"parameters": {"P": {"type": "String", "default": ""}}}, {"Q": ["1"]})
    assert str(refused.value) == 'Q = ["1"]: the document has no such parameter; it has P'


def test_a_value_shown_in_a_message_is_cut() -> None:
    with pytest.raises(ParametersRefused) as refused:
        accept_parameters({"parameters": {"P": {"type": "String", "maxChars": 1}}}, {"P": ["x" * 5000]})
    assert str(refused.value) == f'P = "{"x" * 119}... (5002 characters): must have at most 1 characters'


def test_a_default_that_its_own_pattern_refuses_is_the_documents_error() -> None:
    declared = {"P": {"type": "String", "default": "x", "allowedPattern": "^[0-9]$"}}
    with pytest.raises(DocumentError, match=r"^parameters\.P\.default: "):
        accept_parameters({"parameters": declared}, {})


@pytest.mark.parametrize("kind", ["Str", "string", None, 5, "AWS:EC2", "List<String>"])
def test_a_type_that_the_service_does_not_know_is_the_documents_error(kind: Any) -> None:
    with pytest.raises(DocumentError, match=r"^parameters\.P: .* is not a type"):
        accept_parameters({"parameters": {"P": {"type": kind}}}, {"P": "x"})


def test_a_pattern_that_is_none_is_the_documents_error() -> None:
    with pytest.raises(DocumentError, match=r"^allowedPattern: "):
        accept_parameters({"parameters": {"P": {"type": "String", "allowedPattern": "["}}}, {"P": "x"})


def test_document_and_values_share_64_kilobytes() -> None:
    small = document(passes("A"), parameters={"P": {"type": "String"}})
    room = limits.DOCUMENT - json_size(small) - json_size({"P": [""]})
    assert accept_parameters(small, {"P": ["x" * room]}) == {"P": "x" * room}
    with pytest.raises(ParametersRefused, match="more than 65536 bytes together"):
        accept_parameters(small, {"P": ["x" * (room + 1)]})


def test_the_role_is_resolved_from_the_parameters() -> None:
    declared = {"Role": {"type": "String"}}
    written = document(passes("A"), parameters=declared, assumeRole="{{ Role }}")
    assert (
        assume_role(written, accept_parameters(written, {"Role": ["arn:aws:iam::1:role/a/b"]}))
        == "arn:aws:iam::1:role/a/b"
    )
    assert assume_role(document(passes("A")), {}) == ""
    with pytest.raises(DocumentError, match="Missing"):
        assume_role(document(passes("A"), assumeRole="{{ Missing }}"), {})
