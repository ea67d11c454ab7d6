"""The runtimes of aws:executeScript.

The service refuses documents with Python 3.6 to 3.9 since September 2025, and documents none later than
3.11. PowerShell 7.4 is what AWS's own documents use.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

PYTHON = "python3.11"
PYTHON_VERSION = (3, 11)
RETIRED = tuple(
    f"python3.{minor}" for minor in range(6, 11)
)  # of 3.10 nothing is said, and no document has it
POWERSHELL = ("PowerShell Core 6.0", "PowerShell 7.0", "PowerShell 7.4")


def is_python(runtime: object) -> bool:
    """Tell whether a step's Runtime names a Python, one that the service takes or another."""
    return isinstance(runtime, str) and runtime.startswith("python")
