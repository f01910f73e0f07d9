"""The admin page: a face of the service in the browser, drawn on the server.

Its front stands in `rendering` (templates, macros, style sheets, script), which leans on `words` (how things
are said), `formatting` (messages as a phone shows them) and `charts` (figures as SVG).
"""
