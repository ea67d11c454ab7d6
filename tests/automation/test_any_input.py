"""Whatever a document or a parameter holds, only the errors that a person may see come of it."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from automation.conftest import document, output, passes, script
from rulebook.automation.parameters import accept_parameters
from rulebook.automation.plan import plan_document
from rulebook.automation.references import resolve_references
from rulebook.errors import DocumentError, ParametersRefused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
API = {"Service": "iam", "Api": "GetUser", "PropertySelector": "$.User", "DesiredValues": ["x"]}
CHOICE = {"NextStep": "Api", "Or": [{"Not": {"Variable": "{{ P }}", "StringEquals": "a"}}]}
WHOLE = document(
    script(
        "Script",
        "return 1",
        {"p": "{{ P }}"},
        outputs=[output("O", "$.Payload", "Integer")],
        onFailure="Abort",
    ),
    {"name": "Branch", "action": "aws:branch", "inputs": {"Choices": [CHOICE], "Default": "Sleep"}},
    passes("Sleep", nextStep="Api", isEnd=False, maxAttempts=2, timeoutSeconds=5, isCritical=True),
    {"name": "Api", "action": "aws:executeAwsApi", "inputs": {"Service": "iam", "Api": "ListUsers"}},
    {"name": "Assert", "action": "aws:assertAwsResourceProperty", "inputs": API, "onCancel": "step:Sleep"},
    parameters={
        "P": {"type": "String", "default": "x", "allowedPattern": ".", "minChars": 1, "allowedValues": ["x"]}
    },
    outputs=["Script.O"],
    assumeRole="{{ P }}",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


PLACES = places(WHOLE)[1:]


def test_the_document_that_is_damaged_below_is_whole() -> None:
    assert list(plan_document(WHOLE).steps) == ["Script", "Branch", "Sleep", "Api", "Assert"]
    assert accept_parameters(WHOLE, {}) == {"P": "x"}


@given(st.sampled_from(PLACES), JSON)
def test_a_document_damaged_anywhere_is_planned_or_refused(place: tuple[Any, ...], damage: Any) -> None:
    damaged = copy.deepcopy(WHOLE)
    holder: Any = damaged
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = damage
    try:
        plan_document(damaged)
        accept_parameters(damaged, {})
    except (DocumentError, ParametersRefused) as error:
        assert "\n" not in str(error)  # noqa: PT017 - either answer is right; the refusal has to be one line


@given(st.sampled_from(["String", "StringList", "StringMap", "MapList", "Integer", "Boolean"]), JSON)
def test_any_value_is_accepted_as_json_or_refused_in_one_line(kind: str, value: Any) -> None:
    declared = {"parameters": {"P": {"type": kind, "allowedPattern": "^[a-z]*$", "maxItems": 2}}}
    try:
        accepted = accept_parameters(declared, {"P": value})
    except ParametersRefused as refused:
        assert str(refused).startswith("P = ")  # noqa: PT017 - either answer is right; the refusal names the parameter
        assert "\n" not in str(refused)  # noqa: PT017 - the same
    else:
        assert accept_parameters(declared, accepted) == accepted
        json.dumps(accepted)


@given(JSON)
def test_a_value_that_is_put_in_stays_what_it_is(value: Any) -> None:
    assert resolve_references({"deep": ["{{ P }}"]}, {"P": value}.__getitem__) == {"deep": [value]}


@given(st.text(alphabet="{} Pa", max_size=20))
def test_a_text_that_is_put_in_is_not_looked_at_again(text: str) -> None:
    assert resolve_references("<{{ P }}>", {"P": text}.__getitem__) == f"<{text}>"
