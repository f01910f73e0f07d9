"""``python -m wa_notify.cli`` is ``wa-notify``."""

import sys

from wa_notify.cli import main

sys.exit(main())
