#!/usr/bin/env python3
"""Fails when an address of the portal is written outside src/portal/addresses.h and addresses.cpp.

Looked for in src/portal (tests, fuzz targets and stand-ins aside, and what is a comment): a string that begins with '/', or holds a
parameter of a query ("?q=", "&q="); and a place or a parameter that is read by a name written there and then, `request.value("...")`,
`query_value("...")`. So each address can be changed, and found, in one place, and what is made is what is read.
"""
import pathlib
import re
import sys

import house

HOME = ("addresses.h", "addresses.cpp")
ADDRESS = re.compile(r"^/|[?&][A-Za-z_]+=")
READ = re.compile(r"""\b(?:request\.value|query_value)\(\s*"([^"]*)\"""")


def main(root: pathlib.Path) -> int:
    faults = []
    for path in house.sources(root, "portal"):
        if path.name in HOME:
            continue
        where, text = path.relative_to(root), house.code(path)
        for found in house.CODE.finditer(text):
            written = found["characters"] if found.lastgroup == "text" else found["inside"] if found.lastgroup == "raw" else None
            if written and ADDRESS.search(written):
                faults.append(f"{where}: the address \"{written}\" belongs in src/portal/addresses.h")
        faults += [f"{where}: the name \"{name}\", which stands in addresses, belongs in src/portal/addresses.h"
                   for name in READ.findall(text)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
