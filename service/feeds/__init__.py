"""Feeds: what is fetched from addresses that people name, and kept as articles.

Whatever comes from outside is checked before it is used: where a connection leads, how much is read and for how long,
what an XML document declares. Pages that entries link to are never fetched.
"""
