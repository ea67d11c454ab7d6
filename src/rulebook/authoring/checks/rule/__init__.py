"""Checks of a rule with its entry: ``find(configured: ConfiguredRule) -> Iterator[Finding]``."""
