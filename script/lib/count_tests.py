#!/usr/bin/env python3
"""Prints "PASSED FAILED" for a run of ctest: the tests in GoogleTest's XML files, and programs of ctest that left none.
Then a line for each that failed, with the first lines of what it said.

    count_tests.py FOLDER_WITH_XML CTEST_LOG
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def main(folder: pathlib.Path, log: pathlib.Path) -> None:
    passed = failed = 0
    seen = set()
    faults = []
    for path in sorted(folder.glob("*.xml")):
        try:
            suites = xml.parse(path).getroot()
        except xml.ParseError:
            continue  # the program died while writing: counted below
        seen.add(path.stem)
        bad = int(suites.get("failures", 0)) + int(suites.get("errors", 0))
        skipped = sum(1 for case in suites.iter("testcase") if case.get("result") in ("skipped", "suppressed"))
        failed += bad
        for case in suites.iter("testcase"):
            said = [one.get("message", "") for one in case if one.tag in ("failure", "error")]
            if said:
                faults.append(f"{case.get('classname')}.{case.get('name')}: " + " ".join(said[0].split())[:300])
        passed += int(suites.get("tests", 0)) - bad - skipped
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    for piece in re.split(r"^\d+/\d+ Testing: ", text, flags=re.M)[1:]:
        name = piece.split("\n", 1)[0].strip()
        command = re.search(r'^Command: "([^"]+)"', piece, flags=re.M)
        program = pathlib.Path(command[1]).name if command else name
        if program in seen:
            continue
        if re.search(r"^Test Passed\.", piece, flags=re.M):
            passed += 1
        else:
            failed += 1
            faults.append(name)
    print(passed, failed)
    for fault in faults:
        print(fault)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
