#!/usr/bin/env python3
"""Fails when a file of the repository says what it should not.

- paths of one machine (of a home folder, a work folder, a scratch folder with a name of its own);
- a to-do without an owner and a reason: write `TODO(name): why`;
- a source file of more than 600 lines, or a line with white space at its end or a tab in C++;
- `using namespace` in a header, `std::cout` outside `main`;
- a shared hash to merge by (conflict markers).
"""
import pathlib
import re
import subprocess
import sys

TEXT = {".cpp", ".h", ".py", ".sh", ".mjs", ".js", ".css", ".md", ".toml", ".json", ".sql", ".cmake", ".txt", ".xml", ".yml", ""}
# In two pieces, so that this file does not match itself.
MACHINE = re.compile("|".join(["/wo" + r"rk/(?:wt|main|shared)\b", "/tmp/al" + r"ting/", "/ho" + r"me/[a-z]+/", r"\.\./sh" + r"ared/", r"\bsh" + r"ared/(?:data|altinn|domain|seeds)\b"]))
UNOWNED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b(?!\([a-z]+\): \S)")
MARKER = re.compile(r"^(?:<{7} |>{7} |={7}$)")
LINES = 600


def files(root: pathlib.Path) -> list[pathlib.Path]:
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=root, capture_output=True, check=True)
    return [root / name.decode() for name in listed.stdout.split(b"\0") if name]


def main(root: pathlib.Path) -> int:
    faults = []
    for path in files(root):
        short = path.relative_to(root)
        if path.suffix not in TEXT or not path.is_file() or path.name == "package-lock.json":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            faults.append(f"{short}: is not UTF-8")
            continue
        lines = text.splitlines()
        code = path.suffix in (".cpp", ".h")
        if code and len(lines) > LINES:
            faults.append(f"{short}: {len(lines)} lines; a file is about one thing (at most {LINES})")
        for number, line in enumerate(lines, 1):
            if MACHINE.search(line):
                faults.append(f"{short}:{number}: a path of one machine")
            if UNOWNED.search(line):
                faults.append(f"{short}:{number}: a to-do without owner and reason")
            if MARKER.match(line) and path.suffix != ".md":
                faults.append(f"{short}:{number}: a conflict marker")
            if code and (line != line.rstrip() or "\t" in line):
                faults.append(f"{short}:{number}: white space at the end, or a tab")
            if path.suffix == ".h" and re.match(r"\s*using namespace\b", line):
                faults.append(f"{short}:{number}: 'using namespace' in a header")
            if code and "std::cout" in line and short.parts[:2] != ("src", "main") and not path.stem.endswith("_test"):
                faults.append(f"{short}:{number}: printing belongs in 'main'")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
