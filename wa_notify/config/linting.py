"""What a reviewer will say of the declared templates, each remark with the place where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wa_notify.config.document import read
from wa_notify.config.places import Marks, Place
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.lint import MEDIA, Finding, Severity, lint


def located_findings(
    path: Path, drafts: Sequence[TemplateDraft], environ: Mapping[str, str]
) -> list[tuple[Finding, Place]]:
    """What lint finds in the drafts of this configuration, in the order of the file."""
    found = (*lint(drafts), *_missing_files(drafts))
    if not found:
        return []
    marks = read(path, environ).marks
    return sorted(((one, _place(one, marks)) for one in found), key=lambda pair: pair[1])


def _place(finding: Finding, marks: Marks) -> Place:
    """Where it stands; a template that nobody wrote by hand comes from the section `starter`."""
    spot = ("templates", finding.name, "languages", finding.language)
    return marks.of_value((*spot, *finding.part) if spot in marks.values else ("starter",))


def _missing_files(drafts: Sequence[TemplateDraft]) -> Iterator[Finding]:
    """Headers whose example is a file that is not there."""
    for draft in drafts:
        shape, example = draft.shape, draft.header_example
        if shape.header_format in MEDIA and example and "://" not in example and not Path(example).is_file():
            yield Finding(
                name=shape.name,
                language=shape.language,
                part=("header",),
                severity=Severity.REFUSED,
                what=f"There is no file {example} to show as an example.",
                fix="Put it there, or write a link.",
            )
