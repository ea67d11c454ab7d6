"""Checks of a document that Config is to start: ``find(document: AuthoredDocument) -> Iterator[Finding]``.

What is wrong here is sound Automation all the same: these are rules of the profile ``config``.
"""
