# Vectors of texts, each in one piece of memory that the garbage collector need not look at.


cdef class Vector:
    """Terms, their values and the idf those were made with; see `model.stories.engine.Vector`."""

    cdef Py_ssize_t count
    cdef int32_t* terms_
    cdef float* values_
    cdef float* idf_

    def __init__(self, terms, values, idf):
        cdef const int32_t[::1] terms_ = np.ascontiguousarray(terms, np.int32)
        cdef const float[::1] values_ = np.ascontiguousarray(values, np.float32)
        cdef const float[::1] idf_ = np.ascontiguousarray(idf, np.float32)
        cdef Py_ssize_t n
        if not len(terms_) == len(values_) == len(idf_):
            raise ValueError("as many values as terms")
        self.allocate(len(terms_))
        for n in range(self.count):
            self.terms_[n], self.values_[n], self.idf_[n] = terms_[n], values_[n], idf_[n]

    def __dealloc__(self):
        free(self.terms_)

    cdef int allocate(self, Py_ssize_t count) except -1:
        free(self.terms_)
        self.terms_ = <int32_t*> malloc((3 * count + 1) * sizeof(int32_t))
        if self.terms_ == NULL:
            raise MemoryError
        self.count, self.values_ = count, <float*> (self.terms_ + count)
        self.idf_ = self.values_ + count
        return 0

    @property
    def terms(self):
        found = np.empty(self.count, np.int32)
        cdef int32_t[::1] found_ = found
        if self.count:
            memcpy(&found_[0], self.terms_, self.count * sizeof(int32_t))
        return found

    @property
    def values(self):
        return floats(self.values_, self.count)

    @property
    def idf(self):
        return floats(self.idf_, self.count)

    def dot(self, other):
        """Return the cosine with another vector."""
        cdef Vector its = vector(other)
        cdef Py_ssize_t n = 0, k = 0
        cdef double total = 0
        while n < self.count and k < its.count:
            if self.terms_[n] == its.terms_[k]:
                total += self.values_[n] * its.values_[k]
                n += 1
                k += 1
            elif self.terms_[n] < its.terms_[k]:
                n += 1
            else:
                k += 1
        return total


cdef floats(float* values, Py_ssize_t count):
    found = np.empty(count, np.float32)
    cdef float[::1] found_ = found
    if count:
        memcpy(&found_[0], values, count * sizeof(float))
    return found


cdef inline Vector vector(one):
    return <Vector> one if isinstance(one, Vector) else Vector(one.terms, one.values, one.idf)


def rows(vectors):
    """Return vectors as the rows of a matrix: where each starts, terms, values."""
    cdef list all_ = [vector(any_) for any_ in vectors]
    cdef Vector one
    cdef Py_ssize_t count = 0, n
    starts = np.zeros(len(all_) + 1, np.int32)
    cdef int32_t[::1] starts_ = starts
    for n in range(len(all_)):
        count += (<Vector> all_[n]).count
        starts_[n + 1] = <int32_t> count
    terms, values = np.empty(count + 1, np.int32), np.empty(count + 1, np.float32)
    cdef int32_t[::1] terms_ = terms
    cdef float[::1] values_ = values
    for n in range(len(all_)):
        one = <Vector> all_[n]
        memcpy(&terms_[starts_[n]], one.terms_, one.count * sizeof(int32_t))
        memcpy(&values_[starts_[n]], one.values_, one.count * sizeof(float))
    return starts, terms[:count], values[:count]


cdef int fill_length(Vector made, float* values) except -1:
    """Bring the values of a vector, as they are elsewhere, to length 1."""
    cdef Py_ssize_t n
    cdef double square = 0
    cdef float norm
    for n in range(made.count):
        square += <double> values[n] * values[n]
    norm = <float> sqrt(square) if square > 0 else 1
    for n in range(made.count):
        made.values_[n] = values[n] / norm
    return 0


cdef Vector narrowed(Vector wide, Py_ssize_t kept):
    """Return the `kept` weightiest terms of a vector, brought to length 1; the vector itself where it has no more."""
    cdef Vector made
    cdef Py_ssize_t n, count = wide.count
    cdef uint64_t* keys
    cdef int32_t* chosen
    cdef float* values
    if count <= kept:
        return wide
    keys = <uint64_t*> malloc(count * (2 * sizeof(uint64_t) + sizeof(int32_t) + sizeof(float)))
    if keys == NULL:
        raise MemoryError
    chosen = <int32_t*> (keys + 2 * count)
    values = <float*> (chosen + count)
    try:
        made = Vector.__new__(Vector)
        made.allocate(strongest(wide.values_, keys, keys + count, chosen, count, kept))
        for n in range(made.count):
            made.terms_[n], made.idf_[n] = wide.terms_[chosen[n]], wide.idf_[chosen[n]]
            values[n] = wide.values_[chosen[n]]
        fill_length(made, values)
    finally:
        free(keys)
    return made
