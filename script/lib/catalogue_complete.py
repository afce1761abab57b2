#!/usr/bin/env python3
"""Fails when something the program stores is not declared in a privacy catalogue, or something declared does not exist.

Each room that stores anything has src/ROOM/catalogue.toml beside its migrations. The migrations are applied to an SQLite
database in memory (also those of the keystore, in src/store/keystore_migrations), and every column is compared with the catalogue.
Cookies are compared with src/web/cookies.cpp. What entries of the log hold stands in src/ROOM/events.toml, and event_kinds.py proves it.

The form of the files is explained in catalogue.py; what a program acts on in them is proved by catalogue_acts.py and catalogue_elsewhere.py.
A personal line says, itself or through defaults, all of: whose, controller, purpose, legal_basis, source, retention,
erasure, recipients. `[defaults]` at the top of the file serves all its tables.
"""
import pathlib
import re
import sys
import tomllib

import catalogue_elsewhere
import house
from catalogue import CONTROLLERS, SAYS, TO_CONFIRM, basis_fault, merged, read
from catalogue_acts import Acts


def check_line(where: str, line: object, defaults: dict, faults: list[str]) -> None:
    if not isinstance(line, dict) or not isinstance(line.get("personal"), bool):
        faults.append(f"{where}: says not whether it is personal (personal = true or false)")
        return
    unknown = set(line) - {"personal", "note", "meaning", "names", TO_CONFIRM} - set(SAYS)
    if unknown:
        faults.append(f"{where}: unknown: {', '.join(sorted(unknown))}")
    if not line["personal"]:
        return
    said = merged(defaults, line)
    missing = [word for word in SAYS if not isinstance(said.get(word), str) or not said[word].strip()]
    if missing:
        faults.append(f"{where}: personal, but does not say {', '.join(missing)}")
    if "controller" not in missing and said["controller"] not in CONTROLLERS:
        faults.append(f"{where}: controller is one of {', '.join(CONTROLLERS)}")
    if "legal_basis" not in missing and (lacks := basis_fault(said["legal_basis"])):
        faults.append(f"{where}: {lacks}")
    if TO_CONFIRM in said and (not isinstance(said[TO_CONFIRM], str) or not said[TO_CONFIRM].strip()):
        faults.append(f"{where}: {TO_CONFIRM} says what is to be looked up")


def check_copies(where: str, said: dict, defaults: dict, faults: list[str]) -> None:
    """Another holder's copy: all that a column says, with what the table says where it says nothing of its own."""
    for of, words in said.get("copies", {}).items():
        if of != "agency":
            faults.append(f"{where}: copies are of the agency (copies.agency)")
        if words.get("controller", defaults.get("controller")) == defaults.get("controller"):
            faults.append(f"{where}: the copy of {of} has the table's own controller: then it is none of its own")
        check_line(f"{where}: copy of {of}", {"personal": True, **words}, defaults, faults)


def compare_uses(root: pathlib.Path, path: pathlib.Path, catalogue: dict, faults: list[str]) -> None:
    for name, said in catalogue.get("uses", {}).items():
        where = f"{path}: use {name}"
        if not said.get("meaning"):
            faults.append(f"{where}: does not say its meaning")
        calls, places = said.get("calls"), said.get("where")
        check_line(where, {"personal": True, **{word: value for word, value in said.items() if word not in ("calls", "where")}},
                   catalogue.get("defaults", {}), faults)
        if not isinstance(calls, str) or not isinstance(places, list) or not places:
            faults.append(f"{where}: does not say what in the code does it, and where (calls, where)")
            continue
        real = {str(source.relative_to(root)) for source in house.sources(root)
                if source.parent != root / path.parent and calls in house.code(source)}
        for place in sorted(set(places) ^ real):
            faults.append(f"{where}: {place} {'is not declared' if place in real else 'does no such thing'} ({calls})")


def compare(where: str, real: list[str], declared: dict, defaults: dict, faults: list[str]) -> None:
    for name in real:
        if name in declared:
            check_line(f"{where}.{name}", declared[name], defaults, faults)
        else:
            faults.append(f"{where}.{name}: not declared")
    for name in declared:
        if name not in real:
            faults.append(f"{where}.{name}: declared, but does not exist")


def compare_tables(path: pathlib.Path, catalogue: dict, real: dict[str, list[str]], faults: list[str]) -> None:
    declared = catalogue.get("tables", {})
    for table, columns in real.items():
        if table not in declared:
            faults.append(f"{path}: table {table}: not declared, with columns {', '.join(columns)}")
            continue
        said = declared[table]
        if not said.get("meaning"):
            faults.append(f"{path}: table {table}: does not say its meaning")
        defaults = merged(catalogue.get("defaults", {}), said.get("defaults", {}))
        compare(f"{path}: {table}", columns, said.get("columns", {}), defaults, faults)
        check_copies(f"{path}: table {table}", said, defaults, faults)
    for table in declared:
        if table not in real:
            faults.append(f"{path}: table {table}: declared, but does not exist")


def compare_documents(path: pathlib.Path, catalogue: dict, faults: list[str]) -> None:
    for name, said in catalogue.get("documents", {}).items():
        if not said.get("meaning"):
            faults.append(f"{path}: document {name}: does not say its meaning")
        check_line(f"{path}: document {name}", said.get("fields"), catalogue.get("defaults", {}), faults)
        check_copies(f"{path}: document {name}", said, {**catalogue.get("defaults", {}), **said.get("fields", {})}, faults)


def compare_cookies(root: pathlib.Path, path: pathlib.Path, catalogue: dict, faults: list[str]) -> None:
    source = root / "src/web/cookies.cpp"
    if not source.exists():
        return
    real = re.findall(r'\{\s*CookieKind::\w+\s*,\s*"([^"]+)"', source.read_text(encoding="utf-8"))
    declared = {name: said.get("value") for name, said in catalogue.get("cookies", {}).items()}
    compare(f"{path}: cookie", real, declared, catalogue.get("defaults", {}), faults)


def check_acts(acts: Acts, root: pathlib.Path, files: dict[str, dict], faults: list[str]) -> None:
    for room, file in files.items():
        retention = root / "src" / room / "retention.toml"
        acts.add_rules(room, str(retention.relative_to(root)), read(retention, faults, root))
        acts.add_tables(f"src/{room}/catalogue.toml", file)
    for room, file in files.items():
        where = f"src/{room}/catalogue.toml"
        catalogue_elsewhere.check_documents(acts, where, file, acts.rules, of_app=False)
        catalogue_elsewhere.check_cookies(acts, where, file, root)
    for events in sorted((root / "src").glob("*/events.toml")):
        catalogue_elsewhere.check_entries(acts, str(events.relative_to(root)), read(events, faults, root))
    acts.check_tables()
    catalogue_elsewhere.check_apps(acts, root)


def main(root: pathlib.Path) -> int:
    faults: list[str] = []
    tables = house.tables(root, faults)
    acts = Acts(tables, faults)
    files: dict[str, dict] = {}
    for room in house.rooms(root):
        path = root / "src" / room / "catalogue.toml"
        real = {table.name: list(table.columns) for table in tables if table.room == room}
        if not path.exists():
            faults.extend(f"{path} is missing: table {table} is not declared" for table in real)
            continue
        short = path.relative_to(root)
        try:
            catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{short}: {error}")
            continue
        files[room] = catalogue
        compare_tables(short, catalogue, real, faults)
        compare_documents(short, catalogue, faults)
        compare_uses(root, short, catalogue, faults)
        if room == "web":
            compare_cookies(root, short, catalogue, faults)
    check_acts(acts, root, files, faults)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
