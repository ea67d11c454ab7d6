"""Names of what is deployed and published: rdk's own where they are rdk's, and none that two things share."""

import gc
import string
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from rulebook.limits import FUNCTION_NAME
from rulebook.project import Project, names
from rulebook.project.name_findings import name_findings
from rulebook.project.names import name_problems
from rulebook.project.rdk_config import Config

WORD = string.ascii_letters + string.digits + "_"
RULES = st.builds(str.__add__, st.sampled_from(string.ascii_letters), st.text(WORD, max_size=60))
FOLDERS = st.text(string.ascii_letters + string.digits + "_-. ä", min_size=1, max_size=120)
FEW = st.sampled_from(["A", "a", "B", "_", "-", ".", "Role", "Remediation", "evaluators"])
CLOSE = st.lists(FEW, min_size=1, max_size=4).map("".join)  # names that are likely to collide


with warnings.catch_warnings(action="ignore"):  # rdk leaves the files open that it reads when imported
    from rdk import rdk

    gc.collect()


@given(RULES | FOLDERS)
def test_rdks_names_are_rdks_own(rule: str) -> None:
    own: Any = object.__new__(rdk.rdk)  # without a command line
    assert names.rdk_stack(rule) == own._rdk__get_stack_name_from_rule_name(rule)
    assert names.logical_name(rule) == own._rdk__get_alphanumeric_rule_name(rule)
    if len(names.function_name(rule)) <= FUNCTION_NAME:
        assert names.function_name(rule) == own._rdk__get_lambda_name(rule, {})
    else:
        with pytest.raises(SystemExit):
            own._rdk__get_lambda_name(rule, {})


def test_rdks_logical_ids_are_rdks_own() -> None:
    template = Path(str(rdk.__file__)).parent / "template" / "configRule.yaml"
    own = set(yaml.safe_load(template.read_text("utf-8"))["Resources"])
    assert {*own, "Remediation"} == names.RDK_IDS


def made(rules: dict[str, list[str]], documents: list[str]) -> Iterator[tuple[str, str]]:
    """Yield every name in an account with what it names, written down anew: (kind, name)."""
    yield "role", "rulebook-evaluators"
    yield "stack", "rulebook-evaluators"
    for document in documents:
        yield "role", f"rulebook-{document}".lower()
        yield "stack", names.published_stack(document)
        yield "document", f"Rulebook-{document}"
    for rule, parameters in rules.items():
        yield "stack", rule.replace("_", "")
        yield "function", names.function_name(rule)
        yield "in the pack", names.logical_name(rule)
        yield "in the pack", names.pack_remediation(rule)
        capital = {one[:1].upper() + one[1:] for one in parameters}
        yield from (("in the pack", names.pack_parameter(rule, one)) for one in capital)


PROJECTS = (
    st.dictionaries(RULES | CLOSE, st.lists(CLOSE, max_size=3), max_size=4),
    st.lists(FOLDERS | CLOSE, unique=True, max_size=4),
)


@given(*PROJECTS)
@example({"A_B": [], "AB": []}, [])
@example({"X": [], "XRemediation": []}, [])
@example({"X": ["a_b", "ab"]}, [])
@example({"A_BC": ["D"], "ABC": ["D"]}, [])
@example({}, ["A-B", "A_B"])
@example({}, ["Evaluators"])
@example({}, ["Foo", "foo"])
@example({}, ["F" * 56])
@example({"rulebook-evaluators": []}, [])
@example({"rdkLambda": []}, [])
def test_what_passes_shares_no_name_and_is_taken_by_aws(
    rules: dict[str, list[str]], documents: list[str]
) -> None:
    """The property: nothing that the check passes can collide, or be refused for its name."""
    problems = list(name_problems(rules, documents))
    every = list(made(rules, documents))
    shared = [one for one, times in Counter(every).items() if times > 1]
    long = [name for kind, name in every if kind in {"role", "function"} and len(name) > 64]
    odd = [name for kind, name in every if kind == "stack" and not names.STACK.fullmatch(name)]
    odd += [document for document in documents if set(document) - set(names.role_arn("-._") + ALNUM)]
    if not problems:
        assert (shared, long, odd) == ([], [], [])
    assert {one.kind for one in problems} <= {"rule", "document"}
    assert {one.name for one in problems} <= {*rules, *documents}


ALNUM = string.ascii_letters + string.digits


@given(*PROJECTS)
def test_the_order_in_which_names_are_given_does_not_matter(
    rules: dict[str, list[str]], documents: list[str]
) -> None:
    turned = dict(reversed(list(rules.items())))
    assert list(name_problems(rules, documents)) == list(name_problems(turned, documents[::-1]))


GOOD: dict[str, list[str]] = {
    "ACCESS_KEYS_ROTATED_CUSTOM": ["maxAccessKeyAge", "MaxAccessKeyAge", "Action"],
    "IAM_PASSWORD_POLICY_CUSTOM": ["RequireSymbols"],
}


def test_a_parameter_that_rule_and_runbook_share_is_one_and_good_names_pass() -> None:
    documents = ["DeleteStaleAccessKeys", "ResetPasswordPolicy", "Foo", "FooRole", "Evaluator", "F" * 55]
    assert list(name_problems(GOOD, documents)) == []


SAID: list[Any] = [
    pytest.param({"A_B": [], "AB": []}, [], "rule", "A_B", "it would have the stack AB, as the rule AB has"),
    pytest.param(
        {"X": [], "XRemediation": []},
        [],
        "rule",
        "XRemediation",
        "it would have the resource of the conformance pack XRemediation, as the rule X has",
    ),
    pytest.param(
        {"X": ["a_b", "ab"]},
        [],
        "rule",
        "X",
        "A_b and Ab would both be parameter of the conformance pack XParamAb",
    ),
    pytest.param(
        {"rdkLambda": []}, [], "rule", "rdkLambda", "rdkLambdaRole would be in rdk's template twice"
    ),
    pytest.param(
        {"R" * 47: []},
        [],
        "rule",
        "R" * 47,
        "rdk would give its function a name of 65 characters, and Lambda takes 64",
    ),
    pytest.param({"_": []}, [], "rule", "_", "rdk would call its stack '', which CloudFormation refuses"),
    pytest.param(
        {},
        ["evaluators"],
        "document",
        "evaluators",
        "it would have the role rulebook-evaluators, as rulebook's own has",
    ),
    pytest.param(
        {}, ["a.b", "a-b"], "document", "a.b", "it would have the stack rulebook-a-b, as the document a-b has"
    ),
    pytest.param(
        {},
        ["F" * 56],
        "document",
        "F" * 56,
        "its role would have a name of 65 characters, and IAM takes 64",
    ),
    pytest.param(
        {},
        ["Evaluators"],
        "document",
        "Evaluators",
        "it would have the role rulebook-Evaluators, as rulebook's own has",
    ),
    pytest.param({}, ["Über"], "document", "Über", "Systems Manager takes no such name"),
]


@pytest.mark.parametrize(("rules", "documents", "kind", "name", "problem"), SAID)
def test_what_is_said(
    rules: dict[str, list[str]], documents: list[str], kind: str, name: str, problem: str
) -> None:
    [found] = name_problems(rules, documents)
    assert (found.kind, found.name, found.problem) == (kind, name, problem)


def test_what_is_as_long_as_it_may_be_passes_and_a_longer_name_is_told_by_how_much() -> None:
    assert list(name_problems({"R" * 46: []}, ["F" * 55])) == []
    assert [one.cure for one in name_problems({"R" * 47: []}, ["F" * 57])] == [
        "shorten it by 1",
        "shorten it by 2",
    ]


def test_what_differs_by_case_is_two_but_for_roles() -> None:
    """Stacks, functions and logical ids have case."""
    assert list(name_problems({"Ab": [], "AB": []})) == []


def test_each_name_that_cannot_be_is_a_finding_documents_first(tmp_path: Path) -> None:
    for file in ("rules/_/_.py", "ssm_docs/c c/document.yaml", "ssm_docs/b b/document.yaml"):
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text("def lambda_handler(): ...\n", encoding="utf-8")
    found = name_findings(Project(tmp_path), Config(regions=(), rules={}))
    assert [one.file for one in found] == [
        "ssm_docs/b b/document.yaml",
        "ssm_docs/c c/document.yaml",
        "rdk_config.json",
    ]


def test_the_sentence_is_one_and_has_a_cure() -> None:
    every = chain.from_iterable(name_problems(*one.values[:2]) for one in SAID)
    assert all(one.cure and "\n" not in one.problem for one in every)
