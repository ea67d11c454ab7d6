"""Checks of an account; each module has ``diagnose(examination: Examination) -> Iterator[Diagnosis]``."""

# They ask the account whatever the project's files say; if all are refused, nothing was looked at.
ALWAYS_ASK = frozenset({"code-bucket", "deploy-permissions", "recorder"})
