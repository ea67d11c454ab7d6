"""Which step can follow which: the graph that targets, order and reachability are judged on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument

STEP = "step:"


def jumps(place: str, step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the place and name of every step that this one names as its successor."""
    if "nextStep" in step:
        yield f"{place}.nextStep", step["nextStep"]
    for key in ("onFailure", "onCancel"):
        if step.get(key, "").startswith(STEP):
            yield f"{place}.{key}", step[key].removeprefix(STEP)
    if step["action"] == "aws:branch":
        yield from _branches(place, step.get("inputs", {}))


def _branches(place: str, inputs: dict[str, Any]) -> Iterator[tuple[str, str]]:
    choices = inputs.get("Choices")
    for index, choice in enumerate(choices if isinstance(choices, list) else []):
        if isinstance(choice, dict) and isinstance(choice.get("NextStep"), str):
            yield f"{place}.inputs.Choices[{index}].NextStep", choice["NextStep"]
    if isinstance(inputs.get("Default"), str):
        yield f"{place}.inputs.Default", inputs["Default"]


def successors(document: AuthoredDocument) -> dict[str, set[str]]:
    """Return for every step the steps that can run right after it."""
    steps = list(document.steps())
    following = [step["name"] for _, step in steps[1:]] + [""]
    graph: dict[str, set[str]] = {}
    for (place, step), following_step in zip(steps, following, strict=True):
        after = graph.setdefault(step["name"], set())
        after |= {name for _, name in jumps(place, step)}
        leaves = step.get("isEnd") or "nextStep" in step or "Default" in step.get("inputs", {})
        if not leaves or step.get("onFailure") == "Continue":
            after.add(following_step)
    return graph


def reached_from(start: str, graph: dict[str, set[str]]) -> set[str]:
    """Return every step that can run after ``start``."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached
