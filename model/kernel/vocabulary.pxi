# The model's words and pairs of words. Words are numbered: stop words first, then all that a term or a site word
# consists of. A pair is found by the numbers of its words.

cdef extern from *:
    """
    #define PREFETCH(address) __builtin_prefetch(address)
    """
    void PREFETCH(void* address) nogil

cdef enum:
    SITE_WORDS = 256
    HINTS = 3  # binary logarithm of the hints a pair's slot has

cdef uint64_t ODD = 0x9E3779B97F4A7C15U  # 2**64 over the golden ratio: Knuth's multiplicative hash
cdef uint64_t[9] FIRST  # the bits of the first bytes of eight
for _n in range(9):
    FIRST[_n] = (1 << (8 * _n)) - 1

cdef struct Word:
    # the first eight bytes, filled up with zeros, which no word holds; the last eight of a longer one
    uint64_t head
    uint64_t tail
    uint32_t length
    int32_t number

cdef struct Pair:
    uint64_t key  # the numbers of both words
    int32_t column
    int32_t used

cdef struct Trait:
    int32_t column  # of the word alone; -1 where it is no term
    int32_t site  # the number of a site word; -1 for others

cdef struct Model:
    Word* words
    Pair* pairs
    uint64_t* hints  # bits by the hash of a pair: most pairs of a text are none, and this is soon read
    Trait* traits
    uint8_t* letters  # of all words
    int64_t* places  # of each word's letters
    double* rows  # of each column: its IDF and its weight for every topic, and zeros up to `stride`
    double* bias
    double* slope
    int word_bits
    int pair_bits
    int32_t topics, stride
    int32_t stop_words, unknown, columns
    Py_ssize_t longest, used
    Py_ssize_t passage, longest_paragraph, most_paragraphs, least_words
    double least_share


cdef int bits_for(Py_ssize_t count) noexcept nogil:
    """Return the binary logarithm of a number of slots of which no more than half is used."""
    cdef int bits = 4
    while (<Py_ssize_t> 1 << bits) < 2 * count:
        bits += 1
    return bits


cdef inline uint64_t word_hash(uint64_t head, uint64_t tail) noexcept nogil:
    cdef uint64_t h = (head ^ (tail * ODD)) * ODD
    return (h ^ (h >> 32)) * ODD


cdef inline uint64_t pair_hash(int32_t first, int32_t second) noexcept nogil:
    return (<uint64_t> first << 32 | <uint32_t> second) * ODD


cdef inline bint hinted(const Model* m, uint64_t hash_) noexcept nogil:
    """Tell whether a pair may be there; when not, it is not."""
    cdef uint64_t bit = hash_ >> (64 - HINTS - m.pair_bits)
    return m.hints[bit >> 6] >> (bit & 63) & 1


cdef inline int32_t find_pair(const Model* m, int32_t first, int32_t second) noexcept nogil:
    """Return the column of a pair, -1 where it is no term."""
    cdef uint64_t key = <uint64_t> first << 32 | <uint32_t> second
    cdef uint64_t slot = pair_hash(first, second) >> (64 - m.pair_bits)
    while m.pairs[slot].used:
        if m.pairs[slot].key == key:
            return m.pairs[slot].column
        slot = (slot + 1) & ((<uint64_t> 1 << m.pair_bits) - 1)
    return -1


cdef inline int32_t find_word(
    const Model* m, Text p, Py_ssize_t size, uint64_t head, uint64_t tail, uint64_t* slot
) noexcept nogil:
    """Return the number of a word, -1 where it has none; from `slot` on, which is that of a free place then."""
    cdef const Word* word
    while True:
        word = &m.words[slot[0]]
        if word.head == head and word.tail == tail and word.length == size:
            # head and tail are the whole of up to 16 bytes
            if size <= 16 or memcmp(m.letters + m.places[word.number], p, size) == 0:
                return word.number
        elif word.length == 0:
            return -1
        slot[0] = (slot[0] + 1) & ((<uint64_t> 1 << m.word_bits) - 1)


cdef inline int32_t find_folded(const Model* m, Text p, Py_ssize_t size, uint64_t* slot) noexcept nogil:
    """Return the number of a folded word, -1 where it has none; eight bytes can be read from its start."""
    cdef uint64_t head = 0, tail = 0
    memcpy(&head, p, 8)
    if size > 8:
        memcpy(&tail, p + size - 8, 8)
    else:
        head &= FIRST[size]
    slot[0] = word_hash(head, tail) >> (64 - m.word_bits)
    return find_word(m, p, size, head, tail, slot)


cdef int32_t number(Model* m, str word) except -1:
    """Return the number of a word, a new one where it is met for the first time."""
    cdef bytes data = word.encode()
    cdef Py_ssize_t size = len(data)
    cdef bytes padded = data + bytes(8)
    cdef Text p = <Text> <const char*> padded
    cdef uint64_t slot = 0
    cdef int32_t found = find_folded(m, p, size, &slot)
    if found >= 0:
        return found
    found = m.unknown
    m.unknown += 1
    m.words[slot].length = <uint32_t> size
    m.words[slot].number = found
    memcpy(&m.words[slot].head, p, min(size, 8))
    if size > 8:
        memcpy(&m.words[slot].tail, p + size - 8, 8)
    m.traits[found] = Trait(-1, -1)
    m.places[found] = m.used
    memcpy(m.letters + m.used, p, size)
    m.used += size
    m.longest = max(m.longest, size)
    return found


cdef int learn(Model* m, tuple terms) except -1:
    """Give each term its column. One that the analysis never makes, such as three words, is never found."""
    cdef int32_t column, first, second
    cdef uint64_t slot, bit
    for column in range(m.columns):
        parts = terms[column].split(" ")
        if not all(parts):
            continue
        if len(parts) == 1:
            m.traits[number(m, parts[0])].column = column
        elif len(parts) == 2:
            first, second = number(m, parts[0]), number(m, parts[1])
            slot = pair_hash(first, second) >> (64 - m.pair_bits)
            bit = pair_hash(first, second) >> (64 - HINTS - m.pair_bits)
            m.hints[bit >> 6] |= <uint64_t> 1 << (bit & 63)
            while m.pairs[slot].used:
                slot = (slot + 1) & ((<uint64_t> 1 << m.pair_bits) - 1)
            m.pairs[slot] = Pair(<uint64_t> first << 32 | <uint32_t> second, column, 1)
    return 0
