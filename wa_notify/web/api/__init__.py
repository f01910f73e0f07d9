"""The API: every operation of the desk as JSON under ``/api/v1``, described by ``/api/v1/openapi.json``.

``door`` makes the routes out of the table of operations, ``openapi`` the description, ``problems`` the words
in which something is refused (RFC 9457).
"""
