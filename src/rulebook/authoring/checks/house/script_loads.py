"""Every step's script, as built, loads under any loader.

AWS does not publish how it loads a script, and loaders differ: some enter it in ``sys.modules`` and give it
a ``__file__``, some do not. A dataclass with postponed annotations, for one, fails where its module is not
entered. Each script is loaded in three ways, in a process without credentials and without network.
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.document import script_imports
from rulebook.authoring.checks.loading import load_scripts
from rulebook.authoring.checks.script_slice import script_slice
from rulebook.finding import Finding

CODE = "script-loads"
RUNS_SCRIPTS = True
CURE = "let it need no registered module, no __file__ and no network to be loaded"


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find scripts that fail before their handler is called."""
    if any(script_imports.find(document)):
        return  # told there
    steps = [(one, script_slice(one.source, one.handler.name)) for one in document.scripts() if one.handler]
    texts = tuple(dict.fromkeys(text for _, text in steps))
    failures = dict(zip(texts, load_scripts(texts) if texts else (), strict=True))
    for one, text in steps:
        if failure := failures[text]:
            way = f" {failure.way}" if failure.way else ""
            problem = f"step {one.step['name'].text} does not load{way}: {failure.what}"
            yield one.finding(failure.line, 1, problem, CURE)
