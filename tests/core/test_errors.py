"""Everything raised on purpose has one root, and a complaint says where, what and how to mend it."""

from wa_notify.core import errors
from wa_notify.core.errors import AlertRefused, BadInput, Complaint, ConfigError, WaNotifyError


def test_every_error_descends_from_the_one_root() -> None:
    raised = [error for error in vars(errors).values() if isinstance(error, type)]
    assert all(issubclass(error, WaNotifyError) for error in raised if issubclass(error, Exception))


def test_a_complaint_names_place_fault_and_remedy_in_one_line() -> None:
    complaint = Complaint(where="wa.yaml:3:5", what="Unknown key 'tmeplate'.", fix="Did you mean 'template'?")
    assert str(complaint) == "wa.yaml:3:5: Unknown key 'tmeplate'. Did you mean 'template'?"


def test_a_complaint_without_a_remedy_ends_with_the_fault() -> None:
    assert str(Complaint(where="$.labels", what="It must be an object.")) == "$.labels: It must be an object."


def test_bad_input_tells_all_faults_and_not_only_the_first() -> None:
    faults = (Complaint(where="a:1:1", what="One."), Complaint(where="a:2:1", what="Two.", fix="Mend it."))
    for kind in (BadInput, ConfigError, AlertRefused):
        refusal = kind(faults)
        assert str(refusal) == "a:1:1: One.\na:2:1: Two. Mend it."
        assert refusal.complaints == faults
