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
    reports = [Path(argument) for argument in sys.argv[1:]]
    missing = [report for report in reports if not report.exists()]
    for report in missing:
        print(f"{report} was not written: the tests did not get as far as that.")
    found = [line for report in reports if report not in missing for line in skips(report)]
    for line in found:
        print(f"skipped: {line}")
    return 1 if found or missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
