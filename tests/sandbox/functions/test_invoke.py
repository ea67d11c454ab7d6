"""Invoke: the deployed zip runs in a process of its own, as on AWS."""

import base64
import os
from typing import Any

import botocore.exceptions
import pytest

from rulebook.sandbox.functions import invoke
from sandbox.functions.deployed import Functions, trust

WHO = """
import os, boto3
def handler(event, context):
    identity = boto3.client("sts").get_caller_identity()
    return {"arn": identity["Arn"], "pid": os.getpid(), "event": event}
"""


def test_the_handler_gets_the_event_and_acts_as_the_function_s_role(functions: Functions) -> None:
    functions.deploy("who", WHO)
    response, payload = functions.invoke("who", {"rule": "KEYS"})
    assert "FunctionError" not in response
    assert (response["StatusCode"], response["ExecutedVersion"]) == (200, "$LATEST")
    assert payload["event"] == {"rule": "KEYS"}
    assert payload["arn"] == "arn:aws:sts::123456789012:assumed-role/function-role/who"
    assert payload["pid"] != os.getpid()


def test_a_service_invokes_by_arn(functions: Functions) -> None:
    functions.deploy("by-arn", "def handler(event, context):\n    return [event['n'], context.function_name]")
    done = invoke(
        "123456789012", "us-east-1", "arn:aws:lambda:us-east-1:123456789012:function:by-arn", {"n": 1}
    )
    assert (done.payload, done.error) == ([1, "by-arn"], None)


def test_a_raised_error_is_unhandled_with_type_message_and_trace(functions: Functions) -> None:
    """A gap of moto: it says Handled, and returns the last line of the log as the payload."""
    functions.deploy("raises", "def handler(event, context):\n    raise KeyError('UserId')")
    response, payload = functions.invoke("raises")
    assert response["FunctionError"] == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == ("KeyError", "'UserId'")
    assert len(payload["stackTrace"]) == 1
    assert payload["stackTrace"][0].startswith('  File "/var/task/rule.py", line 2, in handler\n')
    done = invoke("123456789012", "us-east-1", "raises", {})
    assert done.error == "KeyError: 'UserId'"


@pytest.mark.parametrize(
    ("code", "settings", "kind", "message"),
    [
        pytest.param(
            "import rdk", {}, "Runtime.ImportModuleError", "No module named 'rdk'", id="module missing"
        ),
        pytest.param(
            "def f(:", {}, "Runtime.UserCodeSyntaxError", "Syntax error in module 'rule'", id="syntax"
        ),
        pytest.param("", {}, "Runtime.HandlerNotFound", "Handler 'handler' missing", id="no such function"),
        pytest.param(
            "", {"Handler": "rule"}, "Runtime.MalformedHandlerName", "Bad handler 'rule'", id="no dot"
        ),
        pytest.param(
            "def handler(e, c): return {1}",
            {},
            "Runtime.MarshalError",
            "Unable to marshal response",
            id="no JSON",
        ),
        pytest.param(
            "import os\ndef handler(e, c): os._exit(3)", {}, "Runtime.ExitError", "exit status 3", id="exits"
        ),
    ],
)
def test_what_lambda_says_of_a_function_it_cannot_run(
    functions: Functions,
    request: pytest.FixtureRequest,
    code: str,
    settings: dict[str, Any],
    kind: str,
    message: str,
) -> None:
    name = functions.deploy(request.node.callspec.id.replace(" ", "-"), code, **settings)
    response, payload = functions.invoke(name)
    assert (response["FunctionError"], payload["errorType"]) == ("Unhandled", kind)
    assert message in payload["errorMessage"]


def test_time_out_ends_the_function_and_what_it_started(
    functions: Functions, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A gap of moto: it waits five minutes, whatever the function's Timeout says."""
    mark = tmp_path_factory.mktemp("mark") / "alive"
    code = f"""
import subprocess, sys, time
def handler(event, context):
    print("left", 1000 < context.get_remaining_time_in_millis() <= 2000)
    child = "import time; time.sleep(3); open({str(mark)!r}, 'w')"
    subprocess.Popen([sys.executable, "-c", child])
    print("started", flush=True)
    time.sleep(60)
"""
    functions.deploy("slow", code, Timeout=2)
    done = invoke("123456789012", "us-east-1", "slow", {})
    assert done.error is not None
    assert done.error.startswith("Sandbox.Timedout: RequestId: ")
    assert done.error.endswith(" Error: Task timed out after 2.00 seconds")
    assert "left True\nstarted\n" in done.log
    functions.invoke(functions.deploy("wait", "import time\ndef handler(e, c): time.sleep(2)"))
    assert not mark.exists()


def test_the_process_has_lambda_s_environment_and_nothing_of_the_person_s(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SECRET_OF_THE_PERSON", "1")
    code = "import os\ndef handler(event, context): return dict(os.environ)"
    functions.deploy(
        "environment", code, MemorySize=256, Environment={"Variables": {"AWS_RETRY_MODE": "adaptive"}}
    )
    _, seen = functions.invoke("environment")
    expected = {
        "AWS_RETRY_MODE": "adaptive",
        "AWS_LAMBDA_FUNCTION_NAME": "environment",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": functions.account.endpoint,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "_HANDLER": "rule.handler",
    }
    assert {name: seen.get(name) for name in expected} == expected
    assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"AWS_PROFILE", "SECRET_OF_THE_PERSON", "PYTHONPATH"} & set(seen)


def test_context_describes_the_invocation(functions: Functions) -> None:
    code = """
def handler(event, context):
    return [context.invoked_function_arn, context.memory_limit_in_mb, len(context.aws_request_id)]
"""
    functions.deploy("context", code, MemorySize=256)
    _, payload = functions.invoke("context")
    assert payload == ["arn:aws:lambda:us-east-1:123456789012:function:context", "256", 36]


def test_log_has_what_the_function_wrote_and_is_returned_if_asked(functions: Functions) -> None:
    code = "import logging\ndef handler(event, context):\n    print('seen')\n    logging.warning('careful')"
    functions.deploy("writes", code)
    response, _ = functions.invoke("writes", LogType="Tail")
    log = base64.b64decode(response["LogResult"]).decode().splitlines()
    assert [log[0].split()[0], log[1], log[-2].split()[0], log[-1].split()[0]] == [
        "START",
        "seen",
        "END",
        "REPORT",
    ]
    assert log[2].startswith("[WARNING]")
    assert log[2].endswith("\tcareful")
    assert "LogResult" not in functions.invoke("writes")[0]
    logs = functions.account.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/writes", filterPattern="seen")["events"]
    assert [one["message"] for one in events] == ["seen", "seen"]


def test_a_role_that_lambda_cannot_assume_fails_the_invocation(functions: Functions) -> None:
    """A gap of moto: it never looks at the trust policy."""
    iam = functions.account.client("iam")
    iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    functions.deploy("untrusted", WHO, Role="arn:aws:iam::123456789012:role/other")
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        functions.invoke("untrusted")
    assert refused.value.response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "The role defined for the function cannot be assumed by Lambda.",
    }
    done = invoke("123456789012", "us-east-1", "untrusted", {})
    assert (
        done.error == "AccessDeniedException: The role defined for the function cannot be assumed by Lambda."
    )


def test_an_unknown_function_and_a_body_that_is_no_json_are_refused(functions: Functions) -> None:
    with pytest.raises(functions.client.exceptions.ResourceNotFoundException):
        functions.invoke("none")
    functions.deploy("picky", WHO)
    with pytest.raises(functions.client.exceptions.InvalidRequestContentException):
        functions.client.invoke(FunctionName="picky", Payload=b"{")


def test_a_dry_run_runs_nothing(functions: Functions) -> None:
    functions.deploy("dry", "raise SystemExit")
    response, payload = functions.invoke("dry", InvocationType="DryRun")
    assert (response["StatusCode"], payload) == (204, None)
