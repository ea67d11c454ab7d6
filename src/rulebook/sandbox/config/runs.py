"""Remediations as they run: by hand, or by themselves after an evaluation."""

import math
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rulebook.sandbox.config import automation, remediations, rules, settings, state, waivers
from rulebook.sandbox.config.errors import no_remediation
from rulebook.sandbox.config.state import Key, Rule, Run, State
from rulebook.sandbox.workers import Workers

POLL = 0.05  # seconds between looks at what is running
CONCURRENT_PERCENTAGE = 10  # the service's defaults
ERROR_PERCENTAGE = 50

_workers = Workers("config-remediation", 8)


@dataclass
class Batch:
    """The resources of one rule that are remedied together, ``attempts`` times at most each."""

    account_id: str
    region: str
    rule_name: str
    configuration: dict[str, Any]
    keys: list[Key]
    attempts: int
    automatic: bool
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def at_once(self) -> int:
        """How many may run in parallel; a percentage is rounded up, as Systems Manager does it."""
        percentage = self._control("ConcurrentExecutionRatePercentage", CONCURRENT_PERCENTAGE)
        return math.ceil(len(self.keys) * percentage / 100)

    @property
    def errors_allowed(self) -> int:
        """How many may fail before no other is started."""
        return len(self.keys) * self._control("ErrorPercentage", ERROR_PERCENTAGE) // 100

    def _control(self, name: str, default: int) -> int:
        controls = (self.configuration.get("ExecutionControls") or {}).get("SsmControls") or {}
        return int(controls.get(name) or default)


def attach(account_id: str, region: str, configurations: list[dict[str, Any]]) -> None:
    """Attach remediation to rules, and begin with what their results already show.

    To enable automatic remediation "initiates the remediation process for all non-compliant resources for
    that specific rule" (API reference of PutRemediationConfigurations).
    """
    remediations.put_remediations(account_id, region, configurations)
    for one in configurations:
        start_automatic(account_id, region, one["ConfigRuleName"])


def start_automatic(account_id: str, region: str, name: str) -> None:
    """Queue the remediation of whatever the rule's results show as NON_COMPLIANT, if it is automatic.

    Left out are resources with an exception, and those whose remediation is still going on.
    """
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rule(name)
        configuration = rule.remediation
        if not configuration or not configuration["Automatic"]:
            return
        excepted = waivers.in_force(rule)
        keys = [
            key
            for key in rule.results
            if waivers.is_wrong(rule, key) and key not in excepted and not _busy(rule, key)
        ]
        attempts = configuration["MaximumAutomaticAttempts"]
        _queue(rule, Batch(account_id, region, name, configuration, keys, attempts, automatic=True))


def start_by_hand(account_id: str, region: str, name: str, keys: list[Key]) -> dict[str, Any]:
    """Queue the remediation of these resources; return AWS's answer, empty if all of them were queued.

    "An existing StartRemediationExecution call for the specified resource keys must complete before you can
    call the API again"; a resource that is already compliant is refused, too (API reference).
    """
    waivers.check_keys(keys)
    rules.get_rule(account_id, region, name)
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rule(name)
        configuration = remediations.attached_remediation(rule, name)
        refused = [key for key in keys if _busy(rule, key) or _compliant(rule, key)]
        queued = [key for key in keys if key not in refused]
        _queue(rule, Batch(account_id, region, name, configuration, queued, 1, automatic=False))
    if not refused:
        return {}
    return {
        "FailureMessage": "The resource is already compliant, or its remediation is in progress.",
        "FailedItems": [{"resourceType": kind, "resourceId": one} for kind, one in refused],
    }


def _busy(rule: Rule, key: Key) -> bool:
    return key in rule.runs and rule.runs[key].busy


def _compliant(rule: Rule, key: Key) -> bool:
    return key in rule.results and rule.results[key].compliance == "COMPLIANT"


def _queue(rule: Rule, batch: Batch) -> None:
    if not batch.keys:
        return
    now = state.now()
    rule.runs |= {key: state.Run(now, now) for key in batch.keys}
    _workers.submit(partial(_remedy, batch), batch.stop)


def _remedy(batch: Batch) -> None:
    """Make the attempts, one after the other; what failed and may be tried again is QUEUED in between."""
    while not settings.current.remediation_allowed.wait(POLL):
        if batch.stop.is_set():
            return
    memory = state.config_state(batch.account_id, batch.region)
    rule = memory.rules.get(batch.rule_name)
    pause = batch.configuration["RetryAttemptSeconds"] / batch.attempts * settings.current.wait_scale
    waiting = batch.keys
    for attempt in range(batch.attempts):
        if rule is None or batch.stop.is_set() or (attempt and batch.stop.wait(pause)):
            return
        waiting = _attempt(batch, memory, rule, waiting, last=attempt + 1 == batch.attempts)
        if not waiting:
            return


def _attempt(batch: Batch, memory: State, rule: Rule, keys: list[Key], *, last: bool) -> list[Key]:
    """Run each once, as many at once as allowed; return those to try again."""
    waiting, again = list(keys), []
    running: dict[Key, str] = {}
    errors = 0
    while (waiting and errors <= batch.errors_allowed) or running:
        if batch.stop.is_set():
            return []
        while waiting and len(running) < batch.at_once and errors <= batch.errors_allowed:
            key = waiting.pop(0)
            running[key] = _start(batch, memory, rule.runs[key], key[1])
        batch.stop.wait(POLL)
        for key, execution in list(running.items()):
            if _followed(batch, memory, rule.runs[key], execution):
                del running[key]
                with memory.lock:
                    failed = rule.runs[key].state == "FAILED"
                    errors += failed
                    if _after(batch, rule, key, failed=failed, last=last):
                        again.append(key)
    return again + _not_started(memory, rule, waiting, last=last)


def _start(batch: Batch, memory: State, run: Run, resource_id: str) -> str:
    """Start the runbook; return the execution's id, empty if Systems Manager refused."""
    execution, refusal = automation.start_remediation(
        batch.account_id, batch.region, batch.configuration, resource_id
    )
    with memory.lock:
        run.invoked = run.updated = state.now()
        run.state, run.steps = "IN_PROGRESS", []
        if refusal:
            run.state, run.steps = "FAILED", [refusal]
    return execution


def _followed(batch: Batch, memory: State, run: Run, execution: str) -> bool:
    """Take over how far the execution is; return whether it has ended."""
    if execution:
        shown, steps = automation.remediation_progress(batch.account_id, batch.region, execution)
        with memory.lock:
            if (shown, steps) != (run.state, run.steps):
                run.state, run.steps, run.updated = shown, steps, state.now()
    return not run.busy


def _after(batch: Batch, rule: Rule, key: Key, *, failed: bool, last: bool) -> bool:
    """Count what a failed automatic attempt counts for; return whether to try again."""
    if not failed:
        rule.failures.pop(key, None)
        return False
    if not batch.automatic or rule.remediation is None or waivers.count_failure(rule, key):
        return False
    if last or not waivers.is_wrong(rule, key):
        return False
    rule.runs[key].state = "QUEUED"
    return True


def _not_started(memory: State, rule: Rule, keys: list[Key], *, last: bool) -> list[Key]:
    """Return those that too many errors kept from being started; the last attempt gives them up."""
    if last and keys:
        step = state.RemediationStep(
            "not started", "EXITED", "Too many remediations of this rule failed (ErrorPercentage)."
        )
        with memory.lock:
            for key in keys:
                run = rule.runs[key]
                run.state, run.steps, run.updated = "FAILED", [step], state.now()
    return [] if last else keys


def statuses(account_id: str, region: str, name: str, keys: list[Key] | None) -> dict[Key, dict[str, Any]]:
    """Return the latest remediation of each resource, or of these, as the describe operation shows it."""
    memory = state.config_state(account_id, region)
    with memory.lock:
        rule = memory.rules.get(name)
        if rule is None:
            raise no_remediation(name)
        remediations.attached_remediation(rule, name)
        return {
            key: automation.as_status(key, run) for key, run in rule.runs.items() if not keys or key in keys
        }
