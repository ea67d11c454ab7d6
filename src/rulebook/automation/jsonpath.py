"""Selectors of outputs and properties: JSONPath as AWS's own documents write it.

jsonpath-ng takes every selector of the 755 public documents that were read, those without ``$.`` too
(``Stacks[0].StackStatus``), with quotes after a dot (``$.Outputs.'step.Output'[0]``) and with ``.[0]``; of
the libraries tried (python-jsonpath, which is RFC 9535) it is the one that does. Which the service uses is
not published. The library is loaded when the first selector is read: it costs a tenth of a second.
"""

import warnings
from functools import cache
from typing import Any


class Many(list[Any]):
    """What a selector found that may find any number of values."""


@cache
def parse_jsonpath(selector: str) -> Any:
    """Return a selector that has been read.

    Raises:
        ValueError: it is none.
    """
    from jsonpath_ng.exceptions import JSONPathError  # noqa: PLC0415 - as the docstring says
    from jsonpath_ng.ext.parser import parse as read  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of additions that are refused below
            path = read(selector)
    except (JSONPathError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _no_selector(selector, _said(error)) from error
    if not _is_plain(path):
        raise _no_selector(selector, "it is of the library that reads it, not of JSONPath")
    return path


def _no_selector(selector: str, why: str) -> ValueError:
    return ValueError(f"{selector!r} is no selector like $.Payload.Name, $.List[0] or $.List[*].Name: {why}")


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def select_jsonpath(selector: str, root: Any) -> Any:
    """Return what a selector points at; ``Many`` of all it points at if it holds ``*``, ``..`` or a filter.

    Raises:
        LookupError: there is nothing at that place.
        ValueError: as ``parse``.
    """
    path = parse_jsonpath(selector)
    try:
        found = [match.value for match in path.find(root)]
    except (TypeError, KeyError, AttributeError, ValueError, IndexError) as error:
        raise LookupError(f"there is nothing at {selector}: {_said(error)}") from error
    if _finds_many(path):
        return Many(found)
    if not found:
        raise LookupError(f"there is nothing at {selector}")
    return found[0]


def _is_plain(path: Any) -> bool:
    """Tell whether a selector has none of the library's own additions: arithmetic, functions, unions."""
    from jsonpath_ng import Child, Descendants, Fields, Index, Root, Slice, Wildcard  # noqa: PLC0415
    from jsonpath_ng.ext.filter import Filter  # noqa: PLC0415

    if isinstance(path, Child | Descendants):
        return _is_plain(path.left) and _is_plain(path.right)
    return isinstance(path, Fields | Filter | Index | Root | Slice | Wildcard)


def _finds_many(path: Any) -> bool:
    from jsonpath_ng import Child, Fields, Index, Root  # noqa: PLC0415

    if isinstance(path, Child):
        return _finds_many(path.left) or _finds_many(path.right)
    if isinstance(path, Fields):
        return len(path.fields) > 1
    if isinstance(path, Index):
        return len(path.indices) > 1
    return not isinstance(path, Root)
