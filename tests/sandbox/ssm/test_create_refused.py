"""What CreateDocument refuses at once, and what a caller may send without ever an InternalFailure."""

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .published import Automation, document, script_step, sleep_step

STEP = sleep_step("Wait")
ROLE = {"AutomationAssumeRole": {"type": "String"}}


def changed(**changes: Any) -> str:
    return json.dumps(document([STEP]) | changes)


REFUSED = {
    "no JSON": "{",
    "no object": "[]",
    "no schema": json.dumps({"mainSteps": [STEP]}),
    "schema 3.0": changed(schemaVersion="3.0"),
    "a number as schema": changed(schemaVersion=0.3),
    "no steps": changed(mainSteps=[]),
    "steps that are no list": changed(mainSteps={"Wait": STEP}),
    "a step without an action": changed(mainSteps=[{"name": "Wait"}]),
    "a step that is text": changed(mainSteps=["Wait"]),
    "a name twice": changed(mainSteps=[STEP, STEP]),
    "a script as a list": changed(mainSteps=[script_step("Run", ["a", "b"])]),  # type: ignore[arg-type]
    "a parameter without a type": changed(parameters={"A": {}}),
    "a parameter that is text": changed(parameters={"A": "String"}),
    "parameters as a list": changed(parameters=["A"]),
    "an unknown action": changed(mainSteps=[STEP | {"action": "aws:doesNotExist"}]),
    "an input that is missing": changed(mainSteps=[STEP | {"inputs": {}}]),
    "an undeclared parameter": changed(mainSteps=[STEP | {"inputs": {"Duration": "{{ Nobody }}"}}]),
    "a jump to nowhere": changed(mainSteps=[STEP | {"nextStep": "Nowhere"}]),
    "an unknown key": changed(mainStep=[STEP]),
    "an unknown type": changed(parameters=ROLE | {"A": {"type": "Text"}}),
    "an output of nobody": changed(outputs=["Nobody.Output"]),
    "not a number": changed(description="x").replace('"x"', "NaN"),
}


def create(automation: Automation, content: str, kind: str = "JSON") -> Callable[[], Any]:
    return lambda: automation.ssm.create_document(
        Name="Tried",
        Content=content,
        DocumentType="Automation",
        DocumentFormat=kind,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("refused", REFUSED)
def test_content_that_could_not_run_is_refused_at_once(automation: Automation, refused: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(automation, REFUSED[refused])()
    assert caught.value.response["Error"]["Code"] == "InvalidDocumentContent"
    names = automation.ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])[
        "DocumentIdentifiers"
    ]
    assert "Tried" not in [one["Name"] for one in names]


DEEP = "[" * 5000 + "]" * 5000
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in itertools.pairwise("abcdefgh")
)


@pytest.mark.parametrize("kind", ["JSON", "YAML"])
@pytest.mark.parametrize(
    "content", [DEEP, BOMB, "a: &a [*a]", "x" * 600_000], ids=["deep", "bomb", "loop", "big"]
)
def test_content_that_would_be_far_too_large_is_not_read(
    automation: Automation, content: str, kind: str
) -> None:
    before = time.monotonic()
    with pytest.raises(ClientError, match=f"{kind} not well-formed") as caught:
        create(automation, content, kind)()
    assert caught.value.response["Error"]["Code"] == "InvalidDocumentContent"
    assert time.monotonic() - before < 1


def test_an_alias_may_be_used(automation: Automation) -> None:
    step = "{name: Wait, action: &a 'aws:sleep', inputs: &i {Duration: PT1S}}"
    create(
        automation,
        f"schemaVersion: '0.3'\nmainSteps: [{step}, {{name: Again, action: *a, inputs: *i}}]",
        "YAML",
    )()
    automation.ssm.delete_document(Name="Tried")


def test_the_refusal_says_where_and_what(automation: Automation) -> None:
    with pytest.raises(ClientError, match=r"mainSteps\[0\]\.action: is 'aws:doesNotExist', which does not"):
        create(automation, REFUSED["an unknown action"])()


def test_what_only_this_runner_lacks_is_taken_and_refused_at_the_start(automation: Automation) -> None:
    step = {"name": "Tell", "action": "aws:invokeWebhook", "inputs": {"IntegrationName": "chat"}}
    name = automation.publish("Beyond", step)
    with pytest.raises(ClientError, match="which this runner does not have") as caught:
        automation.start(name)
    assert caught.value.response["Error"]["Code"] == "InvalidAutomationExecutionParametersException"


def test_a_default_that_its_parameter_refuses_is_taken_and_refused_at_the_start(
    automation: Automation,
) -> None:
    create(
        automation,
        changed(parameters=ROLE | {"A": {"type": "String", "default": "x", "allowedValues": ["y"]}}),
    )()
    try:
        with pytest.raises(ClientError, match=r"parameters\.A\.default") as caught:
            automation.start("Tried", Parameters={"AutomationAssumeRole": [automation.role]})
        assert caught.value.response["Error"]["Code"] == "InvalidAutomationExecutionParametersException"
    finally:
        automation.ssm.delete_document(Name="Tried")


def test_a_new_version_is_looked_at_too(automation: Automation) -> None:
    name = automation.publish("Renewed", STEP)
    with pytest.raises(ClientError) as caught:
        automation.ssm.update_document(
            Name=name, Content=REFUSED["an unknown action"], DocumentVersion="$LATEST"
        )
    assert caught.value.response["Error"]["Code"] == "InvalidDocumentContent"


def test_a_stack_with_such_a_document_rolls_back(automation: Automation) -> None:
    properties = {"DocumentType": "Automation", "Content": json.loads(REFUSED["an unknown action"])}
    template = {"Resources": {"D": {"Type": "AWS::SSM::Document", "Properties": properties}}}
    stacks = automation.account.client("cloudformation")
    stacks.create_stack(StackName="refused", TemplateBody=json.dumps(template))
    assert stacks.describe_stacks(StackName="refused")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = [
        one.get("ResourceStatusReason", "")
        for one in stacks.describe_stack_events(StackName="refused")["StackEvents"]
    ]
    assert [one for one in reasons if "InvalidDocumentContent: mainSteps[0].action" in one], reasons


YAML = """
schemaVersion: "0.3"
description: 2026-01-02
parameters:
  On: {type: String, default: yes, allowedValues: [yes, no, 2026-02-30]}
mainSteps:
  - name: Wait
    action: aws:sleep
    isEnd: true
    inputs: {Duration: PT1S}
"""


def test_dates_and_words_of_yaml_are_text(automation: Automation) -> None:
    try:
        described = create(automation, YAML, "YAML")()["DocumentDescription"]
        assert described["Description"] == "2026-01-02"
        assert [(one["Name"], one["DefaultValue"]) for one in described["Parameters"]] == [("On", "yes")]
        assert automation.ssm.get_document(Name="Tried", DocumentFormat="YAML")["Content"] == YAML
    finally:
        automation.ssm.delete_document(Name="Tried")


@pytest.mark.parametrize(
    "content",
    ["a: [", "? [a]\n: b", "a: &a [*a]", "schemaVersion: 0.3", "2026-01-02", "!!python/none x", "\x00"],
)
def test_yaml_that_is_none_is_refused_in_words(automation: Automation, content: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(automation, content, "YAML")()
    error = caught.value.response["Error"]
    assert error["Code"] in {"InvalidDocumentContent", "ValidationException"}
    assert error["Message"]
