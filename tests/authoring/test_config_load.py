"""rdk_config.json: what it yields, and that every wrong one is a single line with file, place and cure."""

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from authoring.conftest import Sample
from rulebook.errors import ConfigurationError
from rulebook.project import Project
from rulebook.project.name_findings import name_findings
from rulebook.project.rdk_config import Config, Exemption, Remediation, RuleConfig, load_config
from shipped.pairs import SETTINGS, shipped

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(
    (ROOT / "src/rulebook/project/rdk_config/rdk_config.schema.json").read_text(encoding="utf-8")
)


def test_a_rule_without_optional_keys_gets_the_documented_defaults(sample: Sample) -> None:
    config = json.loads(sample.project.config.read_text(encoding="utf-8"))
    config["rules"]["SAMPLE_RULE"] = {
        "description": "D",
        "frequency": "One_Hour",
        "remediation": {"document": "TidySample", "resourceParameter": "SampleId", "trigger": "manual"},
    }
    sample.project.config.write_text(json.dumps(config), encoding="utf-8")
    remediation = Remediation("TidySample", "SampleId", False, 1, 60, 10, 10, {}, "generated")
    rule = RuleConfig("SAMPLE_RULE", "D", "One_Hour", {}, (), remediation)
    assert load_config(sample.project) == Config(("us-east-1",), {"SAMPLE_RULE": rule})


def test_every_setting_of_a_remediation_is_read(sample: Sample) -> None:
    sample.configure("remediation.role", "arn:aws-us-gov:iam::123456789012:role/a/b")
    assert load_config(sample.project).rules["SAMPLE_RULE"].remediation == Remediation(
        document="TidySample",
        resource_parameter="SampleId",
        automatic=True,
        attempts=2,
        retry_seconds=120,
        concurrent_percentage=20,
        error_percentage=30,
        parameters={"Action": "Delete"},
        role="arn:aws-us-gov:iam::123456789012:role/a/b",
    )


def test_parameters_become_the_strings_that_config_passes(sample: Sample) -> None:
    sample.configure("parameters", {"days": 90, "whole": 90.0, "on": True, "off": False, "text": "As It Is"})
    assert load_config(sample.project).rules["SAMPLE_RULE"].rule_parameters() == {
        "days": "90",
        "whole": "90",
        "on": "true",
        "off": "false",
        "text": "As It Is",
    }


def test_exemptions_are_merged_into_exempt_users_after_what_stands_there(sample: Sample) -> None:
    sample.configure("parameters.exemptUsers", "ci-*,bot")
    sample.configure(
        "exemptions",
        [
            {"users": "svc-backup", "reason": "vendor", "until": "2027-03-31"},
            {"users": "root?", "reason": "x"},
        ],
    )
    rule = load_config(sample.project).rules["SAMPLE_RULE"]
    assert rule.exemptions == (
        Exemption("svc-backup", "vendor", date(2027, 3, 31)),
        Exemption("root?", "x", None),
    )
    assert rule.rule_parameters()["exemptUsers"] == "ci-*,bot,svc-backup:2027-03-31,root?"


def test_without_exemptions_there_is_no_exempt_users(sample: Sample) -> None:
    assert "exemptUsers" not in load_config(sample.project).rules["SAMPLE_RULE"].rule_parameters()


def test_exempt_users_of_256_characters_pass_and_one_more_is_refused_with_the_tag_as_cure(
    sample: Sample,
) -> None:
    exemptions = [{"users": "a" * 127, "reason": "x"}, {"users": "b" * 128, "reason": "x"}]
    sample.configure("exemptions", exemptions)
    assert len(load_config(sample.project).rules["SAMPLE_RULE"].rule_parameters()["exemptUsers"]) == 256
    sample.configure("exemptions", [{"users": "a" * 128, "reason": "x"}, exemptions[1]])
    with pytest.raises(ConfigurationError) as refused:
        load_config(sample.project)
    assert str(refused.value) == (
        "rdk_config.json: rules.SAMPLE_RULE.exemptions: exemptUsers would be 257 characters, Config takes 256; "
        "use wider patterns, or tag the users and set exemptTag"
    )


R = "rules.SAMPLE_RULE"
M = f"{R}.remediation"
WRONG: list[tuple[str, str, Any, str]] = [
    ("attempts above", "remediation.attempts", 26, f"{M}.attempts: is 26; it must be 25 or less"),
    ("attempts below", "remediation.attempts", 0, f"{M}.attempts: is 0; it must be 1 or more"),
    ("attempts as text", "remediation.attempts", "1", f'{M}.attempts: is "1"; it must be a whole number'),
    ("attempts a boolean", "remediation.attempts", True, f"{M}.attempts: is true; it must be a whole number"),
    ("retry above", "remediation.retrySeconds", 2678001, f"{M}.retrySeconds: is 2678001; it must be 2678000 or less"),
    ("retry below", "remediation.retrySeconds", 0, f"{M}.retrySeconds: is 0; it must be 1 or more"),
    ("concurrency", "remediation.concurrentPercentage", 101, f"{M}.concurrentPercentage: is 101; it must be 100 or less"),
    ("errors", "remediation.errorPercentage", 0, f"{M}.errorPercentage: is 0; it must be 1 or more"),
    ("trigger", "remediation.trigger", "auto", f'{M}.trigger: is "auto"; it must be one of automatic, manual'),
    (
        "role",
        "remediation.role",
        "arn:aws:iam::1234:role/x",
        (f'{M}.role: is "arn:aws:iam::1234:role/x"; it must be generated, scoped, or an ARN such as '
        "arn:aws:iam::123456789012:role/remediation"),
    ),
    ("misspelt key", "remediation.atempts", 1, f"{M}: the key atempts is unknown; did you mean attempts"),
    ("unlike any key", "zzz", 1, f"{R}: the key zzz is unknown; use one of description, exemptions, frequency, parameters, remediation, resourceTypes"),
    ("frequency", "frequency", "Daily", f'{R}.frequency: is "Daily"; it must be one of One_Hour, Three_Hours, Six_Hours, Twelve_Hours, TwentyFour_Hours'),
    ("no trigger", "frequency", None, f"{R}: has no trigger; give frequency for a periodic rule, or resourceTypes for one that changes trigger"),
    ("two triggers", "resourceTypes", ["AWS::S3::Bucket"], f"{R}: has both frequency and resourceTypes; give frequency for a periodic rule, or resourceTypes for one that changes trigger"),
    ("no resource type", "resourceTypes", ["Bucket"], f'{R}.resourceTypes[0]: is "Bucket"; it must be a resource type of AWS Config such as AWS::S3::Bucket'),
    ("long description", "description", "x" * 257, f'{R}.description: is "{"x" * 59}... (259 characters); it must be 256 characters or fewer'),
    ("empty value", "parameters.maxAge", "", f'{R}.parameters.maxAge: is ""; it must be text that is not empty; leave it out to leave it unset'),
    ("list value", "parameters.maxAge", [1], f"{R}.parameters.maxAge: is a list; it must be text or a whole number or true or false"),
    ("fraction", "parameters.maxAge", 1.5, f"{R}.parameters.maxAge: is 1.5; it must be text or a whole number or true or false"),
    ("long value", "parameters.maxAge", 10**256, f"{R}.parameters.maxAge: is 257 characters long; Config takes 256, shorten it"),
    ("empty document value", "remediation.parameters.Action", "", f'{M}.parameters.Action: is ""; it must be text that is not empty; leave it out to leave it unset'),
    ("role as a parameter", "remediation.parameters.AutomationAssumeRole", "x", f"{M}.parameters.AutomationAssumeRole: is not set here; use {M}.role"),
    ("resource as a parameter", "remediation.parameters.SampleId", "x", f"{M}.parameters.SampleId: takes the resource id; remove it here"),
    ("no reason", "exemptions", [{"users": "x"}], f"{R}.exemptions[0]: the key reason is missing; add it"),
    ("blank reason", "exemptions", [{"users": "x", "reason": "  "}], f'{R}.exemptions[0].reason: is "  "; it must be a reason'),
    ("two patterns", "exemptions", [{"users": "x,y", "reason": "z"}], f'{R}.exemptions[0].users: is "x,y"; it must be one user name pattern of letters, digits and _+=.@*?- (an entry for each pattern)'),
    ("no such day", "exemptions", [{"users": "x", "reason": "z", "until": "2027-02-29"}], f"{R}.exemptions[0].until: is '2027-02-29'; it must be a day that exists, as YYYY-MM-DD"),
    ("a time", "exemptions", [{"users": "x", "reason": "z", "until": "2027-02-28T00"}], f'{R}.exemptions[0].until: is "2027-02-28T00"; it must be a date as YYYY-MM-DD'),
    ("control character", "description", "a\nb", f"{R}.description: holds the character U+000A; remove it"),
    ("lone surrogate", "description", "a\ud800", f"{R}.description: holds the character U+D800; remove it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "line"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_wrong_value_is_one_line_with_place_and_cure(
    sample: Sample, place: str, value: Any, line: str
) -> None:
    sample.configure(place, value)
    with pytest.raises(ConfigurationError) as refused:
        load_config(sample.project)
    assert str(refused.value) == f"rdk_config.json: {line}"


def test_rule_parameters_beyond_1024_characters_are_refused(sample: Sample) -> None:
    sample.configure("parameters", {f"p{number}": "x" * 250 for number in range(5)})
    with pytest.raises(
        ConfigurationError, match=r"parameters: are \d+ characters as JSON, Config takes 1024"
    ):
        load_config(sample.project)


BROKEN: list[tuple[str, bytes, str]] = [
    ("empty", b"", "line 1, column 1: Expecting value; mend the JSON there"),
    ("cut off", b'{\n  "default": [', "line 2, column 15: Expecting value; mend the JSON there"),
    ("binary", b"\x00\xff\xfe", "byte 1: not UTF-8 text; save it as UTF-8"),
    ("duplicate key", b'{"default": [], "default": []}', "the key 'default' stands twice in one object; keep one; mend the JSON"),
    ("not a number", b'{"default": NaN}', "NaN is no JSON value; mend the JSON"),
    ("a list", b"[]", "top: is an empty list; it must be an object"),
    ("null", b"null", "top: is null; it must be an object"),
    ("too deep", b"[" * 100_000, "nested too deeply; flatten it"),
    ("no region", b'{"default": [], "rules": {"A": 1}}', "default: is an empty list; it must be a list that is not empty"),
    ("rule name", b'{"default": ["us-east-1"], "rules": {"a b": {}}}', 'rules: has the key "a b"; it must be a Python identifier, because folder, module and class share the rule\'s name'),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_is_one_line(sample: Sample, content: bytes, line: str) -> None:
    sample.project.config.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        load_config(sample.project)
    assert str(refused.value) == f"rdk_config.json: {line}"


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load_config(Project(tmp_path))
    assert str(refused.value) == "rdk_config.json: the file is missing; restore or write it"


def test_a_rule_name_too_long_for_rdk_is_found_at_its_entry(sample: Sample) -> None:
    rule = "A" * 47
    config = json.loads(sample.project.config.read_text(encoding="utf-8"))
    config["rules"] = {rule: config["rules"].pop("SAMPLE_RULE")}
    sample.project.config.write_text(json.dumps(config), encoding="utf-8")
    [found] = name_findings(sample.project, load_config(sample.project))
    assert str(found) == (
        f"rdk_config.json: rules.{rule}: rdk would give its function a name of 65 characters, and Lambda takes "
        "64; shorten it by 1"
    )


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


SHIPPED = json.loads(SETTINGS.read_text(encoding="utf-8"))
SHIPPED["rules"]["ACCESS_KEYS_ROTATED_CUSTOM"]["exemptions"] = [
    {"users": "a", "reason": "b", "until": "2027-01-01"}
]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["x" * 300, 10**400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(sorted(places(SHIPPED), key=str)), value=JSON)
def test_whatever_stands_anywhere_is_a_config_or_one_line(
    tmp_path: Path, path: tuple[str | int, ...], value: Any
) -> None:
    mutated: Any = copy.deepcopy(SHIPPED)
    if path:
        *parents, last = path
        inner = mutated
        for key in parents:
            inner = inner[key]
        inner[last] = value
    else:
        mutated = value
    (tmp_path / "rdk_config.json").write_text(json.dumps(mutated), encoding="utf-8")
    outcome = loaded(Project(tmp_path))
    if isinstance(outcome, str):
        assert outcome.startswith("rdk_config.json: ")
        assert len(outcome.splitlines()) == 1
    else:
        for rule in outcome.rules.values():
            assert all(1 <= len(text) <= 256 for text in rule.rule_parameters().values())


def loaded(project: Project) -> Config | str:
    try:
        return load_config(project)
    except ConfigurationError as error:
        return str(error)


def test_the_schema_is_a_valid_one_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, *SCHEMA["$defs"].values()]
    for one in objects:
        for key, schema in one.get("properties", {}).items():
            described = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
            assert "description" in schema or "description" in described, key
        if "properties" in one:
            assert one["additionalProperties"] is False


def test_the_schemas_examples_and_defaults_are_valid() -> None:
    for one in [SCHEMA, *SCHEMA["$defs"].values()]:
        for schema in one.get("properties", {}).values():
            checker = Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]})
            for example in [
                *schema.get("examples", []),
                *([schema["default"]] if "default" in schema else []),
            ]:
                checker.validate(example)


def test_the_shipped_file_is_valid_and_gives_both_rules_the_functions_own_role() -> None:
    config = load_config(shipped())
    assert set(config.rules) >= {"ACCESS_KEYS_ROTATED_CUSTOM", "IAM_PASSWORD_POLICY_CUSTOM"}
    assert {rule.rule_parameters()["AssumeRoleMode"] for rule in config.rules.values()} == {"False"}
