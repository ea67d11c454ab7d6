"""Run an embedded AWS account on this machine, for rdk, aws and any program that uses boto3.

It answers on 127.0.0.1 only, until Ctrl-C, and obeys the credentials that it makes up at its start. The lines
with them go to stdout: put them into the shell in which you want to use the account. Nothing is left behind,
except FILE if --state names one: it keeps, from each change on, the users, their tags and access keys (ids,
status and times, no secrets) and the password policy. It does not keep what was deployed (rules, functions,
documents, stacks, buckets), nor roles, groups, policies and passwords: deploy again after a restart.
"""

import argparse
import os
import shlex
import signal
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rulebook.cli.interruption import handled
from rulebook.cli.output import progress
from rulebook.errors import RulebookError
from rulebook.sandbox import Sandbox
from rulebook.sandbox.constants import PARTITION, REGION

SUMMARY = "run an embedded AWS account on this machine"
EXAMPLE = """\
examples:
  rulebook sandbox
  rulebook sandbox --port 5005 --users 200 --seed 7 --state account.json"""

# Of the shell's own AWS: they would win over what is exported, or go with it to nobody's credentials.
STALE = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)

LAST_PORT = 65535
MOST_USERS = 5000  # IAM's own quota


def add_users_option(parser: argparse._ActionsContainer) -> None:
    """Add how many users `fill` makes."""
    parser.add_argument(
        "--users",
        type=whole_number(0, MOST_USERS),
        default=0,
        metavar="N",
        help="fill it with that many users",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook sandbox`` takes."""
    parser.add_argument(
        "--port",
        type=whole_number(0, LAST_PORT),
        default=0,
        metavar="N",
        help="where to listen (default: a free port)",
    )
    add_users_option(parser)
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which users they are (default: 1)")
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="restore users and password policy from FILE if it exists, save them there at each change; "
        "--users then counts only for a new FILE",
    )
    parser.add_argument(
        "--region", default=REGION, metavar="R", help=f"where the account is: {REGION}, no other is imitated"
    )
    parser.add_argument(
        "--partition", default=PARTITION, metavar="P", help=f"of AWS: {PARTITION}, no other is imitated"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until a signal comes; 0 after a clean stop."""
    stop = threading.Event()
    check_writable(args.state)
    progress("Starting the embedded account ...")
    _tell_elsewhere()
    with Sandbox.start(args.port, region=args.region, partition=args.partition) as account:
        fill(account, args)
        kept = account.kept(args.state) if args.state else nullcontext()
        # Until here a signal breaks off; from here it ends the account cleanly.
        with kept, handled((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), lambda *_: stop.set()):
            print("unset", *STALE)
            for name, value in account.exports().items():
                print(f"export {name}={shlex.quote(value)}", flush=True)
            progress(
                f"The embedded account {account.account_id} answers at {account.endpoint}; Ctrl-C stops it."
            )
            stop.wait()
    if args.state:
        progress(f"Users and password policy are in {args.state}")
    return 0


def fill(account: Sandbox, args: argparse.Namespace) -> None:
    """Restore the people of ``--state``, or make ``--users`` of them."""
    if args.state and args.state.exists():
        account.restore(args.state)
    elif args.users:
        account.seed(args.users, args.seed)


def _tell_elsewhere() -> None:
    """Say that this shell's region is not the account's: without the lines to copy nothing would be found."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name, REGION) != REGION:
            progress(f"{name} is {os.environ[name]} here; the account is in {REGION} only: copy every line")


def check_writable(state: Path | None) -> None:
    """Say now, not after an afternoon's work, that the state could not be saved."""
    if state and not state.parent.is_dir():
        raise RulebookError(f"{state}: there is no folder {state.parent} to save it in; create it first")


def whole_number(least: int, most: int) -> Any:
    """Return an argparse type: a whole number in a range."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}, not {text!r}")
        return int(text)

    return parse
