"""Values made to break out, to confuse one user with another, or to be shown as something else."""

import re
import string
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from access_keys_judgement import exemption as rule_exemption
from access_keys_parameters import parse_parameters
from delete_stale_access_keys import exemption as script_exemption
from delete_stale_access_keys import parse_limits
from faults.lab import DOCUMENTS, ROLE, YEARS, Lab, key, keys_of
from faults.scenarios import EMPTY, KEY_RULE, KEYS, POLICY, WEAK
from faults.truth import changed_keys
from rulebook import automation
from rulebook.automation import script_process
from rulebook.automation.script_process import Ran
from rulebook.errors import ParametersRefused
from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.report import Report, RuleReport, render_report
from rulebook.project.rdk_config import RuleConfig
from rulebook.project.rdk_config.model import Exemption, Remediation

# An example of these runs a runbook on the account, or renders the page: up to a tenth of a second.
FEWER = 40
in_an_account = settings(max_examples=settings().max_examples if settings().max_examples > 200 else FEWER)

# IAM's pattern of a user name is [\w+=,.@-]+, of 1 to 64 characters.
NAME = string.ascii_letters + string.digits + "_+=,.@-"
names = st.text(NAME, min_size=1, max_size=64) | st.text("a,=@+", min_size=1, max_size=64)
# IAM's pattern of a tag's value is [\p{L}\p{Z}\p{N}_.:/=+\-@]*, of at most 256 characters.
tag_texts = st.text(
    st.characters(categories=["L", "N", "Zs"], include_characters="_.:/=+-@"), min_size=1, max_size=64
)
OUTBREAKS = (
    "{{ AutomationAssumeRole }}",
    "{{IAMUserId}}",
    "{{ global:REGION }}",
    "{{ DeleteStaleAccessKeys.UserId }}",
    "x'); import os; os._exit(0) #",
    '"""\nraise SystemExit\n"""',
    '", "DryRun": "true',
    '{"Ref": "AWS::AccountId"}',
    "$.Payload",
    "%s%n{0}{0.__class__}",
    "\\u0022\\n",
    "\x00",
    "a\nb",
    "a\r\nb",
    "\u202eecila",
    "аlice",  # noqa: RUF001 - that is the point: a Cyrillic letter
    "a" * 10_240,
    "*",
    "?",
    "<root_account>",
    "-",
    "../../etc/passwd",
)
hostile = (
    st.sampled_from(OUTBREAKS)
    | st.text(max_size=40)
    | st.tuples(st.sampled_from(OUTBREAKS), st.text("a1,= \n\"'{}", max_size=6)).map("".join)
)
KNOWN = ("alice", "bob")
RESOURCES = (
    "",
    "*",
    "<root_account>",
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:root",
    "123456789012",
    "999999999999",
    "AIDA",
    "AIDAAAAAAAAAAAAAAAAAA",
    "AROAAAAAAAAAAAAAAAAAA",
    "alice,bob",
    "ALICE",
    "alic",
    "alice ",
    " alice",
    "alice\n",
    "alice/",
    "/team/alice",
    "@",
    "=alice",
)


# Out of the document


@given(st.data())
def test_a_value_reaches_the_script_as_it_is_or_not_at_all(data: st.DataObject) -> None:
    """Nothing given is looked at as code, as a reference or as another parameter."""
    name = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    document = DOCUMENTS[name]
    parameter = data.draw(st.sampled_from(sorted(document["parameters"])))
    given_ = {"AutomationAssumeRole": ROLE, "IAMUserId": "alice"} if name == KEYS else {}
    given_ |= {"AutomationAssumeRole": ROLE, parameter: data.draw(hostile)}
    seen: list[tuple[str, dict[str, str]]] = []

    def look(script: str, handler: str, events: dict[str, str], *_: Any, **__: Any) -> Ran:
        seen.append((script, events))
        return Ran({"stand": handler}, None, "")

    with patch.object(script_process, "run_script", look):
        try:
            automation.run_document(document, given_, {})
        except ParametersRefused:
            assert seen == []
            return
    step = document["mainSteps"][0]["inputs"]
    expected = {
        one: given_.get(one, document["parameters"][one].get("default")) for one in step["InputPayload"]
    }
    assert seen[0] == (step["Script"], expected)  # a later step reads outputs, which the stand-in has none of


@pytest.mark.parametrize("document", sorted(DOCUMENTS))
@pytest.mark.parametrize("value", OUTBREAKS, ids=ascii)
def test_most_of_these_do_not_even_start(document: str, value: str) -> None:
    """The patterns refuse whatever is no value of the parameter."""
    declared = DOCUMENTS[document]["parameters"]
    accepted = [
        name
        for name, one in declared.items()
        if "allowedPattern" in one and re.search(one["allowedPattern"], value)
    ]
    plain = {"*": ["ExemptUsers"], "?": ["ExemptUsers"], "-": ["IAMUserId", "ExemptUsers", "ExemptTag"]}
    plain |= {"a\nb": ["ExemptUsers"], "a\r\nb": ["ExemptUsers"], "a" * 10_240: ["ExemptUsers"]}
    plain |= {"../../etc/passwd": ["ExemptTag"]}
    assert accepted == (plain.get(value, []) if document == KEYS else [])


# One user for another


def fill(lab: Lab) -> str:
    lab.restore(EMPTY)
    alice = lab.account.add_user("alice", YEARS, "/team/", [key(120), key(130)])
    lab.account.add_user("bob", YEARS, keys=[key(120)])
    lab.account.set_password_policy(**WEAK)
    return alice


@in_an_account
@given(resource=st.sampled_from(RESOURCES) | hostile | names)
@example(resource="alice")
def test_a_resource_id_that_is_no_users_changes_nothing(lab: Lab, resource: str) -> None:
    fill(lab)
    before = lab.state()
    try:
        execution = lab.run(KEYS, IAMUserId=resource)
    except ParametersRefused:
        assert resource.lower() not in KNOWN
    else:
        outcome = execution.outputs.get("DeleteStaleAccessKeys.Outcome")
        known = resource.lower() in KNOWN  # IAM finds names in any case
        assert (outcome, execution.status) == (
            ("Deleted", "Success")
            if known
            else ("UserNotFound", "Success")
            if re.fullmatch(r"[A-Za-z0-9_+=,.@-]{1,128}", resource)
            else (None, "Failed")
        )
    ids = {one["name"]: {each["id"] for each in one["keys"]} for one in before["users"]}
    assert changed_keys(before, lab.state()) == ids.get(resource.lower(), set())


@in_an_account
@given(account_id=st.sampled_from(RESOURCES) | hostile | st.from_regex(r"\A[0-9]{12}\Z"))
@example(account_id="123456789012")
@example(account_id="999999999999")
def test_another_accounts_id_changes_no_policy(lab: Lab, account_id: str) -> None:
    fill(lab)
    before = lab.state()
    try:
        execution = lab.run(POLICY, AccountId=account_id)
    except ParametersRefused:
        status = "refused"
    else:
        status = execution.status
    if account_id in ("", "123456789012"):  # empty: not given
        assert (status, lab.state()["passwordPolicy"]["MinimumPasswordLength"]) == ("Success", 14)
    else:
        assert (status != "Success", lab.state()) == (True, before)


def twin(name: str, letter: str, place: int) -> str:
    """Return a name that differs in one character, case apart (IAM knows no two names of other case only)."""
    place %= len(name)
    return name[:place] + letter + name[place + 1 :]


@in_an_account
@given(
    name=names,
    letter=st.sampled_from(NAME),
    place=st.integers(0, 63),
    tags=st.dictionaries(tag_texts, tag_texts, max_size=3),
    by_id=st.booleans(),
)
@example(name="a,b", letter="a", place=1, tags={"keep": "yes "}, by_id=True)
@example(name="=1+1", letter="-", place=0, tags={"keep:": "yes"}, by_id=False)
@example(name="," * 64, letter="@", place=63, tags={"kee": "p=yes"}, by_id=False)
@example(name="a", letter="b", place=0, tags={"KEEP": "yes"}, by_id=True)
def test_a_users_look_alikes_keep_their_keys(
    lab: Lab, name: str, letter: str, place: int, tags: dict[str, str], by_id: bool
) -> None:
    others = {twin(name, letter, place), name[:-1], f"{name[:63]}x"}
    others = {one for one in others if one and one.lower() != name.lower()}
    assume(len({one.lower() for one in others}) == len(others))
    assume(not re.fullmatch(r"AIDA[A-Z0-9]{12,}", name))
    lab.restore(EMPTY)
    user_id = lab.account.add_user(name, YEARS, keys=[key(120)], tags=tags)
    for other in others:
        lab.account.add_user(other, YEARS, keys=[key(120)])
    before = lab.state()
    mine = {one for one, (owner, _) in keys_of(before).items() if owner == user_id}
    exempt = any(tag.lower() == "keep" and value == "yes" for tag, value in tags.items())

    execution = lab.run(KEYS, IAMUserId=user_id if by_id else name, ExemptTag="keep=yes")

    assert execution.outputs["DeleteStaleAccessKeys.Outcome"] == ("Exempt" if exempt else "Deleted")
    assert changed_keys(before, lab.state()) == (set() if exempt else mine)


@in_an_account
@given(
    people=st.lists(names, min_size=1, max_size=4, unique_by=str.lower),
    pattern=names | st.integers(1, 128).map("*".__mul__),
)
@example(people=["a" * 64], pattern="*" * 128)
@example(people=["a,b", "axb", "a", "b"], pattern="a?b")
def test_the_rule_names_each_user_whole_and_in_256_characters(
    lab: Lab, people: list[str], pattern: str
) -> None:
    lab.restore(EMPTY)
    ids = {lab.account.add_user(one, YEARS, keys=[key(120), key(400)]): one for one in people}
    lab.make_report()
    lab.earlier(KEY_RULE, {})
    lab.evaluate(KEY_RULE, {"exemptUsers": pattern.replace(",", "?"), "maxCredentialUsageAge": "45"})
    reported = lab.reported(KEY_RULE)
    assert reported.keys() == ids.keys()
    for user_id, (_, annotation) in reported.items():
        assert annotation.startswith(f"{ids[user_id]} ")
        assert 0 < len(annotation) <= 256
        assert annotation.endswith("."), "nothing is cut off"


def test_a_comma_parts_patterns_and_a_question_mark_stands_for_one_in_a_name() -> None:
    """`a,b` is a user name that no pattern can spell; `a?b` reaches it (and `axb`)."""
    for pattern, exempt in (("a,b", {"a", "b"}), ("a?b", {"a,b", "axb"})):
        rule = parse_parameters({"exemptUsers": pattern})
        defaults = {name: one.get("default", "") for name, one in DOCUMENTS[KEYS]["parameters"].items()}
        runbook = parse_limits(defaults | {"ExemptUsers": pattern})
        today = datetime.now(UTC).date()
        for name in ("a", "b", "a,b", "axb", "ab"):
            assert bool(rule_exemption(name, {}, rule, today)) == (name in exempt)
            assert bool(script_exemption(name, {}, runbook, today)) == (name in exempt)


# The caller itself


@pytest.fixture
def operator(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user with every right and two stale keys, with one of which the runbook calls; returns the id."""
    fill(lab)
    operator = lab.account.add_user("operator", YEARS, keys=[key(100), key(110)])
    everything = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    lab.account.client("iam").put_user_policy(
        UserName="operator", PolicyName="everything", PolicyDocument=everything
    )
    in_use = next(
        one["id"] for user in lab.state()["users"] if user["id"] == operator for one in user["keys"]
    )
    lab.wire.clear()
    held = lab.account.session(in_use).get_credentials()
    session = boto3.DEFAULT_SESSION
    assert held
    assert session
    secret = held.secret_key
    monkeypatch.setattr(
        session,
        "client",
        lambda service, **settings: boto3.Session.client(
            session, service, **{**settings, "aws_access_key_id": in_use, "aws_secret_access_key": secret}
        ),
    )
    return operator


@pytest.mark.parametrize("resource", [one for one in RESOURCES if one.lower() not in KNOWN])
def test_the_callers_own_keys_are_not_taken_for_those_of_a_user_who_is_not_there(
    lab: Lab, operator: str, resource: str
) -> None:
    before = keys_of(lab.state())
    with suppress(ParametersRefused):
        lab.run(KEYS, IAMUserId=resource)
    assert keys_of(lab.state()) == before
    assert operator in {owner for owner, _ in before.values()}


def test_the_caller_itself_loses_its_stale_keys_and_the_failure_says_which(lab: Lab, operator: str) -> None:
    """Its key in use may go first, and with it the right to go on."""
    before = lab.state()
    execution = lab.run(KEYS, IAMUserId=operator)
    gone = changed_keys(before, lab.state())
    assert {keys_of(before)[one][0] for one in gone} == {operator}
    assert (execution.status, "InvalidClientTokenId" in execution.failure_message) == ("Failed", True)
    told = execution.outputs.get("DeleteStaleAccessKeys.Message", execution.failure_message)
    assert set(re.findall("AKIA[A-Z0-9]{16}", told.partition("deleted: ")[2].partition(";")[0])) == gone


# Shown to people

texts = st.text(max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</td></tr></table>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7 * 7 }}{% raw %}",
        "&lt;b&gt;&amp;",
        "<!-- ",
        "]]>",
        "' onmouseover='x",
    ]
)


class Page(HTMLParser):
    """What a browser sees: the elements with the names of their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.shown: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; only ``wbr`` comes of text: a place where a long word may break."""
        if tag == "wbr":
            return
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.shown.append(data)


def page_with(text: str) -> Page:
    rule = RuleConfig(
        name=text,
        description=text,
        frequency="TwentyFour_Hours",
        parameters={"exemptUsers": text},
        exemptions=(Exemption("svc", text),),
        remedy=Remediation("Document", "IAMUserId", automatic=True),
    )
    found = RuleEvaluation(text, "AWS::IAM::User", text, "NON_COMPLIANT", text)
    report = Report(
        "123456789012", "us-east-1", datetime(2026, 1, 1, tzinfo=UTC), (RuleReport(rule, (found,)),)
    )
    return Page(render_report(report))


HARMLESS = page_with("x").elements


@in_an_account
@given(texts)
def test_the_page_shows_text_as_text(text: str) -> None:
    page = page_with(text)
    assert page.elements == HARMLESS, "no element and no attribute comes of it"
    if text.strip() and text.isprintable():
        assert text.strip() in "".join(page.shown)
