"""``rulebook lint`` on files as people keep them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rulebook.cli import main

SOUND = """\
schemaVersion: "0.3"
description: Sleeps.
mainSteps:
  - name: wait
    action: aws:sleep
    inputs:
      Duration: PT1S
"""
WRONG = SOUND.replace("aws:sleep", "aws:sleeep")
TEMPLATE = """\
Resources:
  Plain:
    Type: AWS::SSM::Document
    Properties:
      Name: !Sub "${AWS::StackName}-x"
      DocumentType: Automation
      Content:
        schemaVersion: "0.3"
        mainSteps:
          - {name: wait, action: "aws:sleeep", inputs: {Duration: PT1S}}
  Text:
    Type: AWS::SSM::Document
    Properties:
      Content: |
        {"schemaVersion": "0.3",
         "mainSteps": [{"name": "w", "action": "aws:nap", "inputs": {}}]}
  Hidden:
    Type: AWS::SSM::Document
    Properties:
      Content: !Transform {Name: "AWS::Include", Parameters: {Location: !GetAtt B.Location}}
  Command:
    Type: AWS::SSM::Document
    Properties:
      Content: {schemaVersion: "2.2", mainSteps: []}
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["lint", "--format", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def _write(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def test_a_sound_document_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND)
    assert _json(capsys, "a.yaml") == (0, {"findings": [], "documents": 1, "skipped": 0})


def test_a_finding_has_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", WRONG)
    code, told = _json(capsys)
    [found] = told["findings"]
    assert (code, found.pop("problem"), found.pop("cure")) == (
        1,
        "is 'aws:sleeep', which does not exist",
        "did you mean aws:sleep",
    )
    assert found == {
        "code": "actions",
        "severity": "error",
        "file": "a.yaml",
        "line": 5,
        "column": 5,
        "place": "mainSteps[0].action",
    }


def test_json_with_tabs_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    step = {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}
    _write("a.json", json.dumps({"schemaVersion": "0.3", "mainSteps": [step]}, indent="\t"))
    assert _json(capsys, ".") == (0, {"findings": [], "documents": 1, "skipped": 0})


def test_a_tab_after_a_colon_is_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND.replace("action: ", "action:\t"))
    assert _json(capsys, ".") == (0, {"findings": [], "documents": 1, "skipped": 0})


def test_templates_hold_documents(capsys: pytest.CaptureFixture[str]) -> None:
    _write("t.template", TEMPLATE)
    code, told = _json(capsys, ".")
    actions = [found for found in told["findings"] if found["code"] == "actions"]
    assert (code, told["documents"], told["skipped"]) == (1, 2, 2)
    assert [(found["line"], found["problem"]) for found in actions] == [
        (10, "is 'aws:sleeep', which does not exist"),
        (16, "is 'aws:nap', which does not exist"),
    ]


BLOCK = """\
Resources:
  Text:
    Type: AWS::SSM::Document
    Properties:
      Content: HOW

        schemaVersion: "0.3"
        mainSteps:
          - name: w
            action: aws:nap
            inputs: {}
"""


@pytest.mark.parametrize(
    ("how", "at"),
    [("|", (10, 13)), ("!Sub |", (10, 13)), ("!Sub |-", (10, 13)), (">", (5, 7))],
)
def test_a_finding_within_a_block_has_the_files_own_line(
    how: str, at: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    text = BLOCK if how != ">" else BLOCK.replace("\n        ", "\n\n        ")
    _write("t.yaml", text.replace("HOW", how))
    [found] = _json(capsys)[1]["findings"]
    assert (found["code"], found["line"], found["column"]) == ("actions", *at)


def test_a_comment_within_a_block_silences(capsys: pytest.CaptureFixture[str]) -> None:
    text = BLOCK.replace("HOW", "|").replace("aws:nap", "aws:nap  # rulebook: ignore[actions] new")
    _write("t.yaml", text)
    assert _json(capsys)[1]["findings"] == []


def test_what_a_build_fills_in_is_not_judged() -> None:
    inputs = "      Runtime: python3.11\n      Handler: main\n      Script: '%%SCRIPT=x.py%%'\n"
    text = SOUND.replace("aws:sleep", "aws:executeScript").replace("      Duration: PT1S\n", inputs)
    _write("a.yaml", text)
    assert main(["lint"]) == 0
    _write("a.yaml", text.replace("%%SCRIPT", "% SCRIPT"))
    assert main(["lint"]) == 1


def test_other_files_are_skipped_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND)
    _write("b.json", "{}")
    _write("c.yaml", 'schemaVersion: "2.2"\nmainSteps: []\n')
    assert _json(capsys, ".") == (0, {"findings": [], "documents": 1, "skipped": 2})


def test_a_comment_with_a_reason_silences(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", WRONG.replace("- name: wait", "- name: wait  # rulebook: ignore[actions] new one"))
    assert _json(capsys) == (0, {"findings": [], "documents": 1, "skipped": 0})


def test_a_comment_silences_its_code_only(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", WRONG.replace("- name: wait", "- name: wait  # rulebook: ignore[shape] new one"))
    assert _json(capsys)[0] == 1


def test_a_comment_without_a_reason_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", WRONG.replace("- name: wait", "- name: wait  # rulebook: ignore[actions]"))
    codes = [found["code"] for found in _json(capsys)[1]["findings"]]
    assert codes == ["ignore-reason", "actions"]


@pytest.mark.parametrize(
    ("option", "code"), [("--ignore=actions", 0), ("--select=shape", 0), ("--select=actions,shape", 1)]
)
def test_checks_can_be_chosen(option: str, code: int) -> None:
    _write("a.yaml", WRONG)
    assert main(["lint", option]) == code


def test_an_unknown_code_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--select", "action"]) == 2
    assert "did you mean actions?" in capsys.readouterr().err


def test_a_comment_that_names_no_check_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND.replace("- name: wait", "- name: wait  # rulebook: ignore[action, shape] new one"))
    [found] = _json(capsys)[1]["findings"]
    assert (found["code"], found["line"], found["column"], found["problem"]) == (
        "ignore-reason",
        4,
        17,
        "ignores action, which is no check",
    )


def test_codes_may_stand_in_several_options() -> None:
    _write("a.yaml", WRONG)
    assert main(["lint", "--select", "shape", "--select", "actions"]) == 1
    assert main(["lint", "--ignore", "shape", "--ignore", "actions,sleeps"]) == 0


@pytest.mark.parametrize("form", [["--format", "json"], ["--format=json"]])
def test_what_could_not_be_checked_is_one_json_document(
    form: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", *form, "nowhere"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["type"], error["exitCode"]) == ("ConfigurationError", 2)


def test_github_annotates_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", WRONG)
    assert main(["lint", "--format", "github"]) == 1
    assert capsys.readouterr().out.startswith("::error file=a.yaml,line=5,col=5,title=actions::")


def test_a_script_of_a_stranger_is_not_run() -> None:
    script = "        open('ran', 'w').close()\n        def main(events, context):\n          return {}\n"
    inputs = "      Runtime: python3.11\n      Handler: main\n      Script: |\n" + script
    text = SOUND.replace("aws:sleep", "aws:executeScript").replace("      Duration: PT1S\n", inputs)
    _write("a.yaml", text)
    assert main(["lint"]) == 0
    assert not Path("ran").exists()


_STEP = '{"name": "s%d", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}, "nextStep": "s%d"}'
_MANY_STEPS = (
    '{"schemaVersion": "0.3", "mainSteps": ['
    + ", ".join(_STEP % (number, number + 1) for number in range(6_500))
    + "]}"
).encode()
_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [" + ", ".join([f"*{chr(97 + n)}"] * 9) + "]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_LAUGHS.encode() + b"schemaVersion: '0.3'\n", "without aliases"),
        (b"schemaVersion: " + b"[" * 5_000 + b"]" * 5_000, "nested too deeply"),
        (b'{"schemaVersion": ' + b"[" * 200_000, "nested too deeply"),
        (b"schemaVersion: " + b"[" * 300_000, "nested too deeply"),
        (b"schemaVersion: " + b"{a: " * 100_000, "nested too deeply"),
        (b"schemaVersion:\n" + b"- " * 200_000, "nested too deeply"),
        (_MANY_STEPS, "bytes as JSON, 65536 are allowed"),
        (SOUND.encode() + b"\xff", "UTF-8"),
        (SOUND.encode("utf-16"), "UTF-8"),
        (b"schemaVersion: '0.3'\n" + b"#" * 10_000_001, "10,000,022 bytes"),
        (b"schemaVersion: '0.3\n", "line"),
    ],
    ids=[
        "bomb",
        "deep-yaml",
        "deep-json",
        "flow",
        "maps",
        "block",
        "many-steps",
        "latin",
        "utf-16",
        "large",
        "broken",
    ],
)
def test_bad_input_is_one_line(content: bytes, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_bytes(content)
    assert main(["lint"]) == 1
    told = capsys.readouterr()
    assert told.out.count("\n") == 1
    assert says in told.out
    assert "Traceback" not in told.err


def test_a_folder_without_documents_could_not_be_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "."]) == 2
    assert "holds no Automation document" in capsys.readouterr().err


def test_a_pattern_that_takes_for_ever_is_not_tried() -> None:
    parameter = f'parameters:\n  A: {{type: String, default: "{"a" * 40}!", allowedPattern: "^(a+)+$"}}\n'
    _write("a.yaml", SOUND.replace("mainSteps:\n", f"{parameter}mainSteps:\n").replace("PT1S", '"{{ A }}"'))
    assert main(["lint", "a.yaml"]) == 0


def test_a_large_file_of_something_else_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND)
    _write("b.json", '{"schemaVersion": 2, "x": "' + "y" * 2_000_001 + '"}')
    assert _json(capsys, ".") == (0, {"findings": [], "documents": 1, "skipped": 1})


def test_what_intrinsics_hide_is_told_of_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    resource = "  A:\n    Type: AWS::SSM::Document\n    Properties:\n      Content: "
    _write("t.yaml", f"Resources:\n{resource}!Ref Text\n")
    assert main(["lint", "t.yaml"]) == 0
    line = "t.yaml: Resources.A.Properties.Content is known only when the stack is made; check what it stands for"
    assert line in capsys.readouterr().err.splitlines()


def test_the_profile_for_config_does_not_run_scripts_either() -> None:
    script = "        open('ran', 'w').close()\n        def main(events, context):\n          return {}\n"
    inputs = "      Runtime: python3.11\n      Handler: main\n      Script: |\n" + script
    _write(
        "a.yaml", SOUND.replace("aws:sleep", "aws:executeScript").replace("      Duration: PT1S\n", inputs)
    )
    main(["lint", "--profile", "config"])
    assert not Path("ran").exists()


def test_what_is_no_regular_file_is_never_read(capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND)
    os.mkfifo("pipe.yaml")
    assert _json(capsys, ".") == (0, {"findings": [], "documents": 1, "skipped": 1})
    assert main(["lint", "pipe.yaml"]) == 2
    assert capsys.readouterr().err == (
        "rulebook: pipe.yaml: is no regular file; name a file or folder that holds documents\n"
    )
    assert main(["run", os.devnull, "--sandbox"]) == 2
    assert "is no regular file" in capsys.readouterr().err


UNKNOWN = """\
Resources:
  A:
    Type: AWS::SSM::Document
    Properties:
      Content:
        schemaVersion: "0.3"
        assumeRole: !GetAtt Role.Arn
        parameters:
          Used: {type: String, default: !Ref Name, allowedPattern: "^a$"}
        mainSteps:
          - name: wait
            action: aws:sleep
            inputs: {Duration: !Sub "PT${Minutes}M"}
          - name: run
            action: aws:runCommand
            inputs:
              DocumentName: !Ref Command
              InstanceIds: !If [Many, [i-1], ["{{ Used }}"]]
          - name: script
            action: aws:executeScript
            inputs: {Runtime: python3.11, Handler: !Ref Handler, Script: "def main(e, c): return e['x']"}
          - {name: nap, action: "aws:nap", inputs: {}}
"""
IN_SUB = """\
Resources:
  A:
    Type: AWS::SSM::Document
    Properties:
      Content: !Sub
        - |
          schemaVersion: "0.3"
          mainSteps:
            - name: wait
              action: aws:sleep
              inputs: {Duration: "${X}"}
            - {name: nap, action: "aws:nap", inputs: {}}
        - X: PT1M
"""


@pytest.mark.parametrize("text", [UNKNOWN, IN_SUB], ids=["intrinsics", "variables of a Sub"])
def test_what_is_known_when_the_stack_is_made_is_not_judged_and_the_rest_is(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write("t.yaml", text)
    told = _json(capsys)[1]
    assert [one["code"] for one in told["findings"]] == ["actions"]
    assert (told["documents"], told["skipped"]) == (1, 0)
    assert main(["run", "t.yaml", "--sandbox"]) == 2


@pytest.mark.parametrize("place", ["name: wait", "action: aws:sleep", 'schemaVersion: "0.3"'])
def test_a_document_whose_form_hangs_on_an_intrinsic_is_skipped(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write("t.yaml", UNKNOWN.replace(place, f"{place.partition(':')[0]}: !Ref X"))
    assert main(["lint"]) == 0
    assert "known only when the stack is made" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("--select", "assume-role"),
            "the profile automation has no check assume-role; add --profile config",
        ),
        (
            ("--select", "shape", "--ignore", "shape"),
            "--select and --ignore leave no check; select one that is not ignored",
        ),
    ],
    ids=["of another profile", "none left"],
)
def test_checks_that_cannot_find_anything_are_refused(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write("a.yaml", SOUND)
    assert main(["lint", *arguments]) == 2
    assert capsys.readouterr().err == f"rulebook: {told}\n"


@pytest.mark.parametrize("comment", ["ignore", "ignore[*] all of it", "ignore actions because"])
def test_a_comment_that_names_no_check_is_told(comment: str, capsys: pytest.CaptureFixture[str]) -> None:
    _write("a.yaml", SOUND.replace("- name: wait", f"- name: wait  # rulebook: {comment}"))
    [found] = _json(capsys)[1]["findings"]
    assert (found["code"], found["problem"]) == (
        "ignore-reason",
        "names no check in brackets, so it ignores nothing",
    )


def test_a_named_file_that_holds_no_document_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("other.json").write_text("{}", encoding="utf-8")
    assert main(["lint", "other.json"]) == 0  # a hook names every file that changed
    assert "other.json: holds no Automation document (schemaVersion 0.3), so nothing was checked" in (
        capsys.readouterr().err
    )
