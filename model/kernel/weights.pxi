# The vector of a text; see `model.stories.interpreted.Terms.vectors`.

cdef enum:
    LOGS = 4096

cdef double[LOGS] LOG  # of small whole numbers, which counts mostly are
for _n in range(1, LOGS):
    LOG[_n] = log(<double> _n)


cdef inline double log_of(Py_ssize_t n) noexcept nogil:
    return LOG[n] if n < LOGS else log(<double> n)


cdef double field(int32_t* counts, double* idf, double* total, double weight, Py_ssize_t count) noexcept nogil:
    """Add a field's weights, brought to a length, to those of each term."""
    cdef Py_ssize_t n
    cdef double square = 0, value, scale
    for n in range(count):
        if counts[n]:
            value = idf[n] if counts[n] == 1 else (1 + log_of(counts[n])) * idf[n]
            square += value * value
    scale = weight / (sqrt(square) if square > 0 else 1.0)
    for n in range(count):
        if counts[n]:
            value = idf[n] if counts[n] == 1 else (1 + log_of(counts[n])) * idf[n]
            total[n] += scale * value
    return scale


cdef Py_ssize_t strongest(
    float* values, uint64_t* keys, uint64_t* other, int32_t* chosen, Py_ssize_t count, Py_ssize_t kept
) noexcept nogil:
    """Choose the places of the `kept` largest values, of equals the first, in order; return how many there are."""
    cdef Py_ssize_t n, found = 0
    cdef uint32_t bits
    if count <= kept:
        for n in range(count):
            chosen[n] = <int32_t> n
        return count
    for n in range(count):
        memcpy(&bits, values + n, 4)  # of positive numbers the bits are in their order
        keys[n] = <uint64_t> ~bits << 32 | <uint64_t> n
    sort_upper(keys, other, count)
    for n in range(count):
        chosen[n] = 0
    for n in range(kept):
        chosen[keys[n] & LOWER_HALF] = 1
    for n in range(count):
        if chosen[n]:
            chosen[found] = <int32_t> n
            found += 1
    return found
