"""Layers: rdklib of this installation stands in for the public one; the account's own are unpacked."""

import json

import botocore.exceptions
import pytest

from sandbox.functions.deployed import RDKLIB, Functions, zipped

USES_RDKLIB = (
    "import rdklib\ndef handler(event, context): return [rdklib.__name__, rdklib.Evaluator.__name__]"
)


def test_rdklib_is_there_with_its_layer(functions: Functions) -> None:
    """A gap of moto: a layer of another account is refused as unknown."""
    functions.deploy("with-layer", USES_RDKLIB, Layers=[RDKLIB])
    configuration = functions.client.get_function_configuration(FunctionName="with-layer")
    assert [one["Arn"] for one in configuration["Layers"]] == [RDKLIB]
    assert functions.invoke("with-layer")[1] == ["rdklib", "Evaluator"]


def test_rdklib_is_not_there_without_its_layer(functions: Functions) -> None:
    functions.deploy("without-layer", USES_RDKLIB)
    assert functions.invoke("without-layer")[1]["errorType"] == "Runtime.ImportModuleError"


def test_nothing_else_of_this_installation_is_there(functions: Functions) -> None:
    code = """
import importlib
def handler(event, context):
    found = []
    for name in event:
        try:
            importlib.import_module(name)
            found.append(name)
        except ImportError:
            pass
    return found
"""
    functions.deploy("imports", code, Layers=[RDKLIB])
    names = ["boto3", "botocore.config", "rdklib", "rulebook", "moto", "yaml", "pytest", "json"]
    assert functions.invoke("imports", names)[1] == ["boto3", "botocore.config", "rdklib", "json"]


def test_the_function_s_own_modules_come_first(functions: Functions) -> None:
    own = {"rdklib.py": "Evaluator = type('Own', (), {})", "queue.py": "mine = True"}
    code = f"import queue\n{USES_RDKLIB}\nassert queue.mine"
    functions.deploy("own-first", code, own, Layers=[RDKLIB])
    assert functions.invoke("own-first")[1] == ["rdklib", "Own"]


def test_a_layer_of_the_account_is_unpacked(functions: Functions) -> None:
    published = functions.client.publish_layer_version(
        LayerName="shared", Content={"ZipFile": zipped({"python/shared.py": "value = 7"})}
    )["LayerVersionArn"]
    functions.deploy("own-layer", "import shared\ndef handler(e, c): return shared.value", Layers=[published])
    assert functions.invoke("own-layer")[1] == 7


@pytest.mark.parametrize(
    "layer",
    [
        "arn:aws:lambda:us-east-1:711761543063:layer:other:1",
        "arn:aws:lambda:eu-west-1:711761543063:layer:rdklib-layer:1",
        "arn:aws:lambda:us-east-1:711761543063:layer:rdklib-layer:999",
        "arn:aws:lambda:us-east-1:711761543063:layer:rdklib:1",
        "arn:aws:lambda:us-east-1:999999999999:layer:rdklib-layer:1",
        "arn:aws:lambda:us-east-1:123456789012:layer:rdklib-layer:1",
        "arn:aws-cn:lambda:us-east-1:711761543063:layer:rdklib-layer:1",
    ],
    ids=["name", "region", "version", "short name", "another's", "own, not published", "partition"],
)
def test_a_layer_that_is_not_there_is_refused(functions: Functions, layer: str) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match=layer.rpartition(":layer:")[2]) as caught:
        functions.deploy("unknown-layer", "", Layers=[layer])
    status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    if f":{functions.account.account_id}:" not in layer:  # as AWS tells of another's, there or not
        assert (status, caught.value.response["Error"]["Code"]) == (403, "AccessDeniedException")


def test_a_layer_needs_a_permission_of_its_own(functions: Functions) -> None:
    """AWS asks for lambda:GetLayerVersion of whoever puts a layer on a function."""
    iam = functions.account.client("iam")
    iam.create_user(UserName="deployer")
    key = iam.create_access_key(UserName="deployer")["AccessKey"]["AccessKeyId"]

    def may(*statements: tuple[list[str], str]) -> None:
        every = [{"Effect": "Allow", "Action": done, "Resource": on} for done, on in statements]
        policy = json.dumps({"Version": "2012-10-17", "Statement": every})
        iam.put_user_policy(UserName="deployer", PolicyName="lambda", PolicyDocument=policy)

    creates = (["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "iam:PassRole"], "*")
    mine = Functions(functions.account, functions.account.session(key).client("lambda"), functions.role)
    may(creates)
    mine.deploy("mine", USES_RDKLIB)
    for call in (
        lambda: mine.deploy("with-layer-of-mine", USES_RDKLIB, Layers=[RDKLIB]),
        lambda: mine.client.update_function_configuration(FunctionName="mine", Layers=[RDKLIB]),
    ):
        with pytest.raises(botocore.exceptions.ClientError, match=f"GetLayerVersion on resource: {RDKLIB}"):
            call()
    may(creates, (["lambda:GetLayerVersion"], RDKLIB))
    mine.deploy("with-layer-of-mine", USES_RDKLIB, Layers=[RDKLIB])


def test_cloudformation_keeps_layers_and_numbers_on_create_and_update(functions: Functions) -> None:
    """A gap of moto: Layers are dropped on create and refused on update; "256" stays text."""
    cloudformation = functions.account.client("cloudformation")
    s3 = functions.account.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="a.zip", Body=zipped({"rule.py": USES_RDKLIB}))

    def template(memory: str) -> str:
        properties = {
            "FunctionName": "templated",
            "Code": {"S3Bucket": "code", "S3Key": "a.zip"},
            "Handler": "rule.handler",
            "Runtime": "python3.13",
            "Role": functions.role,
            "MemorySize": memory,
            "Timeout": "60",
            "Layers": [RDKLIB],
        }
        return json.dumps({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}})

    cloudformation.create_stack(StackName="templated", TemplateBody=template("256"))
    assert functions.invoke("templated")[1] == ["rdklib", "Evaluator"]
    s3.put_object(Bucket="code", Key="a.zip", Body=zipped({"rule.py": "def handler(e, c): return 'new'"}))
    cloudformation.update_stack(StackName="templated", TemplateBody=template("512"))
    configuration = functions.client.get_function_configuration(FunctionName="templated")
    assert (configuration["MemorySize"], configuration["Timeout"]) == (512, 60)
    assert [one["Arn"] for one in configuration["Layers"]] == [RDKLIB]
    assert functions.invoke("templated")[1] == "new"
