"""A value within a JSON value, together with the place where it stands.

Whoever judges a value reaches it by walking from the top, and what it says about the value it says at the
place it came by: a key that is misspelt finds nothing to judge, instead of a place that does not exist.
"""

from collections.abc import Iterator
from typing import Any

from rulebook.finding import TOP, Finding, Place, Severity


class Node:
    """One value; it never changes. Its place is put together when asked for: most nodes say nothing.

    Attributes:
        value: what is there; None if nothing is.
        exists: whether there is anything at that place.
    """

    __slots__ = ("_above", "_place", "_step", "exists", "value")

    def __init__(self, value: Any, place: Place = TOP, exists: bool = True) -> None:
        """Stand at a place."""
        self.value, self.exists = value, exists
        self._place: Place | None = place
        self._above, self._step = self, place[-1] if place else 0

    def __getitem__(self, key: str | int) -> "Node":
        """Return what a map has under a key, or a list at an index; a node that does not exist if nothing."""
        value = self.value
        has = (
            isinstance(value, dict) and key in value
            if isinstance(key, str)
            else isinstance(value, list) and 0 <= key < len(value)
        )
        node = Node.__new__(Node)
        node.value, node.exists = (value[key], True) if has else (None, False)
        node._place, node._above, node._step = None, self, key  # noqa: SLF001 - of its own kind
        return node

    @property
    def place(self) -> Place:
        """How it was reached."""
        if self._place is None:
            self._place = self._above.place / self._step
        return self._place

    def names(self) -> list[str]:
        """Return the keys of a map; none if it is no map."""
        return list(self.value) if isinstance(self.value, dict) else []

    def __iter__(self) -> Iterator["Node"]:
        """Yield what a map or a list holds; nothing if it is neither."""
        if isinstance(self.value, list):
            yield from (self[index] for index in range(len(self.value)))
        else:
            yield from (self[key] for key in self.names())

    @property
    def key(self) -> str:
        """The last key of the place; empty for an element of a list and for the top."""
        return self._step if isinstance(self._step, str) else ""

    @property
    def text(self) -> str:
        """The value if it is text, else nothing."""
        return self.value if isinstance(self.value, str) else ""

    def all(self) -> Iterator["Node"]:
        """Yield this node and everything within it, in order of appearance."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(list(node)))

    def finding(self, problem: str, cure: str, severity: Severity = "error") -> Finding:
        """Return a finding about this value."""
        return Finding(self.place, problem, cure, severity)
