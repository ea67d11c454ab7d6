"""The variables that the service gives every document.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html
"""

ACCOUNT_ID = "global:ACCOUNT_ID"
AWS_PARTITION = "global:AWS_PARTITION"
DATE = "global:DATE"
DATE_TIME = "global:DATE_TIME"
REGION = "global:REGION"
EXECUTION_ID = "automation:EXECUTION_ID"

NAMES = frozenset({ACCOUNT_ID, AWS_PARTITION, DATE, DATE_TIME, REGION, EXECUTION_ID})

SSM = "ssm"  # {{ ssm:NAME }} is a parameter of the Parameter Store
VARIABLE = "variable"  # {{ variable:NAME }} is one that the document declares under ``variables``
