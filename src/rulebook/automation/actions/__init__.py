"""The actions that the runner knows, by name: one module an action, one entry here."""

from rulebook.automation.actions.assert_property import AssertAwsResourceProperty
from rulebook.automation.actions.base import StepRunner
from rulebook.automation.actions.branch import Branch
from rulebook.automation.actions.execute_api import ExecuteAwsApi
from rulebook.automation.actions.execute_script import ExecuteScript
from rulebook.automation.actions.sleep import Sleep
from rulebook.automation.actions.wait_for_property import WaitForAwsResourceProperty

RUNNERS: dict[str, StepRunner] = {
    action.name: action
    for action in (
        AssertAwsResourceProperty(),
        Branch(),
        ExecuteAwsApi(),
        ExecuteScript(),
        Sleep(),
        WaitForAwsResourceProperty(),
    )
}
