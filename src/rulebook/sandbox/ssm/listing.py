"""Filters and pages of the two Describe operations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from rulebook.automation import StepExecution
from rulebook.sandbox.ssm import errors
from rulebook.sandbox.ssm.records import ExecutionRecord

Filters = Iterable[Mapping[str, Any]]

PAGE = 50  # the most, and what a request without MaxResults gets
Record = TypeVar("Record", "ExecutionRecord", "StepExecution")


def filtered_executions(kept: Iterable[ExecutionRecord], filters: Filters) -> list[ExecutionRecord]:
    """Return those that pass every filter, the newest first."""
    return _filtered(kept, filters, _EXECUTION)[::-1]  # they are kept in the order of their starts


def filtered_steps(kept: Iterable[StepExecution], filters: Filters, *, reverse: bool) -> list[StepExecution]:
    """Return those that pass every filter, in the order in which they ran."""
    chosen = _filtered(kept, filters, _STEP)
    return chosen[::-1] if reverse else chosen


def page_after_token(
    found: Sequence[Record], size: int | None, token: str | None
) -> tuple[Sequence[Record], str | None]:
    """Return one page, and the token of the next; None after the last.

    Raises:
        moto.core.exceptions.JsonRESTError: InvalidNextToken.
    """
    if token and not (token.isascii() and token.isdecimal() and int(token) < len(found)):
        raise errors.invalid_token(token)
    begin = int(token or 0)
    end = begin + (size or PAGE)
    return found[begin:end], str(end) if end < len(found) else None


def _filtered(
    kept: Iterable[Record], filters: Filters, known: Mapping[str, Callable[[Any, str], bool]]
) -> list[Record]:
    """Each filter passes what matches one of its values."""
    chosen = list(kept)
    for one in filters:
        key = one["Key"]
        if key not in known:
            raise errors.unsupported_filter(key)
        chosen = [record for record in chosen if any(known[key](record, value) for value in one["Values"])]
    return chosen


def _before(record: Any, value: str) -> bool:
    return record.started is not None and record.started <= _time("StartTimeBefore", value)


def _after(record: Any, value: str) -> bool:
    return record.started is not None and record.started >= _time("StartTimeAfter", value)


def _time(key: str, value: str) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except ValueError as error:
        raise errors.invalid_filter(key, value) from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


_EXECUTION: dict[str, Callable[[Any, str], bool]] = {
    "DocumentNamePrefix": lambda record, value: record.document_name.startswith(value),
    "ExecutionStatus": lambda record, value: record.status == value,
    "ExecutionId": lambda record, value: record.execution_id == value,
    "CurrentAction": lambda record, value: record.current is not None and record.current.action == value,
    "AutomationType": lambda _, value: value == "Local",
    "StartTimeBefore": _before,
    "StartTimeAfter": _after,
}
_STEP: dict[str, Callable[[Any, str], bool]] = {
    "StepName": lambda record, value: record.name == value,
    "StepExecutionId": lambda record, value: record.step_id == value,
    "StepExecutionStatus": lambda record, value: record.status == value,
    "Action": lambda record, value: record.action == value,
    "StartTimeBefore": _before,
    "StartTimeAfter": _after,
}
