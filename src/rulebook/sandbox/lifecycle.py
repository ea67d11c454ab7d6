"""What must happen before the embedded account stops answering."""

from collections.abc import Callable

Hook = Callable[[], None]

_hooks: list[Hook] = []


def before_stop(hook: Hook) -> Hook:
    """Register what a service ends while the account still answers; once, when its module is imported."""
    if hook not in _hooks:
        _hooks.append(hook)
    return hook


def stop_services() -> None:
    """End the work of every service."""
    for hook in _hooks:
        hook()
