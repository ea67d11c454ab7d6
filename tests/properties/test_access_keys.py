"""What ACCESS_KEYS_ROTATED_CUSTOM and DeleteStaleAccessKeys promise together, in any account."""

import re
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdklib import InvalidParametersError

import delete_stale_access_keys as script
from access_keys_judgement import NON_COMPLIANT, judge_user
from access_keys_judgement import AccessKey as RuleKey
from access_keys_judgement import User as RuleUser
from access_keys_judgement import exemption as rule_exemption
from access_keys_parameters import Deadline, parse_parameters
from access_keys_parameters import Limits as RuleLimits
from access_keys_reading import judge_account
from delete_stale_access_keys_account_test import Account, Key, open_account
from delete_stale_access_keys_steps_test import DEFAULTS, DOCUMENT, act, verify

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
STATUSES = ["Active", "Active", "Active", "Inactive", "Expired"]
# Every example opens an account, so there are fewer of them.
in_an_account = settings(max_examples=settings().max_examples if settings().max_examples > 200 else 25)

days = st.integers(1, 4) | st.integers(1, 3650)
# Near a limit that is drawn too, and anywhere.
ages = st.builds(
    lambda number, seconds: timedelta(days=number, seconds=seconds), days, st.integers(-2, 2)
) | st.timedeltas(timedelta(0), timedelta(days=4000))
names = st.text("abAB-._@+=,1", min_size=1, max_size=12)
dates = st.dates(date(2026, 6, 28), date(2026, 7, 2))
entries = st.builds(
    lambda pattern, day: pattern + (f":{day}" if day else ""),
    st.text("abAB-.@+=1*?", min_size=1, max_size=8),
    st.none() | dates,
)
tags = st.dictionaries(
    st.sampled_from(["Keep", "keep2", "KEEP3", "other"]), st.sampled_from(["", "yes", "Yes"]), max_size=3
)
exempt_tags = st.sampled_from(["", "", "keep", "Keep2", "keep=yes", "KEEP=Yes", "keep3=", "k=e=y"])


@st.composite
def given_settings(draw: st.DrawFn) -> dict[str, str]:
    """The rule's parameters as Config passes them; what is empty is left out."""
    drawn = {
        "maxAccessKeyAge": str(draw(days)),
        "maxCredentialUsageAge": draw(st.just("") | days.map(str)),
        "exemptUsers": draw(st.lists(entries, max_size=3).map(",".join)),
        "exemptTag": draw(exempt_tags),
    }
    return {name: value for name, value in drawn.items() if value}


def for_the_runbook(rule_parameters: dict[str, str]) -> dict[str, str]:
    """Return the same settings as the runbook gets them: its names have a capital first letter."""
    return {name[:1].upper() + name[1:]: value for name, value in rule_parameters.items()}


def limits(rule_parameters: dict[str, str]) -> script.Limits:
    return script.parse_limits({**DEFAULTS, **for_the_runbook(rule_parameters)})


facts = st.tuples(st.sampled_from(STATUSES), ages, st.none() | ages)


@settings(max_examples=max(300, settings().max_examples))
@given(given_settings(), names, tags, st.lists(facts, max_size=2))
def test_the_rule_flags_a_user_if_and_only_if_the_runbook_judges_a_key_stale_and_the_user_not_exempt(
    rule_parameters: dict[str, str], name: str, own: dict[str, str], drawn: list[Any]
) -> None:
    parameters, runbook = parse_parameters(rule_parameters), limits(rule_parameters)
    keys = [
        (f"AKIA{number:016d}", status, NOW - age, None if used is None else NOW - used)
        for number, (status, age, used) in enumerate(drawn)
    ]
    verdict = judge_user(RuleUser("AIDA", name, NOW), [RuleKey(*one) for one in keys], own, parameters, NOW)

    stale = [
        one.key_id for one in (script.AccessKey(*key) for key in keys) if script.is_stale(one, runbook, NOW)
    ]
    exempt = script.exemption(name, own, runbook, NOW.date())

    assert (verdict.compliance == NON_COMPLIANT) == bool(stale and not exempt)
    named = re.findall(r"AKIA\d{16}", verdict.annotation)
    assert sorted(named) == stale, "the annotation names the very keys that the runbook would change"


@settings(max_examples=max(300, settings().max_examples))
@given(given_settings(), names, tags, dates)
@example({"exemptUsers": "A*b:2026-06-30"}, "aXXB", {}, date(2026, 6, 30))
@example({"exemptUsers": "A*b:2026-06-30"}, "aXXB", {}, date(2026, 7, 1))
@example({"exemptTag": "KEEP=Yes"}, "a", {"keep": "Yes"}, date(2026, 7, 1))
@example({"exemptTag": "KEEP=Yes"}, "a", {"keep": "yes"}, date(2026, 7, 1))
def test_rule_and_runbook_exempt_the_same_users(
    rule_parameters: dict[str, str], name: str, own: dict[str, str], today: date
) -> None:
    by_rule = rule_exemption(name, own, parse_parameters(rule_parameters), today)
    by_runbook = script.exemption(name, own, limits(rule_parameters), today)
    assert by_rule == by_runbook


def parsed_by_rule(name: str, text: str) -> RuleLimits | None:
    try:
        return parse_parameters({name: text})
    except InvalidParametersError:
        return None


def parsed_by_runbook(name: str, text: str) -> script.Limits | None:
    try:
        return limits({name: text})
    except ValueError:
        return None


junk = st.text(max_size=12) | st.text("ab*?:-, =0123456789[]\n\t{}\"'", max_size=16)


@settings(max_examples=max(500, settings().max_examples))
@given(
    st.sampled_from(["maxAccessKeyAge", "maxCredentialUsageAge", "exemptUsers", "exemptTag"]),
    junk | st.lists(entries | junk, max_size=3).map(",".join) | exempt_tags | st.integers(-2, 4000).map(str),
)
@example("exemptUsers", "a:2026-02-29")
@example("exemptUsers", "a:0000-01-01")
@example("exemptUsers", " a , b ")
@example("exemptUsers", "a,")
@example("exemptUsers", " ")
@example("exemptTag", "=")
@example("exemptTag", " ")
@example("exemptTag", " a = b ")
@example("exemptTag", "a" * 129)
@example("maxCredentialUsageAge", "٣")
@example("maxAccessKeyAge", "090")
@example("maxAccessKeyAge", "3650")
@example("maxAccessKeyAge", "3651")
def test_rule_and_runbook_accept_the_same_texts_and_read_the_same_in_them(name: str, text: str) -> None:
    if not text:
        return  # "not given" for the rule; such a parameter is not passed to the runbook
    rule, runbook = parsed_by_rule(name, text), parsed_by_runbook(name, text)
    assert (rule is None) == (runbook is None)
    if rule and runbook:
        assert runbook == script.Limits(*rule)
        [(parameter, value)] = for_the_runbook({name: text}).items()
        assert re.search(DOCUMENT["parameters"][parameter]["allowedPattern"], value), (
            "the start is not refused"
        )


# An hour from any limit: time passes while an example runs.
clear_ages = st.builds(
    lambda number, hours: timedelta(days=number, hours=hours), days, st.sampled_from([-1, 1])
)
keys_to_be = st.builds(Key, clear_ages, st.sampled_from(STATUSES), st.none() | clear_ages)
accounts = st.dictionaries(
    names, st.tuples(st.lists(keys_to_be, max_size=2), tags, st.booleans()), min_size=1, max_size=3
)


def move_in(account: Account, users: dict[str, Any]) -> dict[str, str]:
    """Create the users; Config knows some of them. Return the names by id."""
    ids = {account.add(name, keys, own): name for name, (keys, own, _) in users.items()}
    account.config_knows({user_id: name for user_id, name in ids.items() if users[name][2]})
    account.refuse("GenerateCredentialReport")  # then every user is read, and no report has to be awaited
    account.refuse("GetCredentialReport")
    return ids


def evaluate(rule_parameters: dict[str, str]) -> dict[str, Any]:
    """Return the rule's verdicts by user id."""
    verdicts = judge_account(
        boto3.client("iam"), parse_parameters(rule_parameters), Deadline(), datetime.now(UTC)
    )
    return {verdict.user.user_id: verdict for verdict in verdicts}


def everything(account: Account, users: Iterable[str]) -> dict[str, dict[str, str]]:
    return {name: account.keys(name) for name in users}


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "PAUSES", (0, 0, 0))


@in_an_account
@given(given_settings(), accounts, st.sampled_from(["Delete", "Deactivate"]))
def test_evaluate_remediate_evaluate(
    rule_parameters: dict[str, str], users: dict[str, Any], action: str
) -> None:
    """The rule flags whom the dry run would act on; remediated, all comply, and nothing else is changed."""
    runbook = {**for_the_runbook(rule_parameters), "Action": action}
    with open_account() as account:
        ids = move_in(account, users)
        before = everything(account, users)

        flagged = {
            user_id: re.findall(r"AKIA\w{16}", verdict.annotation)
            for user_id, verdict in evaluate(rule_parameters).items()
            if verdict.compliance == NON_COMPLIANT
        }
        dry = {user_id: act(user_id, **runbook, DryRun="true") for user_id in ids}
        would = {one: run["KeyIds"] for one, run in dry.items() if run["Outcome"] == f"Would{action}"}
        assert {one: set(keys) for one, keys in would.items()} == {
            one: set(keys) for one, keys in flagged.items()
        }
        assert everything(account, users) == before, "a dry run changes nothing"

        acted = {user_id: act(user_id, **runbook) for user_id in ids}
        assert {one: run["KeyIds"] for one, run in acted.items() if run["KeyIds"]} == would
        assert all(verify(one, **for_the_runbook(rule_parameters)) == "Verified" for one in acted.values())

        after = everything(account, users)
        changed = {key_id for keys in would.values() for key_id in keys}
        gone = {} if action == "Delete" else dict.fromkeys(changed, "Inactive")
        assert after == {
            name: {one: gone.get(one, status) for one, status in keys.items() if one not in changed or gone}
            for name, keys in before.items()
        }, "exactly the stale active keys are gone or switched off"

        verdicts = evaluate(rule_parameters)
        assert [one.annotation for one in verdicts.values() if one.compliance == NON_COMPLIANT] == []
        again = {user_id: act(user_id, **runbook)["Outcome"] for user_id in ids}
        assert set(again.values()) <= {"NothingToDo", "Exempt"}
        assert everything(account, users) == after, "remediating twice equals once"


def test_a_pattern_of_many_stars_takes_no_time_in_either() -> None:
    text = ",".join(["*a" * 60 + "b"] * 20)
    parameters, runbook = parse_parameters({"exemptUsers": text}), limits({"exemptUsers": text})
    before = time.monotonic()
    assert rule_exemption("a" * 64, {}, parameters, NOW.date()) == ""
    assert script.exemption("a" * 64, {}, runbook, NOW.date()) == ""
    assert time.monotonic() - before < 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner, max_size=2),
    max_leaves=3,
)
almost = st.from_regex(r"[0-9a-z*?:\-,= \n]{0,20}", fullmatch=True)
parameter_names = st.sampled_from(["maxAccessKeyAge", "maxCredentialUsageAge", "exemptUsers", "exemptTag"])


@settings(max_examples=max(300, settings().max_examples))
@given(st.dictionaries(parameter_names | st.text(), json_values | almost, max_size=5))
def test_any_value_is_parsed_by_the_rule_or_refused_by_the_one_error(values: dict[str, Any]) -> None:
    parsed: RuleLimits | str
    try:
        parsed = parse_parameters(values)
    except InvalidParametersError as refused:
        parsed = str(refused)
    assert isinstance(parsed, RuleLimits) or "ACCESS_KEYS_ROTATED_CUSTOM" in parsed
