"""`rulebook run`: any document, step by step, in the account of the credentials in use."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from rulebook.sandbox import Sandbox

from .conftest import Command, Ended, raise_in_body

SECONDS = re.compile(r"\b[0-9]+\.[0-9] s\b")
HEAD = 'schemaVersion: "0.3"\n'
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a file into the working folder; returns its name."""
    monkeypatch.chdir(tmp_path)

    def make(text: str, name: str = "d.yaml") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return make


def script(source: str, name: str = "Act", more: str = "") -> str:
    """Return a step of YAML whose script is this; it begins on line 9 of the step."""
    head = f"""\
  - name: {name}
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: act
      InputPayload: {{Name: "{{{{ Name }}}}"}}
      Script: |
"""
    return head + indent(dedent(source).strip("\n") + "\n", " " * 8) + indent(dedent(more), " " * 4)


def document(*steps: str) -> str:
    """Return a document with a parameter Name."""
    return HEAD + "parameters:\n  Name: {type: String, default: Ada}\nmainSteps:\n" + "".join(steps)


GREETING = """
def act(events, context):
    print("greeting", events["Name"])
    return {"Greeting": "Hello " + events["Name"]}
"""
GREETED = "outputs:\n  - {Name: Greeting, Selector: $.Payload.Greeting, Type: String}\n"
REST = "  - {name: Rest, action: aws:sleep, inputs: {Duration: PT0S}}\n"
GREET = document(script(GREETING, "Greet", GREETED), REST) + "outputs: [Greet.Greeting]\n"


def shown(ended: Ended) -> list[str]:
    """Return the lines of stdout with every time the same."""
    return [SECONDS.sub("0.0 s", line) for line in ended.out.splitlines()]


def test_each_step_is_a_line_with_what_it_printed_and_made_and_the_outputs_end_it(
    rulebook: Command, write: Write
) -> None:
    ended = rulebook("run", write(GREET), "--yes", "--parameter", "Name=Bob")
    assert shown(ended) == [
        "Greet  aws:executeScript  Success  0.0 s",
        "  | greeting Bob",
        "  Greeting = Hello Bob",
        "Rest   aws:sleep          Success  0.0 s",
        "Outputs",
        "  Greet.Greeting = Hello Bob",
        "Success: 2 steps in 0.0 s",
    ]
    assert ended.code == 0


def test_it_says_in_which_account_as_whom_what_its_scripts_may_and_what_is_retired(
    rulebook: Command, account: Sandbox, write: Write
) -> None:
    account.client("iam").create_account_alias(AccountAlias="playground")
    text = GREET.replace("mainSteps", 'assumeRole: "{{ Name }}"\nmainSteps').replace(
        "python3.11", "python3.8"
    )
    ended = rulebook("run", write(text), "--yes")
    arn = account.client("sts").get_caller_identity()["Arn"]
    account.client("iam").delete_account_alias(AccountAlias="playground")
    warning, *told = ended.err.splitlines()
    assert warning.startswith(
        "warning: mainSteps[0].inputs.Runtime: is 'python3.8'; it runs here with python3.11"
    )
    assert told[:2] == [
        f"Runs in account 123456789012 (playground), us-east-1, as {arn}: d (d.yaml), 2 steps",
        "Its assumeRole is not assumed here: every step acts with these credentials",
    ]
    assert told[2].startswith("Its scripts (1) run on this machine, with these credentials and the network; ")


def test_json_is_what_get_automation_execution_answers(rulebook: Command, write: Write) -> None:
    ended = rulebook("run", write(GREET), "--yes", "--json")
    execution = ended.json["AutomationExecution"]
    assert execution["AutomationExecutionStatus"] == "Success"
    assert execution["Outputs"] == {"Greet.Greeting": ["Hello Ada"]}
    assert execution["Parameters"] == {"Name": ["Ada"]}
    assert execution["DocumentName"] == "d"
    greet, rest = execution["StepExecutions"]
    assert (greet["StepName"], greet["Action"], greet["StepStatus"]) == (
        "Greet",
        "aws:executeScript",
        "Success",
    )
    assert greet["Outputs"]["Greeting"] == ["Hello Ada"]
    assert greet["Log"] == "greeting Ada\n"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.*\+00:00", rest["ExecutionStartTime"])
    assert "Greet  aws:executeScript  Success" in ended.err


FAILS = """
import json

def act(events, context):
    # what the build would take off
    return deep(events)

def deep(events):
    raise ValueError("told to fail\\n\\x1b[2J")
"""


def test_a_failure_shows_the_scripts_own_traceback_in_lines_of_the_file(
    rulebook: Command, write: Write
) -> None:
    file = write(document(REST, script(FAILS), REST.replace("Rest", "Never")))
    ended = rulebook("run", file, "--yes")
    lines = Path(file).read_text(encoding="utf-8").split("\n")
    called, raised = (
        1 + next(n for n, line in enumerate(lines) if text in line) for text in ("deep(e", "raise")
    )
    assert shown(ended)[1:] == [
        "Act    aws:executeScript  Failed  0.0 s",
        f"  ValueError: told to fail [2J (d.yaml:{raised})",
        f"    d.yaml:{called} in act: return deep(events)",
        f"    d.yaml:{raised} in deep: {lines[raised - 1].strip()}",
        "Failed: 2 steps in 0.0 s, ended by step Act",
    ]
    assert ended.code == 1
    waits = rulebook("run", file, "--yes", "--json").json["AutomationExecution"]["StepExecutions"][2]
    assert (waits["StepName"], waits["StepStatus"]) == ("Never", "Pending")


DIVIDES = "def act(events, context):\n\n    return 1 / 0\n"
STEP = {
    "name": "Act",
    "action": "aws:executeScript",
    "inputs": {"Runtime": "python3.11", "Handler": "act", "Script": DIVIDES},
}
CONTENT = {"schemaVersion": "0.3", "mainSteps": [STEP]}
TEMPLATE = {
    "Resources": {
        name: {"Type": "AWS::SSM::Document", "Properties": {"DocumentType": "Automation", "Content": CONTENT}}
        for name in ("One", "Two")
    }
}
IN_TEXT = f"""\
Resources:
  One:
    Type: AWS::SSM::Document
    Properties:
      Content: !Sub |
        schemaVersion: "0.3"
        mainSteps:
{indent(script(DIVIDES).replace("{{ Name }}", "x"), " " * 6)}"""


@pytest.mark.parametrize(
    ("name", "text", "resource", "place"),
    [
        ("d.json", json.dumps(CONTENT, indent=2), "", "d.json:10, line 3 of the script"),
        ("t.json", json.dumps(TEMPLATE, indent=2), "::Two", "t.json:36, line 3 of the script"),
        ("t.yaml", IN_TEXT, "", "t.yaml:17"),
    ],
    ids=["JSON", "one of two in a template", "text of a template"],
)
def test_a_line_is_told_where_the_script_stands(
    rulebook: Command, write: Write, name: str, text: str, resource: str, place: str
) -> None:
    ended = rulebook("run", write(text, name) + resource, "--yes")
    assert f"ZeroDivisionError: division by zero ({place})" in ended.out
    assert ended.code == 1


def test_a_document_of_the_project_runs_by_its_name_with_lines_of_its_script(
    rulebook: Command, project: Path
) -> None:
    """Its role need not be given: nobody assumes it."""
    file = project / "ssm_docs" / "ResetPasswordPolicy" / "reset_password_policy.py"
    line = raise_in_body(file, "reset_password_policy")
    ended = rulebook("run", "ResetPasswordPolicy", "--yes", root=project)
    place = f"ssm_docs/ResetPasswordPolicy/reset_password_policy.py:{line}"
    assert f"LookupError: on purpose ({place})" in ended.out


def test_read_only_tells_the_first_write_and_lets_none_through(
    rulebook: Command, account: Sandbox, write: Write
) -> None:
    user = "{Service: iam, Api: CreateUser, UserName: made-by-run}"
    step = f"  - {{name: Make, action: aws:executeAwsApi, onFailure: Continue, inputs: {user}}}\n"
    account.calls.clear()
    ended = rulebook("run", write(document(step, REST)), "--read-only")
    refused = "Refused: step Make called iam CreateUser (UserName=made-by-run): AWS classes it as Write"
    assert (ended.code, ended.last_line) == (1, refused)
    assert ended.out.splitlines()[-1].startswith("Success")
    assert "CreateUser" not in [one.operation for one in account.calls]
    assert rulebook("run", write(document(REST)), "--read-only").code == 0


def test_one_step_runs_alone_with_what_other_steps_would_have_given(rulebook: Command, write: Write) -> None:
    again = script(GREETING, "Again", GREETED).replace("{{ Name }}", "{{ Greet.Greeting }}")
    file = write(GREET.replace(REST, again))
    ended = rulebook("run", file, "--yes", "--step", "Again", "--parameter", "Greet.Greeting=Bo")
    assert shown(ended)[1:3] == ["  | greeting Bo", "  Greeting = Hello Bo"]
    assert shown(ended)[-1] == "Success: 1 step in 0.0 s"
    missing = rulebook("run", file, "--yes", "--step", "Again")
    says = "step Again reads Greet.Greeting, and only Again is run; pass --parameter Greet.Greeting=VALUE"
    assert (missing.code, missing.last_line) == (2, f"rulebook: {says}")


def test_parameters_come_from_a_file_too_and_the_command_line_wins(rulebook: Command, write: Write) -> None:
    kinds = {"Name": "String", "Many": "StringList", "Map": "StringMap", "Flag": "Boolean"}
    declared = "".join(f"  {name}: {{type: {kind}}}\n" for name, kind in kinds.items())
    file = write(f"{HEAD}parameters:\n{declared}mainSteps:\n{REST}")
    values = write(json.dumps({"Name": "file", "Map": {"a": 1}, "Flag": ["true"]}), "values.json")
    given = (
        "--parameters",
        values,
        "--parameter",
        "Name=a=b",
        "--parameter",
        "Many=x",
        "--parameter",
        "Many=y",
    )
    accepted = rulebook("run", file, "--yes", "--json", *given).json["AutomationExecution"]["Parameters"]
    assert accepted == {"Name": ["a=b"], "Many": ["x", "y"], "Map": ['{"a":1}'], "Flag": ["true"]}


APPROVE = '  - {name: Ask, action: aws:approve, inputs: {Approvers: [boss], Message: "Really?"}}\n'


def test_a_step_that_asks_is_approved_by_its_name_or_fails_where_nobody_is(
    rulebook: Command, write: Write
) -> None:
    file = write(document(APPROVE))
    assert rulebook("run", file, "--yes", "--approve", "Ask").code == 0
    ended = rulebook("run", file, "--yes")
    assert shown(ended)[1] == "  it waits for an approval, and nobody is there to give one (--approve STEP)"
    assert ended.code == 1


CHILD = "  - {name: Child, action: aws:executeAutomation, inputs: {DocumentName: Other}}\n"


def test_a_document_beside_it_is_run_too(rulebook: Command, write: Write) -> None:
    write(GREET, "Other.yaml")
    ended = rulebook("run", write(document(CHILD)), "--yes")
    assert '  Output = ["Hello Ada"]' in shown(ended)
    write(json.dumps(CONTENT), "Other.json")
    ended = rulebook("run", write(document(CHILD)), "--yes")
    says = "  Other: Other.json and Other.yaml both are the document of that name; rename one"
    assert (ended.code, shown(ended)[1]) == (1, says)


BAD: list[Any] = [
    (("--approve", "Greet"), GREET, "rulebook: Greet: is aws:executeScript, which asks nobody; leave it out"),
    ((), "Nobody", "rulebook: Nobody: there is no such file, and no document of the project; use one of "),
    (("--parameter", "Nme=x"), GREET, "rulebook: Nme: the document has no such parameter; did you mean Name"),
    (("--parameter", "Name"), GREET, "rulebook: --parameter Name: write NAME=VALUE"),
    (("--parameters", "none.json"), GREET, "rulebook: none.json: the file is missing; restore or write it"),
    (
        (),
        GREET.replace(", default: Ada", ""),
        "rulebook: Name: required, and not given; pass --parameter Name=VALUE",
    ),
    (("--step", "Gret"), GREET, "rulebook: Gret: the document has no such step; did you mean Greet"),
    (("--approve", "Gret"), GREET, "rulebook: Gret: the document has no such step; did you mean Greet"),
    (
        (),
        json.dumps(TEMPLATE),
        "rulebook: d.yaml: holds 2 documents; name one: d.yaml::One, for example",
    ),
    (
        (),
        "a: b",
        "rulebook: d.yaml: holds no Automation document (schemaVersion 0.3, or an AWS::SSM::Document",
    ),
    (
        ("--users", "3"),
        GREET,
        "rulebook: --users and --state are of the embedded account: add --sandbox; see ",
    ),
    (("--sandbox", "--region", "us-east-1"), GREET, "rulebook: --sandbox has an account of its own: leave "),
    ((), GREET.replace("aws:sleep", "aws:slep"), "rulebook: mainSteps[1].action: is 'aws:slep'"),
]


@pytest.mark.parametrize(("arguments", "text", "says"), BAD, ids=lambda one: str(one)[:30])
def test_what_cannot_be_run_is_told_in_a_line(
    rulebook: Command, write: Write, arguments: tuple[str, ...], text: str, says: str
) -> None:
    file = write(text) if len(text) > 6 or text == "a: b" else text
    ended = rulebook("run", file, "--yes", *arguments, "--json")
    assert ended.code == 2
    assert ended.err.startswith(says)
    assert ended.err.count("\n") == 1
    assert f"rulebook: {ended.json['error']['message']}" == ended.last_line


def test_a_file_named_like_a_document_of_the_project_is_not_guessed(rulebook: Command, write: Write) -> None:
    name = write(GREET, "ResetPasswordPolicy")
    ended = rulebook("run", name, "--yes")
    says = (
        "ResetPasswordPolicy: is a file here and a document of the project; write ./ResetPasswordPolicy or "
        "ssm_docs/ResetPasswordPolicy/document.yaml"
    )
    assert (ended.code, ended.last_line) == (2, f"rulebook: {says}")
    assert rulebook("run", f"./{name}", "--yes").code == 0


def test_nobody_at_the_terminal_and_no_credentials_are_a_line_each(rulebook: Command, write: Write) -> None:
    file = write(GREET)
    ended = rulebook("run", file)
    says = "rulebook: nobody is at the terminal to agree, and nothing was run; pass --yes"
    assert (ended.code, ended.out, ended.err) == (2, "", f"{says}\n")
    none = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    ended = rulebook("run", file, "--yes", environment=none)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("rulebook: Unable to locate credentials; pass --profile, ")


ROUND = "  - {name: Rest, action: aws:sleep, nextStep: Rest, inputs: {Duration: PT0S}}\n"
FLOOD = """
def act(events, context):
    for number in range(100_000):
        print("line", number)
"""
KILLS = """
import os, signal, time
def act(events, context):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)
"""
HANGS = "import time\ndef act(events, context):\n    time.sleep(60)\n"
LONG = "def act(events, context):\n    return 'x' * 200_000\n"


@pytest.mark.parametrize(
    ("steps", "code", "says"),
    [
        (
            ROUND,
            1,
            "Failed: 500 steps in 0.0 s: 500 steps were run and Rest was next: the document goes round",
        ),
        (script(FLOOD), 0, "  | line 99999"),
        (script(KILLS), 1, "Failed: 1 step in 0.0 s, ended by step Act"),
        (script(HANGS, more="timeoutSeconds: 1\n"), 1, "  timeoutSeconds have passed"),
        (script(LONG), 1, "  ValueError: the output has 200015 bytes, more than the 102400 allowed"),
    ],
    ids=["goes round", "prints megabytes", "kills its parent", "hangs", "returns too much"],
)
def test_a_document_that_behaves_badly_ends_and_says_so(
    rulebook: Command, write: Write, steps: str, code: int, says: str
) -> None:
    ended = rulebook("run", write(document(steps)), "--yes")
    assert ended.code == code
    assert any(line.startswith(says) for line in shown(ended)), ended.out[-500:]


def test_of_what_a_script_prints_the_last_lines_are_shown(rulebook: Command, write: Write) -> None:
    lines = shown(rulebook("run", write(document(script(FLOOD))), "--yes"))
    printed = [line for line in lines if line.startswith("  | ")]
    assert len(printed) == 21
    assert re.fullmatch(r"  \| \.\.\. \([0-9,]+ lines before; --json has the last 64 KB\)", printed[0])
