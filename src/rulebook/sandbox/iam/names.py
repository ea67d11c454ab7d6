"""Names as IAM keeps them: as written, but told apart without regard to case.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from typing import Any, TypeVar, overload

Held = TypeVar("Held")
Other = TypeVar("Other")


class Names(dict[str, Held]):
    """A dictionary whose keys are found in any case, and listed as they were written."""

    def __init__(self) -> None:
        super().__init__()
        self._written: dict[str, str] = {}

    def _key(self, name: str) -> str:
        return self._written.get(name.lower(), name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(self._key(name))

    def __getitem__(self, name: str) -> Held:
        return super().__getitem__(self._key(name))

    def __setitem__(self, name: str, value: Held) -> None:
        super().__setitem__(self._written.setdefault(name.lower(), name), value)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(self._key(name))
        del self._written[name.lower()]

    @overload
    def get(self, name: str, default: None = None, /) -> Held | None: ...
    @overload
    def get(self, name: str, default: Held, /) -> Held: ...
    @overload
    def get(self, name: str, default: Other, /) -> Held | Other: ...
    def get(self, name: str, default: Any = None, /) -> Any:
        """Return what is held under a name, or the default."""
        return super().get(self._key(name), default)

    def pop(self, name: str, *default: Any) -> Any:
        """Remove a name and return what was held under it."""
        value = super().pop(self._key(name), *default)
        self._written.pop(name.lower(), None)
        return value
