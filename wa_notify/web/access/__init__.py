"""Who is asking: logged in on the page, with a key of the API, or vouched for by a proxy.

Read in this order: ``proofs`` (what opens a door, and what is kept of it), ``passwords``, ``codes`` (the
second factor), ``tries`` (how often they may be guessed), ``gate`` (who a request comes from), ``entering``
(logging in and out, links to begin with).
"""
