"""What a selector points at."""

from typing import Any

import pytest

from rulebook.automation.jsonpath import parse_jsonpath, select_jsonpath

ROOT = {
    "Payload": {"a": {"b": [10, 20]}, "a b": 1, "null": None, "list": [{"n": "x"}, {"n": "y"}, {}]},
    "Reservations": [{"Instances": [{"Id": "i-1"}, {"Id": "i-2"}]}, {"Instances": [{"Id": "i-3"}]}],
}

SELECTED: dict[str, tuple[str, Any]] = {
    "everything": ("$", ROOT),
    "a key": ("$.Payload.a", {"b": [10, 20]}),
    "an element": ("$.Payload.a.b[1]", 20),
    "an element from the end": ("$.Payload.a.b[-1]", 20),
    "a quoted key": ("$.Payload['a b']", 1),
    "a key in double quotes": ('$["Payload"]["a b"]', 1),
    "null is something": ("$.Payload.null", None),
    "every element": ("$.Payload.list[*].n", ["x", "y"]),
    "every element of every element": ("$.Reservations[*].Instances[*].Id", ["i-1", "i-2", "i-3"]),
    "every value of a map": ("$.Payload.a.*", [[10, 20]]),
    "every element of nothing": ("$.Payload.missing[*]", []),
    "no $ in front": ("Payload.a.b[0]", 10),
    "only a key": ("Payload", ROOT["Payload"]),
    "a key anywhere": ("$.Reservations..Id", ["i-1", "i-2", "i-3"]),
    "a filter": ("$.Payload.list[?(@.n == 'y')].n", ["y"]),
    "a filter that finds nothing": ("$.Payload.list[?(@.n=='z')].n", []),
    "a slice": ("$.Payload.list[1:].n", ["y"]),
    "quotes after a dot": ("$.Payload.'a b'", 1),
    "a dot before an index": ("$.Payload.a.b.[1]", 20),
}


@pytest.mark.parametrize(("selector", "expected"), SELECTED.values(), ids=list(SELECTED))
def test_a_selector_points_at_its_value(selector: str, expected: Any) -> None:
    assert select_jsonpath(selector, ROOT) == expected


@pytest.mark.parametrize(
    "selector", ["$.Nothing", "$.Payload.a.b[2]", "$.Payload.a.b[-3]", "$.Payload.a.b.c", "$.Payload[0]"]
)
def test_nothing_at_a_place_is_an_error(selector: str) -> None:
    with pytest.raises(LookupError, match="there is nothing at"):
        select_jsonpath(selector, ROOT)


@pytest.mark.parametrize(
    "selector", ["", "$.a.length()", "$.", "$.a[", "$.a + 1", "$.a.`len`", "$.a|$.b", "a b"]
)
def test_a_selector_that_is_not_understood_is_refused(selector: str) -> None:
    with pytest.raises(ValueError, match="is no selector like"):
        parse_jsonpath(selector)
