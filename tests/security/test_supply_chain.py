"""What is installed is pinned, importing calls nobody, and a build is the same bytes on every Python."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from faults.lab import PROJECT
from shipped.pairs import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# The lock file


def entries() -> list[str]:
    """Return each entry of the lock file as one line."""
    joined = LOCK.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_every_entry_is_pinned_to_one_version_and_by_hash() -> None:
    pinned = re.compile(
        r"[a-z0-9._-]+==[A-Za-z0-9.!+]+( +; [^-]+?)?(?P<hashes>( +--hash=sha256:[0-9a-f]{64})+) *"
    )
    assert [line for line in entries() if not pinned.fullmatch(line)] == []
    assert len(entries()) > 50


def test_whatever_the_project_asks_for_is_locked() -> None:
    project = PYPROJECT["project"]
    asked = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    names = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in asked}
    assert names - {line.partition("==")[0] for line in entries()} == set()


# The workflows

WORKFLOWS = [
    *sorted((ROOT / ".github/workflows").glob("*.yml")),
    ROOT / "action.yml",
    ROOT / "src/rulebook/authoring/starting/templates/project/.github/workflows/ci.yml.jinja",
]


def test_every_action_is_pinned_by_commit_and_says_its_version() -> None:
    used = [
        line.strip().removeprefix("- ")
        for file in WORKFLOWS
        for line in file.read_text(encoding="utf-8").splitlines()
        if "uses:" in line
    ]
    pinned = re.compile(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in used if not pinned.fullmatch(line)] == []
    assert len(used) >= 8


def test_the_changelog_begins_with_this_version_and_its_day() -> None:
    """The release workflow asks for it, too, and for the tag of that name."""
    newest = re.search(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert re.fullmatch(re.escape(PYPROJECT["project"]["version"]) + r", \d{4}-\d\d-\d\d", newest[1])


# No network

# An audit hook sees whatever Python opens or looks up, by whichever library; at first, that it does see.
IMPORT_ALL = """
import importlib, json, pkgutil, socket, sys
asked = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        asked.append(f"{event} {arguments!r}")
        raise OSError("no network at import")

sys.addaudithook(watch)
try:
    socket.create_connection(("192.0.2.1", 9), timeout=0.01)
except OSError:
    pass
noticed = len(asked)
names = json.loads(sys.argv[2])
sys.path[:0] = json.loads(sys.argv[3])
import rulebook
names += [one.name for one in pkgutil.walk_packages(rulebook.__path__, "rulebook.")]
for name in names:
    importlib.import_module(name)
print(json.dumps({"noticed": noticed, "asked": asked[noticed:], "imported": len(names)}))
"""


@pytest.fixture(scope="module")
def elsewhere() -> list[Any]:
    """Return what a process in other surroundings says of importing everything, and what it then builds.

    Without credentials and region, too: a client made at import would fail here.
    """
    folders = [one.folder for one in PROJECT.rules().values()]
    folders += [one.folder for one in PROJECT.documents().values()]
    names = sorted(
        path.stem for folder in folders for path in folder.glob("*.py") if not path.stem.endswith("_test")
    )
    surroundings = {"PYTHONHASHSEED": "0", "LANG": "C", "TZ": "Asia/Kathmandu"}
    given = [str(PROJECT.root), json.dumps(names), json.dumps([str(one) for one in folders])]
    said = python(sys.executable, IMPORT_ALL + RENDER, *given, PYTHONPATH=str(ROOT / "src"), **surroundings)
    return [json.loads(line) for line in said.splitlines()]


def test_importing_everything_asks_the_network_for_nothing(elsewhere: list[Any]) -> None:
    """Of the rules, the scripts and the tool."""
    importing, _ = elsewhere
    assert importing["noticed"] > 0, "the watcher is blind"
    assert importing["asked"] == []
    assert importing["imported"] > 100


def python(interpreter: str, code: str, *arguments: str, **environment: str) -> str:
    """Run a program without this process's environment, but for where Python is; return what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYENV_VERSION") if name in os.environ}
    done = subprocess.run(  # noqa: S603 - a Python with a program from this file
        [interpreter, "-W", "ignore", "-c", code, *arguments],
        env=kept | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# The same bytes

RENDER = """
import hashlib, json, sys
from pathlib import Path
from rulebook.authoring.render import render_built_files
from rulebook.project import Project
root = Path(sys.argv[1])
print(json.dumps({
    path.relative_to(root).as_posix(): hashlib.sha256(text.encode()).hexdigest()
    for path, text in render_built_files(Project(root)).items()
}))
"""
# jsonschema needs rpds, whose wheel is for one Python only; enough of it for another to build with.
RPDS = """
class HashTrieMap(dict):
    convert = classmethod(lambda cls, value: value if isinstance(value, cls) else cls(value))
    __hash__ = object.__hash__
    def insert(self, key, value):
        return HashTrieMap({**self, key: value})
    def update(self, *others, **more):
        new = HashTrieMap(self)
        for other in (*others, more):
            dict.update(new, other)
        return new
    def remove(self, key):
        return HashTrieMap({one: value for one, value in self.items() if one != key})

class HashTrieSet(frozenset):
    def insert(self, value):
        return HashTrieSet(self | {value})
    def remove(self, value):
        return HashTrieSet(self - {value})
    def update(self, *others):
        return HashTrieSet(self.union(*others))

class List(tuple):
    def push_front(self, value):
        return List((value, *self))
"""


def built() -> dict[str, str]:
    """Return the hash of each file as this process has built it."""
    paths = [one.built for one in PROJECT.documents().values()]
    paths += [one.parameters for one in PROJECT.rules().values()]
    return {
        path.relative_to(PROJECT.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def rendered(interpreter: str, path: list[Path]) -> Mapping[str, str]:
    joined = os.pathsep.join(map(str, path))
    found: dict[str, str] = json.loads(python(interpreter, RENDER, str(PROJECT.root), PYTHONPATH=joined))
    return found


def test_a_build_depends_on_no_hash_seed_locale_or_time_zone(elsewhere: list[Any]) -> None:
    """Built in others than this run's, where it was built before."""
    _, found = elsewhere
    assert found == built()


RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"  # built with by the test above


@pytest.mark.parametrize("version", [one for one in ("3.11", "3.12", "3.13", "3.14") if one != RUNNING])
def test_every_python_builds_the_same_bytes(version: str, tmp_path: Path) -> None:
    interpreter = shutil.which(f"python{version}")
    probe = [interpreter or "python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    found = interpreter and subprocess.run(probe, capture_output=True, text=True, check=False)  # noqa: S603 - the same
    if not found or found.stdout.strip() != version:
        pytest.skip(f"there is no Python {version} on the path")
    (tmp_path / "rpds.py").write_text(RPDS, encoding="utf-8")
    installed = Path(sysconfig.get_path("purelib"))
    assert rendered(str(interpreter), [ROOT / "src", tmp_path, installed]) == built()
