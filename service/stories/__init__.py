"""Stories of kept articles: placed as articles come in, the same in every process that shares the database.

live         the stories of one process, kept up with what the others have written
follower     transactions in which articles are placed; what did not commit is forgotten
tidier       a pass now and then that mends what was placed too early
naming       what a story is called
related      what to read next
"""
