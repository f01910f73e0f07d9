"""``wa-notify doctor``: everything that has to be right before an alert reaches a person, looked at once.

``command`` is what is typed and printed, ``gathering`` asks whoever knows, ``service`` asks the service here.
"""

from wa_notify.cli.doctor.command import doctor

__all__ = ["doctor"]
