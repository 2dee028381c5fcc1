"""Articles into stories, for a file or a request: nothing is kept.

background   the word frequencies to begin with
grouping     articles -> stories with a name, a lead, and which article is a copy of which
story        a story as it is told
rows         rows of a file as articles
files        a file of articles -> the same rows with their stories
"""
