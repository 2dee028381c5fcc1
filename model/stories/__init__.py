"""Stories: articles about one event, found in a batch or as they come in.

features     article -> one sparse vector, with word frequencies that adapt to what comes in
engine       the loops that take the time, compiled or in plain Python (interpreted)
similarity   how near two stories are: mean cosine of their articles, less the further apart in time
linkage      average linkage over sparse vectors: the batch's clustering and the online index's merging
batch        a list of articles -> a story number for each
online       live stories as articles come in: add, merge, split, tidy, close
state        which article is in which live story, and in what shape
index        the search for the live story that is nearest to an article
rearranging  articles that go to another story or away
tidying      the pass that draws anew what was placed too early
label        what a story is called, and which article leads it
timeline     a story day by day, copies told apart from independent texts
"""
