"""A step that fails fails the run: it does not go on as if nothing had happened.

``onFailure: Continue`` makes a step uncritical unless ``isCritical`` says otherwise.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.proved import ProvedDocument
from rulebook.automation import flow
from rulebook.finding import Finding

CODE = "swallowed-failure"


def find(proved: ProvedDocument) -> Iterator[Finding]:
    """Find steps whose failure is a success of the run."""
    for step in proved.document.steps():
        critical, on_failure = step["isCritical"], step["onFailure"]
        if critical.exists and not flow.is_true(critical):
            yield critical.finding("lets the run succeed although the step failed", "write true")
        elif on_failure.value == "Continue" and not critical.exists:
            problem = "is Continue, so the run succeeds although the step failed"
            yield on_failure.finding(problem, "write Abort, or isCritical: true beside it")
