"""Checks of one document as authored: ``find(document: AuthoredDocument) -> Iterator[Finding]``."""
