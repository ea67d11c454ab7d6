"""Periodic rules come due by the account's clock (docs/adr/0006)."""

import time
from collections.abc import Iterator
from datetime import timedelta

from moto.config.models import config_backends

from rulebook.sandbox import clock
from rulebook.sandbox.config import discovery, evaluations, rules, state
from rulebook.sandbox.config.state import Invocation

POLL = 0.02  # seconds

PERIODS = {
    "One_Hour": timedelta(hours=1),
    "Three_Hours": timedelta(hours=3),
    "Six_Hours": timedelta(hours=6),
    "Twelve_Hours": timedelta(hours=12),
    "TwentyFour_Hours": timedelta(hours=24),
}


@clock.on_advance
def advanced(by: timedelta) -> None:
    """Age the records, evaluate each rule that came due once, and wait for these evaluations to end.

    Waiting means that whoever moved the clock finds the results, and that an evaluation asked for right
    afterwards is not refused. The remediations that they cause may still be running.
    """
    for account_id, region in _used():
        memory = state.config_state(account_id, region)
        with memory.lock:
            state.aged_records(memory, by)
        discovery.record_users(account_id, region)
        for invocation in _start_due(account_id, region):
            while not invocation.ended:
                time.sleep(POLL)


def _used() -> Iterator[tuple[str, str]]:
    """Yield the accounts and regions that have rules; asking moto for another one would create it."""
    for account_id, backends in list(config_backends.items()):
        for region, backend in list(backends.items()):
            if backend.config_rules:
                yield account_id, region


def _start_due(account_id: str, region: str) -> list[Invocation]:
    return [
        invocation
        for name in rules.named_rules(account_id, region, None)
        if _due(account_id, region, name)
        for invocation in evaluations.start_evaluations(account_id, region, [name])
    ]


def _due(account_id: str, region: str, name: str) -> bool:
    period = PERIODS.get(rules.rule_frequency(rules.get_rule(account_id, region, name)))
    rule = state.config_state(account_id, region).rule(name)
    last = rule.status.invoked or rule.status.activated
    return period is not None and rule.running is None and state.now() - last >= period
