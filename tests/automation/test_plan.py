"""A document that could not run is refused before anything of it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from automation.conftest import REGION, document, output, passes, script
from rulebook.automation import run
from rulebook.automation.parameters import MAX_DOCUMENT
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
    "an unknown action": (action("aws:runInstances"), "aws:runInstances' is not one that this runner knows"),
    "no action": ({"name": "Bad"}, "None is not one that this runner knows"),
    "an unknown property": (passes("Bad", precondition={}), "precondition: this runner does not know it"),
    "a property of another kind": (passes("Bad", isEnd="true"), "isEnd: 'true' is not of the kind"),
    "no attempt": (passes("Bad", maxAttempts=0), "maxAttempts: 0 is not of the kind"),
    "a Boolean for a number": (passes("Bad", timeoutSeconds=True), "timeoutSeconds: True is not of the kind"),
    "an older runtime": (
        changed(Runtime="python3.8"),
        "inputs.Runtime 'python3.8' is not accepted; only python3.11 is",
    ),
    "a newer runtime": (changed(Runtime="python3.13"), "inputs.Runtime 'python3.13' is not accepted"),
    "PowerShell": (changed(Runtime="PowerShell 7.4"), "inputs.Runtime 'PowerShell 7.4' is not run here"),
    "no handler": (changed(Handler=...), "inputs.Handler is required"),
    "a handler that is no name": (changed(Handler="module.handler"), "'module.handler' is not the name of a"),
    "no script": (changed(Script=...), "inputs.Script is required"),
    "a script in lines": (changed(Script=["def handler(a, b):"]), "inputs.Script must be one string"),
    "an attachment": (changed(Attachment="x.zip"), "inputs.Attachment is not an input of this action"),
    "a payload that is no map": (changed(InputPayload=["a"]), "inputs.InputPayload must be a map"),
    "no service": (action("aws:executeAwsApi", Api="ListUsers"), "inputs.Service is required"),
    "no property selector": (
        action("aws:assertAwsResourceProperty", **API, DesiredValues=["x"]),
        "inputs.PropertySelector is required",
    ),
    "a property selector that is none": (
        action("aws:waitForAwsResourceProperty", **API, PropertySelector="a", DesiredValues=["x"]),
        "inputs.PropertySelector: 'a' is no selector",
    ),
    "a desired value that is no list": (
        action("aws:assertAwsResourceProperty", **API, PropertySelector="$", DesiredValues="x"),
        "inputs.DesiredValues must be a list",
    ),
    "no duration": (action("aws:sleep"), "inputs must be either Duration or Timestamp"),
    "duration and timestamp": (
        action("aws:sleep", Duration="PT1S", Timestamp="2020-01-01T01:00:00Z"),
        "inputs must be either Duration or Timestamp",
    ),
    "a duration that is none": (action("aws:sleep", Duration="10 minutes"), "is no ISO 8601 duration"),
    "no choices": (action("aws:branch"), "inputs.Choices is required"),
    "empty choices": (action("aws:branch", Choices=[]), "must be a list of at least one choice"),
    "a choice to nowhere": (
        branch({"Variable": "a", "StringEquals": "a"}),
        "Choices[0].NextStep is required",
    ),
    "a choice to no step": (branch({**GOOD, "NextStep": "Nowhere"}), "inputs: there is no step 'Nowhere'"),
    "a default that is no step": (branch(GOOD, Default="Nowhere"), "inputs: there is no step 'Nowhere'"),
    "an unknown operator": (
        branch({"NextStep": "Bad", "Variable": "a", "Matches": "a"}),
        "Choices[0] must have Variable and one operator of StringEquals,",
    ),
    "two operators": (branch({**GOOD, "Contains": "x"}), "Choices[0] must have Variable and one operator"),
    "an operator without variable": (branch({"NextStep": "Bad", "StringEquals": "a"}), "must have Variable"),
    "a bad condition within a group": (
        branch({"NextStep": "Bad", "Or": [{"Not": {"Variable": "a"}}]}),
        "Choices[0].Or[0].Not must have Variable",
    ),
    "an empty group": (
        branch({"NextStep": "Bad", "And": []}),
        "And must be a list of at least one condition",
    ),
    "a next step that is none": (
        passes("Bad", nextStep="Nowhere"),
        "Bad.nextStep: there is no step 'Nowhere'",
    ),
    "a failure step that is none": (
        passes("Bad", onFailure="step:Nowhere"),
        "Bad.onFailure: there is no step",
    ),
    "a failure word that is none": (
        passes("Bad", onFailure="Retry"),
        "is none of Abort, Continue and step:NAME",
    ),
    "a cancel step that is none": (passes("Bad", onCancel="step:Nowhere"), "Bad.onCancel: there is no step"),
    "an undefined parameter": (
        changed(InputPayload={"a": ["{{ Nothing }}"]}),
        "Bad.inputs: {{ Nothing }} is nei",
    ),
    "an undefined output": (
        changed(InputPayload={"a": "{{ First.Nothing }}"}),
        "{{ First.Nothing }} is neither",
    ),
    "a malformed reference": (changed(InputPayload={"a": "{{ Some Thing }}"}), "{{ Some Thing }} is neither"),
    "a payload beside declared outputs": (
        script("Bad", "return 1", {"a": "{{ Bad.Payload }}"}, outputs=[output("A", "$.Payload", "String")]),
        "{{ Bad.Payload }} is neither",
    ),
    "a selector that is none": (
        script("Bad", "return 1", outputs=[output("A", "Payload.a", "String")]),
        "outputs[0].Selector: 'Payload.a' is no selector",
    ),
    "an output type that is none": (
        script("Bad", "return 1", outputs=[output("A", "$.Payload", "Number")]),
        "outputs[0].Type: 'Number' is not one of String,",
    ),
    "an output without selector": (
        script("Bad", "return 1", outputs=[{"Name": "A"}]),
        "outputs[0] must have Name, Selector and Type",
    ),
    "an output of an action that has none": (
        passes("Bad", outputs=[output("A", "$", "String")]),
        "outputs: aws:sleep has none to select from",
    ),
}


@pytest.mark.parametrize(("step", "message"), BAD_STEPS.values(), ids=list(BAD_STEPS))
def test_a_bad_step_is_refused_before_the_good_one_before_it_runs(
    step: dict[str, Any], message: str, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    first = script("First", f"open({str(mark)!r}, 'w').close()")
    with pytest.raises(DocumentError) as refused:
        run(document(first, step), {}, REGION)
    assert message in str(refused.value)
    assert "Bad" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not mark.exists()


BAD_DOCUMENTS: dict[str, tuple[dict[str, Any], str]] = {
    "another schema": (
        document(passes("A")) | {"schemaVersion": "2.2"},
        "schemaVersion: '2.2' is no Automation",
    ),
    "no steps": (document(), "mainSteps: there must be at least one step"),
    "a step without name": (document({"action": "aws:sleep"}), "mainSteps[0].name: a step needs a name"),
    "a step name with a blank": (document(passes("A B")), "'A B' may have only letters, digits and _"),
    "parameters in a list": (document(passes("A"), parameters=[]), "parameters: [] is no map"),
    "a parameter that is no declaration": (
        document(passes("A"), parameters={"P": "String"}),
        'parameters.P: "String" is no declaration',
    ),
    "an unknown key of a parameter": (
        document(passes("A"), parameters={"P": {"type": "String", "pattern": "x"}}),
        'parameters.P.pattern: "x" is not what may stand there',
    ),
    "a length that is no number": (
        document(passes("A"), parameters={"P": {"type": "String", "maxChars": True}}),
        "parameters.P.maxChars: true is not what may stand there",
    ),
    "two steps of one name": (document(passes("A"), passes("A")), "mainSteps: A is the name of two steps"),
    "attachments": (document(passes("A"), files={}), "files: this runner does not know it"),
    "variables": (document(passes("A"), variables={}), "variables: this runner does not know it"),
    "an output that no step has": (document(passes("A"), outputs=["A.B"]), "outputs: 'A.B' is not an output"),
    "a role from nowhere": (document(passes("A"), assumeRole="{{ R }}"), "assumeRole: {{ R }} is neither"),
    "too large": (
        document(passes("A"), description="x" * MAX_DOCUMENT),
        f"bytes; {MAX_DOCUMENT} are allowed",
    ),
}


@pytest.mark.parametrize(("bad", "message"), BAD_DOCUMENTS.values(), ids=list(BAD_DOCUMENTS))
def test_a_bad_document_is_refused(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(DocumentError) as refused:
        run(bad, {}, REGION)
    assert message in str(refused.value)
