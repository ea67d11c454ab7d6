"""Start, find and stop Automation executions."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.ssm.models import ssm_backends

from rulebook.automation import Plan, accept_parameters, assume_role, plan_document
from rulebook.automation.language.actions import SCRIPT
from rulebook.errors import DocumentError, ParametersRefused
from rulebook.sandbox import credentials
from rulebook.sandbox.ssm import errors, execution, records
from rulebook.sandbox.ssm.records import ExecutionRecord

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html, and the path that an ARN may contain.
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+")


@dataclass(frozen=True)
class Starter:
    """Who starts an execution.

    Attributes:
        arn: shown as ExecutedBy.
        environment: the caller's credentials as a process would have them, with which a document without an
            assumeRole acts. Empty for a service of AWS.
        may_pass: whether that role may be handed to Automation by this caller.
    """

    arn: str
    environment: Mapping[str, str]
    may_pass: Callable[[str], bool]


def remediation_service(account_id: str) -> Starter:
    """Return Config's remediation, which starts executions as its service-linked role."""
    role = "AWSServiceRoleForConfigRemediation"
    return Starter(f"arn:aws:sts::{account_id}:assumed-role/{role}/ConfigRemediation", {}, lambda _: True)


def start_execution(  # noqa: PLR0913 - StartAutomationExecution has as many
    account_id: str,
    region: str,
    document_name: str,
    parameters: Mapping[str, list[str]],
    *,
    document_version: str | None = None,
    caller: Starter | None = None,
    token: str | None = None,
) -> str:
    """Start an execution and return its id; it runs on in the background.

    Args:
        account_id: the account.
        region: the region of the document.
        document_name: its name or ARN.
        parameters: name to values, as the API has them.
        document_version: a number, ``$DEFAULT`` (as if left out) or ``$LATEST``.
        caller: who asks; AWS Config if left out.
        token: the same token with the same request returns the same execution.

    Raises:
        moto.core.exceptions.JsonRESTError: refused, with the service's code.
    """
    asked = json.dumps([document_name, document_version, parameters], sort_keys=True)
    document = _document(account_id, region, document_name.rpartition("/")[2], document_version)
    with records.changing:
        for known in records.executions_of(account_id, region).values():
            if token and known.token and known.token[0] == token:
                if known.token[1] != asked:
                    raise errors.mismatched_token(token)
                return known.execution_id
        caller = caller or remediation_service(account_id)
        planned = _plan(document.content_json)
        record = _record(document, parameters, caller)
        record.token = (token, asked) if token else None
        environment = _environment(account_id, region, document.content_json, record, caller)
        records.executions_of(account_id, region)[record.execution_id] = record
    execution.launch(record, planned, environment)
    return record.execution_id


def get_execution(account_id: str, region: str, execution_id: str) -> ExecutionRecord:
    """Return the record of an execution; raises AutomationExecutionNotFoundException."""
    found = records.executions_of(account_id, region).get(execution_id)
    if found is None:
        raise errors.unknown_execution(execution_id)
    return found


def stop_execution(account_id: str, region: str, execution_id: str) -> None:
    """Cancel an execution: its running step is ended, the others do not begin.

    Raises:
        moto.core.exceptions.JsonRESTError: AutomationExecutionNotFoundException, or
            InvalidAutomationStatusUpdateException if it has ended.
    """
    record = get_execution(account_id, region, execution_id)
    with records.changing:
        if record.status in records.ENDED:
            raise errors.already_ended(execution_id, record.status)
        execution.cancel(record)


def _document(account_id: str, region: str, name: str, version: str | None) -> Any:
    """Return a version of a document. moto does not know ``$DEFAULT``."""
    documents = ssm_backends[account_id][region]._documents.get(name)  # noqa: SLF001 - moto's own getter has another error
    if documents is None:
        raise errors.unknown_document(name)
    wanted = None if version in (None, "$DEFAULT") else version
    found = documents.find(wanted, strict=False)
    if found is None:
        raise errors.unknown_version(name, str(version))
    if found.document_type != "Automation":
        raise errors.unknown_document(name)
    return found


def _plan(document: Mapping[str, Any]) -> Plan:
    """Plan a document; what the service has and this runner lacks is refused here, not at creation."""
    try:
        return plan_document(document)
    except DocumentError as wrong:
        raise errors.refused_parameters(str(wrong)) from wrong


def _record(document: Any, parameters: Mapping[str, list[str]], caller: Starter) -> ExecutionRecord:
    try:
        accepted = accept_parameters(document.content_json, parameters)
    except (ParametersRefused, DocumentError) as refused:
        raise errors.refused_parameters(str(refused)) from refused
    return ExecutionRecord(
        document_name=document.name,
        document_version=document.document_version,
        parameters=accepted,
        declared_outputs=tuple(document.content_json.get("outputs", ())),
        executed_by=caller.arn,
    )


def _environment(
    account_id: str, region: str, document: Mapping[str, Any], record: ExecutionRecord, caller: Starter
) -> Mapping[str, str]:
    """Return what the steps' processes get: the assumed role's credentials, the caller's, or none."""
    try:
        role = assume_role(document, record.parameters)
    except DocumentError as wrong:
        raise errors.refused_parameters(str(wrong)) from wrong
    if not role:
        # Actions may then do what the caller may, but a script has no credentials at all:
        # https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-document-script.html
        scripted = any(step.get("action") == SCRIPT for step in document.get("mainSteps", ()))
        return credentials.place(region) | ({} if scripted else dict(caller.environment))
    if not _ROLE.fullmatch(role):
        raise errors.refused_parameters(errors.MALFORMED_ROLE)
    if not caller.may_pass(role):
        raise errors.not_passable(caller.arn, role)
    arn = f"arn:aws:ssm:{region}:{account_id}:automation-execution/{record.execution_id}"
    session = f"Automation-{record.execution_id}"
    try:
        return credentials.assume(account_id, role, session, region=region, source_arn=arn)
    except credentials.NotAssumable as unassumable:
        raise errors.refused_parameters(errors.UNASSUMABLE) from unassumable
