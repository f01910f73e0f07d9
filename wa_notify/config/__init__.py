"""The configuration: YAML in, frozen values out, and every complaint with its file, line, column and remedy.

Read in this order; each file leans only on those before it:

1. ``secret``, ``settings``: what comes out
2. ``places``, ``faults``: where something stands, what is wrong with it
3. ``yamlfile``, ``sources``, ``document``: from files to plain values (`!secret`, `!include`, `!env_var`)
4. ``shape``, ``words``, ``hours``: voluptuous with remedies, and the single values
5. ``filters``, ``environment``, ``text``, ``expression``: the texts of rules and sources in Jinja2
6. ``account``, ``alert_sources``, ``alertmanager``, ``fallback``, ``people``, ``schedules``, ``templates``:
   what rules lean on; ``replies``, ``retention``: what nothing leans on
7. ``compiler``, ``rules``: the rules, held against the templates
8. ``loading``: all of it put together
"""

from wa_notify.config.loading import compile_mapping, load
from wa_notify.config.settings import CompiledRules, Config, Defaults, Listen, WhatsAppSettings
from wa_notify.core.recipient import Seed
from wa_notify.core.secret import Secret

__all__ = [
    "CompiledRules",
    "Config",
    "Defaults",
    "Listen",
    "Secret",
    "Seed",
    "WhatsAppSettings",
    "compile_mapping",
    "load",
]
