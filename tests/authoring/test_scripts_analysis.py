"""What is read off a script without running it: payload keys, returned keys, calls on AWS."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from rulebook.authoring.checks.calls import script_actions
from rulebook.authoring.checks.script_reads import payload_reads
from rulebook.authoring.checks.script_returns import returned_keys


def handler(tree: ast.Module) -> ast.FunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main")


class Reading(NamedTuple):
    """A script with what its handler reads: needed keys, optional keys, and whether that is all."""

    name: str
    source: str
    needed: set[str]
    optional: set[str]
    complete: bool


READS = [
    Reading("by subscript", "def main(e, c): return e['A']", {"A"}, set(), True),
    Reading("by get", "def main(e, c): return e.get('A', 1)", set(), {"A"}, True),
    Reading("asked for", "def main(e, c): return 'A' in e", set(), {"A"}, True),
    Reading("through a function", "def main(e, c): return f(e)\ndef f(x): return x['A']", {"A"}, set(), True),
    Reading("by keyword", "def main(e, c): return f(x=e)\ndef f(x): return x['A']", {"A"}, set(), True),
    Reading("the name passed along", "def main(e, c): return f(e, 'A') + f(e, 'B')\ndef f(x, n): return x[n]", {"A", "B"}, set(), True),
    Reading("a loop over a table", "T = ('A', 'B')\ndef main(e, c): return {n: e[n] for n in T}", {"A", "B"}, set(), True),
    Reading("a loop over a table of tables", "T = ('A',)\nU = {'B': 1}\ndef main(e, c): return [e[n] for n in (*T, *U)]", {"A", "B"}, set(), True),
    Reading("a loop over items", "T: dict = {'A': 1}\ndef main(e, c):\n    for n, v in T.items():\n        e[n]", {"A"}, set(), True),
    Reading("a method of an object", "def main(e, c): return K().f(e)\nclass K:\n    def f(self, x): return x['A']", {"A"}, set(), True),
    Reading("a key that is computed", "def main(e, c): return e['A' + str(c)] + e['B']", {"B"}, set(), False),
    Reading("copied", "def main(e, c): return dict(e)", set(), set(), False),
    Reading("kept", "def main(e, c):\n    x = e\n    return x['A']", set(), set(), False),
    Reading("a loop over something unknown", "def main(e, c): return [e[n] for n in c]", set(), set(), False),
    Reading("a table that is assigned twice", "T = ('A',)\nT = ('B',)\ndef main(e, c): return [e[n] for n in T]", set(), set(), False),
    Reading("recursion", "def main(e, c): return main(e, e['A'])", {"A"}, set(), True),
]  # fmt: skip


@pytest.mark.parametrize("case", READS, ids=lambda case: case.name)
def test_payload_keys_that_are_read(case: Reading) -> None:
    tree = ast.parse(case.source)
    reads = payload_reads(tree, handler(tree))
    assert (reads.needed, reads.optional, reads.complete) == (case.needed, case.optional, case.complete)


RETURNS: list[tuple[str, str, list[set[str]] | None]] = [
    ("a literal", "def main(e, c): return {'A': 1}", [{"A"}]),
    ("two", "def main(e, c):\n    if e: return {'A': 1}\n    return {'B': 1}", [{"A"}, {"B"}]),
    ("either", "def main(e, c): return {'A': 1} if e else {'B': 1}", [{"A"}, {"B"}]),
    ("through a function", "def main(e, c): return f()\ndef f(): return {'A': 1}", [{"A"}]),
    ("through a method", "def main(e, c): return K().f()\nclass K:\n    def f(self): return {'A': 1}", [{"A"}]),
    ("a name assigned once", "def main(e, c):\n    x = {'A': 1}\n    return x", [{"A"}]),
    ("nothing", "def main(e, c): return", [set()]),
    ("only an error", "def main(e, c): raise ValueError", []),
    ("of an inner function", "def main(e, c):\n    def inner(): return {'B': 1}\n    return {'A': 1}", [{"A"}]),
    ("a name changed later", "def main(e, c):\n    x = {'A': 1}\n    x['B'] = 2\n    return x", None),
    ("spread", "def main(e, c): return {'A': 1, **e}", None),
    ("a key that is computed", "def main(e, c): return {c: 1}", None),
    ("something else's", "def main(e, c): return c.value()", None),
    ("recursion", "def main(e, c): return main(e, c)", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "keys"), [case[1:] for case in RETURNS], ids=[case[0] for case in RETURNS]
)
def test_keys_that_are_returned(source: str, keys: list[set[str]] | None) -> None:
    tree = ast.parse(source)
    found = returned_keys(tree, handler(tree))
    assert (None if found is None else sorted(map(sorted, found))) == (
        None if keys is None else sorted(map(sorted, keys))
    )


CALLS = [
    ("a method", "boto3.client('iam').get_user()", {"iam:GetUser"}),
    ("two services", "f(boto3.client('iam').get_user(), client('sts').get_caller_identity())", {"iam:GetUser", "sts:GetCallerIdentity"}),
    ("a paginator", "_client('iam').get_paginator('list_users').paginate()", {"iam:ListUsers"}),
    ("a name with an irregular capital", "boto3.client('iam').list_mfa_devices()", {"iam:ListMFADevices"}),
    ("an operation that IAM calls otherwise", "boto3.client('s3').list_objects_v2()", {"s3:ListBucket"}),
    ("of a service without a client", "boto3.client('iam').describe_instances()", set()),
    ("an own method", "boto3.client('iam')\nself.get_user()", set()),
    ("an unknown service", "boto3.client('imaginary').get_user()", set()),
]  # fmt: skip


@pytest.mark.parametrize(("source", "actions"), [case[1:] for case in CALLS], ids=[case[0] for case in CALLS])
def test_actions_that_are_called(source: str, actions: set[str]) -> None:
    assert script_actions(ast.parse(source)) == actions


def test_ways_through_a_long_function_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_at(reads: int) -> int:
        count = 0

        def walk(node: ast.AST) -> Iterator[ast.AST]:
            nonlocal count
            for one in original(node):
                count += 1
                yield one

        lines = [f"    if e['a{number}']: x{number} = 1" for number in range(reads)]
        tree = ast.parse("\n".join(["def h(e, c):", *lines, "    return {}"]))
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        monkeypatch.setattr(ast, "walk", walk)
        assert len(payload_reads(tree, function).needed) == reads
        monkeypatch.setattr(ast, "walk", original)
        return count

    original = ast.walk
    assert looked_at(200) < 11 * looked_at(20)
