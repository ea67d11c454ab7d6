"""DescribeAutomationExecutions and DescribeAutomationStepExecutions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.exceptions
import pytest

from sandbox.ssm.published import Automation, sleep_step

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def ran(automation: Automation) -> list[str]:
    """Three executions of two documents, in the order of their starts."""
    automation.publish("Alpha", sleep_step("First"), sleep_step("Second"))
    automation.publish("Beta", sleep_step("Only"))
    executions = [automation.start(name) for name in ("Alpha", "Beta", "Alpha")]
    for one in executions:
        automation.wait(one)
    return executions


def listed(automation: Automation, *filters: tuple[str, str]) -> list[str]:
    """Return the ids that pass the filters."""
    asked: Any = [{"Key": key, "Values": [value]} for key, value in filters]
    found = automation.ssm.describe_automation_executions(Filters=asked)["AutomationExecutionMetadataList"]
    return [one["AutomationExecutionId"] for one in found]


def test_newest_first_with_what_there_is_to_know(automation: Automation, ran: Sequence[str]) -> None:
    found = automation.ssm.describe_automation_executions()["AutomationExecutionMetadataList"]
    assert [one["AutomationExecutionId"] for one in found] == list(reversed(ran))
    assert (found[0]["DocumentName"], found[0]["AutomationExecutionStatus"]) == ("Alpha", "Success")
    assert (found[0]["AutomationType"], found[0]["Mode"]) == ("Local", "Auto")
    assert found[0]["ExecutionStartTime"] < found[0]["ExecutionEndTime"]


def test_filters(automation: Automation, ran: Sequence[str]) -> None:
    now = datetime.now(UTC)
    assert listed(automation, ("DocumentNamePrefix", "Al")) == [ran[2], ran[0]]
    assert listed(automation, ("ExecutionId", ran[1])) == [ran[1]]
    assert listed(automation, ("DocumentNamePrefix", "Beta"), ("ExecutionStatus", "Failed")) == []
    assert listed(automation, ("StartTimeAfter", (now + HOUR).isoformat())) == []
    assert len(listed(automation, ("StartTimeBefore", (now + HOUR).isoformat()))) == 3


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        pytest.param("TagKey", "x", "InvalidFilterKey", id="a filter that is not there"),
        pytest.param("StartTimeAfter", "soon", "InvalidFilterValue", id="no time"),
    ],
)
def test_a_filter_that_cannot_be_applied_is_refused(
    automation: Automation, ran: Sequence[str], key: str, value: str, code: str
) -> None:
    assert ran
    with pytest.raises(botocore.exceptions.ClientError, match=code):
        listed(automation, (key, value))


def test_pages(automation: Automation, ran: Sequence[str]) -> None:
    pages = automation.ssm.get_paginator("describe_automation_executions").paginate(
        PaginationConfig={"PageSize": 2}
    )
    sizes = [
        [one["AutomationExecutionId"] for one in page["AutomationExecutionMetadataList"]] for page in pages
    ]
    assert sizes == [[ran[2], ran[1]], [ran[0]]]
    with pytest.raises(automation.ssm.exceptions.InvalidNextToken):
        automation.ssm.describe_automation_executions(NextToken="x")


def test_steps_in_order_in_reverse_and_filtered(automation: Automation, ran: Sequence[str]) -> None:
    def names(**asked: Any) -> list[str]:
        found = automation.ssm.describe_automation_step_executions(AutomationExecutionId=ran[0], **asked)
        return [step["StepName"] for step in found["StepExecutions"]]

    assert names() == ["First", "Second"]
    assert names(ReverseOrder=True) == ["Second", "First"]
    assert names(MaxResults=1) == ["First"]
    assert names(Filters=[{"Key": "StepName", "Values": ["Second"]}]) == ["Second"]
    assert names(Filters=[{"Key": "StepExecutionStatus", "Values": ["Failed", "Pending"]}]) == []


def test_an_unknown_execution_is_not_found(automation: Automation) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    missing = automation.ssm.exceptions.AutomationExecutionNotFoundException
    for call in (
        automation.ssm.get_automation_execution,
        automation.ssm.describe_automation_step_executions,
        automation.ssm.stop_automation_execution,
    ):
        with pytest.raises(missing):
            call(AutomationExecutionId=nobody)


def test_the_account_s_clock_moves_executions_too(automation: Automation, ran: Sequence[str]) -> None:
    before = automation.get(ran[0])
    automation.account.advance(timedelta(days=90))
    after = automation.get(ran[0])
    assert before["ExecutionStartTime"] - after["ExecutionStartTime"] == timedelta(days=90)
    assert before["ExecutionEndTime"] - after["ExecutionEndTime"] == timedelta(days=90)
    step = "ExecutionStartTime"
    assert before["StepExecutions"][0][step] - after["StepExecutions"][0][step] == timedelta(days=90)
