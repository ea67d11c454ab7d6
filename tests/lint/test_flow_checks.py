"""Faults of flow, each planted in a sound document; and what looks like one and is none."""

import pytest

from lint.conftest import Planted, after, told

FLOW = """\
schemaVersion: "0.3"
parameters:
  Name: {type: String, default: ""}
  Count: {type: Integer, default: 1}
  Force: {type: Boolean, default: false}
  Names: {type: StringList, default: []}
variables:
  Tries: {type: Integer, default: 0}
  Found: {type: StringList, default: []}
mainSteps:
  - name: choose
    action: aws:branch
    inputs:
      Choices:
        - NextStep: repeat
          Variable: "{{ Name }}"
          StringEquals: a
        - NextStep: repeat
          Not:
            And:
              - {Variable: "{{ Count }}", NumericGreater: 3}
              - {Variable: "{{ Force }}", BooleanEquals: true}
      Default: count
  - name: count
    action: aws:updateVariable
    inputs: {Name: "variable:Tries", Value: 2}
  - name: pause
    action: aws:sleep
    inputs: {Duration: PT1S}
    nextStep: choose
  - name: repeat
    action: aws:loop
    inputs:
      Iterators: "{{ Names }}"
      MaxIterations: 5
      Steps:
        - name: rest
          action: aws:sleep
          onFailure: step:report
          inputs: {Duration: "{{ repeat.CurrentIteratorValue }}"}
    isEnd: true
  - name: report
    action: aws:invokeLambdaFunction
    inputs: {FunctionName: "f{{ variable:Tries }}", Payload: "{{ Name }} {{ Names }}"}
"""
CHOICE = '          Variable: "{{ Name }}"\n          StringEquals: a\n'
AT = "mainSteps[0].inputs.Choices[0]"
LOOP = "mainSteps[3].inputs"
KINDS = [
    Planted("a number by a text operator", CHOICE, '          Variable: "{{ Count }}"\n          StringEquals: a\n', [
        f"{AT}.Variable: is declared Integer, and StringEquals compares text [conditions]",
    ]),
    Planted("text by a number's operator", CHOICE, '          Variable: "{{ Name }}"\n          NumericEquals: 3\n', [
        f"{AT}.Variable: warning: is declared String, and NumericEquals compares a number [conditions]",
    ]),
    Planted("a list by a text operator", CHOICE, '          Variable: "{{ Names }}"\n          Contains: a\n', [
        f"{AT}.Variable: is declared StringList, and Contains compares text [conditions]",
    ]),
    Planted("a variable by its type", CHOICE, '          Variable: "{{ variable:Tries }}"\n          NumericEquals: 3\n', []),
    Planted("a loop's counter is a number", CHOICE, '          Variable: "{{ repeat.CurrentIteration }}"\n          BooleanEquals: true\n', [
        f"{AT}.Variable: is declared Integer, and BooleanEquals compares true or false [conditions]",
        f"{AT}.Variable: reads repeat.CurrentIteration, which runs later [reference-order]",
    ]),
    Planted("two declared sides", CHOICE, '          Variable: "{{ Name }}"\n          StringEquals: "{{ Force }}"\n', [
        f"{AT}.StringEquals: is declared Boolean, and StringEquals compares text [conditions]",
    ]),
    Planted("a reference within text is text", CHOICE, '          Variable: "x{{ Count }}"\n          StringEquals: x1\n', []),
    Planted("a value of another kind", "NumericGreater: 3}", "NumericGreater: three}", [
        'mainSteps[0].inputs.Choices[1].Not.And[0].NumericGreater: is "three", and NumericGreater compares a number [conditions]',
    ]),
    Planted("a number in quotes", "NumericGreater: 3}", 'NumericGreater: "3"}', [
        "mainSteps[0].inputs.Choices[1].Not.And[0].NumericGreater: warning: is a number in quotes, which is text [conditions]",
    ]),
    Planted("no aim", "        - NextStep: repeat\n          Not", "        - Not", [
        "mainSteps[0].inputs.Choices[1].NextStep: is missing or no text [conditions]",
    ]),
]  # fmt: skip
WAYS = [
    Planted("a cycle without an exit", "      Default: count\n", "      Default: count\n    onFailure: step:count\n", []),
    Planted("a cycle that only a failure ends", "    nextStep: choose\n", "    nextStep: count\n", [
        "mainSteps[1]: count, pause go round and round, and only a failure ends it [endless-cycles]",
    ]),
    Planted("a cycle that a planned failure leaves", "    nextStep: choose\n", "    nextStep: count\n    onFailure: step:report\n", []),
    Planted("a step that goes to itself", "    nextStep: choose\n", "    nextStep: pause\n", [
        "mainSteps[2]: pause goes round and round, and only a failure ends it [endless-cycles]",
    ]),
    Planted("a cycle that a jump to nowhere leaves unjudged", "    nextStep: choose\n", "    nextStep: cont\n", [
        "mainSteps[2].nextStep: goes to cont, which is no step [step-targets]",
    ]),
    Planted("an end that goes on", "    nextStep: choose\n", "    nextStep: choose\n    isEnd: true\n", [
        "mainSteps[2].isEnd: warning: ends the run, and nextStep goes on [step-ends]",
    ]),
    Planted("never reached", "      Default: count\n", "      Default: repeat\n", [
        "mainSteps[1]: warning: count is never reached [unreachable-steps]",
        "mainSteps[2]: warning: pause is never reached [unreachable-steps]",
    ]),
    Planted("a jump out of a loop", "        - name: rest\n", "        - name: rest\n          nextStep: report\n", []),
    Planted("a jump into a loop", "    nextStep: choose\n", "    nextStep: choose\n    onFailure: step:rest\n", [
        "mainSteps[2].onFailure: goes to rest, which is no step [step-targets]",
    ]),
    Planted("a failure's step fallen into", "  - name: report\n", "  - name: onError\n    action: aws:sleep\n    inputs: {Duration: PT1S}\n  - name: report\n", [
        "mainSteps[4]: warning: onError is never reached [unreachable-steps]",
    ]),
]  # fmt: skip
INSIDE = [
    Planted("both kinds of loop", "      MaxIterations: 5\n", '      MaxIterations: 5\n      LoopCondition: {Variable: "{{ Name }}", StringEquals: a}\n', [
        f"{LOOP}: have both Iterators and LoopCondition [loops]",
    ]),
    Planted("neither", '      Iterators: "{{ Names }}"\n', "", [
        f"{LOOP}: have neither Iterators nor LoopCondition [loops]",
    ]),
    Planted("while a condition holds", '      Iterators: "{{ Names }}"\n', '      LoopCondition: {Variable: "{{ Names }}", Contains: a}\n', [
        f"{LOOP}.LoopCondition.Variable: is declared StringList, and Contains compares text [conditions]",
        f"{LOOP}.Steps[0].inputs.Duration: reads repeat.CurrentIteratorValue, which a loop by LoopCondition does not have [loops]",
    ]),
    Planted("over what is no list", 'Iterators: "{{ Names }}"', 'Iterators: "{{ Name }}"', [
        f"{LOOP}.Iterators: is declared String [loops]",
    ]),
    Planted("over a list as it stands", 'Iterators: "{{ Names }}"', 'Iterators: ["{{ Name }}", "{{ Names }}"]', []),
    Planted("over text", 'Iterators: "{{ Names }}"', "Iterators: a,b", [
        f'{LOOP}.Iterators: is "a,b" [loops]',
    ]),
    Planted("too often", "MaxIterations: 5", "MaxIterations: 500", [f"{LOOP}.MaxIterations: is 500 [loops]"]),
    Planted("as often as said", "MaxIterations: 5", 'MaxIterations: "{{ Count }}"', []),
    Planted("items of no type", "MaxIterations: 5", "IteratorDataType: StringList", [f'{LOOP}.IteratorDataType: is "StringList" [loops]']),
    Planted("an output that a loop does not have", "repeat.CurrentIteratorValue", "repeat.CurrentValue", [
        f"{LOOP}.Steps[0].inputs.Duration: reads repeat.CurrentValue, which repeat does not declare [reference-targets]",
    ]),
    Planted("no variable", '"variable:Tries", Value', '"variable:Trys", Value', [
        "mainSteps[1].inputs.Name: is variable:Trys, which is not declared [variables]",
    ]),
    Planted("not written as a variable", '"variable:Tries", Value', '"Tries", Value', [
        'mainSteps[1].inputs.Name: is "Tries" [variables]',
    ]),
    Planted("a value of another type", "Value: 2}", 'Value: "2"}', [
        'mainSteps[1].inputs.Value: is "2", and the variable is Integer [variables]',
    ]),
    Planted("a reference of another type", "Value: 2}", 'Value: "{{ Name }}"}', [
        "mainSteps[1].inputs.Value: is declared String, and the variable is Integer [variables]",
    ]),
    Planted("a reference of its type", "Value: 2}", 'Value: "{{ Count }}"}', []),
    Planted("a variable that is not declared", "f{{ variable:Tries }}", "f{{ variable:Tires }}", [
        "mainSteps[4].inputs.FunctionName: reads variable:Tires, which is not declared [reference-targets]",
    ]),
]  # fmt: skip

FAILING = """\
schemaVersion: "0.3"
mainSteps:
  - {name: act, action: "aws:sleep", onFailure: "step:FAIL", inputs: {Duration: PT1S}}
  - {name: check, action: "aws:sleep", inputs: {Duration: PT1S}}
  - name: FAIL
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: main
      Script: |
        def main(events, context):
            BODY
"""


def test_the_document_itself_is_sound() -> None:
    assert told(FLOW) == []


@pytest.mark.parametrize("case", [*KINDS, *WAYS, *INSIDE], ids=lambda case: case.name)
def test_a_planted_fault_is_found(case: Planted) -> None:
    assert after(FLOW, case) == case.findings


@pytest.mark.parametrize(
    ("name", "body", "severity"),
    [
        ("notifyFailure", "return {}", "warning: "),
        ("on_error", "return {}", "warning: "),
        ("RollBackAll", "return {}", ""),
        ("rollbackAll", "return {}", "warning: "),
        ("report", "raise ValueError(events)", ""),
    ],
)
def test_a_step_for_failures_is_not_fallen_into(name: str, body: str, severity: str) -> None:
    found = told(FAILING.replace("FAIL", name).replace("BODY", body))
    expected = (
        f"mainSteps[1]: {severity}check goes on to {name} when it succeeds, which is there for failures"
    )
    assert found == ([] if name == "RollBackAll" else [f"{expected} [failure-steps]"])


@pytest.mark.parametrize("name", ["cleanUp", "deleteStack", "report", "checkResults"])
def test_a_clean_up_may_be_fallen_into(name: str) -> None:
    assert told(FAILING.replace("FAIL", name).replace("BODY", "return {}")) == []


def test_a_step_that_rolls_back_either_way_may_be_fallen_into() -> None:
    """AWS's own tests of resilience do: the step before it leads there by onFailure too."""
    text = FAILING.replace("name: check, ", 'name: check, onFailure: "step:FAIL", ')
    assert told(text.replace("FAIL", "rollback").replace("BODY", "return {}")) == []
