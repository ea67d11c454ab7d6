"""Requests to CloudFormation that moto answers too kindly, or not at all.

A template sent in the call itself is 51,200 bytes at most; moto takes any. rdk sends its template so, with
the whole runbook in it. A template in a bucket is found by this account's address; moto knows only AWS's own
and ``localhost``. What CloudFormation refuses of a template, it refuses before there is a stack; an update
that changes nothing is refused. The change sets listed are those of the stack asked about, not everybody's.
"""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from moto.cloudformation import urls
from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from werkzeug.exceptions import HTTPException

from rulebook.limits import TEMPLATE_BODY
from rulebook.sandbox import endpoint
from rulebook.sandbox.cloudformation import template
from rulebook.sandbox.cloudformation.change_sets import UNDER_REVIEW
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.extensions import answer_with

# As recorded, 2023-04-19: localstack/localstack, cloudformation/api/test_stacks.snapshot.json.
_STACK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*")


def _refusing(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let what moto stumbles over in a request be the sender's fault, and leave no stack of it."""

    @wraps(method)
    def call(self: "AccountCloudFormation") -> Any:
        stacks = self.cloudformation_backend.stacks
        before = set(stacks)
        try:
            return method(self)
        except (ServiceException, HTTPException, ApiError, NotImplementedError):
            raise
        except Exception as error:
            for made in set(stacks) - before:
                del stacks[made]
            message = f"Template error: the embedded account can make nothing of it: {error!r}"
            raise ValidationError(message=message) from error

    return call


class AccountCloudFormation(CloudFormationResponse):  # type: ignore[misc]  # moto is untyped
    """moto's CloudFormation, which looks at templates and names first."""

    @_refusing
    def create_stack(self) -> Any:
        """Create a stack."""
        name = self._get_param("StackName")
        if not _STACK_NAME.fullmatch(name):
            raise ValidationError(
                message=f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
                f"constraint: Member must satisfy regular expression pattern: {_STACK_NAME.pattern}"
            )
        if any(name == stack.name and stack.status != UNDER_REVIEW for stack in self._stacks()):
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        self._check_template()
        return super().create_stack()

    @_refusing
    def update_stack(self) -> Any:
        """Change a stack, if anything of it changes."""
        self._check_template()
        return super().update_stack()

    def _validate_different_update(self, incoming_params: Any, stack_body: str, old_stack: Any) -> None:
        """Refuse an update that changes nothing, whatever it gives; a change set may say so itself."""
        if self._get_action() != "UpdateStack":
            return
        new, before = template.read_template(stack_body), old_stack.stack_parameters
        values = {name: one.get("Default") for name, one in (new.get("Parameters") or {}).items()}
        values |= self._get_param_values(incoming_params or [], before)
        tags = {tag["Key"]: tag["Value"] for tag in self._get_param("Tags", [])}
        if (
            new == template.read_template(old_stack.template)
            and all(before.get(name) == value for name, value in values.items())
            and tags in ({}, old_stack.tags)
        ):
            raise ValidationError(message="No updates are to be performed.")

    @_refusing
    def create_change_set(self) -> Any:
        """Plan a change."""
        self._check_template()
        return super().create_change_set()

    @_refusing
    def validate_template(self) -> Any:
        """Check a template."""
        self._check_template(parameters=False)
        return super().validate_template()

    @_refusing
    def execute_change_set(self) -> Any:
        """Do what was planned."""
        return super().execute_change_set()

    @_refusing
    def describe_stacks(self) -> Any:
        """Show stacks."""
        return super().describe_stacks()

    @_refusing
    def create_stack_set(self) -> Any:
        """Make a stack set."""
        self._check_template()
        return super().create_stack_set()

    @_refusing
    def get_template_summary(self) -> Any:
        """Say what a template, or a stack's, needs."""
        if self._get_param("StackName") is None:
            self._check_template(parameters=False)
        return super().get_template_summary()

    def describe_stack_events(self) -> Any:
        """Refuse a stack that is not there in the words of this call."""
        self._check_stack()
        return super().describe_stack_events()

    def delete_change_set(self) -> Any:
        """Delete a change set of a stack; moto looks for its name in every stack."""
        name = self._get_param("ChangeSetName")
        if not name.startswith("arn:"):
            if self._get_param("StackName") is None:
                raise ValidationError(
                    message="StackName must be specified if ChangeSetName is not specified as an ARN."
                )
            self._check_stack()
        return super().delete_change_set()

    def list_change_sets(self) -> Any:
        """List the change sets of one stack."""
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        found = self.cloudformation_backend.change_sets.values()
        return ActionResult({"Summaries": [one for one in found if one.stack_id == stack.stack_id]})

    def _get_stack_from_s3_url(self, template_url: str) -> str:
        own = endpoint.current()
        if template_url.startswith(f"{own}/"):
            template_url = template_url.replace(own, "https://s3.amazonaws.com", 1)
        return str(super()._get_stack_from_s3_url(template_url))

    def _stacks(self) -> list[Any]:
        return list(self.cloudformation_backend.stacks.values())

    def _check_stack(self) -> None:
        """A deleted stack is found by its id only."""
        name = self._get_param("StackName")
        there = {name for stack in self._stacks() for name in (stack.name, stack.stack_id)}
        if name not in there | self.cloudformation_backend.deleted_stacks.keys():
            raise ValidationError(message=f"Stack [{name}] does not exist")

    def _check_template(self, *, parameters: bool = True) -> None:
        body, url = self._get_param("TemplateBody"), self._get_param("TemplateURL")
        if not body and not url:
            if not self._get_bool_param("UsePreviousTemplate", False):
                raise ValidationError(message="Either Template URL or Template Body must be specified.")
            return
        if body and len(body.encode()) > TEMPLATE_BODY:
            raise ValidationError(
                message="1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                f"Member must have length less than or equal to {TEMPLATE_BODY}"
            )
        read = template.read_template(body or self._get_stack_from_s3_url(url))
        if why := template.template_refusal(read):
            raise ValidationError(message=why)
        if parameters:
            self._check_parameters(read.get("Parameters") or {})

    def _check_parameters(self, declared: Mapping[str, Any]) -> None:
        given = {one["ParameterKey"] for one in self._get_param("Parameters", [])}
        if unknown := sorted(given - declared.keys()):
            listed = ", ".join(unknown)
            raise ValidationError(message=f"Parameters: [{listed}] do not exist in the template")
        if missing := [name for name, one in declared.items() if "Default" not in one and name not in given]:
            raise ValidationError(message=f"Parameters: [{', '.join(missing)}] must have values")


answer_with(urls, AccountCloudFormation)
