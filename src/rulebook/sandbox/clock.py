"""The account's clock: it moves by ageing what is recorded (docs/adr/0006); now is the real now."""

from collections.abc import Callable
from datetime import timedelta

from rulebook.sandbox.iam import ageing

Hook = Callable[[timedelta], None]

_hooks: list[Hook] = []


def on_advance(hook: Hook) -> Hook:
    """Register what a service does when time passes: shift its own records back, run what has come due.

    May be used as a decorator, once, when the extension's module is imported. When a hook runs, IAM's records
    have been shifted already; hooks run in the order in which they were registered.
    """
    _hooks.append(hook)
    return hook


def advance(delta: timedelta) -> None:
    """Let ``delta`` pass.

    Raises:
        ValueError: time does not run backwards.
    """
    if delta.total_seconds() < 0:
        raise ValueError(f"the clock only moves forward, not by {delta}")
    ageing.age_people(delta)
    for hook in _hooks:
        hook(delta)
