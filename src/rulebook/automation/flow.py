"""The steps of a document as written, which names which, and which can follow which.

Loops hold steps of their own: those follow each other within the loop, and lead back to it.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from rulebook.automation.language import keys
from rulebook.automation.language.actions import BRANCH, LOOP
from rulebook.node import Node

_LEADING = ("nextStep", "isEnd", "onFailure", "onCancel")


def sequences(document: Node) -> Iterator[tuple[Node, ...]]:
    """Yield the document's own steps, then those of each loop."""
    yield from _within(document["mainSteps"])


def _within(steps: Node) -> Iterator[tuple[Node, ...]]:
    sequence = tuple(steps) if isinstance(steps.value, list) else ()
    yield sequence
    for step in sequence:
        if step["action"].value == LOOP:
            yield from _within(step["inputs"]["Steps"])


def every_step(document: Node) -> Iterator[Node]:
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


def is_certain(document: Node) -> bool:
    """Tell whether what can follow what is beyond doubt: every step is read, and every jump has an aim.

    What is doubtful is told of by itself (the shape of a step, a jump to nowhere); what would follow from it
    is not.
    """
    every = list(every_step(document))
    names = {name(step) for step in every}
    return bool(every) and all(
        name(step) and step["action"].text and _leads(step) and {to for _, to in jumps(step)} <= names
        for step in every
    )


def _leads(step: Node) -> bool:
    """Tell whether the keys of a step that lead on are text or flags, and none is misspelt."""
    readable = (not step[key].exists or bool(step[key].text) for key in ("nextStep", "onFailure", "onCancel"))
    unknown = [key for key in step.names() if key not in keys.STEP]
    return (
        all(readable)
        and (not step["isEnd"].exists or str(step["isEnd"].value).lower() in ("true", "false"))
        and not any(get_close_matches(key, _LEADING) for key in unknown)
    )


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
    if after and (goes_on(step) or step["onFailure"].value == "Continue"):
        yield after


def goes_on(step: Node) -> bool:
    """Tell whether a step that succeeds can be followed by the one written after it."""
    leaves = is_true(step["isEnd"]) or step["nextStep"].exists
    return not leaves and not (step["action"].value == BRANCH and step["inputs"]["Default"].exists)


def ends(document: Node) -> set[str]:
    """Return the steps after which the run can end although none has failed."""
    own, *loops = sequences(document)
    every = (step for sequence in (own, *loops) for step in sequence)
    last = own[-1:] if own and goes_on(own[-1]) else ()
    return {name(step) for step in every if is_true(step["isEnd"])} | {name(step) for step in last}


def _around(document: Node, sequence: tuple[Node, ...]) -> str:
    """Return the loop that a sequence belongs to; empty for the document's own."""
    for loop in every_step(document):
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
