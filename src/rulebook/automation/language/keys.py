"""The keys of a document, of its steps, parameters, variables and outputs, and what may stand there.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html and
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html (shared properties).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "object", "list", "filled list", "flag", "whole number", "count", "anything"]


@dataclass(frozen=True)
class Key:
    """What may stand under a key.

    Attributes:
        kind: ``filled list`` has at least one element; ``count`` is a whole number from 1 on, or, as the
            service takes it too, text of one or a reference; ``flag`` is true or false, or text of it.
        required: whether it must be there.
    """

    kind: Kind
    required: bool = False


Keys = Mapping[str, Key]

DOCUMENT: Keys = {
    "schemaVersion": Key("text", required=True),
    "description": Key("text"),
    "assumeRole": Key("text"),
    "parameters": Key("object"),
    "variables": Key("object"),
    "mainSteps": Key("filled list", required=True),
    "outputs": Key("list"),
    "files": Key("object"),
}

STEP: Keys = {
    "name": Key("text", required=True),
    "action": Key("text", required=True),
    "description": Key("text"),
    "inputs": Key("object"),
    "outputs": Key("list"),
    "nextStep": Key("text"),
    "isEnd": Key("flag"),
    "isCritical": Key("flag"),
    "onFailure": Key("text"),
    "onCancel": Key("text"),
    "maxAttempts": Key("count"),
    "timeoutSeconds": Key("count"),
}

PARAMETER: Keys = {
    "type": Key("text", required=True),
    "description": Key("text"),
    "default": Key("anything"),
    "allowedPattern": Key("text"),
    "allowedValues": Key("filled list"),
    "displayType": Key("text"),
    "minItems": Key("whole number"),
    "maxItems": Key("whole number"),
    "minChars": Key("whole number"),
    "maxChars": Key("whole number"),
}

VARIABLE: Keys = PARAMETER

OUTPUT: Keys = {
    "Name": Key("text", required=True),
    "Selector": Key("text", required=True),
    "Type": Key("text"),
}

# The service takes text where a flag or a count is meant.
FLAG_TEXTS = ("true", "false")  # in any case
COUNT_TEXT = re.compile(r"0*[1-9][0-9]{0,8}")

# What onFailure and onCancel may say beside ``step:NAME``.
REACTIONS = ("Abort", "Continue")
JUMP = "step:"
