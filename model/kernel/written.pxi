# How terms are written in a text; see `model.stories.interpreted.written`.


cdef inline bint is_space(Text p, Py_ssize_t n) noexcept nogil:
    """Tell whether the code point that begins at `n` is white space."""
    cdef int length
    if p[n] < 0x80:
        return p[n] == 0x20 or 0x09 <= p[n] <= 0x0D or 0x1C <= p[n] <= 0x1F
    return (folded(p + n, &length) & SPACE) != 0


cdef inline Py_ssize_t word_start(Text p, Py_ssize_t n) noexcept nogil:
    """Return where the word begins that the code point at `n` stands in."""
    cdef Py_ssize_t before
    while n > 0:
        before = n - 1
        while p[before] & 0xC0 == 0x80:
            before -= 1
        if is_space(p, before):
            break
        n = before
    return n


cdef inline Py_ssize_t word_end(Text p, Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    while n < size and not is_space(p, n):
        n += 1
        while n < size and p[n] & 0xC0 == 0x80:
            n += 1
    return n


def written(str text not None, stems):
    """Return the words of a text, between white space, that hold one of some stems, in order."""
    cdef Words wanted = joined([], list(stems))
    cdef Words words = Words.__new__(Words)
    cdef Reading* r = &words.reading
    cdef Reading* w = &wanted.reading
    cdef Text p
    cdef Py_ssize_t size, bits, n, length, start, end = 0, slot, slots = slots_for(wanted.distinct_)
    cdef uint64_t h
    cdef uint64_t* word
    cdef uint64_t* any
    cdef int32_t* places
    cdef int32_t place
    cdef void* larger
    cdef int done = -1
    cdef list found = []
    held = text
    try:
        p = <Text> PyUnicode_AsUTF8AndSize(text, &size)
    except UnicodeEncodeError:  # lone surrogates, which are separators
        held = text.encode("utf-8", "surrogatepass")
        p, size = <Text> <const char*> <bytes> held, len(held)
    if size >= 2**28:
        raise MemoryError("a text of 256 MB or more")
    words.allocate(most_tokens(size), size)
    bits = survey_size(size) * sizeof(uint64_t)
    word, any = <uint64_t*> malloc(bits), <uint64_t*> malloc(bits)
    places = <int32_t*> calloc(slots, sizeof(int32_t))
    if word != NULL and any != NULL and places != NULL:
        with nogil:
            done = read_field(r, word, any, p, size)
    free(word)
    free(any)
    larger = roomier(r.letters, r.used + 8, &r.room, 1)  # hashes read eight bytes more
    if larger != NULL:
        r.letters = <uint8_t*> larger
    if done < 0 or larger == NULL:
        free(places)
        raise MemoryError
    for n in range(wanted.distinct_):
        slot = wanted.hashes[n] & (slots - 1)
        while places[slot]:
            slot = (slot + 1) & (slots - 1)
        places[slot] = <int32_t> n + 1
    r.starts[r.count] = <int32_t> r.used
    for n in range(r.count):
        if r.begins[n] < end:
            continue  # its word has been found
        length = r.starts[n + 1] - 1 - r.starts[n]
        h = hashed(r.letters + r.starts[n], length)
        slot = h & (slots - 1)
        while places[slot]:
            place = wanted.firsts[places[slot] - 1]
            if (
                wanted.hashes[places[slot] - 1] == h and w.starts[place + 1] - 1 - w.starts[place] == length
                and memcmp(w.letters + w.starts[place], r.letters + r.starts[n], length) == 0
            ):
                start, end = word_start(p, r.begins[n]), word_end(p, r.begins[n], size)
                found.append(p[start:end].decode("utf-8", "surrogatepass"))
                break
            slot = (slot + 1) & (slots - 1)
    free(places)
    return found
