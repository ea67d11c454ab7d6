"""Checks of any document as authored: ``find(document: AuthoredDocument) -> Iterator[Finding]``."""
