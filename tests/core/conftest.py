"""Property tests are judged by what they find, not by the speed of a shared machine."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
