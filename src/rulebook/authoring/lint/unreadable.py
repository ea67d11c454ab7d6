"""A file that speaks of Automation documents and cannot be read holds documents that nobody has checked.

It is not UTF-8, neither YAML nor JSON, nested without end, or larger than any document. The service reads
JSON and YAML. https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html
"""

CODE = "unreadable"

WRONG = """\
description: "Restarts an instance
"""
RIGHT = """\
description: Restarts an instance
"""
