#!/usr/bin/env python3
"""Fails when an address of the portal or of the login is written outside the room's addresses.h and addresses.cpp.

Looked for in src/portal and src/login (tests, fuzz targets and stand-ins aside, what is a comment, and the test issuer, which is a site of
its own): a string that begins with '/', or holds a parameter of a query ("?q=", "&q="); and a place or a parameter that is read by a name
written there and then, `request.value("...")`, `query_value("...")`. So each address can be changed, and found, in one place, and what is
made is what is read. ("//" alone is no address: who looks for it looks for another site's.)
"""
import pathlib
import re
import sys

import house

ROOMS = ("portal", "login")
HOME = ("addresses.h", "addresses.cpp")
ANOTHER_SITE = "test_issuer"
ADDRESS = re.compile(r"^/(?!/$)|[?&][A-Za-z_]+=")
READ = re.compile(r"""\b(?:request\.value|query_value)\(\s*"([^"]*)\"""")


def faults_of(root: pathlib.Path, room: str) -> list[str]:
    faults = []
    for path in house.sources(root, room):
        where = path.relative_to(root)
        if path.name in HOME or ANOTHER_SITE in where.parts:
            continue
        text = house.code(path)
        for found in house.CODE.finditer(text):
            written = found["characters"] if found.lastgroup == "text" else found["inside"] if found.lastgroup == "raw" else None
            if written and ADDRESS.search(written):
                faults.append(f"{where}: the address \"{written}\" belongs in src/{room}/addresses.h")
        faults += [f"{where}: the name \"{name}\", which stands in addresses, belongs in src/{room}/addresses.h"
                   for name in READ.findall(text)]
    return faults


def main(root: pathlib.Path) -> int:
    faults = [fault for room in ROOMS for fault in faults_of(root, room)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
