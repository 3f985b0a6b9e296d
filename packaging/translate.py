"""Bring resources/translations up to date with the texts of the window.

Texts are read from the syntax trees of app/ and from the tables that commands, settings and panels
are made from. Translations that are there stay; new texts stand in the file without one.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

from app.actions.keys import PRESETS
from app.actions.mouse import MOUSE
from app.actions.table import ACTIONS, MENUS
from app.job import JobState
from app.language import Texts, read_texts
from app.settings import SETTINGS
from engine.core.case import CaseState
from engine.crf.parameters import CrfParameters, range_of
from engine.editing import operation_options
from engine.editing.operations.table import OPERATIONS
from engine.editing.options import options_of
from engine.editing.tools.table import TOOLS
from engine.export.table import EXPORT_FORMATS
from engine.files import write_text
from engine.workflow.catalogue import FACTS, HEADINGS
from engine.workflow.own_models import NORMALISATIONS

ROOT = Path(__file__).parents[1]
LANGUAGES = ("zh_CN",)

Text = tuple[str, str]  # context, English


class NotLiteral(Exception):
    """A text that no reader of the source can know."""


def all_texts() -> set[Text]:
    """Every text of the window with its context.

    Raises:
        NotLiteral: if one cannot be read from the source.
    """
    found = set(table_texts())
    for path in sorted((ROOT / "app").rglob("*.py")):
        found |= set(texts_of(path.read_text(encoding="utf-8"), path.name))
    return {(context, text) for context, text in found if text}


def table_texts() -> Iterator[Text]:
    """The texts that tables hold."""
    yield from (("actions", title) for title in MENUS)
    for row in ACTIONS:
        yield row.context, row.title
        yield "actions", row.submenu
    for tool in TOOLS:
        yield from (("tools", text) for text in (tool.title, tool.note, tool.hint))
        for option, _ in options_of(cast("type", TOOLS.load(tool.name))).values():
            yield from (("tools", text) for text in (option.title, option.note, option.keys))
            yield from (("tools", title) for _, title in option.choices)
    for operation in OPERATIONS:
        yield from (("operations", operation.title), ("operations", operation.note))
        for one in operation_options.options_of(OPERATIONS.load(operation.name)):
            yield "operations", one.option.title
            yield from (("operations", title) for _, title in one.option.choices)
    for row in EXPORT_FORMATS:
        yield from (("formats", row.title), ("formats", row.note))
    yield from (("jobs", state.value) for state in JobState)
    yield from (("states", state.value) for state in CaseState)
    for one in fields(CrfParameters):
        limits = range_of(one.name)
        yield from (("parameters", limits.title), ("parameters", limits.note))
    for gesture in MOUSE:
        yield from (("mouse", gesture.gesture), ("mouse", gesture.does))
    yield from (("actions", preset.title) for preset in PRESETS)
    yield from (("models", text) for text in (*HEADINGS.values(), *FACTS))
    yield from (("models", one.title) for one in NORMALISATIONS)
    for setting in SETTINGS:
        yield from (("settings", text) for text in (setting.section, setting.title, setting.note))
        yield from (("settings", title) for _, title in setting.choices)


def texts_of(source: str, name: str) -> Iterator[Text]:
    """The texts of one module.

    Args:
        source: Its text.
        name: What it is called, for the error.

    Raises:
        NotLiteral: if the text of a call is not a literal, and stands in no table either.
    """
    yield from _Module(ast.parse(source), name).texts()


class _Module:
    def __init__(self, tree: ast.Module, name: str) -> None:
        self._tree = tree
        self._name = name
        self._shorthands = {
            one.name: context
            for one in tree.body
            if isinstance(one, ast.FunctionDef) and (context := _shorthand(one)) is not None
        }
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        marked = [call for call in calls if _is_marker(call)]
        self._tables = _TABLES | {self._literal(call.args[0]) for call in marked}

    def texts(self) -> Iterator[Text]:
        yield from self._visit(self._tree, "")

    def _visit(self, node: ast.AST, owner: str) -> Iterator[Text]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.ClassDef) else owner
            if isinstance(child, ast.FunctionDef) and child.name in self._shorthands:
                continue
            if isinstance(child, ast.Call):
                yield from self._texts_of_call(child, owner)
            yield from self._visit(child, inner)

    def _texts_of_call(self, call: ast.Call, owner: str) -> Iterator[Text]:
        match call.func:
            case ast.Attribute(attr="tr", value=ast.Name(id="self")):
                yield owner, self._literal(call.args[0])
            case ast.Name(id=function) if function in self._shorthands:
                context = self._shorthands[function]
                if isinstance(call.args[0], ast.Constant) or context not in self._tables:
                    yield context, self._literal(call.args[0])
            case ast.Attribute(attr="translate", value=ast.Name(id="QCoreApplication")):
                context, text = call.args[:2]
                if isinstance(text, ast.Constant):
                    yield self._literal(context), self._literal(text)
                elif isinstance(context, ast.Constant) and context.value not in self._tables:
                    raise NotLiteral(f"{self._name}: no table has '{context.value}'")
            case ast.Attribute(attr="run" | "ask" | "begin", value=value) if _is_runner(value):
                if isinstance(call.args[0], ast.Constant):
                    yield "jobs", self._literal(call.args[0])
            case ast.Name() if _is_marker(call):
                yield self._literal(call.args[0]), self._literal(call.args[1])
            case _:
                pass

    def _literal(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        raise NotLiteral(f"{self._name}, line {node.lineno}: only a literal can be translated")


def _is_marker(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "QT_TRANSLATE_NOOP"


def _is_runner(node: ast.expr) -> bool:
    """Whether a call is made to what runs jobs, whose titles people read."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ("_runner", "runner")


def _shorthand(function: ast.FunctionDef) -> str | None:
    """The context of a function that only translates what it is given."""
    for node in ast.walk(function):
        match node:
            case ast.Return(
                value=ast.Call(
                    func=ast.Attribute(attr="translate"),
                    args=[ast.Constant(value=str(context)), ast.Name(id=given)],
                )
            ) if [one.arg for one in function.args.args] == [given]:
                return context
            case _:
                pass
    return None


_TABLES = {context for context, _ in table_texts()}


def catalogue(language: str, texts: set[Text], known: Texts) -> str:
    """The .ts file of a language, one text a line, so that changes of two people merge."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>"]
    lines.append(f'<TS version="2.1" language="{language}" sourcelanguage="en">')
    for context, text in sorted(texts):
        there = known.get((context, text), "")
        is_open = "" if there else ' type="unfinished"'
        lines.append(
            f"<context><name>{escape(context)}</name><message>"
            f"<source>{_line(text)}</source><translation{is_open}>{_line(there)}</translation>"
            "</message></context>"
        )
    return "\n".join([*lines, "</TS>", ""])


def _line(text: str) -> str:
    return escape(text, {"\n": "&#10;"})


def main() -> int:
    """Write the catalogues, or say what they lack; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, list what is missing")
    arguments = parser.parse_args()
    texts = all_texts()
    missing = 0
    for language in LANGUAGES:
        path = ROOT / "resources" / "translations" / f"sulcus_{language}.ts"
        known = read_texts(language) if path.exists() else {}
        for context, text in sorted(texts - known.keys()):
            missing += 1
            sys.stdout.write(f"{language}\t{context}\t{text!r}\n")
        if not arguments.check:
            write_text(path, catalogue(language, texts, known))
    sys.stdout.write(f"{len(texts)} texts, {missing} without a translation\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
