# ruff: noqa: INP001, T201 - a program of its own, which prints what it finds
"""Kill every mutant of the predicates and the scripts, or find it in docs/mutants.md.

``python -m mutation.run [TEXT...]``: all files, or those whose path contains a text. Exits 1 if a mutant
survives that is not explained, 2 if the tests fail by themselves. What is found is kept in
build/mutants.json: a run that was interrupted goes on, and a mutant is tried anew when the tests or the code
beside it have changed, beginning with the test that killed it last. With ``--survivors`` only
those that survived unexplained are: enough after tests were added, and quick.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from mutation import explained
from mutation.laboratory import Laboratory
from mutation.mutants import Fate, Memory, generate

if TYPE_CHECKING:
    from mutation.mutants import Key, Mutant

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-mutants/bin/python"
LIST = ROOT / "docs/mutants.md"
MEMORY = ROOT / "build/mutants.json"
RULE = "rules/ACCESS_KEYS_ROTATED_CUSTOM"
FILES = (
    "ssm_docs/DeleteStaleAccessKeys/delete_stale_access_keys.py",
    "ssm_docs/ResetPasswordPolicy/reset_password_policy.py",
    "rules/IAM_PASSWORD_POLICY_CUSTOM/IAM_PASSWORD_POLICY_CUSTOM.py",
    f"{RULE}/access_keys_rotated_judgement.py",
    f"{RULE}/access_keys_rotated_parameters.py",
    f"{RULE}/access_keys_rotated_annotation.py",
    f"{RULE}/access_keys_rotated_report.py",
    f"{RULE}/access_keys_rotated_live.py",
    f"{RULE}/access_keys_rotated_account.py",
    f"{RULE}/access_keys_rotated_deadline.py",
)


def main(texts: list[str]) -> int:
    """Run; return the exit code."""
    survivors_only = "--survivors" in texts
    texts = [text for text in texts if text != "--survivors"]
    paths = [path for path in FILES if not texts or any(text in path for text in texts)]
    memory, reasons = Memory(MEMORY), explained.read(LIST)
    left: list[Mutant] = []
    stale = {key for key in reasons if key.path in paths}
    for path in paths:
        try:
            survivors = _survivors(path, memory, set(reasons) if survivors_only else None)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 2
        stale -= {one.key for one in survivors}
        left += [one for one in survivors if one.key not in reasons]
    for one in left:
        print(f"\nSurvives unexplained, line {one.line}:\n{explained.row(one.key, '?')}")
    for key in sorted(stale):
        print(f"\nExplained, but no survivor (any more): {explained.row(key, reasons[key])}")
    return 1 if left else 0


def _survivors(path: str, memory: Memory, settled: set[Key] | None) -> list[Mutant]:
    mutants = generate(ROOT, PYTHON, [path])
    survivors = []
    with Laboratory(ROOT, str(Path(path).parent), [path]) as laboratory:
        for number, mutant in enumerate(mutants, start=1):
            fate = memory.recall(mutant)
            if fate is None or not _known(mutant, fate, laboratory.tests_digest, settled):
                fate = Fate(laboratory.kill(mutant, fate.killer if fate else ""), laboratory.tests_digest)
                memory.keep(mutant, fate)
            survivors += [mutant] if fate.survived else []
            print(f"\r{path}: {number} of {len(mutants)}, {len(survivors)} survive", end="", file=sys.stderr)
    print(file=sys.stderr)
    counts = Counter(one.key for one in survivors)
    print(f"{path}: {len(mutants)} mutants, {len(mutants) - len(survivors)} killed, {counts.total()} survive")
    return survivors


def _known(mutant: Mutant, fate: Fate, tests_digest: str, settled: set[Key] | None) -> bool:
    """Tell whether a fate still holds; ``settled``: what is explained, if only other survivors are tried."""
    if fate.tests == tests_digest:
        return True
    return settled is not None and (not fate.survived or mutant.key in settled)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
