"""What a script makes with boto3, followed through its names: clients, their paginators and their waiters.

Only what is certain is followed: names that are bound to the same wherever they are bound, functions that
return the same wherever they return, and arguments of functions that get the same wherever they are called.
Attributes and all else may be anything.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from rulebook.authoring.checks.script_functions import arguments, functions

DEEPEST = 8  # names that stand for names
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES = (*_DEFINITIONS, ast.Lambda)


@dataclass(frozen=True)
class Made:
    """What an expression stands for.

    Attributes:
        kind: ``boto3`` (the module, or a session), ``Session``, ``client``, or ``get_paginator`` and
            ``get_waiter`` for what these return.
        service: the constant that names the client's service.
        name: what the paginator or waiter is for.
    """

    kind: str
    service: str = ""
    name: str = ""


@dataclass(frozen=True)
class Call:
    """A method that is called of something made."""

    node: ast.Call
    of: Made
    method: str


_BINDING = (
    ast.Name,
    ast.Import,
    ast.ImportFrom,
    ast.arg,
    ast.ExceptHandler,
    *_DEFINITIONS,
    ast.MatchAs,
    ast.MatchStar,
)
_Value = ast.expr | ast.arg | Made | None
_MODULES = {"boto3": Made("boto3"), "boto3.session": Made("boto3")}
_IMPORTED = {"Session": Made("Session"), "session": Made("boto3")}


@cache
def calls(tree: ast.Module) -> tuple[Call, ...]:
    """Return every call of a method of boto3, a session, a client, a paginator or a waiter."""
    return tuple(_Reader(tree).calls())


class _Scope:
    """The names of a module, function or class, with all that each is bound to (None: not followed)."""

    def __init__(self, node: ast.AST, outer: "_Scope | None") -> None:
        self.outer = outer
        self.inside = list(_own(node))
        self.bound: dict[str, list[_Value]] = {}
        values = {id(target): value for one in self.inside for target, value in _assigned(one)}
        elsewhere = {name: holder for one in self.inside for name, holder in self._declared(one)}
        for one in self.inside:
            for name, value in _bindings(one, values) if isinstance(one, _BINDING) else ():
                elsewhere.get(name, self).bound.setdefault(name, []).append(value)

    def _declared(self, node: ast.AST) -> "Iterator[tuple[str, _Scope]]":
        """Yield the names that another scope holds, with that scope."""
        if isinstance(node, ast.Global):
            yield from ((name, self.top()) for name in node.names)
        elif isinstance(node, ast.Nonlocal) and self.outer:
            yield from ((name, self.outer.find(name) or self) for name in node.names)

    def top(self) -> "_Scope":
        """Return the module's scope."""
        return self.outer.top() if self.outer else self

    def find(self, name: str) -> "_Scope | None":
        """Return the scope that binds a name."""
        return self if name in self.bound else self.outer.find(name) if self.outer else None


class _Reader:
    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._scopes: dict[ast.AST, _Scope] = {}
        self._known: dict[tuple[int, str], Made | None] = {}
        self._read(tree, None)
        self._top = self._scopes[tree]

    def _read(self, node: ast.AST, outer: _Scope | None) -> None:
        scope = self._scopes[node] = _Scope(node, outer)
        seen = outer if isinstance(node, ast.ClassDef) else scope  # methods do not see names of their class
        for inner in scope.inside:
            if isinstance(inner, _SCOPES):
                self._read(inner, seen)

    def calls(self) -> Iterator[Call]:
        for scope in self._scopes.values():
            for inner in scope.inside:
                if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
                    made = self._made(inner.func.value, scope)
                    if made:
                        yield Call(inner, made, inner.func.attr)

    def _made(self, expression: ast.expr, scope: _Scope, depth: int = 0) -> Made | None:
        match expression:
            case _ if depth > DEEPEST:
                return None
            case ast.Name(id=name):
                return self._named(name, scope.find(name), depth)
            case ast.Call(func=ast.Name(id=name) as function):
                session = self._made(function, scope, depth + 1) == Made("Session")
                return Made("boto3") if session else self._returned(name, scope, depth)
            case ast.Call(func=ast.Attribute(value=of, attr=attribute)) as call:
                return _of_call(self._made(of, scope, depth + 1), attribute, call)
            case ast.Attribute(value=of, attr="session"):
                module = self._made(of, scope, depth + 1)
                return module if module == Made("boto3") else None
        return None

    def _named(self, name: str, holder: _Scope | None, depth: int) -> Made | None:
        if holder is None:
            return None
        key = (id(holder), name)
        if key not in self._known:
            self._known[key] = None  # what leads back to itself is not followed
            self._known[key] = self._same(holder.bound[name], holder, depth)
        return self._known[key]

    def _same(self, values: Iterable[_Value], scope: _Scope, depth: int) -> Made | None:
        """Return what all values are, where those that are nothing yet do not count."""
        told = [one for one in values if not (isinstance(one, ast.Constant) and one.value is None)]
        found = {self._value(one, scope, depth + 1) for one in told}
        return found.pop() if len(found) == 1 else None

    def _value(self, value: _Value, scope: _Scope, depth: int) -> Made | None:
        if isinstance(value, ast.arg):
            return self._passed(value, scope, depth)
        return self._made(value, scope, depth) if isinstance(value, ast.expr) else value

    def _passed(self, argument: ast.arg, inner: _Scope, depth: int) -> Made | None:
        """Return what all calls of a function of the module pass for an argument."""
        function = next(node for node, scope in self._scopes.items() if scope is inner)
        if not isinstance(function, ast.FunctionDef) or self._plain(function.name) is not function:
            return None
        made = set()
        for call, scope in self._calls_of(function.name):
            given = arguments(function, call) if call else None
            value = given.get(argument.arg) if given else None
            made.add(self._made(value, scope, depth + 1) if value else None)
        return made.pop() if len(made) == 1 else None

    def _plain(self, name: str) -> ast.FunctionDef | None:
        """Return the function of the module that is all that a name stands for."""
        function = functions(self._tree).get(name)
        alone = len(self._top.bound.get(name, ())) == 1 and function in self._top.inside
        return function if function and alone and not function.decorator_list else None

    def _calls_of(self, name: str) -> Iterator[tuple[ast.Call | None, _Scope]]:
        """Yield every call of a name, and None for every other use of it."""
        for scope in self._scopes.values():
            called = [
                one
                for one in scope.inside
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == name
            ]
            yield from ((call, scope) for call in called)
            uses = {id(one) for one in scope.inside if isinstance(one, ast.Name) and one.id == name}
            yield from ((None, scope) for _ in uses - {id(call.func) for call in called})

    def _returned(self, name: str, scope: _Scope, depth: int) -> Made | None:
        function = self._plain(name)
        if function is None or scope.find(name) is not self._top:
            return None
        inner = self._scopes[function]
        returned = [one.value for one in inner.inside if isinstance(one, ast.Return)]
        return self._same(returned, inner, depth)


def _of_call(of: Made | None, attribute: str, call: ast.Call) -> Made | None:
    first = call.args[0] if call.args else None
    named = next((one.value for one in call.keywords if one.arg == "service_name"), first)
    text = named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""
    if attribute == "client" and text and (of is None or of.kind == "boto3"):
        return Made("client", text)
    if of == Made("boto3") and attribute == "Session":
        return of
    if of and of.kind == "client" and attribute in ("get_paginator", "get_waiter") and text:
        return Made(attribute, of.service, text)
    return None


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a scope, and of the scopes within it the statement alone."""
    waiting = [scope]
    while waiting:
        node = waiting.pop()
        if node is not scope:
            yield node
            if isinstance(node, _SCOPES):
                continue
        for name in node._fields:  # ast.iter_child_nodes, in a third of the time
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting.extend(one for one in value if isinstance(one, ast.AST))
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                waiting.append(value)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield target, value


def _bindings(node: ast.AST, values: dict[int, ast.expr]) -> Iterator[tuple[str, _Value]]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, values.get(id(node))
        case ast.Import(names=aliases):
            for alias in aliases:
                name = alias.asname or alias.name.partition(".")[0]
                yield name, _MODULES.get(alias.name if alias.asname else name)
        case ast.ImportFrom(module=module, names=aliases):
            for alias in aliases:
                known = module in _MODULES
                yield alias.asname or alias.name, _IMPORTED.get(alias.name) if known else None
        case ast.arg(arg=name):
            yield name, node
        case ast.ExceptHandler(name=str() as name):
            yield name, None
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, None
        case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            yield name, None
