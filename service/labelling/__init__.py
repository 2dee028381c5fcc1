"""Labelling a file: chunks in, pieces of output, and a journal from which a run that was cut short goes on."""
