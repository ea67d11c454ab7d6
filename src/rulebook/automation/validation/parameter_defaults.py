"""Every parameter's default is of its type, one of its own allowed values, and matches its own pattern.

The service takes a document whose default it then refuses (InvalidAutomationExecutionParametersException),
so a runbook started without that parameter can never run. An empty default is taken as it is, and null as
none: AWS's own documents have both. What stands for a value (``$LATEST``, ``arn:aws:iam::{AccountId}:root``)
is not held to the pattern of the value. A pattern that could take longer than anybody waits, such as
``^(a+)+$``, judges only short defaults: nothing is said of a long one.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
"""

import re
from collections.abc import Iterator

from rulebook.automation import parameters
from rulebook.automation.language import keys, patterns, value_types
from rulebook.automation.references import has_reference
from rulebook.automation.validation.shape import is_kind
from rulebook.errors import DocumentError
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "parameter-defaults"

# Of these no default in 755 public documents is text: "Wrong default value", answers CreateDocument.
_LITERAL = ("Boolean", "StringList", "MapList")
_SYMBOL = re.compile(r"[{<$]")

RIGHT = """\
parameters:
  Days:
    type: String
    allowedPattern: ^[0-9]{1,3}$
    default: "90"
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: P{{ Days }}D
"""
WRONG = RIGHT.replace('"90"', "ninety")


def find(document: Node) -> Iterator[Finding]:
    """Find patterns that are none, and defaults that their own parameter refuses."""
    for declared in document["parameters"]:
        yield from _contradictions(declared)
        pattern, default = declared["allowedPattern"], declared["default"]
        try:
            patterns.compiled(pattern.text)
        except ValueError as error:
            yield pattern.finding(f"is no pattern: {error}", "mend the regular expression")
        except patterns.NotJudged:
            pass  # what this runner cannot judge is told of as such
        kind = value_types.kind(declared["type"].value)
        if kind and default.value not in (None, "") and not _stands_for_a_value(default, kind):
            yield from _refused(declared, kind)


def _contradictions(declared: Node) -> Iterator[Finding]:
    for least, most in (
        (declared["minChars"], declared["maxChars"]),
        (declared["minItems"], declared["maxItems"]),
    ):
        if isinstance(least.value, int) and isinstance(most.value, int) and least.value > most.value:
            yield most.finding(
                f"is {most.value}, less than {least.key}, which is {least.value}", "change one of them"
            )


def _stands_for_a_value(default: Node, kind: str) -> bool:
    symbol = kind == "String" and _SYMBOL.search(default.text)
    return bool(symbol) or has_reference(default.value)


def _refused(declared: Node, kind: str) -> Iterator[Finding]:
    default = declared["default"]
    try:
        value = value_types.read_value(kind, default.value)
    except ValueError:
        yield default.finding(f"is {default.value!r}, no {kind}", "quote it, or change the type")
        return
    if kind in _LITERAL and isinstance(default.value, str):
        yield default.finding(
            f"is the text {default.value!r}", f"write {value_types.ALLOWED[kind]}", "warning"
        )
    sound = {
        one.key: one.value
        for one in declared
        if one.key in keys.PARAMETER and is_kind(one.value, keys.PARAMETER[one.key].kind)
    }
    try:
        refusals = list(parameters.refusals_of_value(sound, value))
    except DocumentError:
        return  # the pattern, which is told of above
    for refusal in refusals:
        yield default.finding(
            f"is {default.value!r}, and {refusal}", "change the default, or what is allowed"
        )
