"""Let a request pass, or refuse it as AWS would."""

from rulebook.iam.names import RENAMED
from rulebook.iam.policy import Decision, decide
from rulebook.sandbox.authorization import principals, resources
from rulebook.sandbox.authorization.principals import Principal
from rulebook.sandbox.authorization.resources import Resource
from rulebook.sandbox.errors import ApiError
from rulebook.sandbox.request import ApiRequest

# Allowed to everybody, even against a Deny.
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_ALWAYS = frozenset({"sts:GetCallerIdentity"})

_WHY = {
    Decision.IMPLICIT_DENY: "because no {kind} policy allows the {action} action",
    Decision.EXPLICIT_DENY: "with an explicit deny in an {kind} policy",
}


def demand_permission(request: ApiRequest, principal: Principal) -> None:
    """Return if the principal may do what is asked.

    Raises:
        ApiError: with AWS's code and wording.
        UnsupportedPolicy: a policy says something that the evaluator does not understand.
    """
    if principal.is_admin:
        return
    # API Gateway's actions are the methods of HTTP.
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
    asked = request.method if request.service == "apigateway" else request.operation
    action = f"{request.service}:{asked}"
    action = RENAMED.get(action, action)
    if action in _ALWAYS:
        return
    _check(principal, action, resources.resource_of_request(request, principal))
    for layer in resources.layers(request):
        _check(principal, "lambda:GetLayerVersion", Resource(layer, layer))


def _check(principal: Principal, action: str, resource: Resource) -> None:
    context = principal.context | resource.context
    identity = decide(principals.policies_of(principal), action, resource.arn, context)
    if identity is not Decision.ALLOWED:
        raise _denied(principal, action, resource, identity, "identity-based")
    if narrower := principals.session_policies_of(principal):
        session = decide(narrower, action, resource.arn, context)
        if session is not Decision.ALLOWED:
            raise _denied(principal, action, resource, session, "session")


def _denied(principal: Principal, action: str, resource: Resource, decision: Decision, kind: str) -> ApiError:
    why = _WHY[decision].format(kind=kind, action=action)
    message = (
        f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource.label} {why}"
    )
    return ApiError(403, "AccessDenied", "AccessDeniedException", message)
