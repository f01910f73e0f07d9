"""The configuration as findings: what is wrong in it, who may read its secrets, whether templates fit it."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from wa_notify.config.compiler import hold, readers_of
from wa_notify.config.findings import Severity
from wa_notify.config.settings import Config
from wa_notify.core.errors import Complaint
from wa_notify.core.examination import Check, Finding, fault, judge_mode, note, ok
from wa_notify.core.template import TemplateShape

SHORTEST = 6  # characters of a secret that stands in a file by no chance
PLAN = "See `wa-notify templates plan`."
MEND = "Mend it; `wa-notify check` looks again."


def examine(config: Config, secrets: Collection[str]) -> tuple[Finding, ...]:
    """What can be said without asking anybody. ``secrets`` are those that no file may show to everybody."""
    return (
        *complaints(config.complaints, config.notes, len(config.rulebook.rules)),
        *_files(config, secrets),
    )


def complaints(faults: Sequence[Complaint], notes: Sequence[Complaint], rules: int) -> Iterator[Finding]:
    """What is wrong with what is written, and what is worth knowing of it."""
    if not faults:
        found = f"The configuration is in order, with {rules} {'rule' if rules == 1 else 'rules'}."
        made = ok(Check.CONFIG, found) if rules else fault(Check.CONFIG, "There is no rule.", "Write one.")
        yield made
    for complaint in faults:
        yield fault(Check.CONFIG, f"{complaint.where}: {complaint.what}", complaint.fix or MEND)
    for complaint in notes:
        yield note(Check.CONFIG, f"{complaint.where}: {complaint.what}", complaint.fix)


def _files(config: Config, secrets: Collection[str]) -> Iterator[Finding]:
    """Files in which a secret stands are their owner's alone."""
    found = [
        judge_mode(Check.FILES, str(path), path.stat().st_mode)
        for path in config.files
        if path.is_file() and _holds(path, secrets)
    ]
    open_ones = [one for one in found if one is not None]
    if not open_ones:
        yield ok(Check.FILES, "No file with secrets of the configuration may be read by others.")
    yield from open_ones


def _holds(path: Path, secrets: Collection[str]) -> bool:
    try:
        content = path.read_bytes()
    except OSError:
        return False
    return any(secret.encode() in content for secret in secrets if len(secret) >= SHORTEST)


def judge_templates(
    config: Config, shapes: Sequence[TemplateShape], *, known: str = "has now"
) -> Iterator[Finding]:
    """Whether everything that sends a template can, with the templates that the account has or had."""
    held = hold(config.uses, shapes, readers_of(config), account=True)
    for one in dict.fromkeys((finding.severity, finding.complaint) for finding in held):
        severity, complaint = one
        made = fault if severity is Severity.FAULT else note
        yield made(Check.TEMPLATES, f"{complaint.where}: {complaint.what}", complaint.fix or PLAN)
    if not any(finding.severity is Severity.FAULT for finding in held):
        count = len({shape.name for shape in shapes})
        yield ok(
            Check.TEMPLATES, f"Everything that is sent fits the {count} templates that the account {known}."
        )
