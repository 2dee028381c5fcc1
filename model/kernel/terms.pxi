# Numbers and document frequencies of terms, and vectors made with them.

include "weights.pxi"
include "vectors.pxi"

cdef struct Term:
    uint64_t hash
    int64_t place
    int32_t size
    int32_t number  # and 1; 0 where the slot is free


cdef class Terms:
    """Numbers and counts of stems; see `model.stories.engine.Terms`. Not safe to share between threads."""

    cdef readonly Py_ssize_t texts
    cdef Py_ssize_t slots, count_, counts_room, used, room, places_room
    cdef Term* terms_
    cdef int32_t* counts_
    cdef int64_t* places
    cdef uint8_t* letters

    def __cinit__(self, terms=(), counts=(), Py_ssize_t texts=0):
        cdef int32_t number
        self.slots = 1024
        self.terms_ = <Term*> calloc(self.slots, sizeof(Term))
        if self.terms_ == NULL:
            raise MemoryError
        self.texts = texts
        cdef Words words = joined([], list(terms))
        self.resolve(words)
        for number, count in enumerate(counts):
            self.counts_[number] = count

    def __dealloc__(self):
        free(self.terms_)
        free(self.counts_)
        free(self.places)
        free(self.letters)

    def __len__(self):
        return self.count_

    cdef str term(self, Py_ssize_t n):
        cdef int64_t start = self.places[n], end = self.places[n + 1] if n + 1 < self.count_ else self.used
        return self.letters[start:end].decode("utf-8", "surrogatepass")

    @property
    def terms(self):
        return [self.term(n) for n in range(self.count_)]

    def named(self, numbers):
        """Return the terms of some numbers."""
        cdef const int32_t[::1] numbers_ = np.ascontiguousarray(numbers, np.int32)
        cdef Py_ssize_t n
        for n in range(len(numbers_)):
            if not 0 <= numbers_[n] < self.count_:
                raise IndexError("there is no such term")
        return [self.term(numbers_[n]) for n in range(len(numbers_))]

    @property
    def counts(self):
        return [self.counts_[n] for n in range(self.count_)]

    def count(self, stems):
        """Count one more article."""
        cdef Words words = taken(stems)
        cdef Py_ssize_t n
        self.resolve(words)
        self.texts += 1
        for n in range(words.distinct_):
            self.counts_[words.numbers[n]] += 1

    def register(self, stems):
        """Give an article's terms numbers without counting it."""
        self.resolve(taken(stems))

    def idf(self, numbers):
        """Return the smoothed inverse document frequency of each term number."""
        cdef const int32_t[::1] numbers_ = np.ascontiguousarray(numbers, np.int32)
        found = np.empty(len(numbers_))
        cdef double[::1] found_ = found
        cdef Py_ssize_t n
        cdef double most = 1 + log(<double> (1 + self.texts))
        for n in range(len(numbers_)):
            if not 0 <= numbers_[n] < self.count_:
                raise IndexError("there is no such term")
            found_[n] = most - log_of(1 + self.counts_[numbers_[n]])
        return found

    cdef int resolve(self, Words words) except -1:
        """Give each distinct stem its number in this table, a new one where it has none."""
        cdef Reading* r = &words.reading
        cdef Py_ssize_t n, size, slot
        cdef Term* term
        cdef uint64_t h
        cdef uint8_t* p
        if words.owner is self:
            return 0
        free(words.numbers)
        words.owner = None
        words.numbers = <int32_t*> malloc((words.distinct_ + 1) * sizeof(int32_t))
        if words.numbers == NULL:
            raise MemoryError
        self.reserve(words)
        for n in range(words.distinct_):
            PREFETCH(&self.terms_[words.hashes[n] & (self.slots - 1)])
        for n in range(words.distinct_):
            p, h = r.letters + r.starts[words.firsts[n]], words.hashes[n]
            size = r.starts[words.firsts[n] + 1] - 1 - r.starts[words.firsts[n]]
            slot = h & (self.slots - 1)
            while True:
                term = &self.terms_[slot]
                if term.number == 0:
                    term.hash, term.place, term.size = h, self.used, <int32_t> size
                    memcpy(self.letters + self.used, p, size)
                    self.places[self.count_], self.counts_[self.count_] = self.used, 0
                    self.used += size
                    self.count_ += 1
                    term.number = <int32_t> self.count_
                    break
                if term.hash == h and term.size == size and memcmp(self.letters + term.place, p, size) == 0:
                    break
                slot = (slot + 1) & (self.slots - 1)
            words.numbers[n] = term.number - 1
        words.owner = self
        return 0

    cdef int reserve(self, Words words) except -1:
        """Make room for all terms of an article as new ones."""
        cdef Py_ssize_t need = self.count_ + words.distinct_ + 1, n, slot, slots
        cdef Term* larger
        cdef void* place
        place = roomier(self.letters, self.used + words.reading.used + 8, &self.room, 1)
        if place == NULL:
            raise MemoryError
        self.letters = <uint8_t*> place
        place = roomier(self.counts_, need, &self.counts_room, sizeof(int32_t))
        if place == NULL:
            raise MemoryError
        self.counts_ = <int32_t*> place
        place = roomier(self.places, need, &self.places_room, sizeof(int64_t))
        if place == NULL:
            raise MemoryError
        self.places = <int64_t*> place
        if 2 * need <= self.slots:
            return 0
        slots = slots_for(2 * need)
        larger = <Term*> calloc(slots, sizeof(Term))
        if larger == NULL:
            raise MemoryError
        for n in range(self.slots):
            if self.terms_[n].number:
                slot = self.terms_[n].hash & (slots - 1)
                while larger[slot].number:
                    slot = (slot + 1) & (slots - 1)
                larger[slot] = self.terms_[n]
        free(self.terms_)
        self.terms_, self.slots = larger, slots
        return 0

    def vectors(self, stems, weights, Py_ssize_t lead, Py_ssize_t wide, Py_ssize_t kept):
        """Return a vector of the `wide` weightiest terms, and one of the `kept` weightiest of those."""
        cdef Vector made
        cdef Words words = taken(stems)
        cdef Reading* r = &words.reading
        cdef double[3] weight = weights
        cdef Py_ssize_t n, k, count = words.distinct_, end = min(r.count, r.title + lead), found
        self.resolve(words)
        # one block of memory: idf, totals, two of keys; values; counts of three fields, places
        cdef Py_ssize_t room = count + 1
        cdef double* idf = <double*> calloc(room * 6, sizeof(double))
        if idf == NULL:
            raise MemoryError
        cdef double* total = idf + room
        cdef uint64_t* keys = <uint64_t*> (total + room)
        cdef uint64_t* other = keys + room
        cdef float* values = <float*> (other + room)
        cdef int32_t* chosen = <int32_t*> (values + room)
        cdef int32_t* counts = chosen + room
        try:
            counts_ = <int32_t*> calloc(room * 3, sizeof(int32_t))
            if counts_ == NULL:
                raise MemoryError
            with nogil:
                for n in range(r.count):
                    k = words.ids[n]
                    counts_[k] += n < r.title
                    counts_[room + k] += n < end
                    counts_[2 * room + k] += 1
                weigh(self, words, idf)
                for k in range(3):
                    field(counts_ + k * room, idf, total, weight[k], count)
                for n in range(count):
                    keys[n] = <uint64_t> words.numbers[n] << 32 | <uint64_t> n
                sort_upper(keys, other, count)
                for n in range(count):
                    counts[n] = <int32_t> (keys[n] & LOWER_HALF)
                    values[n] = <float> total[counts[n]]
                found = strongest(values, keys, other, chosen, count, wide)
            free(counts_)
            made = Vector.__new__(Vector)
            made.allocate(found)
            for n in range(found):
                k = counts[chosen[n]]
                made.terms_[n], made.idf_[n] = words.numbers[k], <float> idf[k]
                values[n] = values[chosen[n]]  # places are in order, so none is overtaken
            fill_length(made, values)
            return made, narrowed(made, kept)
        finally:
            free(idf)


cdef void weigh(Terms table, Words words, double* idf) noexcept nogil:
    cdef double most = 1 + log(<double> (1 + table.texts))
    cdef Py_ssize_t n
    for n in range(words.distinct_):
        idf[n] = most - log_of(1 + table.counts_[words.numbers[n]])
