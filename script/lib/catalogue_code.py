#!/usr/bin/env python3
"""Makes C++ of one room's catalogue: the table behind terms::RoomCatalogue (src/terms/catalogue.h). Called by cmake/Catalogue.cmake.

Usage: catalogue_code.py ROOT ROOM OUT.cpp

What is wrong in the catalogue is refused by catalogue_complete.py, which has words for it; here it ends the making.
"""
import datetime
import pathlib
import sys

import catalogue
import house

TYPES = {"BIGINT": "number", "TEXT": "text", "BLOB": "octets"}
MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}


def text(value: object) -> str:
    return '"' + str(value or "").replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


class Code:
    """Lines of C++, with the arrays that spans are of before what uses them."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.count = 0

    def array(self, kind: str, items: list[str]) -> str:
        if not items:
            return "{}"
        self.count += 1
        name = f"list_{self.count}"
        self.lines.append(f"constexpr std::array<{kind}, {len(items)}> {name}{{{{{', '.join(items)}}}}};")
        return name

    def names(self, items: list[str]) -> str:
        return self.array("std::string_view", [text(item) for item in items])


def said(line: dict, *defaults: dict) -> str:
    words = catalogue.merged(*defaults, line)
    return "Said{" + ", ".join(text(words.get(word)) for word in (*catalogue.SAYS, catalogue.TO_CONFIRM)) + "}"


def copies(code: Code, one: dict, *defaults: dict) -> str:
    return code.array("Copy", [f"{{{text(of)}, {said(words, *defaults)}}}" for of, words in one.get("copies", {}).items()])


# Columns of few values: an index that begins with one is as good for the column behind it.
FEW_VALUES = ("generation", "kind")


def subjects(code: Code, said_of: dict, table: house.Table | None = None) -> str:
    indexes = [index for index in (*table.whole, table.key) if index] if table else []
    firsts = {index[0] for index in indexes}
    behind = {index[1]: index[0] for index in indexes if len(index) > 1 and index[0] in FEW_VALUES and index[1] not in firsts}
    return code.array("Subject", [
        f"{{{text(one.get('column'))}, SubjectKind::{one['kind']}, SubjectForm::{one.get('as', 'party_id')}, "
        f"{text(one.get('in'))}, {text(one.get('by'))}, {'true' if one.get('column') in firsts else 'false'}, {text(behind.get(one.get('column')))}}}"
        for one in said_of.get("subject", [])])


def keepings(code: Code, said_of: dict) -> str:
    return code.array("Keeping", [f"{{{text(one['rule'])}, Acts::{one['acts']}, {text(one.get('job'))}}}"
                                  for one in catalogue.keepings(said_of)])


def condition(when: dict | None) -> str:
    if when is None:
        return "std::nullopt"
    [(column, value)] = when.items()
    return f"Condition{{{text(column)}, {text(value)}}}"


def erasures(code: Code, said_of: dict) -> str:
    items = []
    for one in catalogue.erasures(said_of):
        items.append(f"{{{'true' if one.get('row') else 'false'}, {code.names(one.get('empty', []))}, {text(one.get('key'))}, "
                     f"{text(one.get('holder'))}, {text(one.get('with'))}, {code.names(one.get('on', []))}, {text(one.get('through'))}, "
                     f"{text(one.get('kept'))}, {condition(one.get('when'))}}}")
    return code.array("Erasure", items)


def column(table: house.Table, place: int, line: dict, *defaults: dict) -> str:
    name = table.columns[place]
    personal = line.get("personal") is True
    kind = TYPES.get(table.types[place], "text")
    return (f"{{{text(name)}, ColumnType::{kind}, {'true' if name in table.nullable else 'false'}, {'true' if personal else 'false'}, "
            f"NamesWhat::{line.get('names', 'nothing')}, {text(line.get('meaning') or line.get('note'))}, "
            f"{said(line, *defaults) if personal else '{}'}}}")


def tables(code: Code, real: list[house.Table], file: dict) -> str:
    items = []
    for table in real:
        one = file.get("tables", {})[table.name]
        defaults = (file.get("defaults", {}), one.get("defaults", {}))
        columns = code.array("Column", [column(table, place, one["columns"][name], *defaults) for place, name in enumerate(table.columns)])
        items.append(f"{{{text(table.name)}, {text(one['meaning'])}, {'true' if table.database == 'keystore' else 'false'}, {columns}, "
                     f"{code.names(list(table.key))}, {subjects(code, one, table)}, {text(one.get('unreachable'))}, {keepings(code, one)}, "
                     f"{erasures(code, one)}, {code.names(one.get('readers', []))}, {copies(code, one, *defaults)}}}")
    return code.array("Table", items)


def period(version: dict) -> str:
    found = catalogue.period_from(version.get("period"))
    if found is None:
        return "std::nullopt"
    if found.unit in ("month", "year"):
        return f"Period{{{found.count * (12 if found.unit == 'year' else 1)}, 0}}"
    return f"Period{{0, {found.count * MINUTES[found.unit]}}}"


def instant(day: datetime.date) -> str:
    seconds = int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc).timestamp())
    return f"base::Instant{{{seconds}'000'000}}"


def rules(code: Code, file: dict) -> str:
    items = []
    for name, rule in file.get("rules", {}).items():
        versions = code.array("RuleVersion", [f"{{{instant(one['from'])}, {period(one)}, {text(one['law'])}, {text(one['why'])}, "
                                              f"{text(one.get(catalogue.TO_CONFIRM))}}}"
                                              for one in rule["versions"]])
        items.append(f"{{{text(name)}, {text(rule['meaning'])}, {text(rule.get('counts_from'))}, "
                     f"CountsIn::{rule.get('counts_in', 'microseconds')}, {text(rule.get('starts') or rule.get('ends_when'))}, {versions}}}")
    return code.array("RetentionRule", items)


def documents(code: Code, file: dict) -> str:
    items = []
    for name, one in file.get("documents", {}).items():
        fields = one["fields"]
        personal = fields.get("personal") is True
        items.append(f"{{{text(name)}, {text(one['meaning'])}, {code.names(one.get('stands_in', []))}, {subjects(code, one)}, "
                     f"{keepings(code, one)}, {erasures(code, one)}, {'true' if personal else 'false'}, "
                     f"{said(fields, file.get('defaults', {})) if personal else '{}'}, {copies(code, one, file.get('defaults', {}), fields)}}}")
    return code.array("Document", items)


def uses(code: Code, file: dict) -> str:
    return code.array("Use", [f"{{{text(name)}, {text(one['meaning'])}, {said(one, file.get('defaults', {}))}}}"
                              for name, one in file.get("uses", {}).items()])


def cookies(code: Code, file: dict) -> str:
    return code.array("Cookie", [
        f"{{{text(name)}, {text(one['rule'])}, {'true' if one['value'].get('personal') else 'false'}, "
        f"{said(one['value'], file.get('defaults', {})) if one['value'].get('personal') else '{}'}}}"
        for name, one in file.get("cookies", {}).items()])


def made(root: pathlib.Path, room: str) -> str:
    faults: list[str] = []
    real = [table for table in house.tables(root, faults) if table.room == room]
    file = catalogue.read(root / "src" / room / "catalogue.toml", faults, root)
    retention = catalogue.read(root / "src" / room / "retention.toml", faults, root)
    if faults:
        raise ValueError("\n".join(faults))
    code = Code()
    parts = ", ".join([tables(code, real, file), rules(code, retention), documents(code, file), cookies(code, file), uses(code, file)])
    arrays = "\n".join(code.lines)
    return f"""// Made from src/{room}/catalogue.toml and retention.toml by script/lib/catalogue_code.py.
#include "{room}/room_catalogue.h"

#include <array>

namespace alting::{room} {{
namespace {{
using namespace terms;
{arrays}
constexpr RoomCatalogue all{{{text(room)}, {parts}}};
}}  // namespace
const terms::RoomCatalogue& room_catalogue() {{ return all; }}
}}  // namespace alting::{room}
"""


def main(root: pathlib.Path, room: str, out: pathlib.Path) -> int:
    try:
        out.write_text(made(root, room), encoding="utf-8")
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        print(f"src/{room}/catalogue.toml cannot be made into code: {error!r}. script/lib/catalogue_complete.py says what is wrong.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], pathlib.Path(sys.argv[3])))
