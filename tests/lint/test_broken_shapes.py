"""A wrong shape in one place is told there, silences nothing elsewhere, and stops no check."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from lint.conftest import Planted, after
from lint.test_flow_checks import FLOW
from lint.test_script_checks import SCRIPTED
from lint.test_value_checks import VALUES
from rulebook.authoring.checks import check_document
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.lint import placed

WRONG = """\
schemaVersion: "0.3"
parameters:
  Name: {type: Text}
mainSteps:
  - name: first
    action: aws:sleeep
    inputs: {Duration: PT1S}
  - name: second
    action: aws:sleep
    inputs: {Duration: "{{ Nmae }}"}
  - name: third
    action: aws:executeScript
    inputs: {Runtime: python3.11, Handler: main, Script: "def main(events, context): return json"}
    isEnd: true
"""
ELSEWHERE = [
    "parameters.Name: warning: is used nowhere [unused-parameters]",
    "parameters.Name.type: is Text [parameter-types]",
    "mainSteps[0].action: is 'aws:sleeep', which does not exist [actions]",
    "mainSteps[1].inputs.Duration: reads Nmae, which is no parameter [reference-targets]",
    "mainSteps[2].inputs.Script: line 1 uses json, which nothing defines [undefined-names]",
]
PLANTED = [
    Planted("nothing", "isEnd: true", "isEnd: true", []),
    Planted("text for a flag", "isEnd: true", 'isEnd: "true"', []),
    Planted("a key of the document", 'schemaVersion: "0.3"', 'schemaVersion: "0.3"\nparams: {}', ["params: the key params is unknown [shape]"]),
    Planted("a version that is a number", '"0.3"', "0.3", ["schemaVersion: is 0.3 [shape]"]),
    Planted("a key of a step", "isEnd: true", "isEnd: true\n    comment: x", ["mainSteps[2].comment: the key comment is unknown [shape]"]),
    Planted("a step that is none", "mainSteps:\n", "mainSteps:\n  - aws:sleep\n", ['mainSteps[0]: is "aws:sleep" [shape]']),
    Planted("a step without an action", "mainSteps:\n", "mainSteps:\n  - name: zero\n", ["mainSteps[0]: the key action is missing [shape]"]),
    Planted("outputs that are no list", "isEnd: true", "isEnd: true\noutputs: third.Payload", ['outputs: is "third.Payload" [shape]']),
    Planted("a parameter that is none", "parameters:\n", "parameters:\n  Other: String\n", ['parameters.Other: is "String" [shape]']),
    Planted("a limit that is none", "{type: Text}", "{type: Text, minChars: one}", ['parameters.Name.minChars: is "one" [shape]']),
]  # fmt: skip


@pytest.mark.parametrize("case", PLANTED, ids=lambda case: case.name)
def test_what_is_wrong_elsewhere_is_told_all_the_same(case: Planted) -> None:
    found = after(WRONG, case)
    said = [one.partition(": ")[2] for one in ELSEWHERE]
    assert [one for one in found if one.partition(": ")[2] not in said] == case.findings
    assert [one.partition(": ")[2] for one in found if one not in case.findings] == said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nextStep: choose", "nexStep: choose"),
        ("nextStep: choose", "isEnds: true"),
        ("nextStep: choose", "nextStep: 3"),
        ("name: pause", "nam: pause"),
    ],
)
def test_of_a_flow_that_cannot_be_read_nothing_is_concluded(old: str, new: str) -> None:
    found = after(FLOW, Planted("", old, new, []))
    assert [one for one in found if "[shape]" not in one] == []
    assert found


JUNK: list[Any] = [None, True, 3, -1.5, "", "x", "{{ x }}", "{{", [], ["a", 1], {}, {"a": {"b": []}}]


@pytest.mark.parametrize("text", [FLOW, VALUES, SCRIPTED], ids=["flow", "values", "script"])
def test_no_shape_whatever_ends_a_check(text: str) -> None:
    """Each value of a sound document in turn becomes something else, or is taken away."""
    sound = placed.read_placed(text).data
    chance = random.Random(14)  # noqa: S311 - the same junk at each run
    for place in _places(sound):
        broken = copy.deepcopy(sound)
        parent: Any = broken
        for key in place[:-1]:
            parent = parent[key]
        if chance.random() < 0.2:
            del parent[place[-1]]
        else:
            parent[place[-1]] = chance.choice(JUNK)
        check_document(AuthoredDocument("d.yaml", broken, {}), "automation", to_build=False)


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*place, key)
        yield from _places(item, (*place, key))
