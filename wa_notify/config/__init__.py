"""The configuration: YAML in, frozen values out, and every complaint with its file, line, column and remedy.

Read in this order; each file leans only on those before it:

1. ``secret``, ``places``, ``faults``: what is never shown, where something stands, what is wrong with it
2. ``yamlfile``, ``sources``, ``document``: from files to plain values (`!secret`, `!include`, `!env_var`);
   ``written``: what others may read of the files
3. ``shape``, ``words``, ``hours``: voluptuous with remedies, and the single values
4. ``markdown``, ``filters``, ``environment``, ``text``, ``expression``: the texts of rules and sources in
   Jinja2
5. ``template_parts``, ``examples``, ``templates``, ``starter``, ``linting``: what is to be approved, and what
   a reviewer will say of it
6. ``uses``, ``log``, ``settings``: every place that sends a template, how the service logs, and what comes
   out of all this
7. ``beside``, ``fallback``, ``people``, ``schedules``: what else rules lean on
8. ``rules``: the rules
9. ``calm``, ``check_in``, ``canary``, ``account``, ``dead_man``, ``alert_sources``, ``alertmanager``,
   ``replies``, ``retention``, ``media``, ``admin``, ``limits``, ``ratecard``, ``prices``: the sections on
   which no rule leans
10. ``findings``, ``lengths``, ``fitting``, ``coverage``, ``timing``, ``compiler``: everything that sends a
    template, held against the shapes of templates; ``examination``: what a doctor says of it
11. ``rulebook``, ``loading``: all of it put together; ``usual``, ``hosting``: for a host that loads its YAML
    by itself, with a rule for whatever no rule answers; ``trying``: rules that nobody obeys yet
"""

from wa_notify.config.compiler import hold, readers_of
from wa_notify.config.findings import Finding, Readers, Severity
from wa_notify.config.hosting import compile_mapping
from wa_notify.config.loading import files_of, load
from wa_notify.config.settings import CompiledRules, Config, Defaults, Listen, MediaSettings, WhatsAppSettings
from wa_notify.config.usual import Usual, check_in_wish, message_wish, takes_alerts, takes_messages
from wa_notify.core.recipient import Seed
from wa_notify.core.secret import Secret

__all__ = [
    "CompiledRules",
    "Config",
    "Defaults",
    "Finding",
    "Listen",
    "MediaSettings",
    "Readers",
    "Secret",
    "Seed",
    "Severity",
    "Usual",
    "WhatsAppSettings",
    "check_in_wish",
    "compile_mapping",
    "files_of",
    "hold",
    "load",
    "message_wish",
    "readers_of",
    "takes_alerts",
    "takes_messages",
]
