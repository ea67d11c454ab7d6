"""What deployed and published things are called, and which names AWS or rdk would refuse or mix up.

rdk's own names are read in its source (0.17.24 and 1.0.0, the same in both); a test compares them with rdk.
Published names are stable, so that a person finds them in the console.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rulebook.limits import FUNCTION_NAME

ROLE_PATH = "/rulebook/"
EVALUATORS = "evaluators"
EVALUATOR_ROLE = f"rulebook-{EVALUATORS}"
FORMER_STACK = "rulebook"  # until each document had a stack of its own

# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
LONGEST_ROLE = 64
# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
DOCUMENT = re.compile(r"[A-Za-z0-9_.-]+")
# The logical ids of rdk's template for one rule, to which it adds three that begin with the rule's name.
RDK_IDS = frozenset(
    {
        "ConfigPermissionToCallrdkRuleCodeLambda",
        "Remediation",
        "rdkConfigRule",
        "rdkLambdaRole",
        "rdkRuleCodeLambda",
    }
)


def rdk_stack(rule: str) -> str:
    """Return how rdk calls a rule's stack."""
    return rule.replace("_", "")


def logical_name(rule: str) -> str:
    """Return a rule's name as rdk writes it into the logical ids of its stacks."""
    return rule.replace("_", "").replace("-", "")


def function_name(rule: str) -> str:
    """Return how rdk calls a rule's function."""
    return f"RDK-Rule-Function-{rdk_stack(rule)}"


def code_bucket(account_id: str, region: str) -> str:
    """Return how rdk calls the bucket to which it uploads the functions' code."""
    return f"config-rule-code-bucket-{account_id}-{region}"


def rdk_document_name(rule: str) -> str:
    """Return what stays of the name of the document that ``rdk deploy`` makes for a rule.

    rdk names neither the document nor its replacement: CloudFormation does, ``STACK-LOGICALID-RANDOM``, and
    replaces it under another random part at each change. The stack is called like the rule, without ``_``.
    """
    return f"{rdk_stack(rule)}-{logical_name(rule)}RemediationAction"


def document_name(document: str) -> str:
    """Return the name of a published document."""
    return f"Rulebook-{document}"


def role_name(document: str) -> str:
    """Return the name of a published document's role; `EVALUATORS` names that of the rules' functions."""
    return f"rulebook-{document}"


def role_arn(role: str) -> str:
    """Return a published role's ARN, with CloudFormation's pseudo parameters for account and partition."""
    return f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{ROLE_PATH}{role}"


def published_stack(document: str) -> str:
    """Return the stack that publishes a document, or the role of the rules' functions (`EVALUATORS`)."""
    return f"rulebook-{re.sub(r'[^A-Za-z0-9]', '-', document)}"


def parameter_of_document(rule_parameter: str) -> str:
    """Return how a document calls a rule's parameter: the same with a capital first letter."""
    return rule_parameter[:1].upper() + rule_parameter[1:]


def pack_remediation(rule: str) -> str:
    """Return the logical id of a rule's remediation in the conformance pack; the rule's is `logical_name`."""
    return f"{logical_name(rule)}Remediation"


def pack_parameter(rule: str, parameter: str) -> str:
    """Return how the conformance pack calls a parameter, as Config's own samples call theirs."""
    words = "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", rule))
    return f"{words}Param{parameter_of_document(re.sub(r'[^A-Za-z0-9]', '', parameter))}"


@dataclass(frozen=True, order=True)
class NameProblem:
    """A name that cannot be.

    Attributes:
        kind: whose.
        name: the rule's or the document's.
        problem: what is wrong.
        cure: what to do.
    """

    kind: Literal["rule", "document"]
    name: str
    problem: str
    cure: str


def name_problems(
    rules: Mapping[str, Collection[str]], documents: Collection[str] = ()
) -> Iterator[NameProblem]:
    """Yield every name that AWS refuses, or that something deployed or published would share with another.

    Args:
        rules: each rule's parameters and its runbook's, by the rule's name.
        documents: the documents' names.
    """
    for rule in sorted(rules):
        yield from _rule_problems(rule)
    for document in sorted(documents):
        yield from _document_problems(document)
    yield from _shared(_claims(rules, documents))


def _rule_problems(rule: str) -> Iterator[NameProblem]:
    if not STACK.fullmatch(rdk_stack(rule)):
        problem = f"rdk would call its stack {rdk_stack(rule)!r}, which CloudFormation refuses"
        yield NameProblem("rule", rule, problem, "name it with letters, digits and _, a letter first")
    elif (length := len(function_name(rule))) > FUNCTION_NAME:
        problem = (
            f"rdk would give its function a name of {length} characters, and Lambda takes {FUNCTION_NAME}"
        )
        yield NameProblem("rule", rule, problem, f"shorten it by {length - FUNCTION_NAME}")
    for taken in sorted(
        RDK_IDS & {f"{logical_name(rule)}{what}" for what in ("RemediationAction", "Role", "Policy")}
    ):
        yield NameProblem("rule", rule, f"{taken} would be in rdk's template twice", "rename it")


def _document_problems(document: str) -> Iterator[NameProblem]:
    if not DOCUMENT.fullmatch(document):
        problem = "Systems Manager takes no such name"
        yield NameProblem("document", document, problem, "name it with letters, digits, _ - and .")
    if (length := len(role_name(document))) > LONGEST_ROLE:
        problem = f"its role would have a name of {length} characters, and IAM takes {LONGEST_ROLE}"
        yield NameProblem("document", document, problem, f"shorten it by {length - LONGEST_ROLE}")


@dataclass(frozen=True)
class _Claim:
    """A name in a place where each may be once."""

    owner: tuple[Literal["rule", "document"], str] | None  # None: the kit itself
    what: str
    name: str
    within: str = ""  # of one owner, what of it; the same may be claimed again


def _claims(rules: Mapping[str, Collection[str]], documents: Collection[str]) -> Iterator[_Claim]:
    yield _Claim(None, "stack", FORMER_STACK)
    yield _Claim(None, "stack", published_stack(EVALUATORS))
    yield _Claim(None, "role", EVALUATOR_ROLE)
    for document in sorted(documents):
        yield _Claim(("document", document), "role", role_name(document))
        yield _Claim(("document", document), "stack", published_stack(document))
    for rule, parameters in sorted(rules.items()):
        yield _Claim(("rule", rule), "stack", rdk_stack(rule))
        yield _Claim(("rule", rule), "resource of the conformance pack", logical_name(rule))
        yield _Claim(
            ("rule", rule), "resource of the conformance pack", pack_remediation(rule), "remediation"
        )
        for parameter in sorted(parameters):
            given = parameter_of_document(parameter)
            name = pack_parameter(rule, parameter)
            yield _Claim(("rule", rule), "parameter of the conformance pack", name, given)


def _shared(claims: Iterator[_Claim]) -> Iterator[NameProblem]:
    """Yield each name claimed twice, once for each two that claim something."""
    first: dict[tuple[str, str], _Claim] = {}
    told = set()
    for claim in claims:
        # Roles differ by more than case (API_CreateRole, as above).
        key = (claim.what, claim.name.lower() if claim.what == "role" else claim.name)
        other = first.setdefault(key, claim)
        if (other.owner, other.within) == (claim.owner, claim.within) or claim.owner is None:
            continue
        if (other.owner, claim.owner) not in told:
            told.add((other.owner, claim.owner))
            yield NameProblem(*claim.owner, *_sentence(claim, other))


def _sentence(claim: _Claim, other: _Claim) -> tuple[str, str]:
    if other.owner == claim.owner:
        two = f"{other.within or 'the rule'} and {claim.within or 'the rule'}"
        return f"{two} would both be {claim.what} {claim.name}", "rename one of them"
    whose = f"the {' '.join(other.owner)}" if other.owner else "rulebook's own"
    return f"it would have the {claim.what} {claim.name}, as {whose} has", "rename it"
