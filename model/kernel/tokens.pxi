# A field to the numbers of its words, and the end of a text without the site's own paragraphs.

cdef enum:
    AHEAD = 32  # words whose places are fetched from memory before the first is looked at

cdef uint64_t LOWER = 0x2020202020202020U  # in ASCII letters this bit is the whole of lower case; in digits it is set

cdef struct Field:
    Text data
    Py_ssize_t size

cdef struct Counts:
    int64_t words
    int64_t stop_words
    int64_t known
    int64_t code
    int64_t chars

cdef struct Tokens:
    # of each token: number of its word, byte where it begins, and when traced the code points where its run begins, ends
    int32_t* words
    int32_t* begins
    int32_t* spans
    uint8_t* buffer
    # see `survey`
    uint64_t* word
    uint64_t* any

cdef struct Waiting:
    uint64_t[AHEAD] heads, tails, slots
    int32_t[AHEAD] tokens, sizes
    int count


cdef inline Py_ssize_t most_tokens(Py_ssize_t size) noexcept nogil:
    """Return the most tokens that so many bytes hold: two bytes and a separator are the least of one."""
    return size // 3 + 2


cdef void resolve(const Model* m, Tokens* tokens, Waiting* waiting) noexcept nogil:
    """Look up words of up to 16 bytes, whose places have come from memory meanwhile."""
    cdef int n
    cdef int32_t found
    for n in range(waiting.count):
        found = find_word(
            m, m.letters, waiting.sizes[n], waiting.heads[n], waiting.tails[n], &waiting.slots[n]
        )
        if found >= 0:
            tokens.words[waiting.tokens[n]] = found
    waiting.count = 0


cdef Py_ssize_t tokenise(
    const Model* m, Tokens* tokens, Field field, Py_ssize_t count, Counts* counts, bint trace
) noexcept nogil:
    """Append the tokens of a field to `count` others; return how many there are then, -1 without memory."""
    cdef Text p = field.data
    cdef Py_ssize_t n = field.size, i = 0, start, size, extra = 0, begin_extra
    cdef uint64_t entry, head, tail, slot
    cdef int length, kind
    cdef int32_t found
    cdef Waiting waiting
    waiting.count = 0
    counts.code = survey(p, n, tokens.word, tokens.any)
    while True:
        i = next_set(tokens.any, i)
        if i >= n:
            break
        if p[i] >= 0x80:
            entry = folded(p + i, &length)
            kind = entry & KIND
            if kind == FAILED:
                return -1
            if kind == SEPARATOR:
                i += length
                extra += length - 1
                continue
        start, begin_extra = i, extra
        i = next_clear(tokens.word, i)
        kind = SEPARATOR
        if p[i] >= 0x80:
            kind = folded(p + i, &length) & KIND
        size = i - start
        found = m.unknown
        if kind != SEPARATOR:
            size = fold_run(m, tokens, p, start, &i, &extra)
            if size < 0:
                return -1
            if size == 0:
                continue
            if size <= m.longest:
                found = find_folded(m, tokens.buffer, size, &slot)
        elif 2 <= size <= 16 and i >= 8 and start + 8 <= n:
            memcpy(&head, p + start, 8)
            memcpy(&tail, p + i - 8, 8)
            head = (head | LOWER) & FIRST[min(size, 8)]
            tail = (tail | LOWER) & FIRST[8 * (size > 8)]
            slot = word_hash(head, tail) >> (64 - m.word_bits)
            PREFETCH(<void*> &m.words[slot])
            waiting.heads[waiting.count], waiting.tails[waiting.count] = head, tail
            waiting.slots[waiting.count] = slot
            waiting.sizes[waiting.count], waiting.tokens[waiting.count] = <int32_t> size, <int32_t> count
            waiting.count += 1
        elif size < 2:
            continue
        elif size <= m.longest:
            lower(tokens.buffer, p + start, size)
            found = find_folded(m, tokens.buffer, size, &slot)
        tokens.words[count] = m.unknown if found < 0 else found
        tokens.begins[count] = <int32_t> start
        if trace:
            tokens.spans[2 * count] = <int32_t> (start - begin_extra)
            tokens.spans[2 * count + 1] = <int32_t> (i - extra)
        count += 1
        if waiting.count == AHEAD:
            resolve(m, tokens, &waiting)
    resolve(m, tokens, &waiting)
    counts.chars = n - extra
    return count


cdef Py_ssize_t fold_run(
    const Model* m, Tokens* tokens, Text p, Py_ssize_t start, Py_ssize_t* end, Py_ssize_t* extra
) noexcept nogil:
    """Fold a run that is not all ASCII into the buffer, from `start`; its ASCII ends at `end`, which is moved on.

    Returns its size, 0 where it has less than two letters, -1 without memory. What is longer than every known word is
    not kept. `extra` counts bytes beyond one a code point.
    """
    cdef Py_ssize_t i = end[0], letters = i - start, size = min(letters, m.longest + 1)
    cdef uint64_t entry
    cdef int length, kind
    lower(tokens.buffer, p + start, size)
    while True:
        if p[i] >= 0x80:
            entry = folded(p + i, &length)
            kind = entry & KIND
            if kind == SEPARATOR:
                break
            if kind == FAILED:
                return -1
            i += length
            extra[0] += length - 1
            if kind != NOTHING:
                size = append(tokens.buffer, size, m.longest, entry, &letters)
        elif tokens.word[i >> 6] >> (i & 63) & 1:
            if size <= m.longest:
                tokens.buffer[size] = p[i] | 0x20
                size += 1
            letters += 1
            i += 1
        else:
            break
    end[0] = i
    return size if letters >= 2 else 0


cdef inline void lower(uint8_t* buffer, Text p, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t n
    for n in range(size):
        buffer[n] = p[n] | 0x20


cdef Py_ssize_t trim(
    const Model* m, Tokens* tokens, Field field, Py_ssize_t first, Py_ssize_t count, Counts* counts
) noexcept nogil:
    """Return how many tokens there are without those of the site's last paragraphs; see `model.boilerplate`.

    `counts` tells of the whole text before, and of what is left of it after.
    """
    cdef Text p = field.data
    cdef Py_ssize_t end = stripped(p, field.size), start, n, content, site, least
    cdef int32_t word
    cdef int distinct, turn
    cdef uint8_t[SITE_WORDS] seen
    for turn in range(m.most_paragraphs):
        # no paragraph of more bytes can be short enough
        least = max(0, end - 4 * m.longest_paragraph - 1)
        start = end
        while start > least and p[start - 1] != c"\n":
            start -= 1
        if start > 0 and p[start - 1] != c"\n":
            break
        if code_points(p, start, end) > m.longest_paragraph:
            break
        memset(seen, 0, SITE_WORDS)
        content = site = distinct = 0
        n = count
        while n > first and tokens.begins[n - 1] >= start:
            n -= 1
            word = tokens.words[n]
            if word < m.stop_words:
                continue
            content += 1
            if m.traits[word].site >= 0:
                site += 1
                distinct += not seen[m.traits[word].site]
                seen[m.traits[word].site] = 1
        if distinct < m.least_words or not site >= m.least_share * content:
            break
        count = n
        end = stripped(p, start)
    counts.code -= count_code(p + end, field.size - end)
    counts.chars -= code_points(p, end, field.size)
    return count
