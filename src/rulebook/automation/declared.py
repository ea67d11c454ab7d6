"""The outputs that a step declares, selected from its action's answer."""

from collections.abc import Iterable
from typing import Any

from rulebook.automation import jsonpath
from rulebook.automation.language import value_types
from rulebook.automation.plan import Output


def select_outputs(outputs: Iterable[Output], root: Any) -> dict[str, Any]:
    """Return the outputs by name, without those whose selector finds nothing.

    The step succeeds without them: the documents of Automated Security Response declare outputs that their
    scripts never return, and AWSResilienceHub's read outputs that may not be there and look for ``{{``.

    Raises:
        ValueError: an output is of another type than declared; the message names it.
    """
    found = {}
    for output in outputs:
        try:
            found[output.name] = _typed(output, jsonpath.select_jsonpath(output.selector, root))
        except LookupError:
            continue
    return found


def _typed(output: Output, value: Any) -> Any:
    """Return a value of the declared type; one that a filter or a slice found alone is taken out of its list.

    AWSSupport-ValidateMWAADependencies declares a String that a filter selects.
    """
    if isinstance(value, jsonpath.Many):
        alone = len(value) == 1 and not output.type.endswith("List")
        value = value[0] if alone else list(value)
    if not value_types.is_a(output.type, value):
        shown = "null" if value is None else f"{type(value).__name__} {str(value)[:80]!r}"
        raise ValueError(
            f"output {output.name}: {output.selector} is {shown}, not {value_types.ALLOWED[output.type]}"
            f" ({output.type})"
        )
    return value
