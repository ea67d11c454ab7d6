"""What public documents rely on beside the actions, each in a document of our own."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from automation.account import Account, step
from automation.conftest import REGION, document, output, returned, script
from rulebook.automation import (
    accept_parameters,
    plan_document,
    plan_warnings,
    refusals_of_document,
    run_document,
)
from rulebook.errors import DocumentError, ParametersRefused
from rulebook.sandbox import Sandbox


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with Sandbox.start() as running:
        ssm = running.client("ssm")
        ssm.put_parameter(Name="/made/up/alias", Value="alias/own", Type="String")
        ssm.put_parameter(Name="subnets", Value="a,b", Type="StringList")
        running.client("iam").create_user(UserName="ann", Tags=[{"Key": "Team", "Value": "red"}])
        yield Account(running)


def test_the_services_variables_stand_in_a_document(account: Account) -> None:
    arn = "arn:{{ global:AWS_PARTITION }}:iam::{{ global:ACCOUNT_ID }}:user/ann ({{global:REGION}})"
    made = (
        account.run(document(script("A", "return events['arn']", {"arn": arn}))).steps[0].outputs["Payload"]
    )
    assert made == f"arn:aws:iam::{account.sandbox.account_id}:user/ann (us-east-1)"


def test_parameters_of_the_parameter_store_are_read_when_they_are_needed(account: Account) -> None:
    written = document(
        script(
            "A",
            "return events",
            {"key": "{{ Key }}", "text": "<{{ssm:/made/up/alias}}>", "list": "{{ ssm:subnets }}"},
        ),
        parameters={
            "Key": {
                "type": "String",
                "default": "{{ ssm:/made/up/alias }}",
                "allowedPattern": "^alias/[a-z]+$",
            }
        },
    )
    execution = account.run(written)
    assert execution.steps[0].outputs["Payload"] == {
        "key": "alias/own",
        "text": "<alias/own>",
        "list": ["a", "b"],
    }
    assert execution.parameters == {"Key": "alias/own"}


def test_a_value_that_was_given_is_never_looked_into(account: Account) -> None:
    written = document(
        script("A", "return events['v']", {"v": "{{ V }}"}),
        parameters={"V": {"type": "String", "default": "{{ automation:EXECUTION_ID }}"}},
    )
    given = account.run(written, {"V": "{{ ssm:/made/up/alias }}"})
    assert given.steps[0].outputs["Payload"] == "{{ ssm:/made/up/alias }}"
    assert account.run(written).parameters["V"] != "{{ automation:EXECUTION_ID }}"


def test_a_parameter_that_the_store_does_not_have_ends_the_run_before_its_steps(account: Account) -> None:
    written = document(
        script("A", "return 1"), parameters={"V": {"type": "String", "default": "{{ ssm:/none }}"}}
    )
    execution = account.run(written)
    assert (execution.status, execution.steps) == ("Failed", ())
    assert execution.failure_message.startswith("parameters: ssm GetParameter: ")


def test_selectors_as_public_documents_write_them(account: Account) -> None:
    get = {"Service": "iam", "Api": "GetUser", "UserName": "ann"}
    selectors = {
        "Bare": "User.UserName",
        "Anywhere": "$..UserName",
        "Filter": "$.User.Tags[?(@.Key == 'Team')].Value",
        "Slice": "$.User.Tags[0:1].Key",
        "Quoted": "$.User.'UserName'",
    }
    outputs = [output(name, selector, "String") for name, selector in selectors.items()]
    written = document(
        step("Get", "executeAwsApi", get, outputs=outputs),
        step(
            "Assert",
            "assertAwsResourceProperty",
            {**get, "PropertySelector": "User.Tags..Value", "DesiredValues": ["red"]},
        ),
        outputs=[f"Get.{name}" for name in selectors],
    )
    assert account.outputs(written) == {
        "Get.Bare": "ann",
        "Get.Anywhere": "ann",
        "Get.Filter": "red",
        "Get.Slice": "Team",
        "Get.Quoted": "ann",
    }


def test_a_script_tells_by_the_braces_that_a_step_was_skipped() -> None:
    """AWSResilienceHub-ChangeRestApiGwQuotaLimitSOP_2020-10-26 looks for them so."""
    looks = "return 'default' if events['name'].startswith('{{') else events['name']"
    written = document(
        step(
            "Choose",
            "branch",
            {"Choices": [{"NextStep": "Use", "Variable": "{{ Skip }}", "BooleanEquals": True}]},
        ),
        script("Find", "return {'Name': 'found'}", outputs=[output("Name", "$.Payload.Name", "String")]),
        script("Use", looks, {"name": "{{ Find.Name }}"}, outputs=[output("Used", "$.Payload", "String")]),
        parameters={"Skip": {"type": "Boolean"}},
        outputs=["Use.Used"],
    )
    assert run_document(written, {"Skip": True}, REGION).outputs == {"Use.Used": "default"}
    assert run_document(written, {"Skip": False}, REGION).outputs == {"Use.Used": "found"}


@pytest.mark.parametrize("runtime", ["python3.6", "python3.7", "python3.8", "python3.9", "python3.10"])
def test_a_retired_runtime_is_run_here_though_the_service_takes_no_new_document_with_it(runtime: str) -> None:
    step = script("A", "return 'ran'")
    step["inputs"]["Runtime"] = runtime
    written = document(step)
    assert [finding.said for finding in refusals_of_document(written)] == [
        f"mainSteps[0].inputs.Runtime: is '{runtime}'"
    ]
    assert [str(finding.severity) for finding in plan_warnings(written)] == ["warning"]
    assert plan_warnings(written)[0].cure == "it runs here with python3.11; write python3.11"
    assert run_document(written, {}, REGION).steps[0].outputs["Payload"] == "ran"


def test_a_default_that_its_own_pattern_refuses_matters_only_to_who_relies_on_it() -> None:
    """AWS-MigrateIncidentManagerCloudWatchAlarms has such defaults: they say what to put there."""
    written = document(
        script("A", "return events['r']", {"r": "{{ Role }}"}),
        parameters={
            "Role": {"type": "String", "default": "arn:{AccountId}", "allowedPattern": "^arn:[0-9]+$"}
        },
    )
    assert run_document(written, {"Role": "arn:12"}, REGION).status == "Success"
    with pytest.raises(DocumentError, match=r"parameters.Role.default: Role = "):
        run_document(written, {}, REGION)


PATTERNS: dict[str, tuple[str, list[Any], list[Any]]] = {
    "a hyphen after a class": (r"^role\/[\w-\/.@]{1,20}$", ["role/a-b/c"], ["role/a b", "role"]),
    "letters of any language": (r"^[\p{L}\p{N}_-]+$", ["für_1"], ["a b"]),
    "an intersection": (r"^[a-z&&[^x]]+$", ["abc"], ["axb"]),
    "a named group": (r"^(?<first>a|b)-\k<first>$", ["a-a"], ["a-b"]),
    "possessive": (r"^a++b$", ["aab"], ["aa"]),
    "atomic": (r"^(?>a|ab)c$", ["ac"], ["abc"]),
}


@pytest.mark.parametrize(("pattern", "good", "bad"), PATTERNS.values(), ids=list(PATTERNS))
def test_patterns_of_java_are_judged(pattern: str, good: list[str], bad: list[str]) -> None:
    written = document(
        script("A", "return 1"), parameters={"P": {"type": "String", "allowedPattern": pattern}}
    )
    plan_document(written)
    for value in good:
        assert accept_parameters(written, {"P": value}) == {"P": value}
    for value in bad:
        with pytest.raises(ParametersRefused, match="must match"):
            accept_parameters(written, {"P": value})


def test_a_pattern_that_only_java_knows_is_said_to_be_one() -> None:
    written = document(
        script("A", "return 1"), parameters={"P": {"type": "String", "allowedPattern": r"^\Qa.b\E$"}}
    )
    with pytest.raises(DocumentError, match="cannot be judged here, Java may know it"):
        plan_document(written)


@pytest.mark.parametrize(
    ("kind", "pattern", "good", "bad"),
    [("Integer", r"^([7-9]|[12][0-9]|3[0-5])$", 35, 36), ("Boolean", "^true$", True, False)],
)
def test_patterns_hold_for_numbers_and_flags(kind: str, pattern: str, good: Any, bad: Any) -> None:
    """AWS-EnableNeptuneDbBackupRetentionPeriod has the former, AWS-RestoreDynamoDbTable the latter."""
    written = document(script("A", "return 1"), parameters={"P": {"type": kind, "allowedPattern": pattern}})
    assert accept_parameters(written, {"P": [str(good).lower()]}) == {"P": good}
    with pytest.raises(ParametersRefused, match="must match"):
        accept_parameters(written, {"P": bad})


class Answers:
    """What an account would answer, in order; the embedded one has no instances that answer a command."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[Mapping[str, Any]] = []

    def call(self, events: Mapping[str, Any], _: object) -> Any:
        """Answer in the place of an ApiProcess."""
        self.asked.append(events)
        return self.answers.pop(0)


def command(status: str, code: int, text: str) -> dict[str, Any]:
    plugin = {"ResponseCode": code, "Output": text}
    return {"InstanceId": "i-1", "Status": status, "StatusDetails": status, "CommandPlugins": [plugin]}


def commanded(monkeypatch: pytest.MonkeyPatch, *invocations: dict[str, Any]) -> tuple[Answers, Any]:
    """Run a command that ends so on the instances."""
    answers = Answers(
        {"Command": {"CommandId": "c-1"}},
        {"Commands": [{"Status": "InProgress"}]},
        {"Commands": [{"Status": "Success", "StatusDetails": "NoInstancesInTag"}]},
        {"CommandInvocations": list(invocations)},
    )
    monkeypatch.setattr(
        "rulebook.automation.api_process.ApiProcess.call", lambda _, *asked: answers.call(*asked)
    )
    monkeypatch.setattr("rulebook.automation.actions.calling.PAUSE", 0.01)
    inputs = {
        "DocumentName": "AWS-RunShellScript",
        "InstanceIds": ["i-1"],
        "Parameters": {"commands": ["id", "ls"], "executionTimeout": 5},
        "TimeoutSeconds": "60",
        "Comment": "",
    }
    written = document(
        step("Ask", "runCommand", inputs, outputs=[output("Said", "$.Output", "String")]),
        outputs=["Ask.CommandId", "Ask.Status", "Ask.ResponseCode", "Ask.Output", "Ask.Said"],
    )
    return answers, run_document(written, {}, REGION)


def test_a_command_is_sent_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, execution = commanded(monkeypatch, command("Success", 0, "root"))
    assert execution.outputs == {
        "Ask.CommandId": "c-1",
        "Ask.Status": "Success",
        "Ask.ResponseCode": 0,
        "Ask.Output": "root",
        "Ask.Said": "root",
    }
    assert answers.asked[0]["Arguments"] == {
        "DocumentName": "AWS-RunShellScript",
        "InstanceIds": ["i-1"],
        "Parameters": {"commands": ["id", "ls"], "executionTimeout": ["5"]},
        "TimeoutSeconds": 60,
    }


def test_a_command_that_fails_fails_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    _, execution = commanded(monkeypatch, command("Success", 0, "a"), command("Failed", 1, "b"))
    assert (execution.status, execution.failure_message) == ("Failed", "Step Ask: command c-1: i-1 Failed")
    assert execution.steps[0].log == "a\nb"


def test_a_command_that_reaches_nobody_fails_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    _, execution = commanded(monkeypatch)
    assert execution.failure_message == "Step Ask: command c-1 reached no instance (NoInstancesInTag)"


def test_powershell_is_refused_in_words() -> None:
    step = script("A", "Get-Date")
    step["inputs"]["Runtime"] = "PowerShell 7.4"
    with pytest.raises(DocumentError, match=r"is 'PowerShell 7\.4', and this runner has Python only"):
        plan_document(document(step))


def test_a_script_still_sees_what_was_put_in_as_code_only_by_name() -> None:
    assert returned("return '{{ Nobody.Knows }}'") == "{{ Nobody.Knows }}"
