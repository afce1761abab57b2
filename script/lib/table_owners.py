#!/usr/bin/env python3
"""Fails when the SQL of one room names a table of another.

A table belongs to the room whose migration makes it. Only that room writes it, because the rules of its rows stand there. Another
room asks the owner's functions; where a join is the point it reads the table itself, and then the table's catalogue says so, since
who reads a person's data must be known:

    [tables.submission]
    readers = ["inbox"]            # rooms below the owner whose statements read it

A reader that no statement needs is a fault too.

Looked at are the migrations and every string literal of src/**/*.cpp and .h, with literals side by side joined. What cannot be
followed is refused instead of passed over (script/lib/sql_tables.py):
- a table's name that a placeholder, `+` or a macro puts in: write it out, right after the word before it;
- a table that no migration makes;
- SQL in small letters: by the capitals SQL is known.

Tests have a rule of their own: *_test.cpp, *_fuzz.cpp, folders named testing, and the tools that are run by hand (folders named tools) may read and
write every table. They bring about, and look at, what no function of a room offers: a name that changes at the worst moment, a
thousand rows. So have MEASURES. In BY_CATALOGUE the names of tables may be put in: they come from the owners' catalogues.
"""
import pathlib
import re
import sys
import tomllib

import house
import sql_tables

BETWEEN = re.compile(r"\s*(?:u8|[uUL])?")  # what may stand between two strings that are one
ESCAPE = re.compile(r"\\(\n|x[0-9A-Fa-f]+|[0-7]{1,3}|.)", re.S)
OF_TESTS = re.compile(r"_(?:test|fuzz)\.cpp$|/testing/|/tools/")
MEASURES = {
    "src/main/bare_submissions.cpp",  # copies rows of many tables as they are into an empty database, to measure the disk
}
BY_CATALOGUE = {
    "src/store/catalogue_rows.cpp",  # ends and erases rows as the catalogue of each room says it should be done
    "src/store/rows_by_column.cpp",  # finds the rows of an erasure, as the catalogue says where they are
    "src/store/subject_rows.cpp",  # finds the rows of one subject as the catalogues say whose they are
}
# Tables of the databases themselves.
SYSTEM = re.compile(r"(?:sqlite|pg)_\w+|(?:information_schema|pg_catalog)\.\w+")


def escaped(found: re.Match) -> str:
    one = found[1]
    if one[0] == "x" and len(one) > 1:
        return chr(int(one[1:], 16))
    if one.isdigit():
        return chr(int(one, 8))
    return {"\n": "", "n": "\n", "t": "\t"}.get(one, one)


def literals(code: str):
    """Each string of the source, those side by side joined: the text, its line, and whether something is put to it by + or a macro."""
    pieces: list[str] = []
    first, line, counted, begin, end = 1, 1, 0, 0, 0
    for found in house.CODE.finditer(code):
        kind = found.lastgroup  # the outermost of nested groups
        if kind == "comment" and pieces and not code[end:found.start()].strip():
            end = found.end()  # a comment between two pieces
            continue
        if pieces and not (kind in ("raw", "text") and BETWEEN.fullmatch(code, end, found.start())):
            yield "".join(pieces), first, is_added_to(code, begin, end)
            pieces = []
        if kind in ("raw", "text"):
            if not pieces:
                line += code.count("\n", counted, found.start())
                first, counted, begin = line, found.start(), found.start()
            pieces.append(found["inside"] if kind == "raw" else ESCAPE.sub(escaped, found["characters"]))
            end = found.end()
    if pieces:
        yield "".join(pieces), first, is_added_to(code, begin, end)


def is_added_to(code: str, begin: int, end: int) -> bool:
    """Whether + or a macro puts more to the string: "..." + x, "..." X, std::string("...") + x."""
    made_string = code[max(0, begin - 20):begin].rstrip().endswith(("string(", "string_view(", "string{"))
    return re.compile(r"\s*[)}]?\s*\+" if made_string else r"\s*[+A-Za-z_]").match(code, end) is not None


def files(root: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for end in ("cpp", "h", "sql") for path in (root / "src").rglob(f"*.{end}"))


def statements(path: pathlib.Path):
    content = path.read_text(encoding="utf-8")
    return [(content, 1, False)] if path.suffix == ".sql" else literals(content)


def uses_in(path: pathlib.Path, short: str, known: set[str], faults: list[str]) -> list[tuple[int, sql_tables.Use]]:
    found = []
    for text, line, goes_on in statements(path):
        if sql_tables.in_small_letters(text):
            faults.append(f"{short}:{line}: SQL in small letters: write its words in capitals, by which it is known")
        if not sql_tables.is_sql(text):
            continue
        try:
            found.extend((line + use.line, use) for use in sql_tables.Reader(text, goes_on, known).uses())
        except sql_tables.Unclear as unclear:
            if unclear.put_in and short in BY_CATALOGUE:
                continue
            faults.append(f"{short}:{line + unclear.line}: {unclear}")
    return found


def readers_of(root: pathlib.Path, rooms: list[str], owner: dict[str, str], faults: list[str]) -> dict[str, set[str]]:
    """For each table the rooms its catalogue lets read it."""
    readers = {}
    for room in rooms:
        path = root / "src" / room / "catalogue.toml"
        if not path.exists():
            continue
        short = path.relative_to(root)
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8")).get("tables", {})
        except tomllib.TOMLDecodeError as error:
            faults.append(f"{short}: {error}")
            continue
        for table, said in tables.items():
            named = said.get("readers", [])
            if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
                faults.append(f'{short}: table {table}: readers is a list of rooms: readers = ["inbox"]')
                continue
            if named and owner.get(table) != room:
                faults.append(f"{short}: table {table} is not this room's to give readers")
                continue
            for one in named:
                if one not in rooms or rooms.index(one) <= rooms.index(room):
                    faults.append(f"{short}: table {table}: the reader '{one}' is no room below '{room}'")
            readers[table] = set(named)
    return readers


def main(root: pathlib.Path) -> int:
    faults: list[str] = []
    rooms = house.rooms(root)
    owner = {table.name: table.room for table in house.tables(root, faults)}
    readers = readers_of(root, rooms, owner, faults)
    needed: set[tuple[str, str]] = set()
    for path in files(root):
        short, room = path.relative_to(root).as_posix(), path.relative_to(root / "src").parts[0]
        if OF_TESTS.search(short) or short in MEASURES:
            continue
        uses = uses_in(path, short, set(owner), faults)
        own = {use.table for _, use in uses if use.makes and use.table not in owner}
        for line, use in uses:
            belongs = owner.get(use.table, room if use.table in own else "")
            if belongs == room or SYSTEM.fullmatch(use.table):
                continue
            if not belongs:
                faults.append(f"{short}:{line}: no migration makes a table {use.table}")
            elif use.writes:
                faults.append(f"{short}:{line}: room '{room}' writes {use.table}, which belongs to '{belongs}': only its owner may")
            elif room in readers.get(use.table, set()):
                needed.add((use.table, room))
            else:
                faults.append(f"{short}:{line}: room '{room}' reads {use.table}, which belongs to '{belongs}': ask a function of that room, or "
                              f"name the reader in src/{belongs}/catalogue.toml")
    for table, named in readers.items():
        for one in sorted(named):
            if (table, one) not in needed:
                faults.append(f"src/{owner[table]}/catalogue.toml: table {table}: no statement of '{one}' reads it: take the reader away")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
