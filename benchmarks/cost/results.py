"""The page that is written: every figure in it was measured in the run that wrote it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cost.people import KINDS
from cost.programs import CREATE_DATE, USUAL
from cost.table import growth_table, runs_table, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cost.comparison import Run
    from cost.importing import Importing

TIMES_FASTER, MOST_MEGABYTES, MOST_SHARE = 6, 60, 0.1


@dataclass(frozen=True)
class Results:
    """All that was measured.

    Attributes:
        runs: in the order in which they ran.
        importing: what the rule adds to a cold start.
        machine: and how busy it was.
        versions: of Python and the libraries.
        day: on which it ran.
    """

    runs: Sequence[Run]
    importing: Importing
    machine: str
    versions: str
    day: date

    def largest(self, program: str) -> Run:
        """Return the program's run in the largest account."""
        return max((run for run in self.runs if run.program == program), key=lambda run: run.users)


METHOD = """
Each program ran once in each account, in a process of its own, one after another. The accounts are served by
`cost/server.py`, which answers as IAM and Config do and holds each answer back for 10 ms; calls made at the
same time overlap. Nothing was run on AWS: there, calls take longer and are throttled.

*calls* were counted by the server, retries included; *at once* is the most that were under way together.
*seconds* are from the call of the handler to its return, reporting to Config included (Custodian reports
nowhere); imports are not in it. *memory* is the growth of the process from before that to its peak. *false +*
are users flagged without, *false -* users not flagged with an active access key created more than 90 days
ago. Importing was measured in processor time, the least of {times} processes.
"""

PROGRAMS = """
- **ours, CreateDate** and **ours, LastRotated**: `ACCESS_KEYS_ROTATED_CUSTOM` with either `ageBasis`.
  `LastRotated` counts a re-activated key from then, on purpose: those are its false negatives.
- **usual rdklib rule**: `cost/usual_rule.py`, which lists the users, then each one's keys, one after another.
- **Custodian, credential**: Cloud Custodian's `iam-user` with two filters on the credential report,
  `access_keys.active` and `access_keys.last_rotated`. They may match different keys of a user, and the report
  forgets a re-activated key's age.
- **Custodian, access-key**: its filter on the keys themselves, with `match-operator: and`.
"""


def page(results: Results) -> str:
    """Return the page, in Markdown."""
    busy = textwrap.dedent(f"""
        Written by `make bench` on {results.day:%Y-%m-%d}.

        - Machine: {results.machine}
        - {results.versions}
    """)
    return "\n".join(
        (
            "# What an evaluation costs",
            busy,
            "![Calls and time against users](../docs/images/calls-and-time.svg)",
            "\n## Side by side\n",
            runs_table(results.runs),
            "\n## What each further user costs\n",
            growth_table(results.runs),
            "\n## Our own targets\n",
            targets_table(results),
            "\n## How it was measured",
            METHOD.format(times=results.importing.times),
            "The programs:",
            PROGRAMS,
            "Of 1,000 users of each account (60 % have a key):\n",
            _mix(),
            "",
        )
    )


def targets_table(results: Results) -> str:
    """Return what was promised beside what was measured."""
    ours, usual = results.largest(CREATE_DATE.label), results.largest(USUAL.label)
    importing = results.importing
    faster = usual.seconds / ours.seconds
    rows = (
        (
            f"`CreateDate`, {ours.users:,} users, against one after another",
            f"{TIMES_FASTER} times faster",
            f"{faster:.1f} times",
            _met(met=faster >= TIMES_FASTER),
        ),
        (
            "peak memory growth",
            f"under {MOST_MEGABYTES} MB",
            f"{ours.megabytes:.0f} MB",
            _met(met=ours.megabytes < MOST_MEGABYTES),
        ),
        (
            "importing the rule, added to boto3 and rdklib",
            f"under {MOST_SHARE:.0%}",
            f"{importing.share:.1%} ({importing.rule * 1000:.0f} of {importing.libraries * 1000:.0f} ms)",
            _met(met=importing.share < MOST_SHARE),
        ),
        (
            "the same, compiling it first",
            "",
            f"{importing.share_uncompiled:.1%} ({importing.rule_uncompiled * 1000:.0f} ms)",
            "",
        ),
    )
    return table(("what", "target", "measured", ""), rows)


def _met(*, met: bool) -> str:
    return "met" if met else "missed"


def _mix() -> str:
    rows = [(kind.name, f"{kind.in_a_thousand}", "yes" if kind.stale else "no") for kind in KINDS]
    return table(("keys", "users", "stale"), rows)
