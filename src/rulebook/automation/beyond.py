"""What the service can do and this runner cannot: a warning of the build, a refusal of the runner.

Nothing here is wrong with a document. What the runner does not know is never passed over: it runs all of a
document, or nothing.
"""

from collections.abc import Iterator

from rulebook.automation import flow, jsonpath, outputs
from rulebook.automation.actions import RUNNERS
from rulebook.automation.language import patterns, runtimes
from rulebook.automation.language.actions import ACTIONS, SCRIPT
from rulebook.automation.references import document_references, has_reference
from rulebook.finding import Finding
from rulebook.node import Node

CODE = "beyond-the-runner"
_CURE = "try it on the service"


def find(document: Node) -> Iterator[Finding]:
    """Find everything that this runner would have to pass over."""
    for declared in document["parameters"]:
        if error := patterns.only_java(declared["allowedPattern"].text):
            yield _beyond(declared["allowedPattern"], f"cannot be judged here, Java may know it: {error}")
    for step in flow.every_step(document):
        yield from _step(step)
    yield from _references(document)


def _beyond(node: Node, problem: str) -> Finding:
    return node.finding(problem, _CURE, "warning")


def _step(step: Node) -> Iterator[Finding]:
    action = step["action"]
    if action.text in ACTIONS and action.text not in RUNNERS:
        yield _beyond(action, f"is {action.text}, which this runner does not have")
    for count in (step["maxAttempts"], step["timeoutSeconds"]):
        if has_reference(count.value):
            yield _beyond(count, "is known only when the document runs")
    for selector in (*(output["Selector"] for output in step["outputs"]), step["inputs"]["PropertySelector"]):
        if selector.text and not has_reference(selector.value):
            yield from _selector(selector)
    if action.value == SCRIPT:
        yield from _script(step["inputs"])


def _selector(selector: Node) -> Iterator[Finding]:
    try:
        jsonpath.parse_jsonpath(selector.text)
    except ValueError as error:
        yield _beyond(selector, f"is not understood by this runner: {error}")


def _script(inputs: Node) -> Iterator[Finding]:
    runtime, handler = inputs["Runtime"], inputs["Handler"]
    if runtime.value in runtimes.POWERSHELL or has_reference(runtime.value):
        yield _beyond(runtime, f"is {runtime.value!r}, and this runner has Python only")
    if handler.text and not has_reference(handler.value) and not _is_handler(handler.text, inputs):
        wanted = "a function of the script, or module.function of an attachment"
        yield _beyond(handler, f"is {handler.value!r}, and this runner calls {wanted} only")


def _is_handler(name: str, inputs: Node) -> bool:
    """Tell whether a handler can be found.

    Beside an attachment ``module.function`` and ``folder/module.function`` are of that, whatever Script says:
    in AWSSupport-TroubleshootGlueConnection that is no Python at all.
    """
    parts = name.replace("/", ".").split(".")
    has = inputs["Attachment"].exists if len(parts) > 1 else inputs["Script"].exists
    return has and all(part.isidentifier() for part in parts)


def _references(document: Node) -> Iterator[Finding]:
    known, made = outputs.by_step(document), outputs.made_by_step(document)
    for output in document["outputs"]:
        owner, _, name = output.text.partition(".")
        if name in known.get(owner, set()) - made.get(owner, set()):
            yield _beyond(output, f"is {output.text}, which this runner makes only without declared outputs")
    for _, reference in document_references(document):
        owner, _, name = reference.name.partition(".")
        name = name.partition(".")[0]
        if name in known.get(owner, set()) - made.get(owner, set()):
            yield _beyond(
                reference.node,
                f"reads {reference.name}, which this runner does not give beside declared outputs",
            )
