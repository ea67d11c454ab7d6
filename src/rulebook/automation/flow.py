"""The steps of a document as written, which names which, and which can follow which.

Loops hold steps of their own: those follow each other within the loop, and lead back to it.
"""

from collections.abc import Iterator

from rulebook.automation.language import keys
from rulebook.automation.language.actions import BRANCH, LOOP
from rulebook.node import Node


def sequences(document: Node) -> Iterator[tuple[Node, ...]]:
    """Yield the document's own steps, then those of each loop."""
    yield from _within(document["mainSteps"])


def _within(steps: Node) -> Iterator[tuple[Node, ...]]:
    sequence = tuple(steps) if isinstance(steps.value, list) else ()
    yield sequence
    for step in sequence:
        if step["action"].value == LOOP:
            yield from _within(step["inputs"]["Steps"])


def steps(document: Node) -> Iterator[Node]:
    """Yield every step, those of loops after the document's own."""
    for sequence in sequences(document):
        yield from sequence


def name(step: Node) -> str:
    """Return a step's name; empty if it has none."""
    return step["name"].text


def is_true(node: Node) -> bool:
    """Tell whether a flag is set; the service takes text for it."""
    return node.value is True or node.text.lower() == "true"


def jumps(step: Node) -> Iterator[tuple[Node, str]]:
    """Yield every node of a step that names another step as the next, with that name."""
    if step["nextStep"].text:
        yield step["nextStep"], step["nextStep"].text
    for key in ("onFailure", "onCancel"):
        if step[key].text.startswith(keys.JUMP):
            yield step[key], step[key].text.removeprefix(keys.JUMP)
    if step["action"].value == BRANCH:
        inputs = step["inputs"]
        for node in (*(choice["NextStep"] for choice in inputs["Choices"]), inputs["Default"]):
            if node.text:
                yield node, node.text


def successors(document: Node) -> dict[str, set[str]]:
    """Return for every step the steps that can run right after it."""
    graph: dict[str, set[str]] = {}
    for sequence in sequences(document):
        loop = _around(document, sequence)
        following = [*(name(step) for step in sequence[1:]), ""]
        for step, after in zip(sequence, following, strict=False):
            graph.setdefault(name(step), set()).update(_next(step, after), {loop} if loop else ())
    return graph


def _next(step: Node, after: str) -> Iterator[str]:
    yield from (target for _, target in jumps(step))
    if step["action"].value == LOOP:
        yield from (name(inner) for inner in tuple(step["inputs"]["Steps"])[:1])
    leaves = is_true(step["isEnd"]) or step["nextStep"].exists
    leaves = leaves or (step["action"].value == BRANCH and step["inputs"]["Default"].exists)
    if after and (not leaves or step["onFailure"].value == "Continue"):
        yield after


def _around(document: Node, sequence: tuple[Node, ...]) -> str:
    """Return the loop that a sequence belongs to; empty for the document's own."""
    for loop in steps(document):
        if sequence and sequence[0].place[:-1] == loop["inputs"]["Steps"].place:
            return name(loop)
    return ""


def reached_from(start: str, graph: dict[str, set[str]]) -> set[str]:
    """Return every step that can run after ``start``."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached
