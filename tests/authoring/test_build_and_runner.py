"""Build and runner agree about what a document is: what the one passes without a warning, the other plans."""

import copy
from typing import Any, Literal, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authoring.conftest import Sample
from automation.conftest import document, output, passes, script
from rulebook.authoring import render as build
from rulebook.authoring.checks import check_document
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.built import built_content
from rulebook.authoring.render.reading import read_document
from rulebook.automation import accept_parameters, jsonpath, plan_document
from rulebook.automation.actions import RUNNERS
from rulebook.automation.language.actions import ACTIONS
from rulebook.automation.language.operators import GROUPS, OPERATORS
from rulebook.automation.references import references_in
from rulebook.errors import DocumentError
from rulebook.node import Node

Verdict = Literal["runs", "is warned of", "is refused"]


class Probe(NamedTuple):
    """In document.yaml ``old`` becomes ``new``; build and runner then both say ``verdict`` of ``place``."""

    name: str
    old: str
    new: str
    verdict: Verdict
    place: str = ""


PAYLOAD = '        Before: "{{ Tidy.Outcome }}"\n'
SECOND = "  - name: Verify\n    action: aws:executeScript\n    isEnd: true\n"


def before_the_second(step: str) -> tuple[str, str]:
    """Return how a step is put between the sample's two; the first one leads to it."""
    return "    nextStep: Verify\n" + SECOND, f"{step}    nextStep: Verify\n{SECOND}"


PROBES = [
    Probe("the account id", '"{{ MaxAge }}"', '"{{ MaxAge }}{{ global:ACCOUNT_ID }}"', "runs"),
    Probe("the partition", '"{{ MaxAge }}"', '"{{ MaxAge }}{{ global:AWS_PARTITION }}"', "runs"),
    Probe("a time as text", "timeoutSeconds: 300", 'timeoutSeconds: "600"', "runs"),
    Probe(
        "a payload beside declared outputs", "{{ Tidy.Outcome }}", "{{ Tidy.Payload }}",
        "is warned of", "mainSteps[1].inputs.InputPayload.Before",
    ),
    Probe(
        "a part of an output", "{{ Tidy.Outcome }}", "{{ Tidy.Outcome.Part }}", "runs",
    ),
    Probe("variables", "mainSteps:", "variables:\n  V:\n    type: String\n    default: x\nmainSteps:", "runs"),
    Probe(
        "a selector that reckons", "Selector: $.Payload.Outcome\n        Type: String\n    nextStep",
        "Selector: $.Payload + 1\n        Type: StringList\n    nextStep", "is warned of", "mainSteps[0].outputs[0].Selector",
    ),
    Probe(
        "a pause", *before_the_second("  - name: Wait\n    action: aws:pause\n    inputs: {}\n"), "runs",
    ),
    Probe(
        "a webhook",
        *before_the_second("  - name: Call\n    action: aws:invokeWebhook\n    inputs:\n      IntegrationName: chat\n"),
        "is warned of", "mainSteps[1].action",
    ),
    Probe("a time known later", "timeoutSeconds: 300", 'timeoutSeconds: "{{ MaxAge }}"', "is warned of", "mainSteps[0].timeoutSeconds"),
    Probe("a pattern of Java's", "^[0-9]{1,4}$", r"^[\p{N}]{1,4}$", "runs"),
    Probe("a pattern of Java's alone", "^[0-9]{1,4}$", r"^[\p{javaDigit}]{1,4}$", "is warned of", "parameters.MaxAge.allowedPattern"),
    Probe("half a list type", "SampleId:\n    type: String", "SampleId:\n    type: AWS::EC2::Instance::Id>", "is refused", "parameters.SampleId.type"),
    Probe("no wait", *before_the_second("  - name: Wait\n    action: aws:sleep\n    inputs: {}\n"), "is refused", "mainSteps[1].inputs"),
    Probe(
        "an action without its inputs",
        *before_the_second("  - name: Call\n    action: aws:executeAwsApi\n    inputs:\n      Service: iam\n"),
        "is refused", "mainSteps[1].inputs.Api",
    ),
    Probe(
        "a wait without values",
        *before_the_second(
            "  - name: Wait\n    action: aws:waitForAwsResourceProperty\n    inputs:\n      Service: iam\n"
            "      Api: ListUsers\n      PropertySelector: $.IsTruncated\n"
        ),
        "is refused", "mainSteps[1].inputs.DesiredValues",
    ),
    Probe(
        "an unknown operator",
        *before_the_second(
            "  - name: Choose\n    action: aws:branch\n    inputs:\n      Choices:\n        - NextStep: Verify\n"
            '          Variable: "{{ MaxAge }}"\n          Matches: x\n'
        ),
        "is refused", "mainSteps[1].inputs.Choices[0].Matches",
    ),
    Probe(
        "a choice to nowhere",
        *before_the_second(
            '  - name: Choose\n    action: aws:branch\n    inputs:\n      Choices:\n        - Variable: "{{ MaxAge }}"\n'
            "          StringEquals: x\n"
        ),
        "is refused", "mainSteps[1].inputs.Choices[0].NextStep",
    ),
    Probe(
        "outputs of a branch",
        *before_the_second(
            "  - name: Choose\n    action: aws:branch\n    inputs:\n      Choices:\n        - NextStep: Verify\n"
            '          Variable: "{{ MaxAge }}"\n          StringEquals: x\n    outputs:\n      - Name: A\n        Selector: $\n'
        ),
        "is refused", "mainSteps[1].outputs",
    ),
]  # fmt: skip


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_build_and_runner_judge_alike(sample: Sample, probe: Probe) -> None:
    sample.replace(sample.yaml, probe.old, probe.new)
    sample.yaml.write_text(sample.yaml.read_text().replace("    onFailure: Abort\n", ""), encoding="utf-8")
    folder = sample.project.documents()["TidySample"]
    content = built_content(read_document(sample.project, folder))
    found = [
        one
        for one in build.inspect_project(sample.project).findings
        if one.check not in ("unreachable-steps", "reference-order", "input-payload", "unused-parameters")
    ]
    if probe.verdict == "runs":
        assert found == []
        assert plan_document(content).first == "Tidy"
        return
    severity = "error" if probe.verdict == "is refused" else "warning"
    assert [(one.severity, str(one.place)) for one in found if one.check != "returned-outputs"] == [
        (severity, probe.place)
    ]
    with pytest.raises(DocumentError) as refused:
        plan_document(content)
    assert str(refused.value) == f"{found[0].said}; {found[0].cure}"


@pytest.mark.parametrize(("default", "allowed"), [(["a", "b"], True), (["a", "c"], False)])
def test_a_list_is_held_against_what_is_allowed_item_by_item(default: list[str], allowed: bool) -> None:
    declared = {"P": {"type": "StringList", "default": default, "allowedValues": ["a", "b"]}}
    content = document(script("A", "return events", {"p": "{{ P }}"}), parameters=declared)
    found = check_document(AuthoredDocument("d.yaml", content, {}), "automation")
    if allowed:
        assert found == []
        assert accept_parameters(content, {}) == {"P": default}
    else:
        assert [(one.check, str(one.place)) for one in found] == [
            ("parameter-defaults", "parameters.P.default")
        ]
        with pytest.raises(DocumentError):
            accept_parameters(content, {})


TEXTS = st.sampled_from(
    ["x", "{{ P }}", "{{ P", "{{ A.O }}", "{{ A.Payload }}", "{{ A.OutputPayload }}", "{{ global:DATE }}", "{{ ssm:x }}",
     "$.Payload", "$..x", "A", "step:B", "Abort", "Continue", "5", "true", "PT5S", "String", "StringList", "python3.11",
     "PowerShell 7.4", "handler", "m.handler", "iam", "ListUsers", "^a$", r"\p{L}", "("]
)  # fmt: skip
VALUES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(-1, 3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from([*OPERATORS, *GROUPS, "Not", "NextStep", "Variable", "Name", "Selector", "Type"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
SOUND = document(
    script("A", "return events", {"p": "{{ P }}"}, outputs=[output("O", "$.Payload.p", "String")]),
    {
        "name": "B",
        "action": "aws:branch",
        "inputs": {
            "Choices": [{"NextStep": "C", "Variable": "{{ A.O }}", "StringEquals": "x"}],
            "Default": "C",
        },
    },
    passes("C", onFailure="Continue", isCritical=True, maxAttempts=2, timeoutSeconds=5),
    {
        "name": "D",
        "action": "aws:waitForAwsResourceProperty",
        "inputs": {
            "Service": "iam",
            "Api": "ListUsers",
            "PropertySelector": "$.IsTruncated",
            "DesiredValues": ["False"],
        },
    },
    parameters={"P": {"type": "String", "default": "x", "allowedPattern": "^[a-z]$"}},
    outputs=["A.O"],
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in paths(item, (*path, key)))]


PLACES = st.sampled_from(paths(SOUND)[1:])


@given(
    st.lists(st.tuples(PLACES, VALUES), max_size=2),
    st.sampled_from(sorted(ACTIONS)),
    st.dictionaries(
        st.sampled_from(sorted({name for action in ACTIONS.values() for name in action.inputs})),
        VALUES,
        max_size=5,
    ),
)
@example([], "aws:pause", {})
@example([(("mainSteps", 0, "timeoutSeconds"), "5")], "aws:sleep", {"Duration": "PT5S"})
def test_what_the_build_passes_without_a_warning_the_runner_plans(
    damages: list[tuple[tuple[Any, ...], Any]], action: str, inputs: dict[str, Any]
) -> None:
    content: Any = copy.deepcopy(SOUND)
    content["mainSteps"].append({"name": "E", "action": action, "inputs": inputs})
    for place, value in damages:
        if place not in paths(content):
            return  # the first damage took the second's place away
        holder = content
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = value
    found = check_document(AuthoredDocument("d.yaml", content, {}), "automation")
    stops = [one for one in found if one.severity == "error" or one.check == "beyond-the-runner"]
    if not stops:
        planned = plan_document(content)
        for step in planned.steps.values():
            assert step.action in RUNNERS
            for declared in step.outputs:
                jsonpath.parse_jsonpath(declared.selector)
            for reference in references_in(Node(dict(step.inputs))):
                read_later = not reference.name or reference.name.startswith("ssm:")
                assert read_later or reference.name in planned.names
        accept_parameters(content, {} if "default" in content["parameters"]["P"] else {"P": ["a"]})
        return
    foreseen = {f"{one.said}; {one.cure}" for one in stops}
    try:
        plan_document(content)
    except DocumentError as refused:
        assert str(refused) in foreseen  # noqa: PT017 - a finding that only the build has is right as well
