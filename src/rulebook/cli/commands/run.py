"""Run any Automation document from here, step by step: an author's own, or anybody's.

DOCUMENT is a file (YAML or JSON; FILE::LOGICAL_ID for one of several in a CloudFormation template), or the
name of a document of the project. The steps act with the credentials in use: no role is assumed. Scripts run
on this machine, in processes of their own that, on Linux, can read none of your files; they have these
credentials and the network. Before it starts, the command says in which account, as whom, and asks.

With --sandbox the run is in an embedded account that is made for it, whose credentials its steps have. With
--read-only no call that changes anything gets through; the first is told, and the script sees it refused.

Ctrl-C (or SIGTERM) cancels as the service does: the step that runs is ended, and the steps that its onCancel
names run, for two minutes at most. A second one ends everything at once.

Exit code 0: the execution ended Success. 1: Failed, TimedOut or Cancelled, or a call was refused. 2: it was
not started. 130: ended by a second Ctrl-C.
"""

import argparse
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from rulebook.automation import AutomationExecution, Question, StepExecution, plan_warnings
from rulebook.automation.confined import keeps_to_one_port, landlock
from rulebook.automation.guard import ReadOnlyGuard, Refusal
from rulebook.automation.language.actions import SCRIPT
from rulebook.cli.account import Account, add_account_options, open_account
from rulebook.cli.asking import NotAgreed, agreed, demand_somebody
from rulebook.cli.cancelling import cancelled_by_signals
from rulebook.cli.commands.sandbox import add_users_option, check_writable, fill
from rulebook.cli.interruption import told
from rulebook.cli.output import count, one_line, print_json, progress
from rulebook.cli.run_view import RunView, stream_for
from rulebook.operating.running import Prepared, as_api, demand_question, perform, prepare
from rulebook.operating.running_document import find_document
from rulebook.operating.running_environment import SessionEnvironment, of_embedded_account
from rulebook.operating.running_parameters import read_parameters
from rulebook.operating.script_lines import WrittenLines
from rulebook.project.rdk_config.source import read_text
from rulebook.sandbox import Sandbox

SUMMARY = "run any Automation document from here, step by step"
EXAMPLE = """\
examples:
  rulebook run docs/examples/SwitchOffKeys.yaml --sandbox --users 5 --parameter UserName=mateo.adler3
  rulebook run ResetPasswordPolicy --read-only --json --parameter DryRun=true"""


@dataclass(frozen=True)
class _Place:
    """Where a run is.

    Attributes:
        environment: the variables of its steps' processes.
        arn: who acts.
        began: told of each step, before it is shown.
        refusals: the calls that were not let through; fills while it runs.
    """

    environment: Mapping[str, str]
    arn: str
    began: Callable[[StepExecution], None]
    refusals: list[Refusal]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook run`` takes."""
    parser.add_argument("document", metavar="DOCUMENT")
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="text, or JSON for a list, a map, a number; a NAME given twice is a list",
    )
    parser.add_argument(
        "--parameters",
        type=Path,
        metavar="FILE",
        help="a JSON object of parameters by name; --parameter wins",
    )
    parser.add_argument(
        "--step",
        metavar="NAME",
        help="run this one step; give outputs of other steps that it reads as --parameter STEP.OUTPUT=VALUE",
    )
    parser.add_argument(
        "--approve",
        action="append",
        default=[],
        metavar="STEP",
        help="approve, or go on after, this step without being asked",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before the run")
    parser.add_argument(
        "--read-only", action="store_true", help="let no call through that changes anything; asks nothing"
    )
    parser.add_argument(
        "--json", action="store_true", help="what GetAutomationExecution answers; steps go to stderr"
    )
    embedded = parser.add_argument_group("embedded account")
    embedded.add_argument(
        "--sandbox", action="store_true", help="run in an embedded account made for this run"
    )
    add_users_option(embedded)
    embedded.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="restore users and password policy from FILE, save them there",
    )
    parser.set_defaults(seed=1)
    add_account_options(parser)


def run(args: argparse.Namespace) -> int:
    """Run; 0 after Success without a refused write, 1 after any other end."""
    _demand_sense(args)
    prepared = prepare(
        find_document(args.document, args.root), read_parameters(args.parameter, args.parameters), args.step
    )
    for name in args.approve:
        demand_question(prepared.planned, name)
    for finding in plan_warnings(prepared.runnable.content):
        progress(one_line(f"warning: {finding.said}; {finding.cure}"))
    place = _embedded(args) if args.sandbox else _account(args, prepared)
    with place as where:
        done = _performed(args, prepared, where)
    return int(done.status != "Success" or bool(where.refusals))


def _demand_sense(args: argparse.Namespace) -> None:
    if (args.users or args.state) and not args.sandbox:
        args.parser.error("--users and --state are of the embedded account: add --sandbox")
    if args.sandbox and (args.profile or args.region or args.expect_account):
        args.parser.error(
            "--sandbox has an account of its own: leave --profile, --region, --expect-account out"
        )


@contextmanager
def _embedded(args: argparse.Namespace) -> Iterator[_Place]:
    check_writable(args.state)
    progress("Starting the embedded account ...")
    with Sandbox.start() as account:
        fill(account, args)
        with account.kept(args.state) if args.state else nullcontext():
            held = "its scripts have no credentials of yours" + (
                ", and reach one TCP port only" if keeps_to_one_port() else ""
            )
            progress(f"In the embedded account {account.account_id}; {held}")
            arn = account.client("sts").get_caller_identity()["Arn"]
            if args.read_only:
                with _guarded(ReadOnlyGuard(account.session()), arn) as place:
                    yield place
            else:
                yield _Place(of_embedded_account(account.exports()), arn, lambda _: None, [])


@contextmanager
def _account(args: argparse.Namespace, prepared: Prepared) -> Iterator[_Place]:
    if not (args.yes or args.read_only):
        demand_somebody("nothing was run")
    account = open_account(args)
    for line in _introduced(account, prepared, read_only=args.read_only):
        progress(one_line(line))
    if args.read_only:
        with _guarded(ReadOnlyGuard(account.session), account.arn) as place:
            yield place
        return
    if not args.yes:
        with told("nothing was run"):
            if not agreed("Run it?"):
                raise NotAgreed("not agreed to; nothing was run")
    yield _Place(SessionEnvironment(account.session, account.region), account.arn, lambda _: None, [])


@contextmanager
def _guarded(guard: ReadOnlyGuard, arn: str) -> Iterator[_Place]:
    with guard, guard.caller() as caller:

        def began(step: StepExecution) -> None:
            caller.step = step.name

        yield _Place(caller.environment, arn, began, caller.refusals)


def _introduced(account: Account, prepared: Prepared, *, read_only: bool) -> Iterator[str]:
    steps = [prepared.planned.steps[name] for name in prepared.planned.main]
    inner = [prepared.planned.steps[name] for step in steps for name in step.steps]
    scripts = sum(step.action == SCRIPT for step in (*steps, *inner))
    alias = _alias(account)
    where = (
        f"account {account.account_id}{f' ({alias})' if alias else ''}, {account.region}, as {account.arn}"
    )
    runs = "Read-only" if read_only else "Runs"
    name = f"{prepared.runnable.name} ({prepared.runnable.authored.file})"
    yield f"{runs} in {where}: {name}, {count(len(steps), 'step')}"
    if prepared.runnable.content.get("assumeRole"):
        yield "Its assumeRole is not assumed here: every step acts with these credentials"
    if scripts:
        with_what = "without credentials" if read_only else "with these credentials and the network"
        files = (
            "they cannot read your files" if landlock() else "this system cannot keep them from your files"
        )
        yield f"Its scripts ({scripts}) run on this machine, {with_what}; {files}"


def _alias(account: Account) -> str:
    """Return the account's alias; empty if it has none or does not say."""
    try:
        found = account.session.client("iam").list_account_aliases()["AccountAliases"]
    except ClientError:
        return ""  # whoever may run a document need not be allowed to ask for this
    return found[0] if found else ""


def _performed(args: argparse.Namespace, prepared: Prepared, where: _Place) -> AutomationExecution:
    authored, root = prepared.runnable.authored, prepared.runnable.root
    lines = WrittenLines(authored, lambda file: read_text(root / file, file))
    view = RunView(stream_for(as_json=args.json), list(prepared.planned.steps.values()), lines)
    stop = threading.Event()

    def on_step(step: StepExecution) -> None:
        where.began(step)
        view.on_step(step)

    try:
        with cancelled_by_signals(stop, view.say), told("the step that ran was ended, and no other begun"):
            done = perform(
                prepared, where.environment, on_step, lambda asked: _asked(args, view, asked, stop), stop
            )
    finally:
        view.close()
    for refused in where.refusals[:1]:
        progress(one_line(f"Refused: step {refused.step} called {refused.call}: {refused.reason}"))
    if args.json:
        print_json(as_api(prepared, done, where.arn, where.refusals))
    else:
        view.finish(done, prepared.planned.outputs)
    return done


def _asked(args: argparse.Namespace, view: RunView, asked: Question, stop: threading.Event) -> bool | None:
    """Return somebody's word on a step; None if nobody is there to give it."""
    if asked.step in args.approve:
        return True
    if not sys.stdin.isatty():
        return None
    with view.asking():
        who = f" (it would ask {', '.join(asked.approvers)})" if asked.approvers else ""
        progress(one_line(f"Step {asked.step}: {asked.message or asked.action}{who}"))
        return agreed("Go on?", stop)
