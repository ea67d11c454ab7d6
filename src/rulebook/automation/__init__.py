"""Run a built Automation document the way the SSM Automation service does, without an account.

``run`` takes the document as rdk deploys it. Scripts run in processes of their own, with only the AWS_*
variables given.
"""

from rulebook.automation.execution import AutomationExecution, StepExecution
from rulebook.automation.plan import assume_role
from rulebook.automation.runner import run

__all__ = ["AutomationExecution", "StepExecution", "assume_role", "run"]
