"""One way into moto and out again: after an account has ended moto is what it was."""

import importlib
import pkgutil
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.cloudformation import parsing
from moto.cloudformation.models import Stack
from moto.config.models import RESOURCE_MAP
from moto.core.common_models import CloudFormationModel
from moto.iam.models import iam_backends
from moto.ssm.responses import SimpleSystemManagerResponse

from rulebook.sandbox import Sandbox

OURS = "rulebook"
SERVICES = ("awslambda", "cloudformation", "config", "core", "iam", "ssm", "sts")


def replaced() -> list[str]:
    """Return whatever of moto is ours: attributes of its modules and classes, entries of its tables."""
    found = []
    for service in SERVICES:
        package = importlib.import_module(f"moto.{service}")
        for part in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(part.name)
            for name, value in vars(module).items():
                owners = vars(value).items() if isinstance(value, type) else ()
                entries = value.items() if isinstance(value, dict) else ()
                found += [f"{module.__name__}.{name}"] if _ours(value) else []
                found += [
                    f"{module.__name__}.{name}.{one}" for one, held in (*owners, *entries) if _ours(held)
                ]
    return found


def _ours(value: Any) -> bool:
    value = getattr(value, "__func__", value)
    value = getattr(value, "fget", value)
    home = getattr(value, "__module__", None) or type(value).__module__
    return str(home).startswith(OURS) or type(value).__module__.startswith(OURS)


def test_moto_is_ours_for_as_long_as_an_account_runs() -> None:
    with Sandbox.start() as account:
        account.client("iam").list_users()
        inside = replaced()
    assert len(inside) > 15
    assert replaced() == []


def test_plain_moto_works_as_ever_afterwards() -> None:
    with Sandbox.start() as account:
        account.client("cloudformation").list_stacks()
    assert not hasattr(SimpleSystemManagerResponse, "start_automation_execution")
    assert not hasattr(LambdaFunction, "timeout")
    assert LambdaBackend.invoke.__module__ == "moto.awslambda.models"
    assert Stack.update.__module__ == "moto.cloudformation.models"
    assert "AWS::IAM::User" not in RESOURCE_MAP
    assert iam_backends.backend.__module__ == "moto.iam.models"
    assert [one for one in CloudFormationModel.__subclasses__() if one.__module__.startswith(OURS)] == []
    models = parsing.get_model_map()
    assert {models[kind].__module__ for kind in ("AWS::SSM::Document", "AWS::IAM::Role")} == {
        "moto.ssm.models",
        "moto.iam.models",
    }
    assert "AWS::Config::ConfigRule" not in models
