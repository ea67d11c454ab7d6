"""Every action that AWS documents: its inputs, its outputs, and how long it may take.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html links each action's page.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rulebook.automation.language import limits


@dataclass(frozen=True)
class Action:
    """One kind of step.

    Attributes:
        name: for example ``aws:sleep``.
        required: inputs that must be there.
        optional: inputs that may be there.
        any_input: whether others may be there too, because the page says that the action takes "most"
            parameters of an API, or because they are the arguments of the API that the step names.
        outputs: what a step has without declaring it.
        any_output: whether it may have others, because no page tells of it.
        undeclared_outputs: what a step has only if it declares no output.
        selects: whether its steps may declare outputs of their own, by a selector into its answer.
        max_seconds: how long an attempt may take without ``timeoutSeconds``; of a script, the longest too.
    """

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    any_input: bool
    any_output: bool
    outputs: frozenset[str]
    undeclared_outputs: frozenset[str]
    selects: bool
    max_seconds: int

    @property
    def inputs(self) -> frozenset[str]:
        """Every input that is known by name."""
        return self.required | self.optional


def _action(  # noqa: PLR0913 - one for each thing that a page says
    name: str,
    required: str = "",
    optional: str = "",
    *,
    any_input: bool = False,
    any_output: bool = False,
    outputs: str = "",
    undeclared_outputs: str = "",
    selects: bool = False,
    max_seconds: int = limits.STEP_SECONDS,
) -> Action:
    names = (frozenset(text.split()) for text in (required, optional, outputs, undeclared_outputs))
    required_names, optional_names, output_names, undeclared = names
    return Action(
        f"aws:{name}",
        required_names,
        optional_names,
        any_input=any_input,
        any_output=any_output,
        outputs=output_names,
        undeclared_outputs=undeclared,
        selects=selects,
        max_seconds=max_seconds,
    )


_API = "Service Api"
_PROPERTY = f"{_API} PropertySelector DesiredValues"
_WEEK = 7 * 24 * 3600

_ALL: Iterable[Action] = (
    # EnhancedApprovals, FailOnUnexpectedStopped and the Message of a pause are on no page; AWS's own
    # documents (AWS-*) have them.
    _action(
        "approve",
        "Approvers",
        "NotificationArn Message MinRequiredApprovals EnhancedApprovals",
        outputs="ApprovalStatus ApproverDecisions",
        max_seconds=_WEEK,
    ),
    _action("assertAwsResourceProperty", _PROPERTY, any_input=True),
    # A NextStep to read is on no page; AWSSupport-TroubleshootWindowsUpdate reads it.
    _action("branch", "Choices", "Default", outputs="NextStep"),
    _action(
        "changeInstanceState",
        "InstanceIds DesiredState",
        "CheckStateOnly Force AdditionalInfo FailOnUnexpectedStopped",
    ),
    _action(
        "copyImage",
        "SourceImageId SourceRegion ImageName",
        "ImageDescription Encrypted KmsKeyId ClientToken",
        outputs="ImageId ImageState",
        selects=True,
    ),
    _action(
        "createImage",
        "InstanceId ImageName",
        "ImageDescription NoReboot BlockDeviceMappings",
        outputs="ImageId ImageState",
        selects=True,
    ),
    _action(
        "createStack",
        "StackName",
        "Capabilities ClientRequestToken DisableRollback NotificationARNs OnFailure Parameters ResourceTypes "
        "RoleARN StackPolicyBody StackPolicyURL Tags TemplateBody TemplateURL TimeoutInMinutes",
        outputs="StackId StackStatus StackStatusReason",
        selects=True,
    ),
    _action("createTags", "ResourceIds Tags", "ResourceType"),
    _action("deleteImage", "ImageId"),
    _action("deleteStack", "StackName", "ClientRequestToken RetainResources RoleARN", selects=True),
    _action(
        "executeAutomation",
        "DocumentName",
        "DocumentVersion MaxConcurrency MaxErrors RuntimeParameters Tags TargetLocations TargetMaps "
        "TargetParameterName Targets",
        outputs="ExecutionId Output Status",
        selects=True,
    ),
    _action("executeAwsApi", _API, any_input=True, selects=True),
    _action(
        "executeScript",
        "Runtime",
        "Attachment Handler InputPayload Script",
        outputs="OutputPayload",
        undeclared_outputs="Payload",
        selects=True,
        max_seconds=limits.SCRIPT_SECONDS,
    ),
    _action(
        "executeStateMachine",
        "stateMachineArn",
        "input name",
        any_input=True,
        outputs="executionArn input name output startDate stateMachineArn status stopDate",
        selects=True,
    ),
    _action(
        "invokeLambdaFunction",
        "FunctionName",
        "ClientContext InputPayload InvocationType LogType Payload Qualifier",
        outputs="FunctionError LogResult OutputPayload Payload StatusCode",
        selects=True,
    ),
    _action("invokeWebhook", "IntegrationName", "Body", outputs="Response ResponseCode"),
    _action(
        "loop",
        "Steps",
        "IteratorDataType Iterators LoopCondition MaxIterations",
        outputs="CurrentIteration CurrentIteratorValue",
    ),
    _action("pause", optional="Message", max_seconds=_WEEK),
    _action(
        "runCommand",
        "DocumentName",
        "CloudWatchOutputConfig Comment DocumentHash DocumentHashType DocumentVersion InstanceIds "
        "MaxConcurrency MaxErrors NotificationConfig OutputS3BucketName OutputS3KeyPrefix Parameters "
        "ServiceRoleArn Targets TimeoutSeconds",
        any_input=True,
        outputs="CommandId Output ResponseCode Status",
        selects=True,
    ),
    _action(
        "runInstances",
        "ImageId",
        "AdditionalInfo BlockDeviceMappings ClientToken DisableApiTermination EbsOptimized "
        "IamInstanceProfileArn IamInstanceProfileName InstanceInitiatedShutdownBehavior InstanceType "
        "KernelId KeyName MaxInstanceCount MetadataOptions MinInstanceCount Monitoring NetworkInterfaces "
        "Placement PrivateIpAddress RamdiskId SecurityGroupIds SecurityGroups SubnetId TagSpecifications "
        "UserData",
        any_input=True,
        outputs="InstanceIds InstanceStates",
        selects=True,
    ),
    _action("sleep", optional="Duration Timestamp", max_seconds=_WEEK),
    _action("updateVariable", "Name Value"),
    _action("waitForAwsResourceProperty", _PROPERTY, any_input=True),
)

# AWS's own: AWSEC2-CloneInstanceAndUpgrade* and AWS-InstallDistributorPackageOnAzure have them.
_OF_AWS_ITSELF = (
    _action(name, any_input=True, any_output=True, selects=True)
    for name in ("installDistributorPackageOnAzure", "putServerUpgradeMetrics", "shareSQLMedia")
)

ACTIONS: dict[str, Action] = {action.name: action for action in (*_ALL, *_OF_AWS_ITSELF)}

BRANCH = "aws:branch"
LOOP = "aws:loop"
RUN_COMMAND = "aws:runCommand"
SCRIPT = "aws:executeScript"
SLEEP = "aws:sleep"
UPDATE_VARIABLE = "aws:updateVariable"
API_CALLS = ("aws:assertAwsResourceProperty", "aws:executeAwsApi", "aws:waitForAwsResourceProperty")
# Documents for aws:runCommand whose parameter is the text of a command.
COMMAND_LINES = {"AWS-RunPowerShellScript": "commands", "AWS-RunShellScript": "commands"}
PROPERTY_READS = ("aws:assertAwsResourceProperty", "aws:waitForAwsResourceProperty")
