"""Inner loops, compiled where there is a C compiler: the scorer's (`engine`), the stories' (`stories`).

What those of the stories do is said in `model.stories.engine`.

The scorer's is one pass from UTF-8 to probabilities, without the GIL.

It does what `model.interpreted` does, term for term: fold code points, cut tokens, drop the site's own last paragraphs,
cut passages, weigh, and sum the heads' products. A term is found by its hash and then compared letter by letter, so no
two terms are ever taken for one another.

The scorer's extension module is in five parts that it includes: `folding` (code points), `survey` (which bytes are
letters), `vocabulary` (words and pairs), `tokens` (a field to the numbers of its words) and `passages` (those to
scores). What a call needs besides the model is its own: the size follows from its longest text, and no two threads
share any of it. The table of folded code points is shared; it is filled as they turn up, one atomic store each.
"""
