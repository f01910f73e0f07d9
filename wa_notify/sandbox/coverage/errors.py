"""The codes of the platform, as the table of refusals has them."""

from wa_notify.sandbox.refusals import Refusal, Timing

from .facts import Area, Fact, imitated, missing, on_demand

INJECTED = "test_table.py::test_every_row_can_be_injected"


def errors() -> Area:
    """Return a fact for each row of the table of refusals."""
    return Area(
        name="errors",
        title="Codes of refusals",
        facts=tuple(_fact(refusal) for refusal in Refusal),
    )


def _fact(refusal: Refusal) -> Fact:
    row = refusal.value
    what = f"{row.code}/{row.subcode}" if row.subcode else str(row.code)
    match row.timing:
        case Timing.INBOUND if not row.arises:
            return missing(f"{what} {refusal.name}", row.when, "No message here has this error.")
        case Timing.HEALTH:
            return on_demand(f"{what} {refusal.name}", row.when, row.proof, "A control sets it.")
        case _ if row.arises:
            return imitated(f"{what} {refusal.name}", row.when, row.proof)
        case _:
            return on_demand(f"{what} {refusal.name}", row.when, INJECTED, "By a fault.")
