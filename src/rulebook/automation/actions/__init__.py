"""The actions that the runner knows, by name: one module an action, one entry here."""

from rulebook.automation.actions.approve import Approve
from rulebook.automation.actions.assert_property import AssertAwsResourceProperty
from rulebook.automation.actions.base import StepRunner
from rulebook.automation.actions.branch import Branch
from rulebook.automation.actions.change_instance_state import ChangeInstanceState
from rulebook.automation.actions.create_tags import CreateTags
from rulebook.automation.actions.execute_api import ExecuteAwsApi
from rulebook.automation.actions.execute_automation import ExecuteAutomation
from rulebook.automation.actions.execute_script import ExecuteScript
from rulebook.automation.actions.execute_state_machine import ExecuteStateMachine
from rulebook.automation.actions.images import CopyImage, CreateImage, DeleteImage
from rulebook.automation.actions.invoke_lambda import InvokeLambdaFunction
from rulebook.automation.actions.loop import Loop
from rulebook.automation.actions.pause import Pause
from rulebook.automation.actions.run_command import RunCommand
from rulebook.automation.actions.run_instances import RunInstances
from rulebook.automation.actions.sleep import Sleep
from rulebook.automation.actions.stacks import CreateStack, DeleteStack
from rulebook.automation.actions.update_variable import UpdateVariable
from rulebook.automation.actions.wait_for_property import WaitForAwsResourceProperty

RUNNERS: dict[str, StepRunner] = {
    action.name: action
    for action in (
        Approve(),
        AssertAwsResourceProperty(),
        Branch(),
        ChangeInstanceState(),
        CopyImage(),
        CreateImage(),
        CreateStack(),
        CreateTags(),
        DeleteImage(),
        DeleteStack(),
        ExecuteAutomation(),
        ExecuteAwsApi(),
        ExecuteScript(),
        ExecuteStateMachine(),
        InvokeLambdaFunction(),
        Loop(),
        Pause(),
        RunCommand(),
        RunInstances(),
        Sleep(),
        UpdateVariable(),
        WaitForAwsResourceProperty(),
    )
}
