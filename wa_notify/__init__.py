"""WhatsApp alerting that obeys the platform's rules by itself.

Reading order, from the ground up: `core` (the rules), `ports` (what they need of the world), `pipeline` (the
four doors), `engine` (what carries them out); beside them `store`, `whatsapp`, `fallback`,
`alertmanager`, `fetch`, `config`, `scheduler` and `clock`; above them `web`, `reload`, `service` and `cli`.
The `sandbox` stands alone; `starter` and `prices` hold files that `config` reads.
"""

from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.errors import WaNotifyError
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Rulebook

__version__ = "0.1.0"
__all__ = ["Alert", "AlertStatus", "Reason", "Rulebook", "WaNotifyError", "__version__"]
