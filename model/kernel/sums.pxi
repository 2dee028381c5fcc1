# Sums of the vectors of each story, with what has come in since added, and the same turned over, a row a term: what
# `model.stories.index` does with scipy.

cdef struct Adding:
    float* totals  # of each term
    uint64_t* keys
    Py_ssize_t room


def summed(starts, terms, data, Py_ssize_t slots, places, vectors, Py_ssize_t kept):
    """Return sums, a row a slot, with vectors added to those at `places`, of which the `kept` largest values stay."""
    cdef const int32_t[::1] starts_ = np.ascontiguousarray(starts, np.int32)
    cdef const int32_t[::1] terms_ = np.ascontiguousarray(terms, np.int32)
    cdef const float[::1] data_ = np.ascontiguousarray(data, np.float32)
    cdef list all_ = [vector(one) for one in vectors]
    cdef Py_ssize_t known = len(starts_) - 1, slot, n, begin, own, used = 0, width
    cdef Py_ssize_t room = len(terms_) + kept * len(all_) + 1
    # the vectors of a slot in order of arrival, as a list of places and 1
    firsts, lasts, nexts = np.zeros(slots, np.int32), np.zeros(slots, np.int32), np.zeros(len(all_) + 1, np.int32)
    cdef int32_t[::1] first = firsts, last = lasts, next_ = nexts
    width = 1 + int(np.max(terms, initial=-1))
    for n in range(len(all_)):
        slot = places[n]
        if first[slot]:
            next_[last[slot]] = <int32_t> n + 1
        else:
            first[slot] = <int32_t> n + 1
        last[slot] = <int32_t> n + 1
        if (<Vector> all_[n]).count:
            width = max(width, (<Vector> all_[n]).terms_[(<Vector> all_[n]).count - 1] + 1)
    new_starts, new_terms, new_data = np.zeros(slots + 1, np.int32), np.empty(room, np.int32), np.empty(room, np.float32)
    cdef int32_t[::1] new_starts_ = new_starts, new_terms_ = new_terms
    cdef float[::1] new_data_ = new_data
    cdef Adding adding = Adding(<float*> calloc(width + 1, sizeof(float)), NULL, 0)
    try:
        if adding.totals == NULL:
            raise MemoryError
        for slot in range(slots):
            begin = starts_[slot] if slot < known else 0
            own = starts_[slot + 1] - begin if slot < known else 0
            if first[slot]:
                used += added(
                    &adding, all_, next_, first[slot], &terms_[begin] if own else NULL, &data_[begin] if own else NULL,
                    own, &new_terms_[used], &new_data_[used], kept,
                )
            elif own:
                memcpy(&new_terms_[used], &terms_[begin], own * sizeof(int32_t))
                memcpy(&new_data_[used], &data_[begin], own * sizeof(float))
                used += own
            new_starts_[slot + 1] = <int32_t> used
    finally:
        free(adding.totals)
        free(adding.keys)
    return new_starts, new_terms[:used], new_data[:used], width


cdef Py_ssize_t added(
    Adding* adding, list vectors, int32_t[::1] next_, int32_t place, const int32_t* terms, const float* data,
    Py_ssize_t own, int32_t* terms_to, float* data_to, Py_ssize_t kept,
) except -1:
    """Write out the largest values of a row with vectors added; return how many there are."""
    cdef Py_ssize_t n, most = own, count = 0, found
    cdef int32_t at = place
    cdef float* totals = adding.totals
    cdef uint64_t* keys
    cdef float* values
    cdef int32_t* sorted_
    cdef int32_t* chosen
    while at:
        most += (<Vector> vectors[at - 1]).count
        at = next_[at]
    # two of keys; values, terms and chosen places
    keys = <uint64_t*> roomier(adding.keys, 4 * most + 1, &adding.room, sizeof(uint64_t))
    if keys == NULL:
        raise MemoryError
    adding.keys = keys
    values = <float*> (keys + 2 * most)
    sorted_ = <int32_t*> (values + most)
    chosen = sorted_ + most
    at = place
    while at:
        count = noted(totals, keys, count, (<Vector> vectors[at - 1]).terms_, (<Vector> vectors[at - 1]).values_,
                      (<Vector> vectors[at - 1]).count)
        at = next_[at]
    count = noted(totals, keys, count, terms, data, own)
    sort_upper(keys, keys + most, count)
    for n in range(count):
        sorted_[n] = <int32_t> (keys[n] >> 32)
        values[n], totals[sorted_[n]] = totals[sorted_[n]], 0
    found = strongest(values, keys, keys + most, chosen, count, kept)
    for n in range(found):
        terms_to[n], data_to[n] = sorted_[chosen[n]], values[chosen[n]]
    return found


cdef inline Py_ssize_t noted(
    float* totals, uint64_t* keys, Py_ssize_t count, const int32_t* terms, const float* values, Py_ssize_t size
) noexcept nogil:
    """Add values to totals; note the terms that are new."""
    cdef Py_ssize_t n
    for n in range(size):
        if totals[terms[n]] == 0:
            keys[count] = <uint64_t> terms[n] << 32
            count += 1
        totals[terms[n]] += values[n]
    return count


def turned(starts, terms, data, Py_ssize_t width):
    """Return rows turned over: where each term starts, slots, values."""
    cdef const int32_t[::1] starts_ = starts, terms_ = terms
    cdef const float[::1] data_ = data
    cdef Py_ssize_t n, k, count = len(terms_)
    begins, slots, values = np.zeros(width + 2, np.int32), np.empty(count, np.int32), np.empty(count, np.float32)
    cdef int32_t[::1] begins_ = begins, slots_ = slots
    cdef float[::1] values_ = values
    with nogil:
        for n in range(count):
            begins_[terms_[n] + 2] += 1
        for n in range(width):
            begins_[n + 2] += begins_[n + 1]
        for n in range(starts_.shape[0] - 1):
            for k in range(starts_[n], starts_[n + 1]):
                slots_[begins_[terms_[k] + 1]], values_[begins_[terms_[k] + 1]] = <int32_t> n, data_[k]
                begins_[terms_[k] + 1] += 1
    return begins[:width + 1], slots, values
