#!/usr/bin/env python3
"""Fails when an error that can reach a person has no words of its own, or a text speaks of an error nobody makes.

Error codes are text ids (src/base/result.h), and are written whole in src/ so that they can be found. Each must be in texts/, or below in
FOR_COMMANDS: those are seen only by who types a command, who gets the English words of Error.detail. Where a page has a title and a text for an error, these are CODE.title and CODE.text. Tests
and fuzz targets are not looked at.
"""
import pathlib
import re
import sys

import house
from texts_complete import flat, tomllib

FOR_COMMANDS = (
    "error.admin",  # the running server's answer to a command
    "error.backup.exists",
    "error.data_folder.",
    "error.restore.",
    "error.settings",
    "error.texts",  # a folder of texts that cannot be read: there are no words to say it with
)
# "error.kind.invalid" and its like are the words for whole kinds (src/base/texts.cpp), and are never a code.
FOR_KINDS = "error.kind."
# Words of error pages that are no error's.
OF_PAGES = {"error.back", "error.forbidden.agency", "error.forbidden.help", "error.forbidden.manage", "error.forbidden.title", "error.home", "error.incident_code", "error.missing.title", "error.title"}

MADE = re.compile(r"""make_error\(\s*[^,"]*,\s*"([^"]*)\"""")
WRITTEN = re.compile(r'"(error\.[a-z_0-9.]*)"')
# A code put together from parts: "error.zip." + code, or fmt::format("error.zip.{}", code).
IN_PARTS = re.compile(r'"error\.[a-z_0-9.]*(?:\.|\{\}[^"]*)"')


def texts_of(root: pathlib.Path) -> set[str]:
    ids: set[str] = set()
    for path in (root / "texts").glob("*.nb.toml"):
        ids.update(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return ids


def main(root: pathlib.Path) -> int:
    texts, faults, used = texts_of(root), [], set()
    for path in house.sources(root):
        content = house.code(path)
        where = path.relative_to(root)
        for found in IN_PARTS.findall(content):
            if not found.startswith(f'"{FOR_KINDS}'):
                faults.append(f"{where}: {found} puts an error code together from parts: write it whole")
        for code in sorted(set(MADE.findall(content)) | set(WRITTEN.findall(content))):
            used.add(code)
            if not {code, f"{code}.text"} & texts and not code.startswith(FOR_COMMANDS) and not code.endswith("."):
                faults.append(f"{where}: no text for '{code}' in texts/ (three languages)")
    for name in sorted(texts - used - OF_PAGES):
        if name.startswith("error.") and not name.startswith(FOR_KINDS):
            faults.append(f"texts/: '{name}' is no error that the program makes")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
