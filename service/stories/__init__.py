"""Articles into stories: for a file or a request, and of what is kept, the same in every process at one database.

background   the word frequencies to begin with
grouping     articles -> stories with a name, a lead, and which article is a copy of which
story        a story as it is told
rows, files  a file of articles -> the same rows with their stories
live         the stories of one process, kept up with what the others have written
follower     transactions in which articles are placed; what did not commit is forgotten
tidier       a pass now and then that mends what was placed too early
backlog      articles that a version without stories kept
naming       what a kept story is called
related      what to read next
"""
