"""What API steps and the clients of scripts say is compared with botocore's models: one case a row."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.calls import api_actions
from rulebook.authoring.checks.document import (
    api_desired_values,
    api_operation,
    api_parameters,
    api_selectors,
    script_clients,
)
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.service_model import BOTOCORE

CHECKS = (api_operation, api_parameters, api_selectors, api_desired_values)


class Case(NamedTuple):
    """``step`` is YAML of one step without name and action; ``told`` is all that is found, without the version."""

    name: str
    step: str
    told: list[str]


def of_step(written: str, action: str = "executeAwsApi", **more: Any) -> list[str]:
    step = {"name": "A", "action": f"aws:{action}", **yaml.safe_load(written)}
    return _told(AuthoredDocument("a.yaml", {"mainSteps": [step], **more}, {}), *CHECKS)


def of_script(source: str, **inputs: Any) -> list[str]:
    inputs = {"Runtime": "python3.11", "Handler": "h", "Script": source, **inputs}
    step = {"name": "A", "action": "aws:executeScript", "inputs": inputs}
    found = _told(AuthoredDocument("a.yaml", {"mainSteps": [step]}, {}), script_clients)
    return [one.removeprefix("Script: ") for one in found]


def _told(document: AuthoredDocument, *checks: Any) -> list[str]:
    found: Iterator[Finding] = (one for check in checks for one in check.find(document))
    return [_line(one) for one in found]


def _line(found: Finding) -> str:
    place = str(found.place).removeprefix("mainSteps[0].").removeprefix("inputs.")
    severity = "" if found.severity == "error" else f"{found.severity}: "
    return f"{place}: {severity}{found.problem}; {found.cure}".replace(BOTOCORE, "botocore")


# fmt: off
OPERATIONS = [
    Case("service and operation as AWS's documents write them", "inputs: {Service: EC2, Api: describe_instances}", []),
    Case("an operation in camel case", "inputs: {Service: Ec2, Api: describeInstances}", []),
    Case("a service that is not", "inputs: {Service: iamm, Api: ListUsers}", [
        "Service: is iamm, and botocore has no such service; did you mean iam",
    ]),
    Case("a service that nobody could mean", "inputs: {Service: qqqq, Api: ListUsers}", [
        "Service: is qqqq, and botocore has no such service; look it up in the reference of the API",
    ]),
    Case("an operation that is not", "inputs: {Service: iam, Api: ListUser}", [
        "Api: is ListUser, which iam does not have (botocore); did you mean ListUsers",
    ]),
    Case("an operation known in the run only", "inputs: {Service: iam, Api: '{{ Api }}'}", []),
    Case("an answer that is a stream", "inputs: {Service: s3, Api: GetObject, Bucket: b, Key: k}", [
        "Api: is GetObject, whose answer is a stream; call it in an aws:executeScript",
    ]),
]

STOP = "inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i], "
PARAMETERS = [
    Case("a parameter that is not", "inputs: {Service: iam, Api: ListAccessKeys, Username: a}", [
        "Username: is no parameter of iam ListAccessKeys; did you mean UserName",
    ]),
    Case("a parameter that lacks", "inputs: {Service: iam, Api: DeleteUser}", [
        "inputs: lacks UserName, which iam DeleteUser needs; add it",
    ]),
    Case("what boto3 fills in may lack", "inputs: {Service: efs, Api: CreateAccessPoint, FileSystemId: fs-1}", []),
    Case("boto3's own names", "inputs: {Service: ec2, Api: DescribeFlowLogs, Filters: [{Name: a, Values: [b]}]}", []),
    Case("the model's names", "inputs: {Service: ec2, Api: DescribeFlowLogs, Filter: [{Name: a, Values: [b]}]}", []),
    Case("boto3's own name of what must be there", "inputs: {Service: logs, Api: CreateExportTask, logGroupName: a, fromTime: 1, to: 2, destination: b}", []),
    Case("the model's name of what must be there", "inputs: {Service: logs, Api: CreateExportTask, logGroupName: a, from: 1, to: 2, destination: b}", []),
    Case("a text for a list", "inputs: {Service: ec2, Api: StopInstances, InstanceIds: i}", [
        'InstanceIds: is "i", and ec2 StopInstances takes a list there; put it into a list',
    ]),
    Case("a list for a text", "inputs: {Service: iam, Api: DeleteUser, UserName: [a]}", [
        "UserName: is a list, and iam DeleteUser takes text there; write its element without the list",
    ]),
    Case("a quoted flag", STOP + "Force: 'True'}", [
        'Force: is "True", and ec2 StopInstances takes true or false there; write true without quotes',
    ]),
    Case("a quoted number", "inputs: {Service: iam, Api: ListUsers, MaxItems: '5'}", [
        'MaxItems: is "5", and iam ListUsers takes a whole number there; write 5 without quotes',
    ]),
    Case("a number that is too small", "inputs: {Service: iam, Api: ListUsers, MaxItems: 0}", [
        "MaxItems: is 0, and iam ListUsers takes at least 1 there; change it",
    ]),
    Case("a flag for a text", "inputs: {Service: sqs, Api: SetQueueAttributes, QueueUrl: q, Attributes: {SqsManagedSseEnabled: true}}", [
        "Attributes.SqsManagedSseEnabled: is true, and sqs SetQueueAttributes takes text there; quote it",
    ]),
    Case("a key that is not, within", "inputs: {Service: ec2, Api: DescribeInstances, Filters: [{Name: a, Value: [b]}]}", [
        "Filters[0].Value: is no key of Filter (ec2 DescribeInstances); did you mean Values",
    ]),
    Case("a key that lacks, within", "inputs: {Service: iam, Api: TagUser, UserName: a, Tags: [{Key: b}]}", [
        "Tags[0]: lacks Value, which iam TagUser needs there; add it",
    ]),
    Case("a value that is not listed", "inputs: {Service: iam, Api: UpdateAccessKey, AccessKeyId: AKIAIOSFODNN7EXAMPLE, Status: Inactiv}", [
        'Status: warning: is "Inactiv", which botocore does not list there; did you mean Inactive',
    ]),
    Case("a listed value in another case", "inputs: {Service: ec2, Api: ModifySnapshotAttribute, SnapshotId: s, Attribute: CreateVolumePermission}", []),
    Case("nothing is no value", "inputs: {Service: ec2, Api: DescribeInstances, InstanceIds: null}", []),
    Case("a value in parts", "inputs: {Service: iam, Api: ListUsers, MaxItems: '{{ N }}0'}", []),
]

DECLARED: dict[str, Any] = {"parameters": {"T": {"type": "String"}, "L": {"type": "StringList"}, "N": {"type": "Integer"}, "I": {"type": "AWS::EC2::Instance::Id"}}}
REFERENCES = [
    Case("a text where a list is taken", "inputs: {Service: ec2, Api: StopInstances, InstanceIds: '{{ I }}'}", [
        "InstanceIds: is {{ I }}, a String, and ec2 StopInstances takes a list there; pass a list",
    ]),
    Case("a list where a list is taken", "inputs: {Service: ec2, Api: StopInstances, InstanceIds: '{{ L }}'}", []),
    Case("a list is put into a list", "inputs: {Service: ec2, Api: StopInstances, InstanceIds: ['{{ L }}']}", []),
    Case("a list where a text is taken", "inputs: {Service: iam, Api: DeleteUser, UserName: '{{ L }}'}", [
        "UserName: is {{ L }}, a StringList, and iam DeleteUser takes text there; pass text",
    ]),
    Case("a text where a number is taken", "inputs: {Service: iam, Api: ListUsers, MaxItems: '{{ T }}'}", [
        "MaxItems: is {{ T }}, a String, and iam ListUsers takes a whole number there; pass a whole number",
    ]),
    Case("a number where a number is taken", "inputs: {Service: iam, Api: ListUsers, MaxItems: '{{ N }}'}", []),
    Case("what nobody declares", "inputs: {Service: iam, Api: ListUsers, MaxItems: '{{ B.Output }}'}", []),
]

DESCRIBE = 'inputs: {Service: ec2, Api: DescribeInstances}\noutputs: [{Name: O, Type: %s, Selector: "%s"}]'
INSTANCE = "$.Reservations[0].Instances[0]"
SELECTORS = [
    Case("a name that is not", DESCRIBE % ("String", INSTANCE + ".IamInstanceProfile.Name"), [
        "outputs[0].Selector: warning: selects Name, which the answer of ec2 DescribeInstances does not hold there (botocore); use one of Arn, Id",
    ]),
    Case("a script's selector", DESCRIBE % ("String", "$.Payload.Id"), [
        "outputs[0].Selector: warning: selects Payload, which the answer of ec2 DescribeInstances does not hold there (botocore); use one of NextToken, Reservations",
    ]),
    Case("a name in another case", DESCRIBE % ("String", INSTANCE + ".instanceId"), [
        "outputs[0].Selector: warning: selects instanceId, which the answer of ec2 DescribeInstances does not hold there (botocore); did you mean InstanceId",
    ]),
    Case("a name of a list", DESCRIBE % ("String", "$.Reservations.Instances"), [
        "outputs[0].Selector: warning: selects Instances of a list in the answer of ec2 DescribeInstances; write [0] or [*] before Instances",
    ]),
    Case("an element of what is no list", DESCRIBE % ("String", INSTANCE + "[0]"), [
        "outputs[0].Selector: warning: selects [0] of what is no list in the answer of ec2 DescribeInstances; remove [0]",
    ]),
    Case("a name of a text", DESCRIBE % ("String", INSTANCE + ".InstanceId.Id"), [
        "outputs[0].Selector: warning: selects Id of text in the answer of ec2 DescribeInstances; stop before it",
    ]),
    Case("a name that is at no depth", DESCRIBE % ("String", "$..InstanceIdd"), [
        "outputs[0].Selector: warning: selects InstanceIdd, which the answer of ec2 DescribeInstances does not hold there (botocore); did you mean InstanceId",
    ]),
    Case("an answer of nothing", "inputs: {Service: iam, Api: DeleteUser, UserName: a}\noutputs: [{Name: O, Selector: $.User, Type: String}]", [
        "outputs[0].Selector: warning: selects User, and iam DeleteUser answers with nothing; remove it",
    ]),
    Case("a property that is not", "inputs: {Service: iam, Api: GetUser, PropertySelector: $.User.UserNam, DesiredValues: [a]}", [
        "PropertySelector: selects UserNam, which the answer of iam GetUser does not hold there (botocore); did you mean UserName",
    ]),
    *(
        Case(f"nothing is said of {selector}", DESCRIBE % ("String", selector), [])
        for selector in (
            INSTANCE + ".State.Name", "Reservations[0].OwnerId", "$.Reservations.[0].OwnerId", "$['Reservations'][0]['OwnerId']",
            "$..HTTPStatusCode", "$.ResponseMetadata.RequestId", "$.Reservations.length()", "$.Reservations[?(@.x == 'y')].OwnerId",
            "$.Reservations[-1:].OwnerId", "$.Reservations[*].Instances[*].InstanceId", "{{ Selector }}", "$[",
        )
    ),
    Case("keys of a map", "inputs: {Service: sqs, Api: GetQueueAttributes, QueueUrl: q}\noutputs: [{Name: O, Selector: $.Attributes.Any, Type: String}]", []),
    Case("a policy that boto3 reads", "inputs: {Service: iam, Api: GetUserPolicy, UserName: a, PolicyName: b}\noutputs: [{Name: O, Selector: '$.PolicyDocument.Statement[0]', Type: StringMap}]", []),
]

TYPES = [
    Case("text", DESCRIBE % ("StringMap", INSTANCE + ".InstanceId"), ["outputs[0].Type: is StringMap, and text is selected; write String"]),
    Case("a list of objects", DESCRIBE % ("StringMap", "$.Reservations"), ["outputs[0].Type: is StringMap, and a list is selected; write MapList"]),
    Case("an object", DESCRIBE % ("Boolean", INSTANCE), ["outputs[0].Type: is Boolean, and an object is selected; write StringMap"]),
    Case("a flag", DESCRIBE % ("Integer", INSTANCE + ".EbsOptimized"), ["outputs[0].Type: is Integer, and true or false is selected; write Boolean"]),
    Case("AWS does not say whether a number becomes text", DESCRIBE % ("String", INSTANCE + ".AmiLaunchIndex"), [
        "outputs[0].Type: warning: is String, and a whole number is selected; write Integer",
    ]),
    Case("a list of objects as a list", DESCRIBE % ("StringList", "$.Reservations"), ["outputs[0].Type: warning: is StringList, and a list is selected; write MapList"]),
    Case("one of many", DESCRIBE % ("String", "$.Reservations[*]"), []),
    Case("a text for a list", DESCRIBE % ("StringList", INSTANCE + ".InstanceId"), []),
    Case("the whole answer", DESCRIBE % ("StringMap", "$"), []),
]

STATE = "inputs: {Service: ec2, Api: DescribeInstances, PropertySelector: '$.Reservations[0].Instances[0].%s', DesiredValues: %s}"
DESIRED = [
    Case("a value that is none", STATE % ("State.Name", "[stoped]"), [
        'DesiredValues[0]: is "stoped", which ec2 DescribeInstances does not answer (botocore); did you mean stopped',
    ]),
    Case("beside one that is", STATE % ("State.Name", "[stopped, halted]"), [
        'DesiredValues[1]: warning: is "halted", which ec2 DescribeInstances does not answer (botocore); use one of pending, running, shutting-down, stopped, stopping, terminated',
    ]),
    Case("in another case", STATE % ("State.Name", "[Running]"), [
        'DesiredValues[0]: is "Running", which ec2 DescribeInstances does not answer (botocore); write running',
    ]),
    Case("in both cases", STATE % ("State.Name", "[Running, running]"), []),
    Case("EC2 answers windows, and its model says Windows", STATE % ("Platform", "[windows]"), []),
    Case("a flag in small letters", STATE % ("EbsOptimized", "['true']"), [
        'DesiredValues[0]: is "true", which ec2 DescribeInstances does not answer (botocore); write True',
    ]),
    Case("a flag as AWS asks for it", STATE % ("EbsOptimized", "['True']"), []),
    Case("known in the run only", STATE % ("State.Name", "['{{ State }}']"), []),
    Case("a text without a list of values", STATE % ("InstanceId", "[i]"), []),
]
# fmt: on


@pytest.mark.parametrize("case", [*OPERATIONS, *PARAMETERS], ids=lambda case: case.name)
def test_a_call_is_compared_with_its_operation(case: Case) -> None:
    assert of_step(case.step) == case.told


@pytest.mark.parametrize(
    ("service", "api"), [("iam", "ListUsers"), ("IAM", "list_users"), ("Iam", "listUsers")]
)
def test_what_it_may_do_is_read_whatever_its_names_look_like(service: str, api: str) -> None:
    step = {"action": "aws:executeAwsApi", "inputs": {"Service": service, "Api": api}}
    assert api_actions(Node(step)) == {"iam:ListUsers"}


@pytest.mark.parametrize("case", REFERENCES, ids=lambda case: case.name)
def test_what_a_reference_is_declared_to_be_must_fit(case: Case) -> None:
    assert of_step(case.step, **DECLARED) == case.told


@pytest.mark.parametrize("case", [*SELECTORS, *TYPES], ids=lambda case: case.name)
def test_an_output_is_compared_with_the_answer(case: Case) -> None:
    action = "assertAwsResourceProperty" if "PropertySelector" in case.step else "executeAwsApi"
    assert of_step(case.step, action) == case.told


@pytest.mark.parametrize("case", DESIRED, ids=lambda case: case.name)
def test_desired_values_are_compared_with_what_the_property_can_be(case: Case) -> None:
    assert of_step(case.step, "waitForAwsResourceProperty") == case.told


def test_property_selector_is_no_input_of_a_plain_call() -> None:
    written = "inputs: {Service: iam, Api: GetUser, PropertySelector: $.User.Path}"
    assert of_step(written) == ["PropertySelector: is no parameter of iam GetUser; use one of UserName"]


def test_a_misshapen_step_is_left_to_others() -> None:
    shapes: list[Any] = [None, [], "x", {"Service": 1, "Api": []}, {"Service": "iam", "Api": None}]
    for inputs in shapes:
        assert of_step(f"inputs: {json.dumps(inputs)}", "waitForAwsResourceProperty") == []


BOTO3 = "import boto3\n"
SCRIPTS = {
    "a method that is not": (
        'iam = boto3.client("iam")\niam.list_user()',
        ["line 3 calls list_user, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "made and called at once": (
        'boto3.client("iam").list_usrs()',
        ["line 2 calls list_usrs, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "of a session": (
        'def h(e, c):\n    s = boto3.Session()\n    s.client(service_name="iam").list_usrs()',
        ["line 4 calls list_usrs, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "of a function that makes it": (
        'def made():\n    return boto3.client("iam")\ndef h(e, c):\n    i = made()\n    i.list_usrs()',
        ["line 6 calls list_usrs, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "a global that is filled later": (
        'iam = None\ndef h(e, c):\n    global iam\n    iam = boto3.client("iam")\n    iam.list_usrs()',
        ["line 6 calls list_usrs, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "an argument that is a client wherever it is passed": (
        'def f(c, x=1):\n    c.list_usrs()\ndef h(e, c):\n    i = boto3.client("iam")\n    f(i)\n    f(c=i, x=2)',
        ["line 3 calls list_usrs, which a client of iam does not have (botocore); did you mean list_users"],
    ),
    "an argument that is not": (
        'boto3.client("iam").delete_user(Username="a")',
        [
            "line 2 calls delete_user, whose Username is no parameter of iam DeleteUser; did you mean UserName",
            "line 2 calls delete_user, which lacks UserName, which iam DeleteUser needs; add it",
        ],
    ),
    "an argument of another type": (
        'boto3.client("iam").tag_user(\n    UserName="a", Tags=[{"Key": "k",\n    "Value": 1}])',
        ["line 4 calls tag_user, whose Tags[0].Value is 1, and iam TagUser takes text there; quote it"],
    ),
    "None is no text": (
        'boto3.client("iam").list_users(Marker=None)',
        ["line 2 calls list_users, whose Marker is null, and iam ListUsers takes text there; write text"],
    ),
    "an argument without a name": (
        'boto3.client("iam").delete_user("a")',
        ["line 2 calls delete_user with an argument that has no name; name it"],
    ),
    "a service that is not": (
        'boto3.client("iamm")',
        ["line 2 makes a client of iamm, and botocore has no such service; did you mean iam"],
    ),
    "a paginator that is not": (
        'boto3.client("iam").get_paginator("list_usrs")',
        ["line 2 asks a client of iam for the paginator list_usrs, which it does not have (botocore); did you mean list_users"],
    ),
    "an answer that has no pages": (
        'boto3.client("iam").get_paginator("get_user")',
        ["line 2 asks a client of iam for the paginator get_user, which it does not have (botocore); call get_user itself"],
    ),
    "an argument of a paginator": (
        'p = boto3.client("iam").get_paginator("list_users")\np.paginate(Prefix="/", PaginationConfig={"PageSize": 5})',
        ["line 3 calls paginate, whose Prefix is no parameter of iam ListUsers; did you mean PathPrefix"],
    ),
    "a waiter that is not": (
        'boto3.client("ec2").get_waiter("instance_runing")',
        ["line 2 asks a client of ec2 for the waiter instance_runing, which it does not have (botocore); did you mean instance_running"],
    ),
    "an argument of a waiter": (
        'boto3.client("ec2").get_waiter("instance_running").wait(InstanceId="i", WaiterConfig={"Delay": 1})',
        ["line 2 calls wait, whose InstanceId is no parameter of ec2 DescribeInstances; did you mean InstanceIds"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "told"), SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_script_is_compared_with_botocore(source: str, told: list[str]) -> None:
    assert of_script(BOTO3 + source) == told


UNCERTAIN = {
    "a service known in the run": "boto3.client(s).list_usrs()",
    "a resource": 'boto3.resource("iam").list_usrs()',
    "an argument": "def h(iam, c):\n    iam.list_usrs()",
    "an argument that is two clients": 'def f(c):\n    c.list_usrs()\nf(boto3.client("iam"))\nf(boto3.client("ec2"))',
    "an argument of a function that is handed over": 'def f(c):\n    c.list_usrs()\nf(boto3.client("iam"))\nmap(f, x)',
    "an argument of a function that calls itself": 'def f(c):\n    c.list_usrs()\n    f(c)\nf(boto3.client("iam"))',
    "a name that an inner function changes": 'def f():\n    i = boto3.client("iam")\n    def g():\n        nonlocal i\n        i = 1\n    g()\n    i.list_usrs()',
    "names that stand for each other": "a = b = c = 1\n" + "a = b\nb = c\nc = a\n" * 300 + "a.list_usrs()",
    "two clients of one name": 'x = boto3.client("iam")\nx = boto3.client("ec2")\nx.describe_instances()\nx.list_usrs()',
    "a name that something hides": 'iam = boto3.client("iam")\ndef h(e, c):\n    for iam in c:\n        iam.list_usrs()',
    "not boto3": "class boto3:\n    pass\nboto3.client('iamm')",
    "arguments of a mapping": 'boto3.client("iam").delete_user(**a)',
    "keys of a mapping": 'boto3.client("iam").tag_user(UserName=u, Tags=[{**k, "Value": v}])',
    "values of a call": 'boto3.client("iam").list_users(MaxItems=int(n), PathPrefix=f"/{n}")',
    "bytes and huge numbers": 'boto3.client("iam").list_users(Marker=b"a", MaxItems=0x' + "f" * 9000 + ")",
    "what boto3 adds": 'boto3.client("s3").upload_file("a", "b", "c")',
    "what every client has": 'boto3.client("s3").exceptions\nboto3.client("iam").can_paginate("x")',
    "a function that returns two": 'def m(x):\n    if x:\n        return boto3.client("iam")\n    return x\nm(1).list_usrs()',
    "a name of the document": 'boto3.client("iam").list_users(MaxItems="{{ N }}")',
    "a service of the script's own model": 's = boto3.Session()\ns._loader.search_paths.append("x")\ns.client("ssm-next")',
}  # fmt: skip


@pytest.mark.parametrize("source", UNCERTAIN.values(), ids=list(UNCERTAIN))
def test_what_is_not_certain_is_not_told(source: str) -> None:
    head = "" if source.startswith("class boto3") else BOTO3
    assert of_script(head + source) == []


def test_an_attachment_may_bring_a_service() -> None:
    assert of_script(BOTO3 + 'boto3.client("ssm-next")', Attachment="a.zip") == []


def test_botocores_own_examples_are_right() -> None:
    """Each is a call as the service's people wrote it: nothing in it is a finding."""
    import botocore  # noqa: PLC0415

    told = []
    for service in ("iam", "kms", "sts", "elb", "route53"):
        [file] = sorted((Path(botocore.__file__).parent / "data" / service).glob("*/examples-1.json"))[-1:]
        for api, examples in json.loads(file.read_text(encoding="utf-8"))["examples"].items():
            for example in examples:
                inputs = {"Service": service, "Api": api, **example.get("input", {})}
                told += of_step(f"inputs: {json.dumps(inputs)}")
    assert told == []


@pytest.mark.parametrize("check", [*CHECKS, script_clients], ids=lambda check: check.CODE)
def test_the_examples_of_a_check(check: Any) -> None:
    wrong, right = (
        AuthoredDocument("a.yaml", {"mainSteps": yaml.safe_load(text)}, {})
        for text in (check.WRONG, check.RIGHT)
    )
    assert len(list(check.find(wrong))) >= 1
    assert list(check.find(right)) == []
