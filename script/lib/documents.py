#!/usr/bin/env python3
"""Fails when a document links to a file or heading that does not exist, or shows a command that does not.

Commands are looked for in ```sh blocks: programs of this repository must exist, commands of `alting` must be among those it has
(src/main/*_commands.cpp: what is added to `app`).
Blocks that begin with `# tested` are run by tests/docs.
"""
import pathlib
import re
import subprocess
import sys

COMMAND = re.compile(r'\bapp\.add_subcommand\(\s*"([\w-]+)"')
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    found = set()
    for line in re.sub(r"```.*?```", "", text, flags=re.S).splitlines():
        if heading := re.match(r"#+\s+(.*)", line):
            plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", lambda m: m[1] or "" if m[1] else "", heading[1]).strip().lower()
            found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def commands(root: pathlib.Path) -> set[str]:
    found = {"--version", "--help"}
    for path in root.glob("src/main/*_commands.cpp"):
        found.update(COMMAND.findall(path.read_text(encoding="utf-8")))
    return found


def main(root: pathlib.Path) -> int:
    faults = []
    known = commands(root)
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=root, capture_output=True, check=True, text=True)
    for name in listed.stdout.splitlines():
        path = root / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.S)):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            there = (path.parent / file).resolve() if file else path
            if not there.exists():
                faults.append(f"{name}: links to {target}, which does not exist")
            elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text(encoding="utf-8")):
                faults.append(f"{name}: links to {target}: no such heading")
        for block in re.findall(r"```sh\n(.*?)```", text, flags=re.S):
            for program in re.findall(r"(?<![\w/.-])((?:script|tests|\.ci)/[\w./-]+)", block):
                if not (root / program).exists():
                    faults.append(f"{name}: shows {program}, which does not exist")
            for command in re.findall(r"(?:^|\s)(?:build/release/)?alting (\S+)", re.sub(r"^\s*#.*$", "", block, flags=re.M)):
                if command.strip("`'\"") not in known:
                    faults.append(f"{name}: shows `alting {command}`, which is no command")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
