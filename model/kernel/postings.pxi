# The nearest story to an article, term by term over an inverted index; see `model.stories.index`.

cdef extern from *:
    """
    /* Return the next place at which a number reaches its limit; sixteen at a time, as vector instructions. */
    static ptrdiff_t next_high(const float* numbers, const float* limits, ptrdiff_t n, ptrdiff_t count) {
        for (; n < count; n++) {
            while (n % 16 == 0 && n + 16 <= count) {
                int any = 0;
                for (int k = 0; k < 16; k++) any |= numbers[n + k] >= limits[n + k];
                if (any) break;
                n += 16;
            }
            if (n < count && numbers[n] >= limits[n]) return n;
        }
        return count;
    }
    """
    Py_ssize_t next_high(const float* numbers, const float* limits, Py_ssize_t n, Py_ssize_t count) nogil

cdef struct Posting:
    int32_t article
    float value
    int32_t next  # and 1; 0 for none

cdef struct Candidate:
    int32_t slot
    double total


cdef class Search:
    """Live stories as of the last fold, and articles since; see `model.stories.engine.Search`."""

    cdef const int32_t[::1] starts, slots
    cdef const float[::1] data
    cdef const double[::1] folded
    cdef Posting* postings
    cdef int32_t* heads  # of each term; and 1
    cdef int32_t* places  # the slot of each recent article
    cdef int32_t* candidate_of  # of each slot; and 1
    cdef float* sums
    cdef float* limits
    cdef float* cosines
    cdef Candidate* candidates
    cdef Py_ssize_t terms, known_slots, width, count, posted
    cdef Py_ssize_t postings_room, heads_room, places_room, slots_room, sums_room, limits_room, cosines_room, found_room
    cdef double floor, grace, fade

    def __init__(self, double floor, double grace, double fade):
        self.floor, self.grace, self.fade = floor, grace, fade

    def __dealloc__(self):
        free(self.postings)
        free(self.heads)
        free(self.places)
        free(self.candidate_of)
        free(self.sums)
        free(self.limits)
        free(self.cosines)
        free(self.candidates)

    def fold(self, sums, Py_ssize_t slots, places, vectors, folded, Py_ssize_t kept):
        """Take vectors into the sums of their slots; forget the rest. Return the sums and their width."""
        made = summed(*sums, slots, places, vectors, kept)
        starts, posted, data = turned(*made)
        self.take(starts, posted, data, folded)
        return made

    cdef int take(self, starts, slots, data, folded) except -1:
        cdef Py_ssize_t n
        self.starts, self.slots = np.ascontiguousarray(starts, np.int32), np.ascontiguousarray(slots, np.int32)
        self.data, self.folded = np.ascontiguousarray(data, np.float32), np.ascontiguousarray(folded, np.float64)
        self.terms, self.known_slots, self.count, self.posted = len(self.starts) - 1, len(self.folded), 0, 0
        self.sums = <float*> enough(self.sums, self.known_slots, &self.sums_room, sizeof(float))
        self.limits = <float*> enough(self.limits, self.known_slots, &self.limits_room, sizeof(float))
        memset(self.sums, 0, self.known_slots * sizeof(float))
        if self.width:
            memset(self.heads, 0, self.width * sizeof(int32_t))
        for n in range(self.known_slots):
            self.limits[n] = <float> (self.floor * self.folded[n]) if self.folded[n] > 0 else <float> 1e30
        return 0

    def add(self, one, Py_ssize_t slot):
        """Note that an article was put into a slot."""
        self.note(vector(one), slot)

    cdef int note(self, Vector one, Py_ssize_t slot) except -1:
        cdef const int32_t* terms = one.terms_
        cdef Py_ssize_t n, count = one.count, wider = terms[count - 1] + 1 if count else 0, room
        if wider > self.width:
            self.heads = <int32_t*> enough(self.heads, wider, &self.heads_room, sizeof(int32_t))
            memset(self.heads + self.width, 0, (wider - self.width) * sizeof(int32_t))
            self.width = wider
        self.postings = <Posting*> enough(self.postings, self.posted + count, &self.postings_room, sizeof(Posting))
        self.places = <int32_t*> enough(self.places, self.count + 1, &self.places_room, sizeof(int32_t))
        room = self.slots_room
        self.candidate_of = <int32_t*> enough(self.candidate_of, slot + 1, &self.slots_room, sizeof(int32_t))
        memset(self.candidate_of + room, 0, (self.slots_room - room) * sizeof(int32_t))
        for n in range(count):
            self.postings[self.posted] = Posting(<int32_t> self.count, one.values_[n], self.heads[terms[n]])
            self.posted += 1
            self.heads[terms[n]] = <int32_t> self.posted
        self.places[self.count] = <int32_t> slot
        self.count += 1
        return 0

    def place(  # noqa: PLR0917
        self, list vectors, const double[::1] dates, double threshold, double[::1] sizes, double[:, ::1] days,
        list spare, Py_ssize_t slots,
    ):
        """Put articles into the slots of the nearest stories, else into spare ones, else into those from `slots` on."""
        cdef Py_ssize_t n, slot
        cdef double day
        cdef Vector one
        cdef list found = []
        for n in range(len(vectors)):
            one, day = vector(vectors[n]), dates[n]
            slot = self.nearest(one, day, threshold, sizes, days)
            if slot < 0 and spare:
                slot = spare.pop()
            elif slot < 0:
                slot = slots
                slots += 1
            sizes[slot] += 1
            if day == day:
                days[slot, 0] = day if not days[slot, 0] <= day else days[slot, 0]
                days[slot, 1] = day if not days[slot, 1] >= day else days[slot, 1]
            self.note(one, slot)
            found.append(slot)
        return found

    cdef Py_ssize_t nearest(
        self, Vector one, double day, double threshold, double[::1] sizes, double[:, ::1] days
    ) except -2:
        """Return the slot of the nearest story, -1 where none is as near as the threshold."""
        cdef Py_ssize_t found
        self.cosines = <float*> enough(self.cosines, self.count, &self.cosines_room, sizeof(float))
        self.candidates = <Candidate*> enough(
            self.candidates, self.known_slots + self.count, &self.found_room, sizeof(Candidate)
        )
        with nogil:
            self.gather(one.terms_, one.values_, one.count)
            found = self.choose(day, threshold, sizes, days)
        return found

    cdef void gather(self, const int32_t* terms, const float* values, Py_ssize_t count) noexcept nogil:
        """Sum up products with all stories, and with all recent articles."""
        cdef Py_ssize_t n, k
        cdef int32_t term, place
        cdef float value
        cdef float* sums = self.sums
        cdef const int32_t* slots = &self.slots[0] if self.slots is not None and self.slots.shape[0] else NULL
        cdef const float* data = &self.data[0] if slots != NULL else NULL
        memset(self.cosines, 0, self.count * sizeof(float))
        for n in range(count):
            if n + 8 < count and terms[n + 8] < self.terms and slots != NULL:
                PREFETCH(<void*> &self.starts[terms[n + 8]])
            if n + 8 < count and terms[n + 8] < self.width:
                PREFETCH(&self.heads[terms[n + 8]])
            if n + 3 < count and terms[n + 3] < self.terms and slots != NULL:
                PREFETCH(<void*> &slots[self.starts[terms[n + 3]]])
                PREFETCH(<void*> &data[self.starts[terms[n + 3]]])
            term, value = terms[n], values[n]
            if slots != NULL and term < self.terms:
                for k in range(self.starts[term], self.starts[term + 1]):
                    sums[slots[k]] += value * data[k]
            if term < self.width:
                place = self.heads[term]
                while place:
                    self.cosines[self.postings[place - 1].article] += value * self.postings[place - 1].value
                    place = self.postings[place - 1].next

    cdef Py_ssize_t choose(
        self, double day, double threshold, double[::1] sizes, double[:, ::1] days
    ) noexcept nogil:
        cdef Py_ssize_t n, met = 0, best = -1
        cdef int32_t slot
        cdef bint close = False
        cdef float floor = <float> self.floor
        cdef double mean, gap, highest = -1
        n = next_high(self.sums, self.limits, 0, self.known_slots)
        while n < self.known_slots:
            self.candidates[met] = Candidate(<int32_t> n, <float> (self.sums[n] / self.folded[n]) * self.folded[n])
            met += 1
            if n < self.slots_room:
                self.candidate_of[n] = <int32_t> met
            n = next_high(self.sums, self.limits, n + 1, self.known_slots)
        if self.known_slots:
            memset(self.sums, 0, self.known_slots * sizeof(float))
        for n in range(self.count):
            if self.cosines[n] >= floor:
                close = True
                slot = self.places[n]
                if self.candidate_of[slot] == 0:
                    self.candidates[met] = Candidate(slot, 0)
                    met += 1
                    self.candidate_of[slot] = <int32_t> met
        if close:
            for n in range(self.count):
                if self.cosines[n] > 0 and self.candidate_of[self.places[n]]:
                    self.candidates[self.candidate_of[self.places[n]] - 1].total += self.cosines[n]
        for n in range(met):
            slot = self.candidates[n].slot
            if slot < self.slots_room:
                self.candidate_of[slot] = 0
            mean = self.candidates[n].total / sizes[slot]
            gap = max(days[slot, 0] - day, day - days[slot, 1])
            if gap > self.grace:  # never where a day is missing
                mean *= exp((self.grace - gap) / self.fade)
            if mean > highest or (mean == highest and slot < best):
                highest, best = mean, slot
        return best if highest >= threshold else -1


cdef void* enough(void* place, Py_ssize_t need, Py_ssize_t* room, Py_ssize_t size) except? NULL:
    cdef void* new = roomier(place, need, room, size)
    if new == NULL and need:
        raise MemoryError
    return new
