"""Faults of values and scripts, each planted in a sound document; and what looks like one and is none."""

import pytest

from lint.conftest import Planted, after, told

VALUES = r"""
schemaVersion: "0.3"
parameters:
  Text: {type: String, default: abc, allowedPattern: "^[a-z]+$", minChars: 1, maxChars: 9}
  Whole: {type: Integer, default: 5, allowedPattern: "^[0-9]$", allowedValues: [1, 5]}
  Flag: {type: Boolean, default: false, allowedValues: [true, false]}
  Names: {type: StringList, default: [ab, cd], allowedPattern: "^[a-z]{2}$", maxItems: 3}
  Role: {type: "AWS::IAM::Role::Arn", default: "", allowedPattern: "^arn:.+$"}
  Free: {type: String, default: "x y"}
mainSteps:
  - name: run
    action: aws:runCommand
    inputs:
      DocumentName: AWS-RunShellScript
      Parameters:
        commands: ["echo {{ Text }} {{ Flag }}", "{{ Free }}"]
        executionTimeout: ["{{ Whole }}"]
  - name: call
    action: aws:invokeLambdaFunction
    inputs:
      FunctionName: "{{ Role }}"
      InputPayload: {Account: "0123", Names: "{{ Names }}", Port: 22}
"""
P = "parameters"
PATTERNS = [
    Planted("Java knows it, Python does not", '"^[a-z]+$"', r'"^\\p{L}[\\w-/]+$"', []),
    Planted("an intersection of Java's", '"^[a-z]+$"', '"^[a-z&&[^b]]+$"', [
        f"{P}.Text.default: is 'abc', and must match ^[a-z&&[^b]]+$ [parameter-defaults]",
    ]),
    Planted("a group by Java's name", '"^[a-z]+$"', '"^(?<n>[a-z]+)$"', []),
    Planted("a class of Java's", '"^[a-z]+$"', r'"^\\p{Lu}+$"', [
        rf"{P}.Text.default: is 'abc', and must match ^\p{{Lu}}+$ [parameter-defaults]",
    ]),
    Planted("a group by Python's name", '"^[a-z]+$"', '"^(?P<n>[a-z]+)$"', [
        f"{P}.Text.allowedPattern: is no pattern: (?P<name>...) is Python's, and the service reads Java's (?<name>...) [parameter-defaults]",
    ]),
    Planted("a brace that repeats nothing", '"^[a-z]+$"', '"^{?[a-z]+$"', [
        f"{P}.Text.allowedPattern: is no pattern: Java reads the {{ at position 1 as a repetition; \\{{ is a brace [parameter-defaults]",
    ]),
    Planted("braces that are none", '"^[a-z]+$"', r'"^\\{?[a-z{]{1,}$"', []),
    Planted("a bracket left open", '"^[a-z]+$"', '"^[a-z+$"', [
        f"{P}.Text.allowedPattern: is no pattern: unterminated character set at position 1 [parameter-defaults]",
    ]),
    Planted("a range backwards", '"^[a-z]+$"', '"^[z-a]+$"', [
        f"{P}.Text.allowedPattern: is no pattern: bad character range z-a at position 2 [parameter-defaults]",
    ]),
    Planted("a whole number against its pattern", '"^[0-9]$"', '"^[0-4]$"', [
        f"{P}.Whole.default: is 5, and must match ^[0-4]$ [parameter-defaults]",
    ]),
    Planted("a list's item against the pattern", "[ab, cd]", "[ab, cde]", [
        f"{P}.Names.default: is ['ab', 'cde'], and must match ^[a-z]{{2}}$ [parameter-defaults]",
    ]),
    Planted("digits are ASCII", 'default: abc, allowedPattern: "^[a-z]+$"', r'default: "٣", allowedPattern: "^\\d$"', [
        f"{P}.Text.default: is '٣', and must match ^\\d$ [parameter-defaults]",
    ]),
]  # fmt: skip
DEFAULTS = [
    Planted("empty", "default: abc", 'default: ""', []),
    Planted("out of the Parameter Store", "default: abc", 'default: "{{ ssm:/a/b }}"', []),
    Planted("too short", "minChars: 1", "minChars: 5", [f"{P}.Text.default: is 'abc', and must have at least 5 characters [parameter-defaults]"]),
    Planted("too many items", "maxItems: 3", "maxItems: 1", [f"{P}.Names.default: is ['ab', 'cd'], and must have at most 1 items [parameter-defaults]"]),
    Planted("bounds that exclude each other", "minChars: 1, maxChars: 9", "minChars: 3, maxChars: 2", [
        f"{P}.Text.default: is 'abc', and must have at most 2 characters [parameter-defaults]",
        f"{P}.Text.maxChars: is 2, less than minChars, which is 3 [parameter-defaults]",
    ]),
    Planted("text for a flag", "default: false", 'default: "false"', [
        f"{P}.Flag.default: warning: is the text 'false' [parameter-defaults]",
    ]),
    Planted("an allowed value of another type", "[1, 5]", "[1, five, 5]", [
        f'{P}.Whole.allowedValues[1]: is "five", and the parameter is Integer [allowed-values]',
    ]),
    Planted("an allowed number for text", "minChars: 1,", "allowedValues: [abc, 12],", [
        f"{P}.Text.allowedValues[1]: is 12, and the parameter is String [allowed-values]",
    ]),
    Planted("allowed text that reads as the type", "[1, 5]", '["1", "5"]', []),
]  # fmt: skip
PAYLOAD = "mainSteps[1].inputs.InputPayload"
SCALARS = [
    Planted("an account that is octal", '"0123"', "012345670123", [
        f"{PAYLOAD}.Account: is 012345670123, which YAML 1.1 reads as 1402433619 [yaml-scalars]",
    ]),
    Planted("a time of the day", '"0123"', "12:30", [f"{PAYLOAD}.Account: is 12:30, which YAML 1.1 reads as 750 [yaml-scalars]"]),
    Planted("on", '"0123"', "on", [f"{PAYLOAD}.Account: warning: is on, which YAML 1.1 reads as true [yaml-scalars]"]),
    Planted("a date", '"0123"', "2026-01-31", [f"{PAYLOAD}.Account: warning: is 2026-01-31, which YAML 1.1 reads as a date [yaml-scalars]"]),
    Planted("nine digits that are no octal number", '"0123"', "089", []),
    Planted("true", '"0123"', "True", []),
    Planted("a number", '"0123"', "123456789012", []),
    Planted("hexadecimal", '"0123"', "0x1F", []),
    Planted("in quotes", '"0123"', "'12:30'", []),
    Planted("where a type declares a flag", "default: false", "default: off", []),
    Planted("where a type declares text", "default: abc", "default: 0777", [
        f"{P}.Text.default: is 511, no String [parameter-defaults]",
    ]),
    Planted("where a type declares a number", "default: 5", "default: 05", [
        f"{P}.Whole.default: is 05, which YAML 1.1 reads as 5 [yaml-scalars]",
    ]),
]  # fmt: skip
COMMANDS = [
    Planted("free text in a command", '"{{ Free }}"', '"echo {{ Free }}"', [
        "mainSteps[0].inputs.Parameters.commands[1]: warning: puts Free into a command, and Free may be any text [command-text]",
    ]),
    Planted("into another document", "AWS-RunShellScript", "AWS-ConfigureAWSPackage", []),
    Planted("in what is no command", '["{{ Whole }}"]', '["x{{ Free }}"]', [f"{P}.Whole: warning: is used nowhere [unused-parameters]"]),
]  # fmt: skip


def test_the_document_itself_is_sound() -> None:
    assert told(VALUES) == []


@pytest.mark.parametrize("case", [*PATTERNS, *DEFAULTS, *SCALARS, *COMMANDS], ids=lambda case: case.name)
def test_a_planted_fault_is_found(case: Planted) -> None:
    assert after(VALUES, case) == case.findings


def test_json_has_no_such_scalars() -> None:
    assert (
        told('{"schemaVersion": "0.3", "mainSteps": [{"name": "a", "action": "aws:pause", "inputs": {}}]}')
        == []
    )
