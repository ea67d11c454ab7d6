"""Lets botocore remember what it works out anew for each of a thousand sessions and clients.

Nothing of it depends on a session: the models of the services, the methods of a client's class, the present
names of events. A botocore that has not one of these makes the tests slower, and no other.
"""

from typing import Any

import botocore.client
import botocore.hooks
import botocore.session


def remember(owner: Any, name: str, key: Any, copied: Any = lambda made: made) -> None:
    """Let a function of botocore's give what it gave for the same key."""
    work_out: Any = getattr(owner, name, None)
    remembered: dict[Any, Any] = {}

    def recall(*given: Any) -> Any:
        which = key(*given)
        if which not in remembered:
            remembered[which] = work_out(*given)
        return copied(remembered[which])

    if work_out:
        setattr(owner, name, recall)


def install() -> None:
    """Do it, for good."""
    remember(botocore.session, "create_loader", lambda path=None: path)
    remember(
        botocore.client.ClientCreator,
        "_create_methods",
        lambda _, model: (model.service_name, model.api_version),
        dict,
    )
    remember(botocore.hooks.EventAliaser, "_alias_event_name", lambda _, name: name)
