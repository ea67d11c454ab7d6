"""Automation documents as the service has them: their language, what is wrong with one, and a run of one.

``run_document`` takes a document as rdk deploys it and runs it the way the service does, without an account;
scripts run in processes of their own, with only the AWS_* variables given. ``plan_document``,
``accept_parameters`` and ``execute`` are the parts of that, for who needs something in between;
``refusals_of_document`` is what the service would refuse.
"""

from rulebook.automation.execution import AutomationExecution, StepExecution
from rulebook.automation.parameters import accept_parameters
from rulebook.automation.plan import (
    Plan,
    Step,
    assume_role,
    limitations,
    plan_document,
    plan_warnings,
    refusals_of_document,
)
from rulebook.automation.runner import execute, run_document
from rulebook.automation.status import NO_OUTPUT, Status
from rulebook.automation.surroundings import Question, Surroundings, attachments_in

__all__ = [
    "NO_OUTPUT",
    "AutomationExecution",
    "Plan",
    "Question",
    "Status",
    "Step",
    "StepExecution",
    "Surroundings",
    "accept_parameters",
    "assume_role",
    "attachments_in",
    "execute",
    "limitations",
    "plan_document",
    "plan_warnings",
    "refusals_of_document",
    "run_document",
]
