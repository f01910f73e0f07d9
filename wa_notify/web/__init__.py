"""The service's HTTP face: alerts in, WhatsApp's callbacks in, health and metrics out.

Reading order: ``app`` (the routes), ``request`` (reading a body, refusing with a reason), ``alerts`` and
``alertmanager`` (one module per source of alerts), ``webhook`` (WhatsApp), ``health``, ``metrics``.
"""
