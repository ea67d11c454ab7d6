"""Values of a document in a template that are known only when the stack is made: nothing is said of them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rulebook.finding import TOP, Finding, Place

_MARK = "{{ global:REGION }}"  # the checks know of no reference what it stands for
_VARIABLE = re.compile(r"\$\{[^!}][^}]*\}")  # of a Sub; ${!X} is the text ${X}
_ON_WHICH_OTHERS_HANG = ("Api", "DocumentName", "Handler", "Runtime", "Script", "Service")
_FLOW = ("Choices", "Default", "NextStep")
_OF_THE_STEP = ("description", "maxAttempts", "timeoutSeconds")


def is_intrinsic(value: Any) -> bool:
    """Tell whether a value is one, or a map that one makes more of."""
    return isinstance(value, dict) and any(key == "Ref" or str(key).startswith("Fn::") for key in value)


def intrinsics(content: Any, place: Place = TOP) -> Iterator[Place]:
    """Yield where intrinsics stand."""
    if is_intrinsic(content):
        yield place
        return
    parts = content.items() if isinstance(content, dict) else enumerate(_listed(content))
    for key, value in parts:
        yield from intrinsics(value, place / key)


def variables(content: Any, place: Place = TOP) -> Iterator[Place]:
    """Yield where texts, and what stands under keys, hold variables of a Sub."""
    if isinstance(content, str) and _VARIABLE.search(content):
        yield place
    parts = content.items() if isinstance(content, dict) else enumerate(_listed(content))
    for key, value in parts:
        if isinstance(key, str) and _VARIABLE.search(key):
            yield place / key
        yield from variables(value, place / key)


def is_value(place: Place) -> bool:
    """Tell whether a value stands there, and no part of what the document's steps are."""
    match place:
        case ("description" | "assumeRole",):
            return True
        case ("parameters" | "variables", _, key, *_):
            return key != "type"
        case ("mainSteps", _, "inputs", "Steps", *inner):
            return is_value(Place(("mainSteps", *inner)))
        case ("mainSteps", _, "inputs", "Choices", _, key, *_) | ("mainSteps", _, "inputs", key, *_):
            return key not in _FLOW
        case ("mainSteps", _, key):
            return key in _OF_THE_STEP
    return False


def hanging_on(place: Place) -> Place:
    """Return the whole whose meaning hangs on a value: inputs on their Script, a parameter on its pattern."""
    if place[:1] in (("parameters",), ("variables",)):
        return Place(place[:2])
    inputs = next((at for at in place.upwards() if at[-1:] == ("inputs",)), None)
    if inputs is not None and place[len(inputs)] in _ON_WHICH_OTHERS_HANG:
        return inputs
    return place


def filled(content: Any, places: frozenset[Place], place: Place = TOP) -> Any:
    """Return the content with what is unknown as a text that refers to what its own texts refer to."""
    if place in places and is_value(place):
        return " ".join([*_texts(content), _MARK])
    if isinstance(content, dict):
        return {key: filled(value, places, place / key) for key, value in content.items()}
    if isinstance(content, list):
        return [filled(value, places, place / index) for index, value in enumerate(content)]
    return content


def is_about(finding: Finding, places: frozenset[Place]) -> bool:
    """Tell whether a finding is about one of these places or what is in it."""
    return not places.isdisjoint(finding.place.upwards())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, Mapping) else _listed(value):
        yield from _texts(one)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
