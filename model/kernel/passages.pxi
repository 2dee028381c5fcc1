# Numbers of words to passages, their terms, TF-IDF, and the heads' sums.

cdef enum:
    GROUP = 4  # heads whose sums are kept at once
    LOGS = 256

# an odd number that nobody outside knows: no text can be made up whose columns all meet in one place
cdef uint64_t SALT = secrets.randbits(64) | 1
cdef double[LOGS] SUBLINEAR
for _n in range(1, LOGS):
    SUBLINEAR[_n] = 1.0 + log(_n)

cdef struct Passage:
    # terms as they stand, and where pairs may: the token that ends each
    int32_t* terms
    int32_t* ends
    # column and count by slot, and the slots, later the columns, in order of appearance
    int32_t* columns
    int32_t* counts
    int32_t* slots
    double* weights
    double* products
    Py_ssize_t size  # of `terms`
    Py_ssize_t different

cdef struct Trace:
    # places: column, start, end, whether in the title; entries: column and value of each passage's terms
    int32_t* places
    int32_t* columns
    double* values
    Py_ssize_t placed, entries


cdef inline int slot_bits(Py_ssize_t tokens) noexcept nogil:
    """Return the binary logarithm of the slots for a passage: two terms a token, two slots a term."""
    cdef int bits = 9
    while (<Py_ssize_t> 1 << bits) < 4 * tokens:
        bits += 1
    return bits


cdef inline void place(Trace* trace, int32_t column, int32_t start, int32_t end, bint title) noexcept nogil:
    cdef int32_t* at = trace.places + 4 * trace.placed
    at[0], at[1], at[2], at[3] = column, start, end, title
    trace.placed += 1


cdef void gather(
    const Model* m, Tokens* tokens, Passage* passage, Py_ssize_t begin, Py_ssize_t end, Counts* counts, bint title,
    Trace* trace
) noexcept nogil:
    """Append the terms of a run of content tokens to those of the passage: the words, then the pairs."""
    cdef Py_ssize_t n, pair, size = passage.size, pairs = 0
    cdef int32_t column
    cdef uint64_t hash_
    for n in range(begin, end):
        column = m.traits[tokens.words[n]].column
        passage.terms[size] = column
        size += column >= 0
        if trace != NULL and column >= 0:
            place(trace, column, tokens.spans[2 * n], tokens.spans[2 * n + 1], title)
    counts.known += size - passage.size
    for n in range(begin + 1, end):
        hash_ = pair_hash(tokens.words[n - 1], tokens.words[n])
        PREFETCH(<void*> &m.pairs[hash_ >> (64 - m.pair_bits)])
        passage.ends[pairs] = <int32_t> n
        pairs += hinted(m, hash_)
    for pair in range(pairs):
        n = passage.ends[pair]
        column = find_pair(m, tokens.words[n - 1], tokens.words[n])
        if column >= 0:
            passage.terms[size] = column
            size += 1
            if trace != NULL:
                place(trace, column, tokens.spans[2 * n - 2], tokens.spans[2 * n + 1], title)
    passage.size = size


cdef void count_terms(const Model* m, Passage* passage) noexcept nogil:
    """Count each term of the passage."""
    cdef int shift = 64 - slot_bits(passage.size // 2 + 1)
    cdef uint64_t mask = (<uint64_t> 1 << (64 - shift)) - 1, slot
    cdef Py_ssize_t n, different = 0
    cdef int32_t column
    for n in range(passage.size):
        column = passage.terms[n]
        slot = (<uint64_t> column * SALT) >> shift
        while passage.columns[slot] != column:
            if passage.columns[slot] < 0:
                PREFETCH(m.rows + <Py_ssize_t> column * m.stride)
                passage.columns[slot] = column
                passage.counts[slot] = 0
                passage.slots[different] = <int32_t> slot
                different += 1
                break
            slot = (slot + 1) & mask
        passage.counts[slot] += 1
    passage.different = different


cdef void weigh(const Model* m, Passage* passage, Py_ssize_t parts, Trace* trace) noexcept nogil:
    """Add what the passage, one of `parts`, gives each head; leave its slots empty."""
    cdef Py_ssize_t n, t, group
    cdef int32_t slot, times, column
    cdef double weight, factor, squares = 0, a, b, c, d
    cdef double* row
    for n in range(passage.different):
        slot = passage.slots[n]
        times, column = passage.counts[slot], passage.columns[slot]
        passage.columns[slot] = -1
        passage.slots[n] = column
        weight = m.rows[<Py_ssize_t> column * m.stride]
        weight *= SUBLINEAR[times] if times < LOGS else 1.0 + log(<double> times)
        passage.weights[n] = weight
        squares += weight * weight
    factor = 1.0 / (sqrt(squares) * parts) if squares > 0 else 0.0
    for group in range(m.stride // GROUP):
        t = GROUP * group
        a = b = c = d = 0
        for n in range(passage.different):
            row = m.rows + <Py_ssize_t> passage.slots[n] * m.stride + t
            weight = passage.weights[n]
            a += weight * row[0]
            b += weight * row[1]
            c += weight * row[2]
            d += weight * row[3]
        passage.products[t] += a * factor
        passage.products[t + 1] += b * factor
        passage.products[t + 2] += c * factor
        passage.products[t + 3] += d * factor
    if trace != NULL:
        for n in range(passage.different):
            trace.columns[trace.entries] = passage.slots[n]
            trace.values[trace.entries] = passage.weights[n] * factor
            trace.entries += 1


cdef int score_one(
    const Model* m, Tokens* tokens, Passage* passage, Field title, Field text, double* probability, Counts* counts,
    Trace* trace
) noexcept nogil:
    """Score one article; -1 without memory."""
    cdef Py_ssize_t begin, count, content = 0, title_content = 0, body, n, parts, part
    cdef double log_odds
    memset(counts, 0, sizeof(Counts))
    begin = tokenise(m, tokens, title, 0, counts, trace != NULL)
    if begin < 0:
        return -1
    count = tokenise(m, tokens, text, begin, counts, trace != NULL)
    if count < 0:
        return -1
    count = trim(m, tokens, text, begin, count, counts)
    # only content tokens go on
    for n in range(count):
        tokens.words[content] = tokens.words[n]
        if trace != NULL:
            tokens.spans[2 * content], tokens.spans[2 * content + 1] = tokens.spans[2 * n], tokens.spans[2 * n + 1]
        content += tokens.words[n] >= m.stop_words
        if n < begin:
            title_content = content
    counts.words, counts.stop_words = count, count - content
    body = content - title_content
    parts = max(1, (2 * body + m.passage) // (2 * m.passage))
    memset(passage.products, 0, m.stride * sizeof(double))
    for part in range(parts):
        passage.size = 0
        if part == 0:
            gather(m, tokens, passage, 0, title_content, counts, True, trace)
        gather(
            m, tokens, passage, title_content + body * part // parts, title_content + body * (part + 1) // parts, counts,
            False, trace
        )
        count_terms(m, passage)
        weigh(m, passage, parts, trace)
    for n in range(m.topics):
        log_odds = m.slope[n] * passage.products[n + 1] + m.bias[n]
        probability[n] = 1.0 / (1.0 + exp(-min(max(log_odds, -700.0), 700.0)))
    return 0
