"""The configuration: YAML in, frozen values out, and every complaint with its file, line, column and remedy.

Read in this order; each file leans only on those before it:

1. ``secret``, ``places``, ``faults``: what is never shown, where something stands, what is wrong with it
2. ``yamlfile``, ``sources``, ``document``: from files to plain values (`!secret`, `!include`, `!env_var`)
3. ``shape``, ``words``, ``hours``: voluptuous with remedies, and the single values
4. ``filters``, ``environment``, ``text``, ``expression``: the texts of rules and sources in Jinja2
5. ``settings``: what comes out
6. ``template_parts``, ``examples``, ``templates``, ``starter``, ``compiler``, ``fallback``, ``people``,
   ``schedules``: what rules lean on
7. ``rules``: the rules, held against the templates
8. ``calm``, ``check_in``, ``account``, ``alert_sources``, ``alertmanager``, ``replies``, ``retention``:
   the sections on which no rule leans
9. ``loading``: all of it put together
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
