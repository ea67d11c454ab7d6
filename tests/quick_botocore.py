"""Lets botocore remember what it works out anew for each of ten thousand sessions and clients.

Nothing of it depends on a session: the models of the services, the methods of a client's class, the rules for
its endpoint, the present names of events. A botocore that has not one of these makes the tests slower, and no
other.
"""

from typing import Any

import botocore.client
import botocore.hooks
import botocore.regions
import botocore.session


def remember(owner: Any, name: str, key: Any, copied: Any = lambda made: made) -> None:
    """Let a function of botocore's give what it gave for the same key."""
    work_out: Any = getattr(owner, name, None)
    remembered: dict[Any, Any] = {}

    def recall(*given: Any, **named: Any) -> Any:
        which = key(*given, **named)
        if which not in remembered:
            remembered[which] = work_out(*given, **named)
        return copied(remembered[which])

    if work_out:
        setattr(owner, name, recall)


def install() -> None:
    """Do it, for good."""
    remember(botocore.session, "create_loader", lambda path=None: path)
    remember(
        botocore.client.ClientCreator,
        "_load_service_model",
        lambda creator, service, version=None: (creator._loader, service, version),  # noqa: SLF001
    )
    remember(
        botocore.regions,
        "EndpointProvider",
        lambda **given: tuple(map(id, given.values())),  # what the loader that is remembered keeps
    )
    remember(
        botocore.client.ClientCreator,
        "_create_methods",
        lambda _, model: (model.service_name, model.api_version),
        dict,
    )
    remember(botocore.hooks.EventAliaser, "_alias_event_name", lambda _, name: name)
    remember(botocore.hooks, "accepts_kwargs", lambda function: getattr(function, "__func__", function))
    trie: Any = getattr(botocore.hooks, "_PrefixTrie", None)
    if hasattr(trie, "_recursive_copy"):
        trie._recursive_copy = _copied_handlers  # noqa: SLF001 - as all of these


def _copied_handlers(trie: Any, node: dict[str, Any]) -> dict[str, Any]:
    """Copy a node of a session's handlers as botocore does, without going through `copy` for each list."""
    copied: dict[str, Any] = {}
    for name, value in node.items():
        if isinstance(value, dict):
            copied[name] = _copied_handlers(trie, value)
        elif isinstance(value, botocore.hooks.NodeList):
            copied[name] = botocore.hooks.NodeList(*map(list, value))
        else:
            copied[name] = value
    return copied
