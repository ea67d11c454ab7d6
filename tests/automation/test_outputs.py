"""Declared outputs are of their type, or the step fails."""

from typing import Any

import pytest

from automation.conftest import REGION, document, output, script
from rulebook.automation import run_document

SOURCE = """
return {
    "text": "a", "empty": "", "number": 5, "half": 0.5, "flag": True, "null": None,
    "texts": ["a", "b"], "none": [],
    "mixed": ["a", 1], "map": {"k": True}, "maps": [{"a": 1}, {}], "many": [str(n) for n in range(150)],
}
"""

TAKEN: dict[str, tuple[str, str, Any]] = {
    "text": ("$.Payload.text", "String", "a"),
    "empty text": ("$.Payload.empty", "String", ""),
    "a number": ("$.Payload.number", "Integer", 5),
    "a Boolean": ("$.Payload.flag", "Boolean", True),
    "texts": ("$.Payload.texts", "StringList", ["a", "b"]),
    "no texts": ("$.Payload.none", "StringList", []),
    "a map": ("$.Payload.map", "StringMap", {"k": True}),
    "maps": ("$.Payload.maps", "MapList", [{"a": 1}, {}]),
    "one of the texts": ("$.Payload.texts[0]", "String", "a"),
    "a list cut at a hundred": ("$.Payload.many", "StringList", [str(n) for n in range(100)]),
}

REFUSED: dict[str, tuple[str, str, str]] = {
    "a number for text": (
        "$.Payload.number",
        "String",
        "is int '5', not one string (String)",
    ),
    "null for text": (
        "$.Payload.null",
        "String",
        "output O: $.Payload.null is null, not one string (String)",
    ),
    "a fraction for a number": ("$.Payload.half", "Integer", "is float '0.5', not a whole number (Integer)"),
    "a Boolean for a number": ("$.Payload.flag", "Integer", "is bool 'True', not a whole number (Integer)"),
    "text for a Boolean": ("$.Payload.text", "Boolean", "is str 'a', not true or false (Boolean)"),
    "text for texts": ("$.Payload.text", "StringList", "is str 'a', not a list of strings (StringList)"),
    "mixed texts": ("$.Payload.mixed", "StringList", "not a list of strings (StringList)"),
    "texts for a map": ("$.Payload.texts", "StringMap", "not a JSON object (StringMap)"),
    "numbers for maps": (
        "$.Payload.maps[*].a",
        "MapList",
        "is list '[1]', not a list of JSON objects (MapList)",
    ),
    "a map for maps": ("$.Payload.map", "MapList", "not a list of JSON objects (MapList)"),
}


@pytest.mark.parametrize(("selector", "kind", "expected"), TAKEN.values(), ids=list(TAKEN))
def test_an_output_is_taken_from_the_payload(selector: str, kind: str, expected: Any) -> None:
    execution = run_document(document(script("A", SOURCE, outputs=[output("O", selector, kind)])), {}, REGION)
    assert execution.failure_message == ""
    assert execution.steps[0].outputs["O"] == expected


@pytest.mark.parametrize(("selector", "kind", "message"), REFUSED.values(), ids=list(REFUSED))
def test_an_output_of_another_type_fails_the_step(selector: str, kind: str, message: str) -> None:
    step = script("A", f"print('printed'){SOURCE}", outputs=[output("O", selector, kind)])
    record = run_document(document(step), {}, REGION).steps[0]
    assert (record.status, record.outputs, record.log) == ("Failed", {}, "printed\n")
    assert record.failure_message.endswith(message)


def test_an_output_that_its_selector_does_not_find_is_left_out_and_the_step_succeeds() -> None:
    """The documents of Automated Security Response declare outputs that their scripts never return."""
    declared = [output("O", "$.Payload.other", "String"), output("N", "$.Payload.number", "Integer")]
    steps = (script("A", SOURCE, outputs=declared), script("B", "return events['o']", {"o": "{{ A.O }}"}))
    execution = run_document(document(*steps, outputs=["A.O", "A.N"]), {}, REGION)
    assert (execution.status, execution.outputs) == ("Success", {"A.N": 5})
    assert execution.steps[1].outputs["Payload"] == "{{ A.O }}"


def test_what_a_filter_finds_alone_is_taken_out_of_its_list() -> None:
    """AWSSupport-ValidateMWAADependencies declares a String that a filter selects."""
    step = script(
        "A",
        "return [{'k': 'x', 'v': '1'}, {'k': 'y', 'v': '2'}]",
        outputs=[
            output("One", "$.Payload[?(@.k == 'y')].v", "String"),
            output("All", "$.Payload..v", "StringList"),
            output("Two", "$.Payload[?(@.k == 'y')].v", "StringList"),
        ],
    )
    outputs = run_document(document(step), {}, REGION).steps[0].outputs
    assert [outputs[name] for name in ("One", "All", "Two")] == ["2", ["1", "2"], ["2"]]


def test_a_step_has_its_payload_where_it_declares_no_output() -> None:
    outputs = run_document(document(script("A", "return {'a': 1}")), {}, REGION).steps[0].outputs
    assert outputs == {"Payload": {"a": 1}, "OutputPayload": {"Payload": {"a": 1}}}


def test_a_step_has_its_declared_outputs_and_the_output_payload() -> None:
    step = script("A", "return {'a': 1}", outputs=[output("N", "$.Payload.a", "Integer")])
    outputs = run_document(document(step), {}, REGION).steps[0].outputs
    assert outputs == {"N": 1, "OutputPayload": {"Payload": {"a": 1}}}


def test_a_type_that_is_left_out_is_a_string() -> None:
    step = script("A", "return 'a'", outputs=[{"Name": "O", "Selector": "$.Payload"}])
    assert run_document(document(step), {}, REGION).steps[0].outputs["O"] == "a"
