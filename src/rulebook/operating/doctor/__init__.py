"""What would keep a deployment from working, found before it is tried. Nothing is changed.

One small file a check under ``checks/``, found by walking: a module with
``diagnose(examination) -> Iterator[Diagnosis]``, whose docstring says what it looks at, why, and where AWS
says so. What AWS refuses to tell is told as ``could-not-check``; it is never taken for good news.
"""

from dataclasses import replace
from types import ModuleType

from botocore.exceptions import ClientError

from rulebook.automation.validation import modules
from rulebook.errors import ConfigurationError
from rulebook.iam.policy import UnsupportedPolicy
from rulebook.operating.doctor import checks
from rulebook.operating.doctor.diagnosis import NO_CREDENTIALS, WORST_FIRST, Diagnosis
from rulebook.operating.doctor.examination import Examination

__all__ = ["Diagnosis", "Examination", "examine", "saw_nothing"]


def examine(examination: Examination) -> list[Diagnosis]:
    """Run every check; the worst first.

    Raises:
        botocore.exceptions.ClientError: the credentials are not valid (any more).
        botocore.exceptions.BotoCoreError: AWS cannot be reached.
    """
    found = [one for module in modules(checks) for one in _run(module, examination)]
    return sorted(found, key=lambda one: (WORST_FIRST.index(one.level), one.check, one.subject))


def saw_nothing(found: list[Diagnosis]) -> bool:
    """Tell whether every check that asks the account in any case was refused."""
    return all(one.level == "could-not-check" for one in found if one.check in checks.ALWAYS_ASK)


def _run(module: ModuleType, examination: Examination) -> list[Diagnosis]:
    """Run one check; what it found before AWS refused to go on is kept."""
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    found: list[Diagnosis] = []
    try:
        found.extend(module.diagnose(examination))
    except ClientError as error:
        if error.response["Error"]["Code"] in NO_CREDENTIALS:
            raise
        found.append(could_not_check(error))
    except ConfigurationError as error:  # what is wrong with the project's files is here to be found
        file, _, rest = str(error).partition(": ")
        problem, _, cure = rest.rpartition("; ")
        found.append(Diagnosis("error", file, problem or rest, cure if problem else "mend the file"))
    except UnsupportedPolicy as error:
        seen = f"a policy has something that this tool cannot judge: {error}"
        found.append(Diagnosis("could-not-check", name, seen, "look at the role's policies by hand"))
    return [replace(one, check=name) for one in found]


def could_not_check(error: ClientError) -> Diagnosis:
    """Return that AWS did not answer, and what to do about it."""
    operation, code = error.operation_name, error.response["Error"]["Code"]
    message = " ".join(error.response["Error"].get("Message", "").split())
    if code.startswith(("AccessDenied", "Unauthorized")):
        cure = f"allow {operation} to the credentials in use, or let somebody run this who may"
    elif code in ("NotImplemented", "InternalFailure"):
        cure = "check it by hand; this endpoint cannot tell"
    else:
        cure = "repeat the command later"
    return Diagnosis("could-not-check", operation, f"{code}: {message}", cure)
