"""Themes: a small number of broad clusters inside a topic, with the terms that set each apart and a map.

Where a story is one event, a theme is a kind of story: what kinds of digital rights stories there were this quarter.
The stories are what is divided, each counting once however many articles it has (docs/themes.md).
"""
