"""The steps that call an API by itself, with botocore's model of the operation."""

from collections.abc import Iterator

from botocore.model import OperationModel

from rulebook import service_model
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation.language.actions import API_CALLS
from rulebook.automation.references import has_reference
from rulebook.node import Node


def api_steps(document: AuthoredDocument) -> Iterator[Node]:
    """Yield every step that names a service and an operation as plain text."""
    for step in document.steps():
        names = (step["inputs"]["Service"], step["inputs"]["Api"])
        if step["action"].value in API_CALLS and all(
            one.text and not has_reference(one.text) for one in names
        ):
            yield step


def operations(document: AuthoredDocument) -> Iterator[tuple[Node, OperationModel]]:
    """Yield every step that calls an operation which botocore knows, with its model."""
    for step in api_steps(document):
        service = service_model.service_named(step["inputs"]["Service"].text)
        operation = service_model.operation_named(service, step["inputs"]["Api"].text) if service else None
        if service and operation:
            yield step, service_model.operation_model(service, operation)
