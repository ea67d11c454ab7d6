"""What the service limits of documents and runs. Sizes in bytes, times in seconds."""

import re

SCHEMA_VERSION = "0.3"  # the only one of Automation documents

# https://docs.aws.amazon.com/general/latest/gr/ssm.html: the document and the parameters of a run together
DOCUMENT = 64 * 1024

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html (Name)
DOCUMENT_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,128}")
RESERVED_NAMES = ("aws", "amazon", "amzn")

# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (name)
STEP_NAME = re.compile(r"[a-zA-Z0-9_]+")
PARAMETER_NAME = re.compile(r"[a-zA-Z0-9_]+")

# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
SCRIPT_SECONDS = 600
SCRIPT_OUTPUT = 100 * 1024  # of the returned value as JSON
SCRIPT_ITEMS = 100  # of each list in it; the service drops the rest without a word

# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-sleep.html
SLEEP_SECONDS = 604_799

# https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-loop.html
ITERATIONS = 100

# "Automation runs the cancellation workflow for a maximum of two minutes" (page of the shared properties)
CANCEL_SECONDS = 120

STEP_SECONDS = 3600  # of a step without timeoutSeconds, where its action has no time of its own
