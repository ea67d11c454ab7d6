"""Evaluations: a rule's function is invoked as Config does it, and the outcome is recorded."""

import json
import secrets
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.config.models import config_backends
from moto.core.exceptions import JsonRESTError

from rulebook.sandbox.config import discovery, recorded, rules, runs, settings, state
from rulebook.sandbox.config.errors import constraint, invalid, refused
from rulebook.sandbox.config.results import token_expired
from rulebook.sandbox.config.state import Invocation, State
from rulebook.sandbox.functions.invocation import run_with_retries
from rulebook.sandbox.workers import Workers

MOST_RULES = 25
RETRY_SECONDS = 60  # Lambda waits a minute after the first failure of an asynchronous invocation, then two

_workers = Workers("config-evaluation", 4)


def start_evaluations(account_id: str, region: str, names: list[str]) -> list[Invocation]:
    """Begin an evaluation of each of these rules, all or none.

    AWS also refuses a second call within a minute; the embedded account does not: its evaluations take
    seconds.

    Raises:
        JsonRESTError: NoSuchConfigRuleException; LimitExceededException while one of them is being evaluated.
    """
    if not 1 <= len(names) <= MOST_RULES:
        raise constraint(names, "configRuleNames", f"Member must have length between 1 and {MOST_RULES}")
    memory = state.config_state(account_id, region)
    with memory.lock:
        for name in names:
            _check(memory, rules.get_rule(account_id, region, name))
        begun = [_begin(memory, name) for name in names]
    for invocation in begun:
        stop = threading.Event()
        _workers.submit(partial(_evaluate, account_id, region, invocation, stop), stop)
    return begun


def _check(memory: State, rule: Any) -> None:
    if memory.rule(rule.config_rule_name).running:
        raise refused(
            "LimitExceededException", f"An evaluation of the rule {rule.config_rule_name} is in progress"
        )
    if rule.source.owner != "CUSTOM_LAMBDA" or not (rules.rule_frequency(rule) or rules.change_types(rule)):
        raise invalid(
            "The embedded account evaluates Lambda rules only, periodic ones and those with a scope of "
            f"resource types: {rule.config_rule_name}"
        )


def _begin(memory: State, name: str) -> Invocation:
    now = state.now()
    for token in [token for token, one in memory.invocations.items() if token_expired(one)]:
        del memory.invocations[token]
    invocation = state.Invocation(name, secrets.token_urlsafe(32), now)
    rule = memory.rule(name)
    rule.running, rule.status.invoked = invocation, now
    memory.invocations[invocation.token] = invocation
    return invocation


def evaluation_event(
    account_id: str, rule: Any, invocation: Invocation, role_arn: str, item: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the event of a periodic evaluation, or of the change that an item is of.

    Its shape is in the developer guide, "Example Events for AWS Config Rules"; what is inside it is JSON
    text.
    """
    created = invocation.invoked.replace(tzinfo=None).isoformat(timespec="milliseconds")
    notification: dict[str, Any] = {
        "awsAccountId": account_id,
        "notificationCreationTime": f"{created}Z",
        "messageType": "ScheduledNotification",
        "recordVersion": "1.0",
    }
    if item:
        change = {"messageType": "ConfigurationItemChangeNotification", "recordVersion": "1.3"}
        notification |= {**change, "configurationItem": item, "configurationItemDiff": None}
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(notification, default=str),
        "ruleParameters": rule.input_parameters or "{}",
        "resultToken": invocation.token,
        "eventLeftScope": False,
        "executionRoleArn": role_arn,
        "configRuleArn": rule.config_rule_arn,
        "configRuleName": rule.config_rule_name,
        "configRuleId": rule.config_rule_id,
        "accountId": account_id,
    }


def _execution_role(account_id: str, region: str) -> str:
    """Return the recorder's role; without a recorder the service-linked role."""
    for recorder in config_backends[account_id][region].recorders.values():
        return str(recorder.role_arn)
    return f"arn:aws:iam::{account_id}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def _evaluate(account_id: str, region: str, invocation: Invocation, stop: threading.Event) -> None:
    memory = state.config_state(account_id, region)
    try:
        error = _invoke(account_id, region, invocation, stop)
    except JsonRESTError as refusal:  # the rule or its function is gone
        error = f"{refusal.error_type}: {refusal.message}"
    except Exception as defect:
        _failed(memory, invocation, f"{type(defect).__name__}: {defect}")
        raise  # the account's own mistake, which the thread's hook shows
    if error is None:
        _succeeded(account_id, region, invocation)
    else:
        _failed(memory, invocation, error)


def _invoke(account_id: str, region: str, invocation: Invocation, stop: threading.Event) -> str | None:
    """Invoke asynchronously, as Config does: Lambda retries. Return the last attempt's error, if any."""
    rule = rules.get_rule(account_id, region, invocation.rule)
    discovery.record_users(account_id, region)
    role = _execution_role(account_id, region)
    function = lambda_backends[account_id][region].get_function(rule.source.source_identifier)
    for told in _events(account_id, region, rule, invocation, role):
        attempts = run_with_retries(function, told, stop, _retry_wait)
        error = attempts[-1].error if attempts else "Stopped: the account was shut down"
        if error:
            return error
    return None


def _events(
    account_id: str, region: str, rule: Any, invocation: Invocation, role: str
) -> Iterator[dict[str, Any]]:
    """Yield the event of the schedule, and one for each recorded resource whose changes trigger the rule."""
    if rules.rule_frequency(rule):
        yield evaluation_event(account_id, rule, invocation, role)
    kinds = rules.change_types(rule)
    items = list(recorded.changed_items(account_id, region, kinds))
    if kinds and not items:
        invocation.reported = True  # there is nothing to report of
    for item in items:
        yield evaluation_event(account_id, rule, invocation, role, item)


def _retry_wait(failures: int) -> float:
    return RETRY_SECONDS * failures * settings.current.wait_scale


def _succeeded(account_id: str, region: str, invocation: Invocation) -> None:
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rules.get(invocation.rule)
        if rule is None:
            return  # deleted meanwhile
        rule.status.succeeded_invocation = state.now()
        rule.running = None
        invocation.ended = True
        if invocation.reported:
            settle_evaluation(account_id, region, invocation)


def settle_evaluation(account_id: str, region: str, invocation: Invocation) -> None:
    """Note that a rule's results are there, and remedy what they show.

    Remediations are queued first, so that whoever sees the evaluation's success also sees them. A function
    that returns without reporting is a successful invocation, but no successful evaluation.
    """
    memory = state.config_state(account_id, region)
    with memory.lock:
        runs.start_automatic(account_id, region, invocation.rule)
        memory.rule(invocation.rule).status.succeeded = state.now()


def _failed(memory: State, invocation: Invocation, error: str) -> None:
    with memory.lock:
        rule = memory.rules.get(invocation.rule)
        if rule is None:
            return  # deleted meanwhile
        status = rule.status
        status.failed_invocation = status.failed = state.now()
        status.error_code, status.error_message = error.partition(":")[0], error
        rule.running = None
        invocation.ended = True
