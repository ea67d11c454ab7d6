"""Checks of a rule with its document; each module has ``find(pair: Pair) -> Iterator[Finding]``."""
