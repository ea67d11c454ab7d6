"""Short ways to write the documents that these tests run."""

from textwrap import dedent
from typing import Any

from rulebook.automation import AutomationExecution, run_document

REGION = {"AWS_DEFAULT_REGION": "eu-west-1"}


def script(
    name: str, source: str, payload: dict[str, Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """Return an aws:executeScript step; a source without ``def`` is the body of its handler."""
    body = dedent(source).strip()
    if "def " not in body:
        body = "def handler(events, context):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    inputs = {"Runtime": "python3.11", "Handler": "handler", "Script": body, "InputPayload": payload or {}}
    return {"name": name, "action": "aws:executeScript", "inputs": inputs, **properties}


def fails(name: str, **properties: Any) -> dict[str, Any]:
    """Return a step that fails, without the cost of a process."""
    choices = [{"NextStep": name, "Variable": "{{ global:DATE }}", "NumericEquals": 1}]
    return {"name": name, "action": "aws:branch", "inputs": {"Choices": choices}, **properties}


def passes(name: str, **properties: Any) -> dict[str, Any]:
    """Return a step that succeeds at once."""
    return {"name": name, "action": "aws:sleep", "inputs": {"Duration": "PT0S"}, **properties}


def output(name: str, selector: str, kind: str) -> dict[str, str]:
    return {"Name": name, "Selector": selector, "Type": kind}


def document(*steps: dict[str, Any], **top: Any) -> dict[str, Any]:
    """Return a document of these steps."""
    return {"schemaVersion": "0.3", "mainSteps": list(steps), **top}


def outcome(execution: AutomationExecution) -> tuple[str, list[tuple[str, str]]]:
    """Return the status, and name and status of each step that began."""
    return execution.status, [(step.name, step.status) for step in execution.steps]


def returned(source: str, payload: dict[str, Any] | None = None, **parameters: Any) -> Any:
    """Run one script and return what its handler returned; parameters are declared as the types they have."""
    kinds = {bool: "Boolean", int: "Integer", str: "String", dict: "StringMap", list: "StringList"}
    declared = {name: {"type": kinds[type(value)]} for name, value in parameters.items()}
    execution = run_document(
        document(script("Only", source, payload), parameters=declared), parameters, REGION
    )
    assert execution.failure_message == ""
    return execution.steps[0].outputs["Payload"]


def failure(source: str, **properties: Any) -> str:
    """Run one script that fails and return its step's message."""
    execution = run_document(document(script("Only", source, **properties)), {}, REGION)
    assert execution.steps[0].status == "Failed"
    return execution.steps[0].failure_message
