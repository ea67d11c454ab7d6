"""The payload keys that a handler reads, also in the functions that it passes ``events`` to.

Best effort, without running anything: constants, module tables and loops over them are followed, and where
a use of ``events`` cannot be followed, the result says that it is not complete.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from rulebook.authoring.checks.script_functions import arguments, called_function
from rulebook.authoring.checks.script_values import Texts, constants, loop_names, texts_of
from rulebook.authoring.checks.script_ways import Ways, always_runs, refuses_without, takes_key_errors, ways


@dataclass
class Reads:
    """What is read.

    Attributes:
        needed: keys read by subscript, which fails if they are missing.
        conditional: keys read so, but only on some ways through the script.
        optional: keys read in another way, asked for, set by the script, or whose KeyError it takes.
        complete: False if something was not followed, so that more may be read.
    """

    needed: set[str] = field(default_factory=set)
    conditional: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    complete: bool = True


def payload_reads(tree: ast.Module, handler: ast.FunctionDef) -> Reads:
    """Follow the handler's first argument."""
    follower = _Follower(tree)
    first = (*handler.args.posonlyargs, *handler.args.args)[0].arg
    follower.follow(handler, {first}, {}, sure=True)
    reads = follower.reads
    reads.needed = (reads.needed - reads.optional) | (follower.demanded - follower.set)
    reads.conditional -= reads.optional | reads.needed
    return reads


class _Around(NamedTuple):
    """What a use stands in: the ways through its function, and whether every run calls that."""

    ways: Ways
    sure: bool


class _Follower:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self.reads = Reads()
        self.demanded: set[str] = set()  # keys without which the script raises by itself
        self.set: set[str] = set()  # keys that it sets
        self._seen: set[tuple[str, frozenset[str], frozenset[tuple[str, Texts | None]], bool]] = set()

    def follow(
        self, function: ast.FunctionDef, events: set[str], given: Mapping[str, Texts | None], *, sure: bool
    ) -> None:
        """Look at every use of the names that hold the payload.

        Args:
            function: where.
            events: the names.
            given: texts of its other parameters.
            sure: whether every run calls it.
        """
        case = (function.name, frozenset(events), frozenset(given.items()), sure)
        if case in self._seen:
            return
        self._seen.add(case)
        known = {**constants(self._tree), **given}
        known |= loop_names(function, known)
        around = _Around(ways(function), sure)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in events:
                self._use(node, around, known, events)

    def _use(
        self, name: ast.Name, around: "_Around", known: Mapping[str, Texts | None], events: set[str]
    ) -> None:
        through, sure = around
        parents = through.parents
        match parents[name]:
            case ast.Subscript(value=value, slice=key, ctx=context) if value is name:
                taken = not isinstance(context, ast.Load) or takes_key_errors(name, through)
                certain = self.reads.needed if sure and always_runs(name, through) else self.reads.conditional
                self._read(self.reads.optional if taken else certain, texts_of(key, known))
                if not isinstance(context, ast.Load):
                    self.set |= texts_of(key, known) or set()
            case ast.Compare(left=key, comparators=[right]) as asked if right is name:
                self._read(self.reads.optional, texts_of(key, known))
                if sure and refuses_without(asked, through):
                    self.demanded |= texts_of(key, known) or set()
            case ast.Attribute(attr="get") as method if (
                isinstance(call := parents[method], ast.Call) and call.args
            ):
                self._read(self.reads.optional, texts_of(call.args[0], known))
            case ast.Call() as call:
                self._pass_on(call, known, events, sure=sure and always_runs(name, through))
            case ast.keyword() as keyword if isinstance(call := parents[keyword], ast.Call):
                self._pass_on(call, known, events, sure=sure and always_runs(name, through))
            case _:
                self.reads.complete = False

    def _read(self, keys: set[str], texts: Texts | None) -> None:
        if texts is None:
            self.reads.complete = False
        else:
            keys |= texts

    def _pass_on(
        self, call: ast.Call, known: Mapping[str, Texts | None], events: set[str], *, sure: bool
    ) -> None:
        function = called_function(self._tree, call)
        given = arguments(function, call) if function else None
        if function is None or given is None:
            self.reads.complete = False
            return
        payload = {
            name for name, value in given.items() if isinstance(value, ast.Name) and value.id in events
        }
        others = {name: texts_of(value, known) for name, value in given.items() if name not in payload}
        self.follow(function, payload, others, sure=sure)
