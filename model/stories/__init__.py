"""Stories: articles about one event, found in a batch or as they come in.

features     article -> one sparse vector, with word frequencies that adapt to what comes in
engine       the loops that take the time, compiled or in plain Python (interpreted)
similarity   how near two stories are: mean cosine of their articles, less the further apart in time
linkage      average linkage over sparse vectors: the batch's clustering and the online index's merging
batch        a list of articles -> a story number for each
online       an index of live stories: add, merge, split, tidy, close
label        what a story is called, and which article leads it
timeline     a story day by day, copies told apart from independent texts
"""
