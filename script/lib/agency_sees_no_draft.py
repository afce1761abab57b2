#!/usr/bin/env python3
"""Fails when the agency's side can name a draft.

What is under work is its party's alone: an agency learns nothing of it, not even that it exists. So that nobody can write the function
that hands it out,

- nothing that the agency's files (AGENCY) include, however far, leads to DRAFT, the header that says what a draft is;
- the SQL of those of them that stand in src/instances names the tables of what was sent (TABLES) and no other. The table of instances
  is none of them: drafts stand in it too. A row of `attachment` is read by the id of a submission that was found.

A header of src/instances brings its source with it: what the functions do that the agency's call counts as what the agency's do.
"""
import pathlib
import re
import sys

import house
import table_owners

AGENCY = ("src/instances/agency.h", "src/instances/agency.cpp", "src/portal/agency_pages.h", "src/portal/agency_pages.cpp",
          "src/api/storage.h", "src/api/storage.cpp", "src/api/storage_json.cpp", "src/api/storage_query.cpp")
ROOM = "src/instances/"
DRAFT = "src/instances/draft.h"
TABLES = {"submission", "attachment"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([a-z_0-9/]+\.h)"', re.M)


def brings(root: pathlib.Path, short: str) -> list[str]:
    """The files that this one includes, or that belong to it."""
    found = [f"src/{name}" for name in INCLUDE.findall(house.code(root / short))]
    if short.startswith(ROOM) and short.endswith(".h"):
        found.append(short.removesuffix(".h") + ".cpp")
    return [one for one in found if (root / one).exists()]  # what is generated is no source


def reached(root: pathlib.Path, faults: list[str]) -> dict[str, str]:
    """Every file that the agency's files bring, with the one that brought it."""
    by: dict[str, str] = {}
    todo = []
    for short in AGENCY:
        if (root / short).exists():
            by[short] = ""
            todo.append(short)
        else:
            faults.append(f"{short}: the agency's side is looked at by this name, and is not there")
    while todo:
        short = todo.pop()
        for one in brings(root, short):
            if one not in by:
                by[one] = short
                todo.append(one)
    return by


def way(by: dict[str, str], short: str) -> str:
    steps = [short]
    while by[steps[-1]]:
        steps.append(by[steps[-1]])
    return " <- ".join(steps)


def main(root: pathlib.Path) -> int:
    faults: list[str] = []
    if not (root / DRAFT).exists():
        faults.append(f"{DRAFT}: what a draft is should stand here: this check knows it by that name")
    by = reached(root, faults)
    if DRAFT in by:
        faults.append(f"the agency's side can name a draft: {way(by, DRAFT)}")
    known = {table.name for table in house.tables(root, faults)}
    for short in sorted(one for one in by if one.startswith(ROOM)):
        for line, use in table_owners.uses_in(root / short, short, known, faults):
            if use.table not in TABLES:
                faults.append(f"{short}:{line}: the agency's side reads {use.table}: it reads what was sent ({', '.join(sorted(TABLES))}) and "
                              f"nothing else ({way(by, short)})")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
