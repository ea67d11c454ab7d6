"""Every ``{{ reference }}`` means something: a parameter, an output of a step, a variable of the service.

The service finds one that does not only when the step runs.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html
"""

import re
from collections.abc import Iterator

from rulebook.automation import flow, outputs
from rulebook.automation.language import system_variables
from rulebook.automation.language.system_variables import SSM, VARIABLE
from rulebook.automation.references import beside_references, document_references
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest

CODE = "reference-targets"

_OPENED = re.compile(r"\{\{\s*([A-Za-z0-9_]*)")
_EMPTY = re.compile(r"\{\{\s*\}?\}?")
_NAMESPACES = (*(name.partition(":")[0] for name in system_variables.NAMES), SSM, VARIABLE)

RIGHT = """\
parameters:
  Length:
    type: String
    default: PT1M
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: "{{ Length }}"
"""
WRONG = f"""\
{RIGHT}\
  - name: WaitAgain
    action: aws:sleep
    inputs:
      Duration: "{{{{ Lenght }}}}"
"""


def find(document: Node) -> Iterator[Finding]:
    """Find references to what does not exist."""
    known, unknown = outputs.by_step(document), outputs.unknown(document)
    for _, reference in document_references(document):
        if not reference.name:
            if _is_meant(document, reference.node.text):
                problem = "opens a {{ that holds no name or is never closed"
                yield reference.node.finding(problem, "write {{ name }}", "warning")
        elif reference.name.partition(".")[0] not in unknown and (
            wrong := _problem(document, reference.name, known)
        ):
            yield reference.node.finding(*wrong)


def _is_meant(document: Node, text: str) -> bool:
    """Tell whether braces that are no reference were to be one; others are passed on as they are."""
    known = {*document["parameters"].names(), *map(flow.name, flow.every_step(document)), *_NAMESPACES}
    opened = {match[1] for match in _OPENED.finditer(beside_references(text))}
    return bool(opened & known) or _EMPTY.fullmatch(text.strip()) is not None


def _problem(document: Node, name: str, known: dict[str, set[str]]) -> tuple[str, str] | None:
    prefix, colon, rest = name.partition(":")
    if colon:
        return _of_a_namespace(document, name, prefix, rest)
    step, dot, output = name.partition(".")
    if not dot:
        names = document["parameters"].names()
        return None if name in names else (f"reads {name}, which is no parameter", nearest(name, names))
    if step not in known:
        return f"reads {name}, and no step is called {step}", nearest(step, known)
    if output.partition(".")[0] in known[step]:
        return None
    return f"reads {name}, which {step} does not declare", nearest(output, known[step])


def _of_a_namespace(document: Node, name: str, prefix: str, rest: str) -> tuple[str, str] | None:
    if name in system_variables.NAMES or prefix == SSM:
        return None
    if prefix == VARIABLE:
        names = document["variables"].names()
        return None if rest in names else (f"reads {name}, which is not declared", nearest(rest, names))
    return f"reads {name}, which is no system variable", nearest(name, system_variables.NAMES)
