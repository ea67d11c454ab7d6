"""The language of Automation documents (schemaVersion 0.3), each fact once.

Checks, runner and embedded account read it here. It says what AWS documents, and where it is silent what
AWS's own published documents use; which of it the runner can do is said in ``rulebook.automation.beyond``.
"""
