"""Fail when a pytest report (JUnit XML) names a skipped test. Expected failures are no skips."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def skips(report: Path) -> list[str]:
    return [
        f"{case.get('classname')}::{case.get('name')}: {skipped.get('message')}"
        for case in ET.parse(report).iter("testcase")
        for skipped in case.findall("skipped")
        if skipped.get("type") != "pytest.xfail"
    ]


def main() -> int:
    report = Path(sys.argv[1])
    if not report.exists():
        print(f"{report} was not written: the tests did not get as far as that.")
        return 1
    found = skips(report)
    for line in found:
        print(f"skipped: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
