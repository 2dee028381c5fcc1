# A title and a text to the stems of their content words, without the site's last paragraphs: what
# `model.stories.interpreted.analyse` does, byte for byte.

cdef enum:
    LONGEST_COMMON = 24
    COMMON_SLOTS = 2048
    SITE_WORDS = 256
    SHORTEST = 3
    NEITHER = -1
    STOP = -2

cdef uint64_t LOWER = 0x2020202020202020U  # in ASCII letters this bit is the whole of lower case; digits have it

cdef struct Common:
    # a stop word or a site word, by its number
    uint64_t hash
    int32_t size
    int32_t kind
    uint8_t[LONGEST_COMMON] letters

cdef struct Reading:
    uint8_t* letters  # stems, a space after each
    int32_t* starts  # of each stem, and where the next would start
    int32_t* begins  # of each word in its text
    int16_t* sites  # numbers of site words
    Py_ssize_t room, used, count, title

cdef Common[COMMON_SLOTS] COMMONS
for _n in range(COMMON_SLOTS):
    COMMONS[_n].kind = NEITHER
cdef Py_ssize_t LONGEST = boilerplate.LONGEST, MOST = boilerplate.MOST, LEAST_WORDS = boilerplate.LEAST_WORDS
cdef double LEAST_SHARE = boilerplate.LEAST_SHARE


cdef inline Common* common(Text p, Py_ssize_t size) noexcept nogil:
    """Return the place of a word among stop and site words, a free one where it is neither."""
    cdef uint64_t h = hashed(p, size)
    cdef Py_ssize_t slot = h & (COMMON_SLOTS - 1)
    while COMMONS[slot].size:
        if COMMONS[slot].hash == h and COMMONS[slot].size == size and memcmp(COMMONS[slot].letters, p, size) == 0:
            break
        slot = (slot + 1) & (COMMON_SLOTS - 1)
    return &COMMONS[slot]


cdef int learn_common() except -1:
    cdef Common* found
    cdef bytes data, padded
    cdef int32_t kind
    site = sorted(boilerplate.SITE_WORDS)
    if len(site) > SITE_WORDS or 2 * (len(site) + len(ENGLISH)) > COMMON_SLOTS:
        raise ValueError("too many common words")
    for word, number in [*((word, STOP) for word in ENGLISH), *((word, n) for n, word in enumerate(site))]:
        data, kind = word.encode(), number
        padded = data + bytes(8)
        if len(data) > LONGEST_COMMON:
            raise ValueError("a common word is too long")
        found = common(padded, len(data))
        if found.size == 0:  # what is both is a stop word
            found.hash, found.size, found.kind = hashed(padded, len(data)), <int32_t> len(data), kind
            memcpy(found.letters, <const char*> data, len(data))
    return 0


learn_common()


cdef extern from *:
    """
    static const char *const ENDINGS[5] = {"ingly", "edly", "ing", "ed", "ly"};
    static const ptrdiff_t ENDING_SIZES[5] = {5, 4, 3, 2, 2};
    """
    const char** ENDINGS
    Py_ssize_t* ENDING_SIZES


cdef inline bint has_vowel(Text p, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t n
    for n in range(size):
        if p[n] == c"a" or p[n] == c"e" or p[n] == c"i" or p[n] == c"o" or p[n] == c"u" or p[n] == c"y":
            return True
    return False


cdef inline Py_ssize_t undoubled(Text p, Py_ssize_t size) noexcept nogil:
    """Return the size without the last letter where it is doubled and none of `lsz`."""
    cdef Py_ssize_t last = size - 1, before
    while p[last] & 0xC0 == 0x80:
        last -= 1
    before = last - (size - last)
    if before < 0 or memcmp(p + before, p + last, size - last) != 0:
        return size
    return size if p[last] == c"l" or p[last] == c"s" or p[last] == c"z" else last


cdef inline Py_ssize_t stem(uint8_t* p, Py_ssize_t size, Py_ssize_t letters) noexcept nogil:
    """Stem a word of so many bytes and letters where it stands, as `model.stories.stem` does; return its size."""
    cdef Py_ssize_t kept, n, ending
    if letters <= SHORTEST:
        return size
    kept = size
    if p[size - 1] == c"s":
        if memcmp(p + size - 3, b"ies", 3) == 0 and p[size - 4] != c"a" and p[size - 4] != c"e":
            p[size - 3] = c"y"
            kept = size - 2
        elif p[size - 2] == c"e" and p[size - 3] != c"a" and p[size - 3] != c"e" and p[size - 3] != c"o":
            kept = size - 1
        elif p[size - 2] != c"u" and p[size - 2] != c"s":
            kept = size - 1
    letters -= size - kept
    size = kept
    for n in range(5):
        ending = ENDING_SIZES[n]
        kept = size - ending
        if letters - ending < SHORTEST or memcmp(p + kept, ENDINGS[n], ending) != 0 or not has_vowel(p, kept):
            continue
        letters -= ending
        size = kept
        if letters > SHORTEST:
            size = undoubled(p, kept)
            letters -= size < kept
        break
    return size - 1 if letters > SHORTEST and p[size - 1] == c"e" else size


if stem_module.ENDINGS != ("ingly", "edly", "ing", "ed", "ly") or stem_module.SHORTEST != SHORTEST:
    raise ImportError("the compiled stemmer is another than the plain one")


cdef inline Py_ssize_t most_tokens(Py_ssize_t size) noexcept nogil:
    """Return the most tokens that so many bytes hold: two bytes and a separator are the least of one."""
    return size // 3 + 2


cdef int read_field(Reading* r, uint64_t* word, uint64_t* any, Text p, Py_ssize_t n) noexcept nogil:
    """Append the stems of a field; return -1 without memory."""
    cdef Py_ssize_t i = 0, begin, end, at, letters, k
    cdef uint64_t entry, eight
    cdef int length, kind
    cdef int32_t known
    cdef void* place
    survey(p, n, word, any)
    while True:
        i = next_set(any, i)
        if i >= n:
            return 0
        begin, at, letters = i, r.used, 0
        while True:
            end = next_clear(word, i)
            place = roomier(r.letters, at + (end - i) + 300, &r.room, 1)  # what one code point folds to is no longer
            if place == NULL:
                return -1
            r.letters = <uint8_t*> place
            k = 0
            while k < end - i and i + k + 8 <= n:  # whole eights, the last of them beyond the end
                memcpy(&eight, p + i + k, 8)
                eight |= LOWER
                memcpy(r.letters + at + k, &eight, 8)
                k += 8
            for k in range(k, end - i):
                r.letters[at + k] = p[i + k] | 0x20
            at += end - i
            letters += end - i
            i = end
            if i >= n or p[i] < 0x80:
                break
            entry = folded(p + i, &length)
            kind = entry & KIND
            if kind == FAILED:
                return -1
            i += length
            if kind == SEPARATOR:
                break
            if kind != NOTHING:
                at = append(r.letters, at, r.room, entry, &letters)
        if letters < 2:
            continue
        known = common(r.letters + r.used, at - r.used).kind
        if known == STOP:
            continue
        r.starts[r.count], r.begins[r.count], r.sites[r.count] = <int32_t> r.used, <int32_t> begin, <int16_t> known
        r.used += stem(r.letters + r.used, at - r.used, letters)
        r.letters[r.used] = c" "
        r.used += 1
        r.count += 1


cdef void trim(Reading* r, Text p, Py_ssize_t size) noexcept nogil:
    """Drop the stems of the site's last paragraphs; see `model.boilerplate`."""
    cdef Py_ssize_t end = stripped(p, size), start, n, content, site, least, turn, distinct
    cdef int16_t word
    cdef uint8_t[SITE_WORDS] seen
    for turn in range(MOST):
        least = max(0, end - 4 * LONGEST - 1)  # no paragraph of more bytes can be short enough
        start = end
        while start > least and p[start - 1] != c"\n":
            start -= 1
        if (start > 0 and p[start - 1] != c"\n") or code_points(p, start, end) > LONGEST:
            break
        memset(seen, 0, SITE_WORDS)
        content = site = distinct = 0
        n = r.count
        while n > r.title and r.begins[n - 1] >= start:
            n -= 1
            content += 1
            word = r.sites[n]
            if word >= 0:
                site += 1
                distinct += not seen[word]
                seen[word] = 1
        if distinct < LEAST_WORDS or not site >= LEAST_SHARE * content:
            break
        r.used = r.starts[n] if n < r.count else r.used
        r.count = n
        end = stripped(p, start)
