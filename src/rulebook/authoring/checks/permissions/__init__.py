"""Checks of a permissions.json, a rule's or a document's: ``find(granted: Granted) -> Iterator[Finding]``."""
