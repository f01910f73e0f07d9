"""The service's HTTP face: alerts in, WhatsApp's callbacks in, health and metrics out.

Reading order: ``app`` (the routes), ``request`` (reading a body, refusing with a reason), one module for each
source of alerts (``alerts``, ``alertmanager``, ``grafana``, ``apprise``, ``custom``, ``heartbeat``),
``webhook`` (WhatsApp), ``standing`` (what is obeyed of the configuration), ``money``, ``canary``, ``health``,
``vigil`` and ``outcry`` (administrators hear when we are not well), ``dead_man`` (somebody outside that we
are), ``metrics``, ``tracing``.
"""
