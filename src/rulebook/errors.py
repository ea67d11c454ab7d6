"""Every error that a person may see, with the exit code it ends the command with.

RulebookError
├── ConfigurationError   rdk_config.json or a document as authored is wrong
├── NotInstalled         the base installation lacks what a command needs
├── DocumentError        a built document cannot run
└── ParametersRefused    an automation execution was refused its parameters

Anything else that reaches the command line is a defect of this tool, or an error of AWS shown as it came.
"""


class RulebookError(Exception):
    """Something a person can mend. ``str()`` is one line: what happened, and what to do."""

    exit_code = 2


class ConfigurationError(RulebookError):
    """A file that a person writes is missing or wrong; the line names file, place and cure."""


class NotInstalled(RulebookError):
    """A command needs moto or rdk, which the base installation does not bring."""

    def __init__(self, missing: str) -> None:
        """Say what is missing, and how it comes."""
        super().__init__(f"{missing} is not installed; pip install 'aws-config-rulebook[sandbox]'")


class DocumentError(RulebookError):
    """A document that the Automation service could not run."""


class ParametersRefused(RulebookError):
    """The start of an automation execution was refused (InvalidAutomationExecutionParametersException)."""
