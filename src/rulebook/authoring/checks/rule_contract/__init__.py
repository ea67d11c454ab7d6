"""Checks of what a rule promises: each module has ``find(rule: ProvedRule) -> Iterator[Finding]``.

`rulebook check` alone asks for it; a rule that is still being written is built all the same.
"""
