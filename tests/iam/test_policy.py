"""The policy evaluator: one row a fact of IAM's evaluation logic."""

from typing import Any

import pytest

from rulebook.iam.policy import Decision, UnsupportedPolicy, decide

ALLOWED, DENIED, NOTHING = Decision.ALLOWED, Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY
BOB = "arn:aws:iam::123456789012:user/bob"
DEEP = "arn:aws:iam::123456789012:user/division/team/bob"
DELETE = "iam:DeleteAccessKey"
TAG = "aws:ResourceTag/rotation"
Statement = dict[str, Any]


def allow(**elements: Any) -> Statement:
    return {"Effect": "Allow", "Action": DELETE, "Resource": "*"} | elements


def deny(**elements: Any) -> Statement:
    return allow(**elements) | {"Effect": "Deny"}


def when(operator: str, key: str, value: Any, **elements: Any) -> Statement:
    return allow(Condition={operator: {key: value}}, **elements)


def without(statement: Statement, element: str) -> Statement:
    return {key: value for key, value in statement.items() if key != element}


CASES: dict[str, tuple[list[Statement], str, str, dict[str, Any], Decision]] = {
    "no policy allows nothing": ([], DELETE, BOB, {}, NOTHING),
    "an allow allows": ([allow()], DELETE, BOB, {}, ALLOWED),
    "an allow of something else does not": ([allow(Action="iam:GetUser")], DELETE, BOB, {}, NOTHING),
    "a deny denies": ([deny()], DELETE, BOB, {}, DENIED),
    "a deny wins over an allow before it": ([allow(), deny()], DELETE, BOB, {}, DENIED),
    "a deny wins over an allow after it": ([deny(), allow()], DELETE, BOB, {}, DENIED),
    "a deny of something else does not matter": ([allow(), deny(Action="s3:*")], DELETE, BOB, {}, ALLOWED),
    "one action of a list is enough": ([allow(Action=["iam:GetUser", DELETE])], DELETE, BOB, {}, ALLOWED),
    "actions ignore case": ([allow(Action="IAM:deleteaccesskey")], DELETE, BOB, {}, ALLOWED),
    "a star stands for any end of an action": ([allow(Action="iam:Delete*")], DELETE, BOB, {}, ALLOWED),
    "a star stands for any middle of an action": ([allow(Action="iam:*AccessKey")], DELETE, BOB, {}, ALLOWED),
    "a question mark is one character": ([allow(Action="iam:DeleteAccessKe?")], DELETE, BOB, {}, ALLOWED),
    "a question mark is not none": ([allow(Action="iam:DeleteAccessKey?")], DELETE, BOB, {}, NOTHING),
    "a service's star is not another service's": ([allow(Action="s3:*")], DELETE, BOB, {}, NOTHING),
    "a lone star is every action": ([allow(Action="*")], DELETE, BOB, {}, ALLOWED),
    "an action's dot is no wildcard": ([allow(Action="iam.DeleteAccessKey")], DELETE, BOB, {}, NOTHING),
    "NotAction is every other action": (
        [without(allow(NotAction="s3:*"), "Action")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "NotAction is not its own action": (
        [without(allow(NotAction=["s3:*", "iam:*"]), "Action")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "a resource allows itself": ([allow(Resource=BOB)], DELETE, BOB, {}, ALLOWED),
    "a resource does not allow another": ([allow(Resource=BOB)], DELETE, DEEP, {}, NOTHING),
    "resources count case": ([allow(Resource=BOB)], DELETE, BOB.replace("bob", "BOB"), {}, NOTHING),
    "user/* covers paths": (
        [allow(Resource="arn:aws:iam::123456789012:user/*")],
        DELETE,
        DEEP,
        {},
        ALLOWED,
    ),
    "a path pattern does not cover the root path": (
        [allow(Resource="arn:aws:iam::123456789012:user/division/*")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "a star within one part of an ARN": (
        [allow(Resource="arn:aws:iam::*:user/bob")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "a star does not span parts of an ARN": (
        [allow(Resource="arn:aws:*:user/bob")],
        DELETE,
        "arn:aws:iam:us-east-1:123456789012:user/bob",
        {},
        NOTHING,
    ),
    "another account's users are others": (
        [allow(Resource="arn:aws:iam::999999999999:user/*")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "an ARN pattern grants no action without resources": (
        [allow(Action="iam:ListUsers", Resource="arn:aws:iam::*:user/*")],
        "iam:ListUsers",
        "*",
        {},
        NOTHING,
    ),
    "NotResource is every other resource": (
        [without(allow(NotResource=DEEP), "Resource")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "NotResource is not its own resource": (
        [without(allow(NotResource=[BOB]), "Resource")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "a lone statement needs no list": ([allow(Sid="One")], DELETE, BOB, {}, ALLOWED),
    "StringEquals equals": ([when("StringEquals", TAG, "manual")], DELETE, BOB, {TAG: "manual"}, ALLOWED),
    "StringEquals counts case": (
        [when("StringEquals", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "Manual"},
        NOTHING,
    ),
    "StringEquals knows no wildcard": (
        [when("StringEquals", TAG, "man*")],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "StringEquals of one of several": (
        [when("StringEquals", TAG, ["auto", "manual"])],
        DELETE,
        BOB,
        {TAG: "manual"},
        ALLOWED,
    ),
    "StringEquals of a missing key": ([when("StringEquals", TAG, "manual")], DELETE, BOB, {}, NOTHING),
    "StringEqualsIfExists of a missing key": (
        [when("StringEqualsIfExists", TAG, "manual")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "StringEqualsIfExists of another value": (
        [when("StringEqualsIfExists", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "x"},
        NOTHING,
    ),
    "StringNotEquals of another value": (
        [when("StringNotEquals", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "auto"},
        ALLOWED,
    ),
    "StringNotEquals of the value": (
        [when("StringNotEquals", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "StringNotEquals of a missing key": ([when("StringNotEquals", TAG, "manual")], DELETE, BOB, {}, ALLOWED),
    "StringNotEquals must differ from all": (
        [when("StringNotEquals", TAG, ["auto", "manual"])],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "StringEqualsIgnoreCase": (
        [when("StringEqualsIgnoreCase", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "MANUAL"},
        ALLOWED,
    ),
    "StringNotEqualsIgnoreCase": (
        [when("StringNotEqualsIgnoreCase", TAG, "manual")],
        DELETE,
        BOB,
        {TAG: "MANUAL"},
        NOTHING,
    ),
    "StringLike with a star": ([when("StringLike", TAG, "man*")], DELETE, BOB, {TAG: "manual"}, ALLOWED),
    "StringLike must fit the whole value": (
        [when("StringLike", TAG, "man")],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "StringNotLike": ([when("StringNotLike", TAG, "man*")], DELETE, BOB, {TAG: "manual"}, NOTHING),
    "operators ignore case": ([when("stringequals", TAG, "manual")], DELETE, BOB, {TAG: "manual"}, ALLOWED),
    "context keys ignore case": (
        [when("StringEquals", "AWS:resourcetag/Rotation", "manual")],
        DELETE,
        BOB,
        {TAG: "manual"},
        ALLOWED,
    ),
    "ArnLike keeps its star within a part": (
        [when("ArnLike", "aws:SourceArn", "arn:aws:ssm:*:123456789012:automation-execution/*")],
        DELETE,
        BOB,
        {"aws:SourceArn": "arn:aws:ssm:eu-west-1:123456789012:automation-execution/abc"},
        ALLOWED,
    ),
    "ArnLike of another account": (
        [when("ArnLike", "aws:SourceArn", "arn:aws:ssm:*:123456789012:automation-execution/*")],
        DELETE,
        BOB,
        {"aws:SourceArn": "arn:aws:ssm:eu-west-1:999999999999:automation-execution/abc"},
        NOTHING,
    ),
    "ArnEquals knows wildcards too": (
        [when("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/x")],
        DELETE,
        BOB,
        {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/x"},
        ALLOWED,
    ),
    "ArnNotLike of a missing key": (
        [when("ArnNotLike", "aws:SourceArn", "arn:aws:*")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "Bool takes JSON's true": (
        [when("Bool", "aws:SecureTransport", True)],
        DELETE,
        BOB,
        {"aws:SecureTransport": "true"},
        ALLOWED,
    ),
    "Bool of the other value": (
        [when("Bool", "aws:SecureTransport", "true")],
        DELETE,
        BOB,
        {"aws:SecureTransport": "false"},
        NOTHING,
    ),
    "BoolIfExists of a missing key": (
        [when("BoolIfExists", "aws:MultiFactorAuthPresent", "true")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "Null true wants the key missing": ([when("Null", TAG, "true")], DELETE, BOB, {}, ALLOWED),
    "Null true refuses a key that is there": ([when("Null", TAG, True)], DELETE, BOB, {TAG: ""}, NOTHING),
    "Null false wants the key": ([when("Null", TAG, "false")], DELETE, BOB, {}, NOTHING),
    "two operators must both hold": (
        [allow(Condition={"StringLike": {TAG: "*"}, "StringNotEquals": {TAG: "manual"}})],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "two keys must both hold": (
        [allow(Condition={"StringEquals": {TAG: "manual", "aws:username": "eve"}})],
        DELETE,
        BOB,
        {TAG: "manual", "aws:username": "bob"},
        NOTHING,
    ),
    "ForAnyValue needs one": (
        [when("ForAnyValue:StringEquals", "aws:TagKeys", ["team", "cost"])],
        DELETE,
        BOB,
        {"aws:TagKeys": ["other", "team"]},
        ALLOWED,
    ),
    "ForAnyValue of a missing key": (
        [when("ForAnyValue:StringEquals", "aws:TagKeys", "team")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "ForAnyValue negated of a missing key": (
        [when("ForAnyValue:StringNotEquals", "aws:TagKeys", "team")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "ForAllValues needs all": (
        [when("ForAllValues:StringEquals", "aws:TagKeys", "team")],
        DELETE,
        BOB,
        {"aws:TagKeys": ["other", "team"]},
        NOTHING,
    ),
    "ForAllValues of a missing key": (
        [when("ForAllValues:StringEquals", "aws:TagKeys", "team")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "a variable in a resource": (
        [allow(Resource="arn:aws:iam::*:user/${aws:username}")],
        DELETE,
        BOB,
        {"aws:username": "bob"},
        ALLOWED,
    ),
    "a variable of somebody else": (
        [allow(Resource="arn:aws:iam::*:user/${aws:username}")],
        DELETE,
        BOB,
        {"aws:username": "eve"},
        NOTHING,
    ),
    "a star in a variable's value is no wildcard": (
        [allow(Resource="arn:aws:iam::*:user/${aws:username}")],
        DELETE,
        BOB,
        {"aws:username": "*"},
        NOTHING,
    ),
    "a variable without a value matches nothing": (
        [allow(Resource="arn:aws:iam::*:user/${aws:username}")],
        DELETE,
        BOB,
        {},
        NOTHING,
    ),
    "a variable's default": (
        [allow(Resource="arn:aws:iam::*:user/${aws:username, 'bob'}")],
        DELETE,
        BOB,
        {},
        ALLOWED,
    ),
    "a variable in a condition": (
        [when("StringEquals", "aws:ResourceTag/owner", "${aws:username}")],
        DELETE,
        BOB,
        {"aws:ResourceTag/owner": "eve", "aws:username": "eve"},
        ALLOWED,
    ),
    "a literal star in a condition": (
        [when("StringLike", TAG, "${*}")],
        DELETE,
        BOB,
        {TAG: "manual"},
        NOTHING,
    ),
    "a literal star equals a star": ([when("StringLike", TAG, "${*}")], DELETE, BOB, {TAG: "*"}, ALLOWED),
    "a deny with a condition that does not hold": (
        [allow(), deny(Condition={"StringEquals": {TAG: "manual"}})],
        DELETE,
        BOB,
        {TAG: "auto"},
        ALLOWED,
    ),
    "the exempt user's tag denies": (
        [allow(), deny(Condition={"StringEquals": {TAG: "manual"}})],
        DELETE,
        BOB,
        {TAG: "manual"},
        DENIED,
    ),
}


@pytest.mark.parametrize(
    ("statements", "action", "resource", "context", "expected"), CASES.values(), ids=CASES
)
def test_decision(
    statements: list[Statement], action: str, resource: str, context: dict[str, Any], expected: Decision
) -> None:
    lone: list[dict[str, Any]] = [{"Version": "2012-10-17", "Statement": one} for one in statements]
    together: list[dict[str, Any]] = [{"Version": "2012-10-17", "Statement": statements}]
    assert decide(lone, action, resource, context) is expected
    assert decide(together, action, resource, context) is expected


@pytest.mark.parametrize(
    "statement",
    [
        when("NumericLessThan", "aws:MultiFactorAuthAge", "3600"),
        when("StringResembles", TAG, "manual"),
        when("ForSomeValues:StringEquals", TAG, "manual"),
        allow(Principal="*"),
        allow(NotPrincipal="*"),
        allow(Conditions={}),
        allow(Effect="allow"),
        without(allow(), "Action"),
        without(allow(), "Resource"),
        allow(NotResource="*"),
    ],
    ids=lambda statement: str(sorted(statement.items()))[:80],
)
def test_what_is_not_understood_raises_rather_than_allows(statement: Statement) -> None:
    with pytest.raises(UnsupportedPolicy):
        decide([{"Statement": [allow(), statement]}], DELETE, BOB, {TAG: "manual"})


def test_an_unknown_operator_raises_beside_a_condition_that_is_false() -> None:
    statement = allow(Condition={"StringEquals": {TAG: "other"}, "Numeric": {TAG: "1"}})
    with pytest.raises(UnsupportedPolicy):
        decide([{"Statement": statement}], DELETE, BOB, {TAG: "manual"})
