"""What ``{{ name }}`` becomes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from automation.conftest import REGION, document, output, returned, script
from rulebook.automation import run_document
from rulebook.automation.references import references_in, resolve_references
from rulebook.node import Node

VALUES: dict[str, Any] = {
    "Text": "a",
    "Flag": True,
    "Number": 5,
    "List": ["x", "y"],
    "Map": {"k": [1]},
    "Hostile": "{{ Text }}",
    "Step.Output": "out",
}

RESOLVED: dict[str, tuple[Any, Any]] = {
    "no reference": ("plain", "plain"),
    "exactly one keeps a string": ("{{ Text }}", "a"),
    "blanks within the braces do not matter": ("{{Text}}", "a"),
    "exactly one keeps a Boolean": ("{{ Flag }}", True),
    "exactly one keeps a number": ("{{ Number }}", 5),
    "exactly one keeps a list": ("{{ List }}", ["x", "y"]),
    "exactly one keeps a map": ("{{ Map }}", {"k": [1]}),
    "an output of a step": ("{{ Step.Output }}", "out"),
    "within text": ("<{{ Text }}>", "<a>"),
    "two in one text": ("{{ Text }}{{ Text }}", "aa"),
    "a blank around it makes it text": (" {{ Number }}", " 5"),
    "a Boolean within text": ("is {{ Flag }}", "is true"),
    "a list within text": ("of {{ List }}", 'of ["x","y"]'),
    "a map within text": ("of {{ Map }}", 'of {"k":[1]}'),
    "deep in a structure": ({"a": [{"b": "{{ Flag }}"}, 7, None]}, {"a": [{"b": True}, 7, None]}),
    "keys are left alone": ({"{{ Text }}": 1}, {"{{ Text }}": 1}),
    "a value is not scanned again": ("{{ Hostile }}", "{{ Text }}"),
    "not within text either": ("<{{ Hostile }}>", "<{{ Text }}>"),
    "nor do two halves make one": ("{{{ Text }}}", "{a}"),
    "an opening alone is text": ("{{ Text", "{{ Text"),
    "nothing within is text": ("f'{{}}'", "f'{{}}'"),
}


@pytest.mark.parametrize(("written", "expected"), RESOLVED.values(), ids=list(RESOLVED))
def test_references_are_replaced(written: Any, expected: Any) -> None:
    assert resolve_references(written, VALUES.__getitem__) == expected


def test_every_reference_is_named_in_order() -> None:
    written = {"a": "{{ B }} {{C.D}}", "e": ["{{ global:DATE }}", 5, "{{ open"]}
    assert [(str(one.node.place), one.name) for one in references_in(Node(written))] == [
        ("a", "B"),
        ("a", "C.D"),
        ("e[0]", "global:DATE"),
        ("e[2]", ""),
    ]


def test_the_service_gives_its_own_variables() -> None:
    payload = {
        name: f"{{{{ {name} }}}}"
        for name in ("global:DATE", "global:DATE_TIME", "global:REGION", "automation:EXECUTION_ID")
    }
    execution = run_document(document(script("A", "return events", payload)), {}, REGION)
    got = execution.steps[0].outputs["Payload"]
    assert got["global:REGION"] == "eu-west-1"
    assert got["automation:EXECUTION_ID"] == execution.execution_id
    assert got["global:DATE"] == f"{execution.started:%Y-%m-%d}"
    moment = datetime.strptime(got["global:DATE_TIME"], "%Y-%m-%d_%H.%M.%S").replace(tzinfo=UTC)
    assert moment == execution.started.replace(microsecond=0)


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("us-isob-east-1", "aws-iso-b"),
    ],
)
def test_the_partition_is_that_of_the_region(region: str, partition: str) -> None:
    step = script("A", "return events", {"partition": "{{ global:AWS_PARTITION }}"})
    execution = run_document(document(step), {}, {"AWS_DEFAULT_REGION": region})
    assert execution.steps[0].outputs["Payload"] == {"partition": partition}


def test_the_execution_id_may_be_given() -> None:
    step = script("A", "return events['id']", {"id": "{{ automation:EXECUTION_ID }}"})
    execution = run_document(document(step), {}, REGION, execution_id="given")
    assert (execution.execution_id, execution.steps[0].outputs["Payload"]) == ("given", "given")


def test_without_a_region_its_reference_fails_the_step() -> None:
    execution = run_document(document(script("A", "return 1", {"r": "{{ global:REGION }}"})), {}, {})
    assert execution.failure_message == (
        "Step A: {{ global:REGION }} has no value: AWS_DEFAULT_REGION was not given"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ Other }}",
        "'); import os; os.abort() #",
        '"""',
        "\\",
        "\n\0\x1b",
        "é漢🔑",
        "{{global:REGION}} }}",
        "$(reboot)",
    ],
)
def test_a_hostile_value_reaches_the_script_as_it_is(hostile: str) -> None:
    assert returned("return events['value']", {"value": "{{ P }}"}, P=hostile) == hostile


def test_values_reach_the_script_in_their_own_types() -> None:
    payload = {name: f"{{{{ {name} }}}}" for name in ("B", "I", "L", "M")}
    given = {"B": False, "I": 7, "L": ["a"], "M": {"k": {"n": None}}}
    assert returned("return events", payload, **given) == given


def test_a_reference_within_a_script_is_put_in_as_text_as_the_service_does() -> None:
    assert returned("return [{{ P }}, 2]", P="1 + 1") == [2, 2]


def test_an_output_feeds_the_next_step_in_its_own_type() -> None:
    first = script(
        "First", "return {'keys': ['a', 'b']}", outputs=[output("Keys", "$.Payload.keys", "StringList")]
    )
    second = script(
        "Second",
        "return [events['keys'], events['text']]",
        {
            "keys": "{{ First.Keys }}",
            "text": "{{ First.Keys }}!",
        },
    )
    execution = run_document(document(first, second), {}, REGION)
    assert execution.steps[1].outputs["Payload"] == [["a", "b"], '["a","b"]!']


def test_a_reference_to_a_step_that_did_not_run_stays_as_it_is_written() -> None:
    """AWSResilienceHub's documents test whether such a value starts with ``{{``."""
    asks = script(
        "Asks", "return events", {"x": "{{Later.Payload }}", "y": "a {{ Later.Payload }}"}, isEnd=True
    )
    execution = run_document(document(asks, script("Later", "return 1")), {}, REGION)
    assert execution.steps[0].outputs["Payload"] == {"x": "{{Later.Payload }}", "y": "a {{ Later.Payload }}"}
