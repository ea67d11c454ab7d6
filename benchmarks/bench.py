# ruff: noqa: INP001 - scripts, no package
"""What an evaluation costs, beside other programs: ``make bench`` writes RESULTS.md and the picture.

Calls and false answers are counted exactly, by the embedded account; CPU seconds and memory are those of the
program's own process. Wall time on this machine says nothing about AWS, so it is reckoned from both.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from moto.config.models import config_backends
from population import fill

from rulebook.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
PICTURE = ROOT / "docs" / "images" / "calls-and-cpu.svg"
OWN = ROOT / ".venv-bench" / "bin" / "python"
RULE = "ACCESS_KEYS_ROTATED_CUSTOM"
SIZES = (500, 2_000, 5_000)
SHARE = 7  # rdk's function has 256 MB: AWS gives a whole core to 1,769 MB
CALLS_A_SECOND = 20  # as `rulebook doctor` reckons
PROGRAMS = {
    "this rule": (sys.executable, "ours"),
    "usual rdklib rule": (sys.executable, "usual"),
    "Custodian, credential": (str(OWN), "custodian", "credential"),
    "Custodian, access-key": (str(OWN), "custodian", "access-key"),
}
NOTE = f"""
Calls and false answers are counted by the embedded account and are the same in each run, but for a look or
two at a credential report that is not ready. CPU seconds and memory (growth from before the run to its peak)
are those of the program's own process on this machine. *In 256 MB* is reckoned: a function of rdk's size has
about a seventh of a core, so CPU seconds x {SHARE}, or {CALLS_A_SECOND} calls a second, whichever is longer.
Custodian's two filters on the credential report may match different keys of a user: a fresh one that is on,
and an old one that is off. Nothing here was run on AWS.
"""

Run = dict[str, Any]


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure; progress goes to stderr."""
    runs = [run for users in sizes for run in measure(users)]
    RESULTS.write_text(page(runs), encoding="utf-8")
    if OWN.exists():
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(json.dumps(runs))
            file.flush()
            subprocess.run([OWN, ROOT / "benchmarks" / "draw.py", file.name, PICTURE], check=True)  # noqa: S603 - our own script


def measure(users: int, programs: tuple[str, ...] = tuple(PROGRAMS)) -> list[Run]:
    """Run each program once on an account of so many users."""
    runs = []
    with Sandbox.start() as account:
        stale = fill(account, users)
        account.client("iam").generate_credential_report()
        # So that rdklib can ask for earlier results.
        arn = f"arn:aws:config:{account.region}:{account.account_id}:config-rule/config-rule-bench"
        rules = config_backends[account.account_id][account.region].config_rules
        rules[RULE] = SimpleNamespace(config_rule_name=RULE, config_rule_arn=arn)
        for program in programs:
            if not Path(PROGRAMS[program][0]).exists():
                sys.stderr.write(f"{program}: is not installed in .venv-bench, left out\n")
                continue
            runs.append(_run(account, program, users, stale))
            sys.stderr.write(f"{runs[-1]}\n")
    return runs


def _run(account: Sandbox, program: str, users: int, stale: set[str]) -> Run:
    python, *arguments = PROGRAMS[program]
    account.calls.clear()
    environment = os.environ | account.exports()
    script = str(ROOT / "benchmarks" / "run_one.py")
    done = subprocess.run(  # noqa: S603 - our own script, in an interpreter of ours
        [python, script, *arguments], env=environment, check=True, capture_output=True, text=True
    )
    taken = json.loads(done.stdout.splitlines()[-1])
    flagged = set(taken["flagged"])
    return {
        "program": program,
        "users": users,
        "calls": sum(call.service == "iam" for call in account.calls),
        "cpu": taken["cpu"],
        "megabytes": taken["megabytes"],
        "false +": len(flagged - stale),
        "false -": len(stale - flagged),
    }


def expected_seconds(run: Run) -> float:
    """Return the seconds to expect in rdk's function."""
    return float(max(run["cpu"] * SHARE, run["calls"] / CALLS_A_SECOND))


def page(runs: list[Run]) -> str:
    """Return RESULTS.md."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("boto3", "rdklib"))
    lines = [
        "# What an evaluation costs",
        "",
        f"`make bench`, {datetime.now(UTC).date()}, Python {platform.python_version()}, {versions}.",
        "",
        "![Calls and CPU seconds against users](../docs/images/calls-and-cpu.svg)",
        "",
        "| users | program | calls to IAM | a user | CPU s | in 256 MB, s | memory | false + | false - |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {run['users']:,} | {run['program']} | {run['calls']:,} | {run['calls'] / run['users']:.2f}"
            f" | {run['cpu']:.1f} | {expected_seconds(run):.0f} | {run['megabytes']:.0f} MB"
            f" | {run['false +']} | {run['false -']} |"
            for run in runs
        ),
        NOTE,
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
