"""What a runbook would do: the built document, run from here in its dry run with the credentials in use."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import boto3

from rulebook.automation import AutomationExecution, run
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.operating.script_lines import as_written
from rulebook.project import DocumentFolder

AT_ONCE = 4  # each is a process of its own that mostly waits for AWS
PASSED_ON = ("AWS_ENDPOINT_URL", "AWS_CA_BUNDLE", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT")


class PreviewFailed(RulebookError):
    """A dry run failed; the message says for which resource and why."""


@dataclass(frozen=True)
class Preview:
    """What the runbook would do to one resource.

    Attributes:
        resource_id: Config's id of it.
        outcome: the document's own word, for example ``WouldDelete`` or ``NothingToDo``.
        message: the document's sentence.
        changes: one flat mapping a change it would make, as the document's acting step lists them.
    """

    resource_id: str
    outcome: str
    message: str
    changes: tuple[dict[str, Any], ...]

    @property
    def acts(self) -> bool:
        """Whether it would change anything; the outcomes of dry runs that would are called so."""
        return self.outcome.startswith("Would")

    def as_json(self) -> dict[str, Any]:
        """Return it with stable keys."""
        return {
            "ResourceId": self.resource_id,
            "Outcome": self.outcome,
            "Message": self.message,
            "Changes": list(self.changes),
        }


def preview(
    document: DocumentFolder,
    parameters: Mapping[str, str],
    resource_parameter: str,
    resources: Sequence[str],
    session: boto3.Session,
    on_done: Callable[[int], None] = lambda _done: None,
) -> list[Preview]:
    """Run the built document for every resource with ``DryRun`` true, a few at a time.

    Args:
        document: the runbook.
        parameters: its parameters as the remediation passes them, without the resource id.
        resource_parameter: the parameter that takes the resource id.
        resources: what to preview.
        session: whose credentials the scripts get; no role is assumed.
        on_done: called with the number of finished resources.

    Returns:
        One preview a resource, in the order given.

    Raises:
        PreviewFailed: a dry run did not succeed; the others are not shown either.
        ParametersRefused: the document refuses a parameter or the resource id, or takes no DryRun.
        ConfigurationError: the document is not built.
    """
    built = _built(document)
    acting = built["mainSteps"][0]["name"]
    stop = threading.Event()

    def look(resource: str) -> Preview:
        given = {**parameters, resource_parameter: resource, "DryRun": "true"}
        ended = run(built, given, environment(session), stop=stop)
        if ended.status != "Success":
            why = as_written(
                ended.failure_message, ended.steps[-1].name if ended.steps else "", built, document
            )
            raise PreviewFailed(f"{resource}: the dry run ended {ended.status}: {why}")
        return _preview(resource, acting, ended)

    found: list[Preview] = []
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for one in pool.map(look, resources):
            found.append(one)
            on_done(len(found))
    finally:
        stop.set()  # after a failure or Ctrl-C: what still runs is of no use to anybody
        pool.shutdown(cancel_futures=True)
    return found


def _built(document: DocumentFolder) -> dict[str, Any]:
    try:
        return dict(json.loads(document.built.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise ConfigurationError(
            f"ssm_docs/{document.name}/{document.built.name}: is missing or broken; run `rulebook build`"
        ) from None


def environment(session: boto3.Session) -> dict[str, str]:
    """Return the AWS_* variables with which a script acts as the session's own identity."""
    credentials = session.get_credentials()
    if credentials is None:
        raise PreviewFailed(
            "no AWS credentials; pass --profile, set AWS_PROFILE, or export AWS_ACCESS_KEY_ID"
        )
    frozen = credentials.get_frozen_credentials()
    given = {
        "AWS_ACCESS_KEY_ID": frozen.access_key,
        "AWS_SECRET_ACCESS_KEY": frozen.secret_key,
        "AWS_SESSION_TOKEN": frozen.token,
        "AWS_DEFAULT_REGION": session.region_name,
    }
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {name: value for name, value in given.items() if value} | passed_on


def _preview(resource: str, acting: str, execution: AutomationExecution) -> Preview:
    outputs = execution.outputs
    return Preview(
        resource,
        str(outputs[f"{acting}.Outcome"]),
        str(outputs.get(f"{acting}.Message", "")),
        tuple(outputs.get(f"{acting}.Changes", ())),
    )
