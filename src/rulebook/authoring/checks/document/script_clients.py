"""A script makes clients of services that there are, and calls of them what they have, with what that takes.

Only clients, paginators and waiters are judged of which it is certain what they are: ``boto3.client("iam")``
under a name that stands for nothing else. What botocore does not know here the service's own boto3, which
is older, does not have.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from rulebook import service_model
from rulebook.authoring.checks import clients
from rulebook.authoring.checks.arguments import Arguments, likely
from rulebook.authoring.checks.authored import AuthoredDocument, Script
from rulebook.authoring.checks.clients import Made
from rulebook.authoring.checks.literals import Literals
from rulebook.finding import Finding
from rulebook.service_model import BOTOCORE

CODE = "script-clients"

RIGHT = """\
- name: Count
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: count
    Script: |
      import boto3

      def count(events, context):
          keys = boto3.client("iam").list_access_keys(UserName="alice")
          return {"Keys": len(keys["AccessKeyMetadata"])}
"""
WRONG = RIGHT.replace("(UserName=", "(Username=")

# What boto3 puts into clients beside the operations (boto3.s3.inject, botocore.signers).
_ADDED = {
    "s3": {"copy", "download_file", "download_fileobj", "upload_file", "upload_fileobj"},
    "rds": {"generate_db_auth_token"},
    "dsql": {"generate_db_connect_auth_token", "generate_db_connect_admin_auth_token"},
}
_OWN_MODELS = ("search_paths", "AWS_DATA_PATH")  # of services that botocore does not have
_WITH = {"get_paginator": ("paginate", "PaginationConfig"), "get_waiter": ("wait", "WaiterConfig")}


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find services, methods, paginators, waiters and arguments that boto3 does not have."""
    for script in document.scripts():
        if script.tree and "boto3" in script.source:
            for call in clients.calls(script.tree):
                yield from _of_call(script, call)


def _of_call(script: Script, call: clients.Call) -> Iterator[Finding]:
    if call.of.kind == "boto3":
        yield from _service(script, call)
    elif service_model.service_model(call.of.service) is None:
        return
    elif call.of.kind == "client":
        yield from _method(script, call)
    else:
        method, config = _WITH[call.of.kind]
        operation = _operation(call.of)
        if operation and call.method == method:
            yield from _arguments(script, call, operation, config)


def _service(script: Script, call: clients.Call) -> Iterator[Finding]:
    name = _constant(call.node)
    brings_models = script.inputs["Attachment"].exists or any(one in script.source for one in _OWN_MODELS)
    if call.method != "client" or not name or brings_models:
        return
    if service_model.service_model(name) is None:
        problem = f"makes a client of {name}, and {BOTOCORE} has no such service"
        yield script.finding_at(call.node, problem, likely(name, service_model.services()))


def _method(script: Script, call: clients.Call) -> Iterator[Finding]:
    service, method = call.of.service, call.method
    operation = service_model.methods(service).get(method)
    if operation:
        yield from _arguments(script, call, operation)
    elif method in _WITH:
        yield from _made_of(script, call)
    elif method not in _of_any_client() and method not in _ADDED.get(service, ()):
        problem = f"calls {method}, which a client of {service} does not have ({BOTOCORE})"
        yield script.finding_at(call.node, problem, likely(method, service_model.methods(service)))


@cache
def _of_any_client() -> frozenset[str]:
    from botocore.client import BaseClient  # noqa: PLC0415 - a tenth of a second that few documents need

    return frozenset(
        {*dir(BaseClient), "exceptions", "generate_presigned_post", "generate_presigned_url", "meta"}
    )


def _made_of(script: Script, call: clients.Call) -> Iterator[Finding]:
    service, name = call.of.service, _constant(call.node)
    known = (
        service_model.paginators(service)
        if call.method == "get_paginator"
        else service_model.waiters(service)
    )
    if name and name not in known:
        kind = call.method.removeprefix("get_")
        problem = f"asks a client of {service} for the {kind} {name}, which it does not have ({BOTOCORE})"
        cure = likely(name, known)
        if name in service_model.methods(service) and call.method == "get_paginator":
            cure = f"call {name} itself"
        yield script.finding_at(call.node, problem, cure)


def _operation(made: Made) -> str | None:
    if made.kind == "get_waiter":
        return service_model.waiters(made.service).get(made.name)
    return service_model.methods(made.service).get(made.name)


def _arguments(script: Script, call: clients.Call, operation: str, *without: str) -> Iterator[Finding]:
    if call.node.args:
        if not any(isinstance(one, ast.Starred) for one in call.node.args):
            problem = f"calls {call.method} with an argument that has no name"
            yield script.finding_at(call.node, problem, "name it")
        return
    literals = Literals(call.node)
    takes = Arguments(service_model.operation_model(call.of.service, operation), {}, empty=True)
    given = literals.arguments(*without)
    complete = all(one.arg for one in call.node.keywords)
    for found in takes.wrong(given, complete=complete):
        problem = f"calls {call.method}, whose {found.place} {found.problem}"
        if not found.place:
            problem = f"calls {call.method}, which {found.problem}"
        at = script.finding_at(literals.code_at(found.place), problem, found.cure)
        yield replace(at, severity=found.severity)


def _constant(call: ast.Call) -> str:
    """Return the text that names the service, paginator or waiter; empty if it is no constant."""
    names = [*call.args[:1], *(one.value for one in call.keywords if one.arg in _NAMES)]
    return next((str(one.value) for one in names if isinstance(one, ast.Constant)), "")


_NAMES = ("service_name", "operation_name", "waiter_name")
