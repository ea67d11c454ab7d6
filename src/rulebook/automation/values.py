"""What references stand for while a document runs: parameters, outputs, variables, what the service knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rulebook.automation import account, references
from rulebook.automation.actions.base import Context
from rulebook.automation.actions.execute_api import call
from rulebook.automation.failures import StepFailed
from rulebook.automation.language import system_variables
from rulebook.automation.parameters import initial_value
from rulebook.automation.plan import Plan
from rulebook.automation.references import NoValue

_OF_THE_REGION = (system_variables.REGION, system_variables.AWS_PARTITION)


class Values:
    """By the name that a reference uses."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = dict(known)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def __getitem__(self, name: str) -> Any:
        return self._known[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._known[name] = value

    def shown(self, name: str) -> Any:
        """Return a value that is known already; raises NoValue."""
        if name in self._known:
            return self._known[name]
        return self._part(name)

    def lookup(self, name: str, context: Context) -> Any:
        """Return a value, asking the account for it if it must.

        Raises:
            NoValue: it is the output of a step that was not run, or did not make it. The reference then stays
                as it is written: AWSResilienceHub-ChangeRestApiGwQuotaLimitSOP_2020-10-26 and nine more of
                AWS's documents test whether such a value starts with ``{{``, and the script of another calls
                it the "literal variable name".
            StepFailed: the account does not give it, or the region was not given.
        """
        if name == system_variables.ACCOUNT_ID and name not in self:
            self[name] = account.account_id(context)
        elif name in _OF_THE_REGION and name not in self:
            raise StepFailed(f"{{{{ {name} }}}} has no value: AWS_DEFAULT_REGION was not given")
        elif name.startswith(f"{system_variables.SSM}:") and name not in self:
            self[name] = _stored(name.partition(":")[2], context)
        return self.shown(name)

    def settle(self, defaults: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Give parameters that have their default the value of the references in it; return those.

        ``{{ ssm:NAME }}`` and the service's variables are what AWS's own documents have there, for example
        AWS-CreateManagedLinuxInstance. A value that was given is never looked into.
        """
        settled = {
            name: references.resolve_references(default, lambda inner: self.lookup(inner, context))
            for name, default in defaults.items()
            if self._known.get(name) == default
        }
        self._known |= settled
        return settled

    def _part(self, name: str) -> Any:
        """Return a part of a value that is an object: ``Step.Output.Key``."""
        head, dot, key = name.rpartition(".")
        whole = self.shown(head) if dot else None
        if isinstance(whole, dict) and key in whole:
            return whole[key]
        raise NoValue(name)


def of_the_document(planned: Plan, accepted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of parameters, and of variables as they begin."""
    return {name: initial_value(name, declared) for name, declared in planned.variables.items()} | dict(
        accepted
    )


def _stored(name: str, context: Context) -> Any:
    """Return a parameter of the Parameter Store; a list for a StringList, as the service gives it."""
    inputs = {"Service": "ssm", "Api": "GetParameter", "Name": name}
    found = call(inputs, context)["Parameter"]
    return found["Value"].split(",") if found["Type"] == "StringList" else found["Value"]


def of_the_service(identity: str, environment: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return the values of the service's variables, without those of a region that was not given."""
    region = environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
    of_region = {system_variables.REGION: region, system_variables.AWS_PARTITION: account.partition(region)}
    return {
        system_variables.EXECUTION_ID: identity,
        system_variables.DATE: f"{now:%Y-%m-%d}",
        system_variables.DATE_TIME: f"{now:%Y-%m-%d_%H.%M.%S}",
        **({name: value for name, value in of_region.items() if value} if region else {}),
    }
