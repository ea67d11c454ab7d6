"""What documents that AWS publishes have, so that the service evidently takes it, has no finding."""

from pathlib import Path

import pytest

from rulebook.authoring.lint import lint
from rulebook.authoring.lint.catalogue import whole_document

WAIT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
"""
SHARE = """\
- name: Share
  action: aws:shareSQLMedia
  inputs:
    Version: "1"
"""
CHOICE = """\
- name: Choose
  action: aws:branch
  inputs:
    Choices:
      - Variable: "{{ global:REGION }}"
        StringEquals: eu-west-1
        NextStep: Tell
    Default: Tell
"""
SCRIPT = """\
- name: Act
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: act
    InputPayload:
      Id: "{{ global:ACCOUNT_ID }}"
    Script: |
"""


def _codes(text: str, folder: Path) -> list[str]:
    file = folder / "document.json"
    file.write_text(whole_document(text), encoding="utf-8")
    return [finding.check for finding in lint([file]).findings]


def _pause(message: str) -> str:
    return f"- name: Tell\n  action: aws:pause\n  inputs:\n    Message: '{message}'\n"


def _parameter(declared: str) -> str:
    return f"parameters:\n  One: {declared}\nmainSteps:\n{_pause('{{ One }}')}"


@pytest.mark.parametrize(
    "text",
    [
        f'{WAIT}  isCritical: "false"\n  isEnd: "true"\n',
        _parameter("{type: 'AWS::IAM::Role::Arn', default: null, allowedPattern: '^arn:.*$'}"),
        _parameter("{type: String, default: '', allowedPattern: '^[0-9]+$'}"),
        _parameter("{type: String, default: $LATEST, allowedPattern: '^[a-z]+$'}"),
        _parameter(
            "{type: String, default: 'arn:aws:iam::{AccountId}:root', allowedPattern: '^[a-z:0-9]+$'}"
        ),
        SHARE + _pause("{{ Share.SnapshotId }}"),
        CHOICE + _pause("It went to {{ Choose.NextStep }}"),
        _pause("Write {{ as jinja does, and close it elsewhere"),
    ],
    ids=[
        "text for a flag",
        "null for no default",
        "no default as empty text",
        "a symbol for a default",
        "a default to fill in",
        "an action of AWS's own",
        "where a branch went",
        "braces in running text",
    ],
)
def test_it_is_taken(text: str, tmp_path: Path) -> None:
    assert _codes(text, tmp_path) == []


@pytest.mark.parametrize(
    "declared", ["{type: String, allowedValues: ['Yes']}", "{type: String, allowedPattern: '^[Yy][Ee][Ss]$'}"]
)
def test_a_consent_needs_no_reader(declared: str, tmp_path: Path) -> None:
    text = _parameter(declared).replace("{{ One }}", "Go on")
    assert _codes(text, tmp_path) == []
    assert _codes(text.replace("}\n", ", default: 'Yes'}\n", 1), tmp_path) == ["unused-parameters"]


def _script(body: str, outputs: str = "") -> str:
    lines = ["def act(events, context):", *(f"    {line}" for line in body.splitlines())]
    return SCRIPT + "".join(f"      {line}\n" for line in lines) + outputs


@pytest.mark.parametrize(
    "body",
    [
        'if "More" in events:\n    print(events["More"])',
        'if events.get("More") and events["More"] != "no":\n    print(events["More"])',
        'print(events["More"] if "More" in events else events["Id"])',
        'if "More" not in events:\n    return {}\nprint(events["More"])',
        'try:\n    print(events["More"])\nexcept KeyError:\n    pass',
        'events["More"] = "a"\nprint(events["More"])',
    ],
    ids=["if", "and", "else", "return", "try", "set"],
)
def test_a_guarded_read_needs_nothing(body: str, tmp_path: Path) -> None:
    assert _codes(_script(f'print(events["Id"])\n{body}'), tmp_path) == []


@pytest.mark.parametrize(
    "body",
    [
        'if "More" not in events:\n    raise KeyError\nprint(events["More"])',
        'if context:\n    print(events["More"])',
    ],
    ids=["raise", "another condition"],
)
def test_a_read_that_nothing_guards_is_found(body: str, tmp_path: Path) -> None:
    assert _codes(_script(f'print(events["Id"])\n{body}'), tmp_path) == ["input-payload"]


PARTLY = 'if events["Id"]:\n    return {"Out": "a"}\nreturn {"Other": "b"}'
OUTPUT = "  outputs:\n    - {Name: Out, Selector: $.Payload.Out, Type: String}\n"


def test_everything_may_be_selected(tmp_path: Path) -> None:
    text = _script('return {"Id": events["Id"]}', OUTPUT.replace("$.Payload.Out", "$"))
    assert _codes(text, tmp_path) == []


def test_an_output_of_some_paths_is_told_where_it_is_read(tmp_path: Path) -> None:
    assert _codes(_script(PARTLY, OUTPUT), tmp_path) == []
    assert _codes(_script(PARTLY, OUTPUT) + _pause("{{ Act.Out }}"), tmp_path) == ["returned-outputs"]


def test_a_script_that_knows_unmade_outputs_may_read_one(tmp_path: Path) -> None:
    wary = _script('if not events["Id"].startswith("{{"):\n    print(events["Id"])')
    reader = wary.replace("Act", "Read").replace("{{ global:ACCOUNT_ID }}", "{{ Act.Out }}")
    assert _codes(_script(PARTLY, OUTPUT) + reader, tmp_path) == []
