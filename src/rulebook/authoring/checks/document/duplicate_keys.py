"""No key stands twice in one map of YAML: readers of YAML take the last and drop the others without a word.

YAML itself wants each key once. JSON is not looked at.
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "duplicate-keys"

RIGHT = """\
- name: Wait
  action: aws:sleep
  inputs:
    Duration: PT1M
"""
WRONG = (
    RIGHT
    + """\
  action: aws:sleep
"""
)


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find keys that stand there once more."""
    for place in document.doubled:
        yield Finding(
            place, "stands more than once in its map, and only the last holds", "leave one", "warning"
        )
