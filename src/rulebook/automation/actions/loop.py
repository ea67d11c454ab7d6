"""aws:loop: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-loop.html.

``Iterators`` make a *for each*, ``LoopCondition`` a *do while*: it is judged after the steps. A step of
the loop that ends it (``isEnd``, or no step after it) begins the next iteration, as AWS-ExportNodes expects;
one that leads to a step outside leaves the loop. Iterations are counted from 1.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any

from rulebook.automation.actions import calling
from rulebook.automation.actions.base import Result, StepContext, StepRunner
from rulebook.automation.actions.branch import holds
from rulebook.automation.failures import StepFailed
from rulebook.automation.language.limits import ITERATIONS


class Loop(StepRunner):
    """Run its steps again and again."""

    name = "aws:loop"

    def run(self, inputs: Mapping[str, Any], context: StepContext) -> Result:
        """Iterate."""
        execution, outputs = context.execution, {}
        for iteration, value in enumerate(_values(inputs), 1):
            outputs = {"CurrentIteration": iteration, "CurrentIteratorValue": value}
            for name, current in outputs.items():
                execution.assign(f"{context.name}.{name}", current)
            if leaves := execution.walk(context.steps, context):
                return Result(outputs=outputs, next_step=leaves)
            if "LoopCondition" in inputs and not holds(execution.resolve(inputs["LoopCondition"], context)):
                break
        return Result(outputs=outputs)


def _values(inputs: Mapping[str, Any]) -> Iterator[Any]:
    most = calling.number(inputs, "MaxIterations") or ITERATIONS
    if not 1 <= most <= ITERATIONS:
        raise StepFailed(f"MaxIterations is {most}; it must be from 1 to {ITERATIONS}")
    values = inputs.get("Iterators")
    if values is None:
        yield from repeat("", most)
    elif not isinstance(values, list):
        raise StepFailed(f"Iterators is {str(values)[:80]!r}; it must be a list")
    elif len(values) > ITERATIONS:
        raise StepFailed(f"Iterators has {len(values)} items, {ITERATIONS} are allowed")
    else:
        yield from values[:most]
