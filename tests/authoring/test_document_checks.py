"""Every way a document can be broken is found: one case a row, a human name first."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from authoring.conftest import Sample
from rulebook.authoring import render as build


class Case(NamedTuple):
    """In ``file`` (yaml, script or permissions) ``old`` becomes ``new``; then there are exactly ``findings``."""

    name: str
    file: str
    old: str
    new: str
    findings: list[str]


TIDY = "ssm_docs/TidySample/"
DOC = f"{TIDY}document.yaml: "
SCRIPT = f"{TIDY}tidy_sample.py: "
RIGHTS = f"{TIDY}permissions.json: "
STEP_2 = "  - name: Verify\n    action: aws:executeScript\n    isEnd: true\n"

# The ten of docs/adr/0005, of which other tools find none, three or seven.
TEN = [
    Case("unknown action", "yaml", "Tidy\n    action: aws:executeScript", "Tidy\n    action: aws:executScript", [
        f"{DOC}mainSteps[0].action (line 25): is 'aws:executScript', which does not exist; did you mean aws:executeScript",
    ]),
    Case("no steps", "yaml", "mainSteps:", "otherSteps:", [
        f"{DOC}top: the key mainSteps is missing; add it",
        f"{DOC}top: the key otherSteps is unknown; use one of assumeRole, description, files, mainSteps, outputs, parameters, schemaVersion, variables",
    ]),
    Case("wrong runtime", "yaml", "Runtime: python3.11\n      Handler: tidy", "Runtime: python3.8\n      Handler: tidy", [
        f"{DOC}mainSteps[0].inputs.Runtime (line 29): is 'python3.8'; write python3.11",
    ]),
    Case("undefined parameter", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaximumAge }}"', [
        f"{DOC}mainSteps[0].inputs.InputPayload.MaxAge (line 34): reads MaximumAge, which is no parameter; did you mean MaxAge",
        f"{DOC}parameters.MaxAge (line 11): is used nowhere; use {{{{ MaxAge }}}}, or remove it",
    ]),
    Case("undeclared output", "yaml", '"{{ Tidy.Outcome }}"', '"{{ Tidy.Outcom }}"', [
        f"{DOC}mainSteps[1].inputs.InputPayload.Before (line 51): reads Tidy.Outcom, which Tidy does not declare; did you mean Outcome",
    ]),
    Case("wrong nextStep", "yaml", "nextStep: Verify", "nextStep: Verifi", [
        f"{DOC}mainSteps[0].nextStep (line 41): goes to Verifi, which is no step; did you mean Verify",
        f"{DOC}mainSteps[1].inputs.InputPayload.Before (line 51): reads Tidy.Outcome, which runs later; read an earlier step",
        f"{DOC}mainSteps[1] (line 42): Verify is never reached; lead a step to it, or remove it",
    ]),
    Case("wrong type", "yaml", "MaxAge:\n    type: String", "MaxAge:\n    type: Text", [
        f"{DOC}parameters.MaxAge.type (line 12): is Text; use one of String, StringList, Integer, Boolean, MapList, StringMap",
    ]),
    Case("missing handler", "yaml", "Handler: tidy", "Handler: tidi", [
        f"{DOC}mainSteps[0].inputs.Handler (line 30): is tidi, which {TIDY}tidy_sample.py does not define; did you mean tidy",
    ]),
    Case("syntax error", "script", "def report(age, action, exempt):", "def report(age, action, exempt:", [
        f"{SCRIPT}line 16: no Python 3.11: '(' was never closed; mend it",
    ]),
    Case("wrong document output", "yaml", "outputs:\n  - Tidy.Outcome", "outputs:\n  - Tidy.Result", [
        f"{DOC}outputs[0] (line 57): is Tidy.Result, which no step declares; did you mean Tidy.Outcome",
    ]),
]  # fmt: skip

FURTHER = [
    Case("schema version", "yaml", '"0.3"', '"0.2"', [f"{DOC}schemaVersion (line 2): is '0.2'; write \"0.3\""]),
    Case("a number where text belongs", "yaml", '"0.3"', "0.3", [f"{DOC}schemaVersion (line 2): is 0.3; it must be text"]),
    Case("misspelt step key", "yaml", "nextStep: Verify", "nexStep: Verify", [
        f"{DOC}mainSteps[0] (line 24): the key nexStep is unknown; did you mean nextStep",
    ]),
    Case("role not taken", "yaml", "  AutomationAssumeRole:\n    type: String\n    allowedPattern: ^arn:aws:iam::[0-9]{12}:role/.+$\n", "", [
        f"{DOC}assumeRole (line 3): reads AutomationAssumeRole, which is no parameter; use one of Action, ExemptUsers, MaxAge, SampleId",
        f"{DOC}parameters (line 4): do not have AutomationAssumeRole; declare it as a String",
    ]),
    Case("role not assumed", "yaml", 'assumeRole: "{{ AutomationAssumeRole }}"\n', "", [
        f"{DOC}assumeRole: is ''; write \"{{{{ AutomationAssumeRole }}}}\"",
        f"{DOC}parameters.AutomationAssumeRole (line 4): is used nowhere; use {{{{ AutomationAssumeRole }}}}, or remove it",
    ]),
    Case("role optional", "yaml", "    allowedPattern: ^arn:aws:iam::[0-9]{12}:role/.+$", '    default: ""', [
        f"{DOC}parameters.AutomationAssumeRole.default (line 7): makes the role optional; remove the default: a role is needed",
    ]),
    Case("default of another type", "yaml", 'default: "90"', "default: 90", [
        f"{DOC}parameters.MaxAge.default (line 13): is 90, no String; quote it, or change the type",
    ]),
    Case("default against the pattern", "yaml", 'default: "90"', "default: ninety", [
        f"{DOC}parameters.MaxAge.default (line 13): is 'ninety', which does not match ^[0-9]{{1,4}}$; change the default, or what is allowed",
    ]),
    Case("default not allowed", "yaml", "default: Delete", "default: Remove", [
        f"{DOC}parameters.Action.default (line 17): is 'Remove', not one of Delete, Deactivate; change the default, or what is allowed",
    ]),
    Case("no pattern", "yaml", "allowedPattern: ^[0-9]{1,4}$", "allowedPattern: ^([0-9]$", [
        f"{DOC}parameters.MaxAge.allowedPattern (line 14): is no pattern: missing ), unterminated subpattern at position 1; mend the regular expression",
    ]),
    Case("unknown system variable", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }}{{ global:REGOIN }}"', [
        f"{DOC}mainSteps[0].inputs.InputPayload.MaxAge (line 34): reads global:REGOIN, which is no system variable; did you mean global:REGION",
    ]),
    Case("known system variable", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{MaxAge}}{{ global:REGION }}"', []),
    Case("reference never closed", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }} {{ MaxAge"', [
        f"{DOC}mainSteps[0].inputs.InputPayload.MaxAge (line 34): opens a {{{{ that holds no name or is never closed; write {{{{ name }}}}",
    ]),
    Case("reference to an unknown step", "yaml", '"{{ Tidy.Outcome }}"', '"{{ Tidied.Outcome }}"', [
        f"{DOC}mainSteps[1].inputs.InputPayload.Before (line 51): reads Tidied.Outcome, and no step is called Tidied; did you mean Tidy",
    ]),
    Case("reference to a later step", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }}{{ Verify.Outcome }}"', [
        f"{DOC}mainSteps[0].inputs.InputPayload.MaxAge (line 34): reads Verify.Outcome, which runs later; read an earlier step",
    ]),
    Case("step name with a space", "yaml", "  - name: Verify", '  - name: "Veri fy"', [
        f"{DOC}mainSteps[0].nextStep (line 41): goes to Verify, which is no step; did you mean Veri fy",
        f"{DOC}mainSteps[1].inputs.InputPayload.Before (line 51): reads Tidy.Outcome, which runs later; read an earlier step",
        f"{DOC}mainSteps[1].name (line 42): is 'Veri fy'; use letters, digits and _",
        f"{DOC}mainSteps[1] (line 42): Veri fy is never reached; lead a step to it, or remove it",
        f"{DOC}outputs[1] (line 58): is Verify.Outcome, which no step declares; did you mean Veri fy.Outcome",
    ]),
    Case("onFailure to nowhere", "yaml", "onFailure: Abort", "onFailure: step:Verifi", [
        f"{DOC}mainSteps[0].onFailure (line 27): goes to Verifi, which is no step; did you mean Verify",
    ]),
    Case("onFailure unknown", "yaml", "onFailure: Abort", "onFailure: Retry", [
        f"{DOC}mainSteps[0].onFailure (line 27): is 'Retry'; use Abort, Continue or step:<name>",
    ]),
    Case("end that goes on", "yaml", "nextStep: Verify", "nextStep: Verify\n    isEnd: true", [
        f"{DOC}mainSteps[0].isEnd (line 42): ends the run, and nextStep goes on; keep one of the two",
    ]),
    Case("unreachable", "yaml", "nextStep: Verify", "isEnd: true", [
        f"{DOC}mainSteps[1].inputs.InputPayload.Before (line 51): reads Tidy.Outcome, which runs later; read an earlier step",
        f"{DOC}mainSteps[1] (line 42): Verify is never reached; lead a step to it, or remove it",
    ]),
    Case("reached by onFailure alone", "yaml", "onFailure: Abort", "onFailure: step:Verify", []),
    Case("branch to nowhere", "yaml", STEP_2, "  - name: Choose\n    action: aws:branch\n    inputs:\n      Choices:\n        - NextStep: Verifi\n          Variable: x\n          StringEquals: y\n      Default: Verify\n" + STEP_2, [
        f"{DOC}mainSteps[1].inputs.Choices[0].NextStep (line 46): goes to Verifi, which is no step; did you mean Verify",
        f"{DOC}mainSteps[1] (line 42): Choose is never reached; lead a step to it, or remove it",
    ]),
    Case("handler of one argument", "script", "def tidy(events, context):", "def tidy(events):", [
        f"{SCRIPT}line 6: tidy does not take exactly two arguments; write (events, context)",
    ]),
    Case("handler with an optional third", "script", "def tidy(events, context):", "def tidy(events, context, *, more=1):", [
        f"{SCRIPT}line 6: tidy does not take exactly two arguments; write (events, context)",
    ]),
    Case("no handler named", "yaml", "      Handler: tidy\n", "", [
        f"{DOC}mainSteps[0].inputs.Handler: is missing or no text; name a function of the script",
    ]),
    Case("unknown input", "yaml", "      Handler: tidy\n", "      Handler: tidy\n      Timeout: 5\n", [
        f"{DOC}mainSteps[0].inputs.Timeout (line 31): is no input of aws:executeScript; use one of Attachment, Handler, InputPayload, Runtime, Script",
    ]),
    Case("foreign import", "script", "import boto3", "import boto3\nimport requests.auth", [
        f"{SCRIPT}line 4: imports requests.auth, which the service does not have; do without it",
    ]),
    Case("relative import", "script", "import boto3", "import boto3\nfrom . import other", [
        f"{SCRIPT}line 4: imports ., which the service does not have; do without it",
    ]),
    Case("braces in a script", "script", "import boto3", 'import boto3\n\nX = "{{ MaxAge }}"', [
        f"{SCRIPT}line 5: holds {{{{, which the service replaces in the code; pass the value by InputPayload; write '{{' + '{{' if the braces are meant",
    ]),
    Case("payload lacks a key", "yaml", '        Action: "{{ Action }}"\n', "", [
        f"{DOC}mainSteps[0].inputs.InputPayload (line 32): lacks Action, which tidy reads; pass it",
        f"{DOC}parameters.Action (line 15): is used nowhere; use {{{{ Action }}}}, or remove it",
    ]),
    Case("payload has a key too many", "yaml", '        Before: "{{ Tidy.Outcome }}"\n', '        Before: "{{ Tidy.Outcome }}"\n        More: x\n', [
        f"{DOC}mainSteps[1].inputs.InputPayload.More (line 52): is passed, but verify does not read it; remove it",
    ]),
    Case("an optional key may be missing", "yaml", '        ExemptUsers: "{{ ExemptUsers }}"\n', "", [
        f"{DOC}parameters.ExemptUsers (line 19): is used nowhere; use {{{{ ExemptUsers }}}}, or remove it",
    ]),
    Case("output not returned", "script", 'return {"Outcome": f"{age} {action} {exempt}"}', 'return {"Result": f"{age} {action} {exempt}"}', [
        f"{DOC}mainSteps[0].outputs[0].Selector (line 39): selects Outcome, which tidy does not return in every case; return it",
    ]),
    Case("output not returned on one path", "script", "def report(age, action, exempt):", "def report(age, action, exempt):\n    if not age:\n        return {}", [
        f"{DOC}mainSteps[0].outputs[0].Selector (line 39): selects Outcome, which tidy does not return in every case; return it",
    ]),
    Case("selector outside the payload", "yaml", "Selector: $.Payload.Outcome\n        Type: String\n    nextStep", "Selector: $.Outcome\n        Type: String\n    nextStep", [
        f"{DOC}mainSteps[0].outputs[0].Selector (line 39): is '$.Outcome'; begin it with $.Payload, which is what the handler returns",
    ]),
    Case("output type", "yaml", "Type: String\n    nextStep", "Type: Text\n    nextStep", [
        f"{DOC}mainSteps[0].outputs[0].Type (line 40): is Text; use one of String, StringList, StringMap, Integer, Boolean, MapList",
    ]),
    Case("permission missing", "permissions", '"iam:DeleteUser", ', "", [f"{RIGHTS}top: lacks iam:DeleteUser, which is called; add it"]),
    Case("a method misspelt", "script", ".delete_user(", ".delete_usr(", [
        f"{RIGHTS}top: has iam:DeleteUser, which nothing calls; write delete_user instead of delete_usr in the script",
    ]),
    Case("permission too many", "permissions", '"iam:DeleteUser"', '"iam:CreateUser", "iam:DeleteUser"', [
        f"{RIGHTS}top: has iam:CreateUser, which nothing calls; remove it",
    ]),
    Case("permissions not sorted", "permissions", '"iam:DeleteUser", "iam:ListUsers"', '"iam:ListUsers", "iam:DeleteUser"', [
        f"{RIGHTS}top: is not sorted, or repeats itself; sort it and keep each action once",
    ]),
    Case("permission with a wildcard", "permissions", '"iam:DeleteUser"', '"iam:*", "iam:DeleteUser"', [
        f"{RIGHTS}[0]: is 'iam:*'; write service:Action, without wildcards",
        f"{RIGHTS}top: has iam:*, which nothing calls; remove it",
    ]),
    Case("permissions no list", "permissions", '["iam:DeleteUser", "iam:ListUsers"]', "{}", [
        f'{RIGHTS}top: is no list of texts; write a list such as ["iam:GetUser"]',
    ]),
]  # fmt: skip


@pytest.mark.parametrize("case", [*TEN, *FURTHER], ids=lambda case: case.name)
def test_a_broken_document_is_found(sample: Sample, case: Case) -> None:
    path = {"yaml": sample.yaml, "script": sample.script, "permissions": sample.permissions}[case.file]
    sample.replace(path, case.old, case.new)
    assert sorted(str(one) for one in build.inspect(sample.project).findings) == sorted(case.findings)


def test_syntax_of_a_later_python_is_found(sample: Sample) -> None:
    """Each Python words it otherwise."""
    sample.replace(sample.script, "import boto3", "import boto3\ntype Name = str")
    [finding] = build.inspect(sample.project).findings
    assert (finding.file, finding.place) == ("ssm_docs/TidySample/tidy_sample.py", "line 4")
    assert finding.problem.startswith("no Python 3.11: ")


def test_the_ten_are_ten() -> None:
    assert len(TEN) == 10


def test_the_sample_itself_is_right(sample: Sample) -> None:
    assert build.inspect(sample.project).findings == []


@pytest.mark.parametrize("name", ["ab", "aws-Tidy", "AmazonTidy", "amznTidy", "with space"])
def test_a_name_that_ssm_refuses_is_found(sample: Sample, name: str) -> None:
    sample.yaml.parent.rename(sample.yaml.parent.parent / name)
    found = [one for one in build.inspect(sample.project).findings if one.place == "the folder's name"]
    assert [one.file for one in found] == [f"ssm_docs/{name}/document.yaml"]


def test_a_document_beyond_64_kb_is_found(sample: Sample) -> None:
    sample.replace(sample.script, "import boto3", f"import boto3\n\nassert '{'x' * 33_000}'")
    found = [one for one in build.inspect(sample.project).errors if "the limit is 65536" in one.problem]
    assert [one.cure for one in found] == ["shorten the scripts"]


def test_a_document_that_leaves_no_room_for_parameters_is_a_warning(sample: Sample) -> None:
    sample.replace(sample.script, "import boto3", f"import boto3\n\nassert '{'x' * 29_000}'")
    found = [one for one in build.inspect(sample.project).findings if "leaves" in one.problem]
    assert [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize(
    "nasty", ["\0", "(" * 5_000, "x = " + "-" * 100_000 + "1", "return", "\ufeffx = 1\nx = ="]
)
def test_no_script_ends_the_build_with_a_traceback(sample: Sample, nasty: str) -> None:
    sample.script.write_text(nasty, encoding="utf-8")
    assert build.inspect(sample.project).errors
