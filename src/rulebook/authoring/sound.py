"""Documents that are about to be spread: published, or put into a pack."""

from rulebook.authoring.checks import check_document
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.reading import read_document
from rulebook.errors import ConfigurationError
from rulebook.project import Project
from rulebook.project.chosen import document_folder


def sound_document(project: Project, name: str) -> AuthoredDocument:
    """Return a document that would run.

    Raises:
        ConfigurationError: there is none, a file is malformed, or it would not run; the first reason is told.
    """
    document = read_document(project, document_folder(project, name))
    for finding in check_document(document):
        if finding.severity == "error":
            raise ConfigurationError(str(finding))
    return document
