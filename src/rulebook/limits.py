"""What AWS limits, each once. What it limits of Automation documents is in ``automation.language.limits``."""

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
# Also of a conformance pack (https://docs.aws.amazon.com/config/latest/APIReference/API_PutConformancePack.html).
TEMPLATE_BODY = 51_200  # bytes of a template that is sent in the call itself

# https://docs.aws.amazon.com/config/latest/APIReference/API_RemediationConfiguration.html
REMEDIATION_PARAMETERS = 25
# https://docs.aws.amazon.com/config/latest/APIReference/API_StaticValue.html
STATIC_VALUE = 256  # characters

# https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html (InputParameters)
RULE_INPUT = 1024  # characters of all parameters of a rule as JSON

# https://docs.aws.amazon.com/lambda/latest/dg/API_CreateFunction.html (FunctionName)
FUNCTION_NAME = 64  # characters
