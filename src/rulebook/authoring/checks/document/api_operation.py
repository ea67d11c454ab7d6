"""A step calls an operation that there is, of a service that there is.

``Service`` is boto3's name of a client, ``Api`` an operation or its method, both in any case. The service
calls boto3, whose version lags "up to a few weeks" behind: what botocore does not know here fails there.
Operations with a streaming answer are not supported.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAwsApi.html
"""

from collections.abc import Iterator

from rulebook import service_model
from rulebook.authoring.checks.api_steps import api_steps
from rulebook.authoring.checks.arguments import likely
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "api-operation"

RIGHT = """\
- name: ListKeys
  action: aws:executeAwsApi
  inputs:
    Service: iam
    Api: ListAccessKeys
"""
WRONG = RIGHT.replace("ListAccessKeys", "ListAccesKeys")


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find services and operations that do not exist, and answers that come as a stream."""
    for step in api_steps(document):
        written, api = step["inputs"]["Service"], step["inputs"]["Api"]
        service = service_model.service_named(written.text)
        if service is None:
            problem = f"is {written.text}, and {service_model.BOTOCORE} has no such service"
            yield written.finding(problem, likely(written.text, service_model.services()))
            continue
        operation = service_model.operation_named(service, api.text)
        if operation is None:
            problem = f"is {api.text}, which {service} does not have ({service_model.BOTOCORE})"
            yield api.finding(problem, likely(api.text, service_model.methods(service).values()))
        elif service_model.operation_model(service, operation).has_streaming_output:
            yield api.finding(f"is {operation}, whose answer is a stream", "call it in an aws:executeScript")
