"""The payload keys that a handler reads, also in the functions that it passes ``events`` to.

Best effort, without running anything: constants, module tables and loops over them are followed, and where
a use of ``events`` cannot be followed, the result says that it is not complete. What is read only where a
condition has asked for a key of the payload, or where a failure is caught, is not needed.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from rulebook.authoring.checks.script_functions import arguments, called
from rulebook.authoring.checks.script_guards import goes_on_without, is_guarded
from rulebook.authoring.checks.script_values import Texts, constants, loop_names, texts_of


@dataclass
class Reads:
    """What is read.

    Attributes:
        needed: keys read by subscript, which fails if they are missing and nothing provides for that.
        optional: keys read in another way.
        complete: False if something was not followed, so that more may be read.
    """

    needed: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    complete: bool = True


def payload_reads(tree: ast.Module, handler: ast.FunctionDef) -> Reads:
    """Follow the handler's first argument."""
    follower = _Follower(tree)
    first = (*handler.args.posonlyargs, *handler.args.args)[0].arg
    follower.follow(handler, {first}, {}, guarded=False)
    reads = follower.reads
    reads.optional |= reads.needed & follower.provided
    reads.needed -= follower.provided
    return reads


class _Follower:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self.reads = Reads()
        self.provided: set[str] = set()  # keys that the script itself sets, or does without
        self._seen: set[tuple[str, frozenset[str], frozenset[tuple[str, Texts | None]], bool]] = set()

    def follow(
        self,
        function: ast.FunctionDef,
        events: set[str],
        given: Mapping[str, Texts | None],
        *,
        guarded: bool,
    ) -> None:
        """Look at every use of the names that hold the payload.

        Args:
            function: where.
            events: the names.
            given: texts of other parameters.
            guarded: whether the function is called under a condition on the payload only.
        """
        case = (function.name, frozenset(events), frozenset(given.items()), guarded)
        if case in self._seen:
            return
        self._seen.add(case)
        known = {**constants(self._tree), **given}
        known |= loop_names(function, known)
        parents = {child: node for node in ast.walk(function) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id in events:
                inside = guarded or is_guarded(node, parents, events)
                self._use(node, parents, known, events, guarded=inside)

    def _use(
        self,
        name: ast.Name,
        parents: Mapping[ast.AST, ast.AST],
        known: Mapping[str, Texts | None],
        events: set[str],
        *,
        guarded: bool,
    ) -> None:
        match parents[name]:
            case ast.Subscript(value=value, slice=key, ctx=ast.Store()) if value is name:
                self._read(self.provided, texts_of(key, known))
            case ast.Subscript(value=value, slice=key) if value is name:
                self._read(self.reads.optional if guarded else self.reads.needed, texts_of(key, known))
            case ast.Compare(left=key, comparators=[right]) as asked if right is name:
                self._read(self.reads.optional, texts_of(key, known))
                if goes_on_without(asked, parents):
                    self.provided |= texts_of(key, known) or set()
            case ast.Attribute(attr="get") as method if (
                isinstance(call := parents[method], ast.Call) and call.args
            ):
                self._read(self.reads.optional, texts_of(call.args[0], known))
            case ast.Call() as call:
                self._pass_on(call, known, events, guarded=guarded)
            case ast.keyword() as keyword if isinstance(call := parents[keyword], ast.Call):
                self._pass_on(call, known, events, guarded=guarded)
            case _:
                self.reads.complete = False

    def _read(self, keys: set[str], texts: Texts | None) -> None:
        if texts is None:
            self.reads.complete = False
        else:
            keys |= texts

    def _pass_on(
        self, call: ast.Call, known: Mapping[str, Texts | None], events: set[str], *, guarded: bool
    ) -> None:
        function = called(self._tree, call)
        given = arguments(function, call) if function else None
        if function is None or given is None:
            self.reads.complete = False
            return
        payload = {
            name for name, value in given.items() if isinstance(value, ast.Name) and value.id in events
        }
        others = {name: texts_of(value, known) for name, value in given.items() if name not in payload}
        self.follow(function, payload, others, guarded=guarded)
