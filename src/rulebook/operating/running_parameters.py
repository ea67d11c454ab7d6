"""What a person gives a document: parameters, and in place of steps that do not run, their outputs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rulebook.automation import Plan
from rulebook.automation.language import value_types
from rulebook.automation.references import references_in, whole_reference
from rulebook.errors import ConfigurationError, ParametersRefused
from rulebook.node import Node
from rulebook.project.rdk_config.source import read_json
from rulebook.wording import nearest

NO_ROLE = "arn:aws:iam::123456789012:role/not-assumed-here"


def read_parameters(pairs: Sequence[str], file: Path | None) -> dict[str, Any]:
    """Return what a file and the command line give; of a name that both have, the command line's.

    Args:
        pairs: ``NAME=VALUE``; a name that is there twice is a list.
        file: a JSON object from name to a value, or to a list of strings as the API takes it.

    Raises:
        ConfigurationError: the file is none, or a pair has no ``=``.
    """
    given: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise ConfigurationError(f"--parameter {pair}: write NAME=VALUE")
        given[name] = value if name not in given else [*_listed(given[name]), value]
    return _of_file(file) | given


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _of_file(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    read = read_json(file, str(file))
    if not isinstance(read, dict):
        raise ConfigurationError(f"{file}: write a JSON object, from each parameter's name to its value")
    return read


def complete(document: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters for a run in which no role is assumed: its parameter may be left out.

    Raises:
        ParametersRefused: one is not known, or one or more are missing; values are judged by the runner.
    """
    declared = Node(document)["parameters"]
    for name in given:
        if name not in declared.names():
            raise ParametersRefused(
                f"{name}: the document has no such parameter; {nearest(name, declared.names())}"
            )
    role = whole_reference(document.get("assumeRole"))
    missing = [one.key for one in declared if not one["default"].exists and one.key not in given]
    if role in missing and not _is_read(document, role):
        return complete(document, {**given, role: NO_ROLE})
    if missing:
        cure = " ".join(f"--parameter {name}=VALUE" for name in missing)
        raise ParametersRefused(f"{', '.join(missing)}: required, and not given; pass {cure}")
    return dict(given)


def _is_read(document: Mapping[str, Any], name: str) -> bool:
    return any(one.name == name for one in references_in(Node(document)["mainSteps"]))


def of_other_steps(planned: Plan, step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of other steps that one step reads, taken from what is given, in their own types.

    Args:
        planned: the whole document.
        step: the one that is to run alone.
        given: by name, ``Step.Output``, as text, JSON text or JSON.

    Raises:
        ParametersRefused: one is missing, not of its type, or no output of a step.
    """
    made = {f"{one.name}.{name}": one for one in planned.steps.values() for name in one.made}
    for name in given:
        if name not in made:
            raise ParametersRefused(f"{name}: no step has such an output; {nearest(name, made)}")
    read = referred_names(planned.steps[step].inputs) & set(made) - set(given)
    missing = sorted(name for name in read if made[name].name != step)
    if missing:
        cure = " ".join(f"--parameter {name}=VALUE" for name in missing)
        raise ParametersRefused(
            f"step {step} reads {', '.join(missing)}, and only {step} is run; pass {cure}"
        )
    types = {
        f"{one.name}.{output.name}": output.type for one in planned.steps.values() for output in one.outputs
    }
    return {name: _typed(name, types.get(name), value) for name, value in given.items()}


def referred_names(inputs: Mapping[str, Any]) -> set[str]:
    """Return the names that a step's inputs refer to."""
    return {one.name for one in references_in(Node(dict(inputs)))}


def _typed(name: str, kind: str | None, value: Any) -> Any:
    if kind is None:
        return _parsed(value)
    try:
        return value_types.read_value(kind, value)
    except ValueError as error:
        raise ParametersRefused(f"{name}: must be {error}") from error


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
