"""The web desk: pages for an analyst, rendered on the server from what the handlers know.

Every page works without script; htmx replaces the part that changed where there is one.
"""
