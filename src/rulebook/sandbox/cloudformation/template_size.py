"""Requests to CloudFormation that moto answers too kindly, or not at all.

A template sent in the call itself is 51,200 bytes at most; moto takes any. rdk sends its template so, with
the whole runbook in it. A template in a bucket is found by this account's address; moto knows only AWS's own
and ``localhost``. The change sets listed are those of the stack asked about; moto lists everybody's.
"""

from __future__ import annotations

from typing import Any

from moto.cloudformation import urls
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from rulebook.limits import TEMPLATE_BODY
from rulebook.sandbox import endpoint
from rulebook.sandbox.extensions import answer_with


class AccountCloudFormation(CloudFormationResponse):  # type: ignore[misc]  # moto is untyped
    """moto's CloudFormation, which looks at the size of templates."""

    def create_stack(self) -> Any:
        """Create a stack."""
        self._check_size()
        return super().create_stack()

    def update_stack(self) -> Any:
        """Change a stack."""
        self._check_size()
        return super().update_stack()

    def create_change_set(self) -> Any:
        """Plan a change."""
        self._check_size()
        return super().create_change_set()

    def validate_template(self) -> Any:
        """Check a template."""
        self._check_size()
        return super().validate_template()

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

    def _check_size(self) -> None:
        body = self._get_param("TemplateBody")
        if body and len(body.encode()) > TEMPLATE_BODY:
            raise ValidationError(
                message="1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
                f"Member must have length less than or equal to {TEMPLATE_BODY}"
            )


answer_with(urls, AccountCloudFormation)
