# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The compiled loops of the stories; see `model.stories.engine` for what they do."""

from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.math cimport exp, log, sqrt
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

import secrets

import numpy as np

from model import analysis, boilerplate
from model.stopwords import ENGLISH
from model.stories import engine
from model.stories import stem as stem_module

ctypedef const unsigned char* Text

cdef Py_ssize_t SHINGLE = engine.SHINGLE, FEW = engine.FEW
cdef uint32_t SAMPLE = engine.SAMPLE
cdef int32_t COMMON = engine.COMMON
cdef double SHARED = engine.SHARED

include "folding.pxi"
include "survey.pxi"
include "hashing.pxi"
include "stems.pxi"


cdef class Words:
    """The stems of an article's title and text; see `model.stories.engine.Stems`."""

    cdef Reading reading
    cdef int32_t* ids  # of each stem, which of the distinct ones it is
    cdef int32_t* firsts  # of each distinct stem, where it first stands
    cdef uint64_t* hashes
    cdef int32_t* numbers  # of each distinct stem in the table `owner`
    cdef Py_ssize_t distinct_
    cdef object owner

    def __dealloc__(self):
        free(self.reading.letters)
        free(self.reading.starts)
        free(self.reading.begins)
        free(self.reading.sites)
        free(self.ids)
        free(self.firsts)
        free(self.hashes)
        free(self.numbers)

    cdef int allocate(self, Py_ssize_t most, Py_ssize_t letters) except -1:
        cdef Reading* r = &self.reading
        r.room = letters + 320
        r.letters = <uint8_t*> malloc(r.room)
        r.starts = <int32_t*> malloc((most + 1) * sizeof(int32_t))
        r.begins = <int32_t*> malloc((most + 1) * sizeof(int32_t))
        r.sites = <int16_t*> malloc((most + 1) * sizeof(int16_t))
        if not (r.letters and r.starts and r.begins and r.sites):
            raise MemoryError
        return 0

    cdef int finish(self) noexcept nogil:
        """Number the distinct stems; return -1 without memory."""
        cdef Reading* r = &self.reading
        cdef Py_ssize_t n, size, slot, slots = slots_for(r.count)
        cdef uint64_t h
        cdef int32_t* places = <int32_t*> calloc(slots, sizeof(int32_t))
        cdef int32_t known
        cdef void* place = roomier(r.letters, r.used + 8, &r.room, 1)
        if place != NULL:
            r.letters = <uint8_t*> place
        r.starts[r.count] = <int32_t> r.used
        self.ids = <int32_t*> malloc((r.count + 1) * sizeof(int32_t))
        self.firsts = <int32_t*> malloc((r.count + 1) * sizeof(int32_t))
        self.hashes = <uint64_t*> malloc((r.count + 1) * sizeof(uint64_t))
        if not (place and places and self.ids and self.firsts and self.hashes):
            free(places)
            return -1
        free(r.begins)
        free(r.sites)
        r.begins, r.sites = NULL, NULL
        for n in range(r.count):
            size = r.starts[n + 1] - 1 - r.starts[n]
            h = hashed(r.letters + r.starts[n], size)
            slot = h & (slots - 1)
            while True:
                known = places[slot] - 1
                if known < 0:
                    places[slot] = <int32_t> self.distinct_ + 1
                    self.firsts[self.distinct_], self.hashes[self.distinct_] = <int32_t> n, h
                    self.ids[n] = <int32_t> self.distinct_
                    self.distinct_ += 1
                    break
                if self.hashes[known] == h and self.same(self.firsts[known], n, size):
                    self.ids[n] = known
                    break
                slot = (slot + 1) & (slots - 1)
        free(places)
        return 0

    cdef inline bint same(self, Py_ssize_t one, Py_ssize_t other, Py_ssize_t size) noexcept nogil:
        cdef Reading* r = &self.reading
        if r.starts[one + 1] - 1 - r.starts[one] != size:
            return False
        return memcmp(r.letters + r.starts[one], r.letters + r.starts[other], size) == 0

    cdef str word(self, Py_ssize_t n):
        cdef Reading* r = &self.reading
        return r.letters[r.starts[n]:r.starts[n + 1] - 1].decode("utf-8", "surrogatepass")

    @property
    def title(self):
        return [self.word(n) for n in range(self.reading.title)]

    @property
    def body(self):
        return [self.word(n) for n in range(self.reading.title, self.reading.count)]

    def distinct(self):
        """Return each stem once, in order."""
        return [self.word(self.firsts[n]) for n in range(self.distinct_)]


def analyse(str title not None, str text not None, bint whole=False):
    """Return the stems of an article; with `whole` the site's last paragraphs among them."""
    cdef Words words = Words.__new__(Words)
    cdef Reading* r = &words.reading
    cdef Text p
    cdef Text q
    cdef Py_ssize_t n, m, bits
    cdef uint64_t* word
    cdef uint64_t* any
    cdef int done
    held = title, text
    try:
        p = <Text> PyUnicode_AsUTF8AndSize(title, &n)
        q = <Text> PyUnicode_AsUTF8AndSize(text, &m)
    except UnicodeEncodeError:  # lone surrogates, which are separators
        held = title.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass")
        p, n = <Text> <const char*> <bytes> held[0], len(held[0])
        q, m = <Text> <const char*> <bytes> held[1], len(held[1])
    if n + m >= 2**28:
        raise MemoryError("a text of 256 MB or more")
    words.allocate(most_tokens(n) + most_tokens(m), n + m)
    bits = survey_size(max(n, m)) * sizeof(uint64_t)
    word, any = <uint64_t*> malloc(bits), <uint64_t*> malloc(bits)
    with nogil:
        done = -1
        if word != NULL and any != NULL:
            done = read_field(r, word, any, p, n)
            r.title = r.count
            if done == 0:
                done = read_field(r, word, any, q, m)
            if done == 0 and not whole:
                trim(r, q, m)
            if done == 0:
                done = words.finish()
        free(word)
        free(any)
    if done < 0:
        raise MemoryError
    return words


def join(title, body):
    """Return stems that were made before."""
    return joined(list(title), list(body))


cdef Words joined(list title, list body):
    cdef Words words = Words.__new__(Words)
    cdef Reading* r = &words.reading
    cdef list stems = [stem.encode("utf-8", "surrogatepass") for stem in title + body]
    cdef bytes letters = b" ".join(stems) + b" "
    cdef Py_ssize_t at = 0
    words.allocate(len(stems), len(letters))
    memcpy(r.letters, <const char*> letters, len(letters))
    r.title = len(title)
    for stem in stems:
        r.starts[r.count] = <int32_t> at
        r.count += 1
        at += len(stem) + 1
    r.used = at
    if words.finish() < 0:
        raise MemoryError
    return words


cdef inline Words taken(stems):
    return <Words> stems if isinstance(stems, Words) else joined(list(stems.title), list(stems.body))


include "terms.pxi"
include "sketches.pxi"
include "sums.pxi"
include "postings.pxi"
include "written.pxi"
