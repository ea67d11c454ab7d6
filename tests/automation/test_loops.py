"""Loops and variables."""

from typing import Any

import pytest

from automation.account import step
from automation.conftest import REGION, document, fails, outcome, output, passes, script
from rulebook.automation import AutomationExecution, run_document
from rulebook.automation.language.limits import ITERATIONS
from rulebook.errors import DocumentError


def loop(name: str, *steps: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    return step(name, "loop", {"Steps": list(steps), **inputs})


def sets(name: str, variable: str, value: Any, **properties: Any) -> dict[str, Any]:
    return step(name, "updateVariable", {"Name": f"variable:{variable}", "Value": value}, **properties)


def names(execution: AutomationExecution) -> list[str]:
    return [one.name for one in execution.steps]


def branch(name: str, target: str, **condition: Any) -> dict[str, Any]:
    return step(name, "branch", {"Choices": [{"NextStep": target, **condition}]})


def test_a_loop_runs_its_steps_once_for_each_item() -> None:
    """``{{ Loop.CurrentIteratorValue }}`` keeps its type and may be taken apart; iterations count from 1."""
    items = [{"Id": "a"}, {"Id": "b"}]
    written = document(
        loop(
            "Each",
            script(
                "Join",
                "return events['so_far'] + [events]",
                {
                    "so_far": "{{ variable:Seen }}",
                    "item": "{{ Each.CurrentIteratorValue }}",
                    "id": "{{ Each.CurrentIteratorValue.Id }}",
                    "number": "{{ Each.CurrentIteration }}",
                },
                outputs=[output("All", "$.Payload", "MapList")],
            ),
            sets("Keep", "Seen", "{{ Join.All }}"),
            Iterators="{{ Items }}",
            IteratorDataType="StringMap",
        ),
        script("See", "return events['seen']", {"seen": "{{ variable:Seen }}"}),
        parameters={"Items": {"type": "MapList"}},
        variables={"Seen": {"type": "MapList", "default": []}},
    )
    execution = run_document(written, {"Items": items}, REGION)
    assert execution.failure_message == ""
    assert names(execution) == ["Join", "Keep", "Join", "Keep", "Each", "See"]
    seen = execution.steps[-1].outputs["Payload"]
    assert [(one["id"], one["item"], one["number"]) for one in seen] == [
        ("a", items[0], 1),
        ("b", items[1], 2),
    ]


def counting(limit: int, **inputs: Any) -> dict[str, Any]:
    """Return a loop that goes on while fewer than so many were counted; AWS-ExportNodes ends its steps so."""
    condition = {"Variable": "{{ Count.CurrentIteration }}", "NumericLesser": limit}
    return loop("Count", passes("First"), passes("Last", isEnd=True), LoopCondition=condition, **inputs)


def test_a_condition_is_judged_after_the_steps_and_is_end_ends_only_the_iteration() -> None:
    execution = run_document(document(counting(2), passes("After")), {}, REGION)
    assert names(execution) == ["First", "Last", "First", "Last", "Count", "After"]
    assert execution.steps[4].outputs == {"CurrentIteration": 2, "CurrentIteratorValue": ""}
    assert names(run_document(document(counting(0)), {}, REGION)) == ["First", "Last", "Count"]


@pytest.mark.parametrize(
    ("most", "iterations"),
    [({"MaxIterations": 3}, 3), ({"MaxIterations": "{{ N }}"}, 2), ({}, ITERATIONS)],
)
def test_a_loop_ends_after_its_iterations_and_the_document_goes_on(
    most: dict[str, Any], iterations: int
) -> None:
    written = document(
        counting(1000, **most), passes("After"), parameters={"N": {"type": "Integer", "default": 2}}
    )
    execution = run_document(written, {}, REGION)
    assert execution.status == "Success"
    assert names(execution).count("Last") == iterations
    assert names(execution)[-1] == "After"


def test_a_step_may_lead_out_of_its_loop() -> None:
    leave = branch("Leave", "After", Variable="{{ Each.CurrentIteratorValue }}", StringEquals="b")
    written = document(
        loop("Each", leave, passes("Inner"), Iterators=["a", "b", "c"]), passes("Skipped"), passes("After")
    )
    assert outcome(run_document(written, {}, REGION)) == (
        "Success",
        [
            ("Leave", "Success"),
            ("Inner", "Success"),
            ("Leave", "Success"),
            ("Each", "Success"),
            ("After", "Success"),
        ],
    )


def test_loops_stand_within_loops() -> None:
    inner = loop(
        "Inner",
        sets(
            "Add",
            "Text",
            "{{ variable:Text }}{{ Outer.CurrentIteratorValue }}{{ Inner.CurrentIteratorValue }} ",
        ),
        Iterators=["1", "2"],
    )
    written = document(
        loop("Outer", inner, Iterators=["a", "b"]),
        script("See", "return events['text']", {"text": "{{ variable:Text }}"}),
        variables={"Text": {"type": "String", "default": ""}},
    )
    assert run_document(written, {}, REGION).steps[-1].outputs["Payload"] == "a1 a2 b1 b2 "


def test_a_step_that_fails_ends_loop_and_document() -> None:
    execution = run_document(
        document(loop("Each", fails("Bad"), Iterators=["a", "b"]), passes("After")), {}, REGION
    )
    assert outcome(execution) == ("Failed", [("Bad", "Failed"), ("Each", "Failed")])
    assert execution.failure_message.startswith("Step Bad: NumericEquals cannot compare")


def test_a_step_that_may_fail_lets_the_loop_go_on() -> None:
    bad = fails("Bad", onFailure="Continue")
    execution = run_document(document(loop("Each", bad, Iterators=["a", "b"]), passes("After")), {}, REGION)
    assert execution.status == "Success"
    assert names(execution) == ["Bad", "Bad", "Each", "After"]


TEXT = {"T": {"type": "String", "default": "text"}}
BAD_LOOPS: dict[str, tuple[dict[str, Any], str]] = {
    "too many items": ({"Iterators": ["x"] * 101}, "Iterators: has 101 items, 100 are allowed"),
    "no list": ({"Iterators": "{{ T }}"}, "Iterators: is declared String; go over a list"),
    "too many iterations": (
        {"Iterators": ["x"], "MaxIterations": 101},
        "MaxIterations: is 101; it must be a whole number from 1 to 100",
    ),
}


@pytest.mark.parametrize(("inputs", "message"), BAD_LOOPS.values(), ids=list(BAD_LOOPS))
def test_a_loop_that_cannot_be_is_refused(inputs: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        run_document(document(loop("Each", passes("A"), **inputs), parameters=TEXT), {}, REGION)


def test_a_loop_whose_number_is_none_fails() -> None:
    written = document(loop("Each", passes("A"), Iterators=["x"], MaxIterations="{{ T }}"), parameters=TEXT)
    message = "Step Each: MaxIterations is 'text'; it must be a whole number"
    assert run_document(written, {}, REGION).failure_message == message


def test_a_circle_within_a_loop_ends() -> None:
    round_and_round = passes("A", nextStep="A")
    message = run_document(
        document(loop("Each", round_and_round, Iterators=["x"])), {}, REGION
    ).failure_message
    assert message == "500 steps were run and A was next: the document goes round in a circle."


def variable(declared: dict[str, Any], value: Any) -> AutomationExecution:
    see = script("See", "return events['v']", {"v": "{{ variable:V }}"})
    return run_document(
        document(see, sets("Set", "V", value), {**see, "name": "Then"}, variables={"V": declared}), {}, REGION
    )


@pytest.mark.parametrize(
    ("declared", "value", "begun", "then"),
    [
        ({"type": "String"}, "a", "", "a"),
        ({"type": "Integer", "default": 1}, 5, 1, 5),
        ({"type": "Boolean", "default": "false"}, True, False, True),
        ({"type": "StringMap", "default": {}}, {"k": "{{ global:REGION }}"}, {}, {"k": "eu-west-1"}),
    ],
)
def test_a_variable_begins_with_its_default_and_keeps_its_type(
    declared: dict[str, Any], value: Any, begun: Any, then: Any
) -> None:
    execution = variable(declared, value)
    assert execution.failure_message == ""
    assert [execution.steps[n].outputs["Payload"] for n in (0, 2)] == [begun, then]


def test_a_variable_takes_only_what_it_may_be() -> None:
    assert variable({"type": "String", "allowedValues": ["a"]}, "b").failure_message == (
        'Step Set: variable:V = "b": must be one of a'
    )
    with pytest.raises(DocumentError, match="the variable is Integer; give a whole number"):
        variable({"type": "Integer"}, "b")


def test_a_variable_that_is_not_declared_cannot_be_set() -> None:
    with pytest.raises(DocumentError, match="variable:W, which is not declared"):
        run_document(document(sets("Set", "W", "x")), {}, REGION)
