#!/usr/bin/env python3
"""Writes a compile_commands.json for clang's tools from the one of a GCC build.

    compile_commands_for_clang.py GCC_COMPILE_COMMANDS FOLDER

Drops the compiler launcher and the flags only GCC knows; the precompiled header is included as text.
"""
import json
import pathlib
import shlex
import sys

ONLY_GCC = ("-fpch-preprocess", "-Winvalid-pch", "-Wno-maybe-uninitialized", "-Wno-restrict", "-Wno-stringop-overread", "-Wno-psabi",
            "-Wno-stringop-overflow", "-Wno-dangling-pointer", "-Wno-error=tsan", "-fno-sanitize-recover=all", "-Werror", "-MD", "-Wno-array-bounds")


def translate(entry: dict) -> dict:
    words = shlex.split(entry["command"])
    start = next((i for i, word in enumerate(words) if pathlib.Path(word).name in ("c++", "g++", "clang++", "g++-12")), 0)
    kept, skip = ["clang++"], 0
    for word in words[start + 1:]:
        if skip:
            skip -= 1
        elif word in ("-o", "-MF", "-MT"):
            skip = 1
        elif word not in ONLY_GCC and not word.startswith(("-fdeps-", "-fmodules-ts")):
            kept.append(word)
    return {"directory": entry["directory"], "file": entry["file"], "command": shlex.join([*kept, "-Wno-ignored-gch", "-Wno-unknown-warning-option"])}


def main(source: pathlib.Path, folder: pathlib.Path) -> None:
    entries = [translate(entry) for entry in json.loads(source.read_text(encoding="utf-8")) if "cmake_pch" not in pathlib.Path(entry["file"]).name]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "compile_commands.json").write_text(json.dumps(entries, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
