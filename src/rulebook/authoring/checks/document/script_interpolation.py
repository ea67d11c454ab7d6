"""A script holds no ``{{``: the service would put text of parameters into code, which is an injection.

Values reach a script by InputPayload only.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.finding import Finding

CODE = "script-interpolation"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find every line with an opening pair of braces."""
    for script in document.scripts():
        for number, line in enumerate(script.source.splitlines(), start=1):
            if "{{" in line:
                yield script.finding(
                    number,
                    line.index("{{") + 1,
                    "holds {{, which the service replaces in the code",
                    "pass the value by InputPayload; write '{' + '{' if the braces are meant",
                )
