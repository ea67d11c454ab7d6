"""Checks of what a runbook promises: each module has ``find(proved: ProvedDocument) -> Iterator[Finding]``.

`rulebook check` alone asks for it, and passes over what the document says why it does otherwise: a comment
``# rulebook: ignore[CODE] reason`` on the line or on the first line of the step.
"""
