"""A document that could not run is refused before anything of it runs."""

from pathlib import Path
from typing import Any

import pytest

from automation.conftest import REGION, document, output, passes, script
from rulebook.automation import run_document
from rulebook.automation.language import limits
from rulebook.errors import DocumentError


def changed(**inputs: Any) -> dict[str, Any]:
    """Return a script step with other inputs."""
    step = script("Bad", "return 1")
    step["inputs"] = {name: value for name, value in {**step["inputs"], **inputs}.items() if value is not ...}
    return step


def action(name: str, **inputs: Any) -> dict[str, Any]:
    return {"name": "Bad", "action": name, "inputs": inputs}


def branch(choice: Any, **inputs: Any) -> dict[str, Any]:
    return action("aws:branch", Choices=[choice], **inputs)


API = {"Service": "iam", "Api": "ListUsers"}
GOOD = {"NextStep": "Bad", "Variable": "{{ global:DATE }}", "StringEquals": "x"}

BAD_STEPS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown action": (
        action("aws:runInstance"),
        "mainSteps[1].action: is 'aws:runInstance', which does not exist; did you mean aws:runInstances",
    ),
    "an action that only the service has": (
        action("aws:invokeWebhook", IntegrationName="chat"),
        "mainSteps[1].action: is aws:invokeWebhook, which this runner does not have; try it on the service",
    ),
    "no action": ({"name": "Bad"}, "mainSteps[1]: the key action is missing; add it"),
    "an unknown property": (
        passes("Bad", precondition={}),
        "mainSteps[1].precondition: the key precondition is unknown; use one of action, description, inputs, isCritical, isEnd, maxAttempts, name, nextStep, onCancel, onFailure, outputs, timeoutSeconds",
    ),
    "a property of another kind": (
        passes("Bad", isEnd="yes"),
        'mainSteps[1].isEnd: is "yes"; it must be true or false',
    ),
    "no attempt": (
        passes("Bad", maxAttempts=0),
        "mainSteps[1].maxAttempts: is 0; it must be a whole number from 1 on",
    ),
    "a Boolean for a number": (
        passes("Bad", timeoutSeconds=True),
        "mainSteps[1].timeoutSeconds: is true; it must be a whole number from 1 on",
    ),
    "a newer runtime": (
        changed(Runtime="python3.13"),
        "mainSteps[1].inputs.Runtime: is 'python3.13'; write python3.11",
    ),
    "PowerShell": (
        changed(Runtime="PowerShell 7.4"),
        "mainSteps[1].inputs.Runtime: is 'PowerShell 7.4', and this runner has Python only; try it on the service",
    ),
    "no handler": (
        changed(Handler=...),
        "mainSteps[1].inputs.Handler: is missing or no text; name a function of the script",
    ),
    "a handler that is no name": (
        changed(Handler="module.handler"),
        "mainSteps[1].inputs.Handler: is 'module.handler', and this runner calls a function of the script, or module.function of an attachment only; try it on the service",
    ),
    "no script": (
        changed(Script=...),
        'mainSteps[1].inputs.Script: is missing or no text; write Script: "@<file>.py"',
    ),
    "a script in lines": (
        changed(Script=["def handler(a, b):"]),
        'mainSteps[1].inputs.Script: is missing or no text; write Script: "@<file>.py"',
    ),
    "a payload that is no map": (
        changed(InputPayload=["a"]),
        "mainSteps[1].inputs.InputPayload: is no object; write one key for each value",
    ),
    "no service": (
        action("aws:executeAwsApi", Api="ListUsers"),
        "mainSteps[1].inputs.Service: is missing, and aws:executeAwsApi needs it; add it",
    ),
    "no property selector": (
        action("aws:assertAwsResourceProperty", **API, DesiredValues=["x"]),
        "mainSteps[1].inputs.PropertySelector: is missing, and aws:assertAwsResourceProperty needs it; add it",
    ),
    "a property selector that is none": (
        action("aws:waitForAwsResourceProperty", **API, PropertySelector="a.", DesiredValues=["x"]),
        "mainSteps[1].inputs.PropertySelector: is not understood by this runner: 'a.' is no selector like $.Payload.Name, $.List[0] or $.List[*].Name: Parse error near the end of string!; try it on the service",
    ),
    "a desired value that is no list": (
        action("aws:assertAwsResourceProperty", **API, PropertySelector="$", DesiredValues="x"),
        'mainSteps[1].inputs.DesiredValues: is "x"; it must be a list that is not empty',
    ),
    "no duration": (
        action("aws:sleep"),
        "mainSteps[1].inputs: have neither Duration nor Timestamp; give one of them",
    ),
    "duration and timestamp": (
        action("aws:sleep", Duration="PT1S", Timestamp="2020-01-01T01:00:00Z"),
        "mainSteps[1].inputs: have both Duration and Timestamp; give one of them",
    ),
    "a duration that is none": (
        action("aws:sleep", Duration="10 minutes"),
        "mainSteps[1].inputs.Duration: is '10 minutes', no ISO 8601 duration like PT10M; write PT10M, or 2030-01-01T01:00:00Z for a Timestamp",
    ),
    "no choices": (
        action("aws:branch"),
        "mainSteps[1].inputs.Choices: is missing, and aws:branch needs it; add it",
    ),
    "empty choices": (
        action("aws:branch", Choices=[]),
        "mainSteps[1].inputs.Choices: is an empty list; it must be a list that is not empty",
    ),
    "a choice to nowhere": (
        branch({"Variable": "a", "StringEquals": "a"}),
        "mainSteps[1].inputs.Choices[0].NextStep: is missing or no text; name the step to go to",
    ),
    "a choice to no step": (
        branch({**GOOD, "NextStep": "Nowhere"}),
        "mainSteps[1].inputs.Choices[0].NextStep: goes to Nowhere, which is no step; use one of Bad, First",
    ),
    "a default that is no step": (
        branch(GOOD, Default="Nowhere"),
        "mainSteps[1].inputs.Default: goes to Nowhere, which is no step; use one of Bad, First",
    ),
    "an unknown operator": (
        branch({"NextStep": "Bad", "Variable": "a", "Matches": "a"}),
        "mainSteps[1].inputs.Choices[0].Matches: is no operator; use one of And, BooleanEquals, Contains, EndsWith, EqualsIgnoreCase, Not, NumericEquals, NumericGreater, NumericGreaterOrEquals, NumericLesser, NumericLesserOrEquals, Or, StartsWith, StringEquals",
    ),
    "two operators": (
        branch({**GOOD, "Contains": "x"}),
        "mainSteps[1].inputs.Choices[0]: has 2 operators; use one of StringEquals, EqualsIgnoreCase, StartsWith, EndsWith, Contains, NumericEquals, NumericGreater, NumericLesser, NumericGreaterOrEquals, NumericLesserOrEquals, BooleanEquals, And, Or, Not",
    ),
    "an operator without variable": (
        branch({"NextStep": "Bad", "StringEquals": "a"}),
        "mainSteps[1].inputs.Choices[0].Variable: is missing; name what is compared",
    ),
    "a bad condition within a group": (
        branch({"NextStep": "Bad", "Or": [{"Not": {"Variable": "a"}}]}),
        "mainSteps[1].inputs.Choices[0].Or[0].Not: has no operator; use one of StringEquals, EqualsIgnoreCase, StartsWith, EndsWith, Contains, NumericEquals, NumericGreater, NumericLesser, NumericGreaterOrEquals, NumericLesserOrEquals, BooleanEquals, And, Or, Not",
    ),
    "an empty group": (
        branch({"NextStep": "Bad", "And": []}),
        "mainSteps[1].inputs.Choices[0].And: is an empty list; it must be a list that is not empty",
    ),
    "a next step that is none": (
        passes("Bad", nextStep="Nowhere"),
        "mainSteps[1].nextStep: goes to Nowhere, which is no step; use one of Bad, First",
    ),
    "a failure step that is none": (
        passes("Bad", onFailure="step:Nowhere"),
        "mainSteps[1].onFailure: goes to Nowhere, which is no step; use one of Bad, First",
    ),
    "a failure word that is none": (
        passes("Bad", onFailure="Retry"),
        "mainSteps[1].onFailure: is 'Retry'; use Abort, Continue or step:<name>",
    ),
    "a cancel step that is none": (
        passes("Bad", onCancel="step:Nowhere"),
        "mainSteps[1].onCancel: goes to Nowhere, which is no step; use one of Bad, First",
    ),
    "an undefined parameter": (
        changed(InputPayload={"a": ["{{ Nothing }}"]}),
        "mainSteps[1].inputs.InputPayload.a[0]: reads Nothing, which is no parameter; remove it",
    ),
    "an undefined output": (
        changed(InputPayload={"a": "{{ First.Nothing }}"}),
        "mainSteps[1].inputs.InputPayload.a: reads First.Nothing, which First does not declare; use one of OutputPayload, Payload",
    ),
    "a malformed reference": (
        changed(InputPayload={"a": "{{ Some Thing }}"}),
        "mainSteps[1].inputs.InputPayload.a: reads Some Thing, which is no parameter; remove it",
    ),
    "a payload beside declared outputs": (
        script("Bad", "return 1", {"a": "{{ Bad.Payload }}"}, outputs=[output("A", "$.Payload", "String")]),
        "mainSteps[1].inputs.InputPayload.a: reads Bad.Payload, which this runner does not give beside declared outputs; try it on the service",
    ),
    "a selector that is none": (
        script("Bad", "return 1", outputs=[output("A", "$.a + 1", "String")]),
        "mainSteps[1].outputs[0].Selector: is not understood by this runner: '$.a + 1' is no selector like $.Payload.Name, $.List[0] or $.List[*].Name: it is of the library that reads it, not of JSONPath; try it on the service",
    ),
    "an output type that is none": (
        script("Bad", "return 1", outputs=[output("A", "$.Payload", "Number")]),
        "mainSteps[1].outputs[0].Type: is Number; use one of String, Integer, Boolean, StringList, StringMap, MapList",
    ),
    "an output without selector": (
        script("Bad", "return 1", outputs=[{"Name": "A"}]),
        "mainSteps[1].outputs[0]: the key Selector is missing; add it",
    ),
    "an output of an action that has none": (
        passes("Bad", outputs=[output("A", "$", "String")]),
        "mainSteps[1].outputs: select from aws:sleep, which answers nothing; remove them",
    ),
}


@pytest.mark.parametrize(("step", "message"), BAD_STEPS.values(), ids=list(BAD_STEPS))
def test_a_bad_step_is_refused_before_the_good_one_before_it_runs(
    step: dict[str, Any], message: str, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    first = script("First", f"open({str(mark)!r}, 'w').close()")
    with pytest.raises(DocumentError) as refused:
        run_document(document(first, step), {}, REGION)
    assert str(refused.value) == message
    assert not mark.exists()


BAD_DOCUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "another schema": (
        document(passes("A")) | {"schemaVersion": "2.2"},
        "schemaVersion: is '2.2'; write \"0.3\"",
    ),
    "no steps": (document(), "mainSteps: is an empty list; it must be a list that is not empty"),
    "a step without name": (
        document({"action": "aws:sleep"}),
        "mainSteps[0]: the key name is missing; add it",
    ),
    "a step name with a blank": (
        document(passes("A B")),
        "mainSteps[0].name: is 'A B'; use letters, digits and _",
    ),
    "parameters in a list": (
        document(passes("A"), parameters=[]),
        "parameters: is an empty list; it must be an object",
    ),
    "a parameter that is no declaration": (
        document(passes("A"), parameters={"P": "String"}),
        'parameters.P: is "String"; it must be an object',
    ),
    "an unknown key of a parameter": (
        document(passes("A"), parameters={"P": {"type": "String", "pattern": "x"}}),
        "parameters.P.pattern: the key pattern is unknown; use one of allowedPattern, allowedValues, default, description, displayType, maxChars, maxItems, minChars, minItems, type",
    ),
    "a length that is no number": (
        document(passes("A"), parameters={"P": {"type": "String", "maxChars": True}}),
        "parameters.P.maxChars: is true; it must be a whole number",
    ),
    "two steps of one name": (
        document(passes("A"), passes("A")),
        "mainSteps[1].name: is A, as an earlier step's; rename one of them",
    ),
    "an output that no step has": (
        document(passes("A"), outputs=["A.B"]),
        "outputs[0]: is A.B, which no step declares; remove it",
    ),
    "a role from nowhere": (
        document(passes("A"), assumeRole="{{ R }}"),
        "assumeRole: reads R, which is no parameter; remove it",
    ),
    "too large": (
        document(passes("A"), description="x" * limits.DOCUMENT),
        "has 65653 bytes as JSON, 65536 are allowed; shorten the scripts",
    ),
}


@pytest.mark.parametrize(("bad", "message"), BAD_DOCUMENTS.values(), ids=list(BAD_DOCUMENTS))
def test_a_bad_document_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        run_document(bad, {}, REGION)
    assert str(refused.value) == message
