"""The built files are there and are what the build would write: they are committed, because rdk reads them.

docs/adr/0002-built-files-are-committed.md.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rulebook.authoring.render.writing import current_text
from rulebook.finding import TOP, Finding
from rulebook.project import Project

CODE = "built-files"


def out_of_date(project: Project, files: Mapping[Path, str]) -> Iterator[Finding]:
    """Find files that hold something else than they should.

    Args:
        project: where.
        files: what each should hold.
    """
    for path, text in files.items():
        current = current_text(path)
        if current != text:
            problem = "is missing" if current is None else "is out of date"
            cure = "run `rulebook build` and commit it"
            yield Finding(TOP, problem, cure, file=project.relative(path), check=CODE)
