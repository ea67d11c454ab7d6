"""SSM Automation's errors, with its codes and, where they are published, its words.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-troubleshooting.html
"""

from moto.core.exceptions import JsonRESTError

UNASSUMABLE = "The defined assume role is unable to be assumed."
MALFORMED_ROLE = "The format of the supplied assume role ARN is invalid."


def refused_parameters(message: str) -> JsonRESTError:
    """Return what the start is refused with; the words are for a person."""
    return JsonRESTError("InvalidAutomationExecutionParametersException", message)


def no_instances() -> JsonRESTError:
    """Return the error for a command: nobody would run it."""
    return JsonRESTError(
        "InvalidInstanceId", "the embedded account has no instances that answer commands; run it on AWS"
    )


def not_passable(caller: str, role: str) -> JsonRESTError:
    """Return the error for a caller who may start the document, but not hand it this role."""
    message = f"User: {caller} is not authorized to perform: iam:PassRole on resource: {role}"
    return JsonRESTError("AccessDeniedException", message)


def unknown_document(name: str) -> JsonRESTError:
    """Return the error for a document that is not there, or is no Automation document."""
    return JsonRESTError("AutomationDefinitionNotFoundException", f"Automation document {name} not found.")


def unknown_version(name: str, version: str) -> JsonRESTError:
    """Return the error for a version that the document does not have."""
    return JsonRESTError(
        "AutomationDefinitionVersionNotFoundException",
        f"Automation document {name} has no version {version}.",
    )


def unknown_execution(execution_id: str) -> JsonRESTError:
    """Return the error for an execution id that the account does not know."""
    return JsonRESTError(
        "AutomationExecutionNotFoundException", f"Automation execution {execution_id} does not exist."
    )


def already_ended(execution_id: str, status: str) -> JsonRESTError:
    """Return the error for stopping what has ended."""
    return JsonRESTError(
        "InvalidAutomationStatusUpdateException", f"Automation execution {execution_id} has ended: {status}."
    )


def mismatched_token(token: str) -> JsonRESTError:
    """Return the error for a ClientToken used again for another request."""
    return JsonRESTError("IdempotentParameterMismatch", f"ClientToken {token} was used for another request.")


def unsupported_filter(key: str) -> JsonRESTError:
    """Return the error for a filter that the embedded account does not have."""
    return JsonRESTError("InvalidFilterKey", f"The embedded account cannot filter by {key}.")


def invalid_filter(key: str, value: str) -> JsonRESTError:
    """Return the error for a filter value that cannot be read."""
    return JsonRESTError("InvalidFilterValue", f"{value!r} is no value for the filter {key}.")


def invalid_token(token: str) -> JsonRESTError:
    """Return the error for a NextToken that no response contained."""
    return JsonRESTError("InvalidNextToken", f"The specified token is not valid: {token}")
