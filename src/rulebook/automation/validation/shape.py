"""A document has the shape of an Automation document: known keys, the right kinds, at least one step.

A misspelt key (``nexStep``) is ignored or refused by the service, depending on where it stands.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

from collections.abc import Iterator

from rulebook.automation import flow
from rulebook.automation.language import keys, limits
from rulebook.automation.references import has_reference
from rulebook.finding import Finding, Place
from rulebook.node import Node
from rulebook.wording import nearest, shown

CODE = "shape"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
  nextStep: WaitAgain
- name: WaitAgain
  action: aws:sleep
  inputs:
    Duration: PT1M
"""
WRONG = RIGHT.replace("nextStep", "nexStep")

_KINDS: dict[keys.Kind, tuple[type, ...]] = {
    "text": (str,),
    "object": (dict,),
    "list": (list,),
    "filled list": (list,),
    "flag": (bool,),
    "whole number": (int,),
    "count": (int,),
    "anything": (object,),
}
_WORDS: dict[keys.Kind, str] = {
    "text": "text",
    "object": "an object",
    "list": "a list",
    "filled list": "a list that is not empty",
    "flag": "true or false",
    "whole number": "a whole number",
    "count": "a whole number from 1 on",
    "anything": "anything",
}


def misshapen(document: Node) -> set[Place]:
    """Return where something of another shape stands, and where something is missing."""
    return {place for place, finding in _wrong(document) if finding.severity == "error"}


def find(document: Node) -> Iterator[Finding]:
    """Find every key and kind that an Automation document cannot have."""
    yield from (finding for _, finding in _wrong(document))


def _wrong(document: Node) -> Iterator[tuple[Place, Finding]]:
    if not isinstance(document.value, dict):
        yield document.place, document.finding(f"is {shown(document.value)}", "it must be an object")
        return
    yield from _object(document, keys.DOCUMENT)
    for declared, known in ((document["parameters"], keys.PARAMETER), (document["variables"], keys.VARIABLE)):
        for one in declared if isinstance(declared.value, dict) else ():
            if not limits.PARAMETER_NAME.fullmatch(one.key):
                problem = f"has the name {shown(one.key)}"
                yield one.place, one.finding(problem, "use letters, digits and _")
            yield from _object(one, known)
    for output in document["outputs"]:
        yield from _of_kind(output, "text")
    for step in flow.every_step(document):
        yield from _object(step, keys.STEP)
        for output in step["outputs"]:
            yield from _object(output, keys.OUTPUT)


def _object(node: Node, known: keys.Keys) -> Iterator[tuple[Place, Finding]]:
    if not isinstance(node.value, dict):
        yield from _of_kind(node, "object")
        return
    for name, key in known.items():
        if key.required and not node[name].exists:
            yield node[name].place, node.finding(f"the key {name} is missing", "add it")
    for inner in node:
        if inner.key in known:
            yield from _of_kind(inner, known[inner.key].kind)
        else:
            problem = f"the key {inner.key} is unknown"
            yield inner.place, inner.finding(problem, nearest(inner.key, known))


def _of_kind(node: Node, kind: keys.Kind) -> Iterator[tuple[Place, Finding]]:
    value = node.value
    if kind == "flag" and node.text.lower() in keys.FLAG_TEXTS:
        return  # 12 of AWS's own documents have text here
    if kind == "count" and (has_reference(value) or keys.COUNT_TEXT.fullmatch(node.text)):
        return  # the service takes text where a number is meant
    if not is_kind(value, kind):
        yield node.place, node.finding(f"is {shown(value)}", f"it must be {_WORDS[kind]}")


def is_kind(value: object, kind: keys.Kind) -> bool:
    """Tell whether a value is of a kind, text that reads as one aside."""
    if isinstance(value, bool) and kind in ("whole number", "count"):  # to Python, True is a number
        return False
    if kind == "count" and isinstance(value, int):
        return value >= 1
    return isinstance(value, _KINDS[kind]) and (kind != "filled list" or bool(value))
