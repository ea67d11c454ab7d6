"""What document.yaml accepts is what the script accepts, and its payloads are what the handlers read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto import mock_aws

import reset_password_policy as script

DOCUMENT = yaml.safe_load((Path(__file__).parent / "document.yaml").read_text(encoding="utf-8"))
PARAMETERS: dict[str, dict[str, Any]] = DOCUMENT["parameters"]
DEFAULTS = {name: one["default"] for name, one in PARAMETERS.items() if "default" in one}

BOOLEANS = ["true", "false", "TRUE", "fAlSe", "keep", "Keep", "", "yes", "1", " true", "true\n", "truetrue"]
NUMBERS = [str(number) for number in range(-1, 1201)]
NO_NUMBERS = [
    "",
    " 14",
    "14 ",
    "14\n",
    "014",
    "14.0",
    "+14",
    "1e1",
    "1_4",
    "\u0661\u0664",
    "\u00b9\u2074",
    "x",
]
CANDIDATES = {
    **dict.fromkeys((*script.COMPLEXITY, *script.EXACT), BOOLEANS),
    **{name: [*NUMBERS, *NO_NUMBERS] for name in script.RANGES},
}


def accepts(name: str, text: str) -> bool:
    """Tell whether the service would start the document with this value."""
    declared = PARAMETERS[name]
    if "allowedValues" in declared:
        return text in declared["allowedValues"]
    return re.fullmatch(declared["allowedPattern"], text) is not None


def script_accepts(name: str, text: str) -> bool:
    try:
        script.parse_requirement(DEFAULTS | {name: text})
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", CANDIDATES)
def test_document_and_script_accept_the_same_values(name: str) -> None:
    taken = [text for text in CANDIDATES[name] if accepts(name, text)]
    assert taken == [text for text in CANDIDATES[name] if script_accepts(name, text)]
    assert taken, "a pattern that takes nothing agrees with anything"


@pytest.mark.parametrize("name", script.RANGES)
def test_the_pattern_takes_exactly_the_range(name: str) -> None:
    low, high = script.RANGES[name]
    assert [text for text in NUMBERS if accepts(name, text)] == [str(one) for one in range(low, high + 1)]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("123456789012", True),
        ("", True),
        ("12345678901", False),
        ("1234567890123", False),
        ("123456789012\n", False),
        ("*", False),
        ("arn:aws:iam::123456789012:root", False),
    ],
)
def test_the_account_id(text: str, taken: bool) -> None:
    assert accepts("AccountId", text) is taken


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("arn:aws:iam::123456789012:role/remedy", True),
        ("arn:aws:iam::123456789012:role/rdk-remediation-role/remedy", True),
        ("arn:aws-us-gov:iam::123456789012:role/remedy", True),
        ("arn:aws:iam::123456789012:user/remedy", False),
        ("remedy", False),
        ("", False),
    ],
)
def test_the_role(text: str, taken: bool) -> None:
    assert accepts("AutomationAssumeRole", text) is taken


def test_every_default_is_accepted() -> None:
    assert [name for name, text in DEFAULTS.items() if not accepts(name, text)] == []
    assert set(PARAMETERS) - set(DEFAULTS) == {"AutomationAssumeRole"}


def test_the_defaults_are_the_requirement_of_the_rule() -> None:
    assert script.parse_requirement(DEFAULTS) == {
        **dict.fromkeys(script.COMPLEXITY, True),
        "MinimumPasswordLength": 14,
        "PasswordReusePrevention": 24,
    }


class Read(dict[str, str]):
    """A payload that remembers what was read of it."""

    def __init__(self, payload: dict[str, str]) -> None:
        super().__init__(payload)
        self.keys_read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.keys_read.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("step", DOCUMENT["mainSteps"], ids=lambda step: step["name"])
def test_a_payload_is_what_its_handler_reads_and_outputs_what_it_returns(
    step: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    references = step["inputs"]["InputPayload"]
    assert references == {name: f"{{{{ {name} }}}}" for name in references}
    payload = Read({name: DEFAULTS[name] for name in references})
    with mock_aws():
        script.reset_password_policy(DEFAULTS, None)
        returned = getattr(script, step["inputs"]["Handler"])(payload, None)
    assert payload.keys_read == set(references)
    assert {one["Selector"] for one in step["outputs"]} == {f"$.Payload.{name}" for name in returned}
    kinds: dict[type, str] = {str: "String", list: "MapList", dict: "StringMap"}
    assert {one["Name"]: one["Type"] for one in step["outputs"]} == {
        name: kinds[type(value)] for name, value in returned.items()
    }


def test_a_map_holds_texts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A StringMap of anything else is not documented to survive."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        after = script.reset_password_policy(DEFAULTS, None)["After"]
    assert {type(value) for value in after.values()} == {str}


def test_the_script_holds_nothing_that_the_service_would_fill_in() -> None:
    text = Path(str(script.__file__)).read_text(encoding="utf-8")
    assert "{{" not in text
    assert "\t" not in text
