"""Every check of lint, with what its own module says of it: what a code means is written beside the check.

A check's module has ``CODE``; a docstring whose first paragraph says what must hold, and whose others say why
and name AWS's page; and two examples, ``WRONG``, of which lint finds exactly this, and ``RIGHT``, of which it
finds nothing. Both are YAML without what every document has: see ``whole_document``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from rulebook.authoring.checks import document as document_checks
from rulebook.authoring.checks import document_contract
from rulebook.authoring.checks import house as house_checks
from rulebook.authoring.checks.document import document_name
from rulebook.authoring.checks.house import script_loads
from rulebook.authoring.lint import comments, unreadable
from rulebook.automation import validation
from rulebook.automation.validation import schema_version

# A name is the folder's, a script is never run here, and documents of other versions are passed over.
_OF_THE_BUILD = (document_name, script_loads, schema_version)
_PACKAGES = (validation, document_checks, house_checks)
_PAGE = re.compile(r"(https://\S+[\w/])[.,:]?(?:\s+(\([^)]*\)))?[.,:]?")
_SLEEP = """\
mainSteps:
  - name: Wait
    action: aws:sleep
    inputs:
      Duration: PT1S
"""


@dataclass(frozen=True)
class Entry:
    """What a check's module says.

    Attributes:
        code: of its findings.
        what: must hold; a sentence or two.
        why: the rest of the docstring, without pages.
        pages: the addresses of AWS's.
        notes: beside each page, for example which key it is about.
        wrong: an example.
        right: the same, mended.
        only_for_config: whether only the profile ``config`` has it.
    """

    code: str
    what: str
    why: str
    pages: tuple[str, ...]
    notes: tuple[str, ...]
    wrong: str
    right: str
    only_for_config: bool


@cache
def entries() -> Mapping[str, Entry]:
    """Return every check by its code, sorted."""
    modules = [one for package in _PACKAGES for one in validation.modules(package)]
    found = [_entry(one) for one in (*modules, comments, unreadable) if one not in _OF_THE_BUILD]
    return {entry.code: entry for entry in sorted(found, key=lambda entry: entry.code)}


@cache
def known_codes() -> frozenset[str]:
    """Return every code that a comment may name: lint's, and what only the build and ``check`` ask."""
    others = (*_OF_THE_BUILD, *validation.modules(document_contract))
    return frozenset(entries()) | {module.CODE for module in others}


def _entry(module: ModuleType) -> Entry:
    what, *rest = re.split(r"\n\s*\n", (module.__doc__ or "").strip())
    why = "\n\n".join(_PAGE.sub("", part).strip() for part in rest)
    pages = _PAGE.findall(module.__doc__ or "")
    return Entry(
        module.CODE,
        what,
        why.strip(),
        tuple(url for url, _ in pages),
        tuple(note for _, note in pages),
        getattr(module, "WRONG", ""),
        getattr(module, "RIGHT", ""),
        only_for_config=module.__name__.startswith(house_checks.__name__),
    )


def whole_document(example: str) -> str:
    """Return an example as a document: with schemaVersion, and with a step if it has none.

    An example that begins with ``- `` is a list of steps.
    """
    if example.startswith("- "):
        example = f"mainSteps:\n{example}"
    if "schemaVersion" not in example:
        example = f'schemaVersion: "0.3"\n{example}'
    return example if "mainSteps:" in example else example + _SLEEP
