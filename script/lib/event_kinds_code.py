"""What is made of the kinds of log entries: C++ for the build, and the list for monitors. event_kinds.py reads and checks them first."""
from __future__ import annotations

import json
import pathlib
import typing

if typing.TYPE_CHECKING:
    from event_kinds import Kind

BEGIN, END = "<!-- kinds -->\n", "<!-- /kinds -->"


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # C++ escapes the two signs that occur, \ and ", in the same way


HEAD = "// Made by script/lib/event_kinds.py from src/*/events.toml and texts/: change those.\n"


def enumeration(kinds: list[Kind]) -> str:
    rows = "".join(f"  {kind.identifier},  // src/{kind.room}/events.toml\n" for kind in kinds)
    return (f'{HEAD}#pragma once\n#include "ledger/event_kind.h"\n\nnamespace alting::ledger {{\n\n'
            f"enum class EventKind : std::uint8_t {{\n{rows}}};\n\n}}  // namespace alting::ledger\n")


def parameter_names(kinds: list[Kind]) -> str:
    by_name = {parameter.name: parameter for kind in kinds for parameter in kind.parameters}
    rows = "".join(f"inline constexpr {'PersonalParameter' if one.personal else 'Parameter'} {one.identifier}{{{quoted(name)}}};\n"
                   for name, one in sorted(by_name.items()))
    return (f'{HEAD}#pragma once\n#include "ledger/event_kind.h"\n\nnamespace alting::ledger::parameter {{\n\n'
            f"{rows}\n}}  // namespace alting::ledger::parameter\n")


def table(kinds: list[Kind], titles_of: dict[str, list[str]]) -> str:
    lists, rows = "", ""
    for kind in kinds:
        names = []
        for which, personal in (("parameters", False), ("personal", True)):
            some = [one for one in kind.parameters if one.personal == personal]
            name = f"{which}_of_{kind.identifier}"
            names.append(name if some else "{}")
            if some:
                lists += f"constexpr std::array {name}{{\n"
                lists += "".join(f"    EventParameter{{{quoted(one.name)}, {quoted(one.meaning)}}},\n" for one in some) + "};\n"
        rows += (f"    EventKindInfo{{EventKind::{kind.identifier},\n                  {quoted(kind.name)},\n"
                 f"                  {quoted(kind.text_id)},\n                  {quoted(kind.meaning)},\n"
                 f"                  {names[0]},\n                  {names[1]},\n                  Retention::{kind.retention},\n"
                 f"                  {'true' if kind.of_agency else 'false'},\n"
                 f"                  {{{', '.join(quoted(title) for title in titles_of[kind.name])}}}}},\n")
    return (f'{HEAD}#include "ledger/event_kinds.h"\n\nnamespace alting::ledger {{\nnamespace {{\n\n{lists}\n'
            f"constexpr std::array all_kinds{{\n{rows}}};\n\n}}  // namespace\n\n"
            f"std::span<const EventKindInfo> event_catalogue() {{ return all_kinds; }}\n\n}}  // namespace alting::ledger\n")


def write_if_changed(path: pathlib.Path, text: str) -> None:
    """What stays the same keeps its time, so that the build leaves alone what was made of it."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def make(folder: pathlib.Path, kinds: list[Kind], titles_of: dict[str, list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_if_changed(folder / "event_kinds.h", enumeration(kinds))
    write_if_changed(folder / "event_parameters.h", parameter_names(kinds))
    write_if_changed(folder / "event_table.cpp", table(kinds, titles_of))


def list_for_monitors(kinds: list[Kind]) -> str:
    rows = "| kind | what happened | parameters |\n| --- | --- | --- |\n"
    for kind in kinds:
        said = [f"`{one.name}`: {one.meaning}" for one in kind.parameters if not one.personal]
        said += [f"*`{one.name}`*: {one.meaning}" for one in kind.parameters if one.personal]
        rows += f"| `{kind.name}` | {kind.meaning} | {'; '.join(said)} |\n"
    return BEGIN + rows + END


def with_list(page: str, kinds: list[Kind]) -> str | None:
    begin, end = page.find(BEGIN), page.find(END)
    return page[:begin] + list_for_monitors(kinds) + page[end + len(END):] if 0 <= begin < end else None
