# The originals among texts, found again by their marks.

include "marks.pxi"


cdef class Sketches:
    """Which texts hold which marks; see `model.stories.engine.Sketches`. Not safe to share between threads."""

    cdef Mark* marks
    cdef Holder* holders
    cdef Sketch* sketches
    cdef Py_ssize_t slots, used, count, holders_count, holders_room, sketches_room
    cdef int32_t spare  # 1 + the place of a holder that is free, linked to others; 0 for none

    def __cinit__(self):
        self.slots = 1024
        self.marks = <Mark*> calloc(self.slots, sizeof(Mark))
        if self.marks == NULL:
            raise MemoryError

    def __dealloc__(self):
        cdef Py_ssize_t n
        for n in range(self.count):
            free(self.sketches[n].marks)
        free(self.marks)
        free(self.holders)
        free(self.sketches)

    def add(self, stems):
        """Return the number of the original of which a text is a copy, a new one where it is none, -1 without words."""
        return self.look(taken(stems), True, True)

    def find(self, stems):
        """Return the number of the original of which a text is a copy, -1 where it is none."""
        return self.look(taken(stems), True, False)

    def keep(self, stems):
        """Keep a text as an original, whatever it is like; return its number, -1 where it has no words."""
        return self.look(taken(stems), False, True)

    cdef Py_ssize_t look(self, Words words, bint find, bint keep) except -2:
        """Find the original of a text, keep the text as one where there is none, or do both."""
        cdef Sketch sketch
        cdef Py_ssize_t found
        with nogil:
            sketch = sketched(words)
            found = -2 if sketch.count < 0 else self.reserve(sketch.count)
            if found >= 0:
                found = self.matched(sketch) if find and sketch.count else -1
            if found >= -1:
                if keep and sketch.count and found < 0:
                    found = self.kept(sketch)
                else:
                    free(sketch.marks)
        if found < -1:
            free(sketch.marks)
            raise MemoryError
        return found

    def forget(self, Py_ssize_t text):
        """Drop an original."""
        cdef Sketch* sketch = &self.sketches[text]
        cdef Mark* mark
        cdef int32_t place
        cdef int32_t* link
        cdef Py_ssize_t n
        if not 0 <= text < self.count:
            raise IndexError("there is no such text")
        for n in range(sketch.count):
            mark = self.slot(sketch.marks[n])
            link = &mark.first
            while self.holders[link[0] - 1].text != text:
                link = &self.holders[link[0] - 1].next
            place = link[0]
            link[0] = self.holders[place - 1].next
            self.holders[place - 1].next, self.spare = self.spare, place
            mark.holders -= 1
            if mark.first == 0:
                mark.first = -1
        free(sketch.marks)
        sketch.marks, sketch.count = NULL, 0

    cdef inline Mark* slot(self, uint32_t mark) noexcept nogil:
        """Return the place of a mark, a free one where it is new."""
        cdef Py_ssize_t slot = mixed(mark ^ SECRET, ODD) & (self.slots - 1)
        while self.marks[slot].first and self.marks[slot].mark != mark:
            slot = (slot + 1) & (self.slots - 1)
        return &self.marks[slot]

    cdef Py_ssize_t reserve(self, Py_ssize_t more) noexcept nogil:
        """Make room for so many new marks and a text; return -2 without memory."""
        cdef Py_ssize_t n, slots
        cdef Mark* old = self.marks
        cdef Mark* new
        cdef Py_ssize_t old_slots = self.slots, live = 0
        cdef void* place
        place = roomier(self.holders, self.holders_count + more, &self.holders_room, sizeof(Holder))
        if place == NULL and more:
            return -2
        if place != NULL:
            self.holders = <Holder*> place
        place = roomier(self.sketches, self.count + 1, &self.sketches_room, sizeof(Sketch))
        if place == NULL:
            return -2
        self.sketches = <Sketch*> place
        if 3 * (self.used + more) <= 2 * self.slots:
            return 0
        for n in range(old_slots):
            live += old[n].first > 0
        slots = slots_for(live + more)
        new = <Mark*> calloc(slots, sizeof(Mark))
        if new == NULL:
            return -2
        self.marks, self.slots, self.used = new, slots, live
        for n in range(old_slots):
            if old[n].first > 0:
                self.slot(old[n].mark)[0] = old[n]
        free(old)
        return 0

    cdef Py_ssize_t kept(self, Sketch sketch) noexcept nogil:
        cdef Py_ssize_t n
        cdef int32_t place
        cdef Mark* mark
        for n in range(sketch.count):
            mark = self.slot(sketch.marks[n])
            if mark.first == 0:
                self.used += 1
                mark.mark, mark.holders = sketch.marks[n], 0
            if self.spare:
                place = self.spare
                self.spare = self.holders[place - 1].next
            else:
                self.holders_count += 1
                place = <int32_t> self.holders_count
            self.holders[place - 1].text, self.holders[place - 1].next = <int32_t> self.count, max(0, mark.first)
            mark.first = place
            mark.holders += 1
        self.sketches[self.count] = sketch
        self.count += 1
        return self.count - 1

    cdef Py_ssize_t matched(self, Sketch sketch) noexcept nogil:
        """Return the text that shares most marks, if it shares enough; -1 for none, -2 without memory."""
        cdef Py_ssize_t n, met = 0, room = 0, turn, k, best, best_count, run
        cdef int32_t counted = 0, sampled = 0, place
        cdef uint64_t* texts = NULL
        cdef void* larger
        cdef Mark* mark
        for n in range(sketch.count):
            PREFETCH(&self.marks[mixed(sketch.marks[n] ^ SECRET, ODD) & (self.slots - 1)])
        for n in range(sketch.count):
            mark = self.slot(sketch.marks[n])
            if mark.first > 0 and mark.holders > COMMON:
                continue
            counted += 1
            sampled += sketch.marks[n] % SAMPLE == 0
            place = mark.first
            while place > 0:
                larger = roomier(texts, 2 * (met + 1), &room, sizeof(uint64_t))
                if larger == NULL:
                    free(texts)
                    return -2
                texts = <uint64_t*> larger
                texts[met] = <uint64_t> self.holders[place - 1].text << 32
                met += 1
                place = self.holders[place - 1].next
        if met == 0:
            return -1
        sort_upper(texts, texts + met, met)
        # the three that share most, of equals the earlier; those looked at have a count of 0 after
        run = 0
        for n in range(met):
            if n > 0 and texts[n] >> 32 == texts[run] >> 32:
                texts[run] += 1
            else:
                run = run + 1 if n > 0 else 0
                texts[run] = (texts[n] >> 32 << 32) + 1
        best = -1
        for turn in range(3):
            best_count, k = 0, -1
            for n in range(run + 1):
                if <Py_ssize_t> (texts[n] & LOWER_HALF) > best_count:
                    best_count, k = texts[n] & LOWER_HALF, n
            if k < 0:
                break
            if best_count >= SHARED * least(counted, sampled, &self.sketches[texts[k] >> 32]):
                best = texts[k] >> 32
                break
            texts[k] &= ~LOWER_HALF
        free(texts)
        return best


cdef int32_t least(int32_t counted, int32_t sampled, Sketch* other) noexcept nogil:
    """Return the number of marks of the smaller of two sketches; see `model.stories.interpreted`."""
    if (sampled == counted) != (other.sampled == other.count):
        return max(2, min(sampled, other.sampled))
    return max(1, min(counted, other.count))
