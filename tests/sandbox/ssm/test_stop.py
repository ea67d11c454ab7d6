"""StopAutomationExecution."""

from typing import Literal

import pytest

from sandbox.ssm.published import Automation, sleep_step


@pytest.mark.parametrize("kind", ["Cancel", "Complete"])
def test_stopping_ends_the_running_step(automation: Automation, kind: Literal["Cancel", "Complete"]) -> None:
    name = automation.publish(f"Stop{kind}", sleep_step("Rest", 60), sleep_step("Never"))
    execution = automation.start(name)
    automation.wait(execution, {"InProgress"})
    automation.ssm.stop_automation_execution(AutomationExecutionId=execution, Type=kind)
    done = automation.wait(execution)
    assert done["AutomationExecutionStatus"] == "Cancelled"
    assert done["StepExecutions"][1]["StepStatus"] == "Pending"
    with pytest.raises(automation.ssm.exceptions.InvalidAutomationStatusUpdateException):
        automation.ssm.stop_automation_execution(AutomationExecutionId=execution)


def test_a_waiting_execution_is_stopped_at_once(automation: Automation) -> None:
    name = automation.publish("Queue", sleep_step("Rest", 20))
    executions = [automation.start(name) for _ in range(5)]
    automation.ssm.stop_automation_execution(AutomationExecutionId=executions[-1])
    last = automation.get(executions[-1])
    assert last["AutomationExecutionStatus"] == "Cancelled"
    assert [step["StepStatus"] for step in last["StepExecutions"]] == ["Pending"]
    for one in executions[:-1]:
        automation.ssm.stop_automation_execution(AutomationExecutionId=one)
    assert {automation.wait(one)["AutomationExecutionStatus"] for one in executions} == {"Cancelled"}
