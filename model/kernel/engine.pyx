# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The compiled engine; see the package for what it is made of."""

from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.math cimport exp, log, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcmp, memcpy, memset

import secrets

import numpy as np

from model import analysis, boilerplate
from model.errors import InvalidInputError

ctypedef const unsigned char* Text

include "folding.pxi"
include "survey.pxi"
include "vocabulary.pxi"
include "tokens.pxi"
include "passages.pxi"


cdef class Kernel:
    """One model, ready to score; see `model.score.Engine`. Immutable, so threads share it.

    With T topics and V terms: `idf` (V,), `coef` (T, V), `slope` and `bias` (T,) of the log-odds.
    """

    cdef Model model

    def __cinit__(self, tuple terms, idf, coef, slope, bias, stop_words, site_words):
        cdef Model* m = &self.model
        cdef Py_ssize_t n, t, room
        stop, site = sorted(stop_words), sorted(site_words)
        if len(site) > SITE_WORDS:
            raise ValueError("too many site words")
        words = {*stop, *site, *(word for term in terms for word in term.split(" "))}
        room = len(words)
        m.topics, m.columns = len(slope), len(terms)
        m.stride = (m.topics + GROUP) // GROUP * GROUP
        m.passage, m.longest_paragraph = analysis.PASSAGE, boilerplate.LONGEST
        m.most_paragraphs, m.least_words = boilerplate.MOST, boilerplate.LEAST_WORDS
        m.least_share = boilerplate.LEAST_SHARE
        m.word_bits, m.pair_bits = bits_for(room), bits_for(m.columns)
        m.words = <Word*> calloc(<size_t> 1 << m.word_bits, sizeof(Word))
        m.pairs = <Pair*> calloc(<size_t> 1 << m.pair_bits, sizeof(Pair))
        m.hints = <uint64_t*> calloc((<size_t> 1 << (m.pair_bits + HINTS)) // 64 + 1, sizeof(uint64_t))
        m.traits = <Trait*> malloc((room + 1) * sizeof(Trait))
        m.places = <int64_t*> malloc((room + 1) * sizeof(int64_t))
        m.letters = <uint8_t*> malloc(sum(len(word.encode()) for word in words) + 8)
        m.rows = <double*> calloc(<size_t> m.columns * m.stride + 1, sizeof(double))
        m.bias = <double*> malloc((m.topics + 1) * sizeof(double))
        m.slope = <double*> malloc((m.topics + 1) * sizeof(double))
        if not (m.words and m.pairs and m.hints and m.traits and m.places and m.letters):
            raise MemoryError
        if not (m.rows and m.bias and m.slope):
            raise MemoryError
        for word in stop:
            number(m, word)
        m.stop_words = m.unknown
        for n, word in enumerate(site):
            m.traits[number(m, word)].site = <int32_t> n
        learn(m, terms)
        m.traits[m.unknown] = Trait(-1, -1)
        cdef const double[::1] idf_ = np.ascontiguousarray(idf, np.float64)
        cdef const double[:, ::1] coef_ = np.ascontiguousarray(coef, np.float64)
        for n in range(m.columns):
            m.rows[n * m.stride] = idf_[n]
            for t in range(m.topics):
                m.rows[n * m.stride + t + 1] = coef_[t, n]
        for t in range(m.topics):
            m.slope[t], m.bias[t] = slope[t], bias[t]

    def __dealloc__(self):
        free(self.model.words)
        free(self.model.pairs)
        free(self.model.hints)
        free(self.model.traits)
        free(self.model.places)
        free(self.model.letters)
        free(self.model.rows)
        free(self.model.bias)
        free(self.model.slope)

    def score(self, title, str text not None):
        """Return (probabilities, words, stop words, known words, share of code characters) of one article.

        Raises `InvalidInputError` for a lone surrogate, `MemoryError`.
        """
        cdef Scratch scratch = Scratch(self, 1)
        scratch.take(0, title, text)
        scratch.run(NULL)
        return scratch.answer(0)

    def score_batch(self, titles, texts):
        """Return what `score` returns for each article, in order; the GIL is free while they are scored."""
        # tuples: nobody takes a text away while the GIL is free
        cdef tuple held = tuple(titles), texts_held = tuple(texts)
        cdef Py_ssize_t n, count = len(texts_held)
        cdef Scratch scratch = Scratch(self, count)
        if len(held) != count:
            raise ValueError("there are not as many titles as texts")
        for n in range(count):
            scratch.take(n, held[n], texts_held[n])
        scratch.run(NULL)
        return [scratch.answer(n) for n in range(count)]

    def read(self, title, str text not None):
        """Return what `score` does, columns and values of each passage's terms, and places as int32 (P, 4)."""
        cdef Scratch scratch = Scratch(self, 1)
        cdef Trace trace
        scratch.take(0, title, text)
        cdef Py_ssize_t most = 2 * scratch.most_tokens
        places, columns, values = np.empty((most, 4), np.int32), np.empty(most, np.int32), np.empty(most)
        cdef int32_t[:, ::1] places_ = places
        cdef int32_t[::1] columns_ = columns
        cdef double[::1] values_ = values
        trace.places, trace.columns, trace.values = &places_[0, 0], &columns_[0], &values_[0]
        trace.placed = trace.entries = 0
        scratch.run(&trace)
        entries, placed = trace.entries, trace.placed
        return scratch.answer(0), columns[:entries].copy(), values[:entries].copy(), places[:placed].copy()


cdef class Scratch:
    """What one call works with: its texts, its results, and memory as its longest text needs it."""

    cdef Kernel kernel
    cdef Tokens tokens
    cdef Passage passage
    cdef Field* fields
    cdef Counts* counts
    cdef double* probabilities
    cdef Py_ssize_t count, most_tokens, longest, longest_title

    def __cinit__(self, Kernel kernel, Py_ssize_t count):
        self.kernel, self.count = kernel, count
        self.fields = <Field*> malloc((2 * count + 1) * sizeof(Field))
        self.counts = <Counts*> malloc((count + 1) * sizeof(Counts))
        self.probabilities = <double*> malloc((count * kernel.model.topics + 1) * sizeof(double))
        if not (self.fields and self.counts and self.probabilities):
            raise MemoryError

    def __dealloc__(self):
        free(self.fields)
        free(self.counts)
        free(self.probabilities)
        free(self.tokens.words)
        free(self.tokens.begins)
        free(self.tokens.spans)
        free(self.tokens.buffer)
        free(self.tokens.word)
        free(self.tokens.any)
        free(self.passage.terms)
        free(self.passage.ends)
        free(self.passage.columns)
        free(self.passage.counts)
        free(self.passage.slots)
        free(self.passage.weights)
        free(self.passage.products)

    cdef int take(self, Py_ssize_t n, title, str text) except -1:
        """Get at the UTF-8 of an article, which lives as long as its strings."""
        cdef Field* field = self.fields + 2 * n
        try:
            field[0].data = <Text> PyUnicode_AsUTF8AndSize("" if title is None else title, &field[0].size)
            field[1].data = <Text> PyUnicode_AsUTF8AndSize(text, &field[1].size)
        except UnicodeEncodeError:
            raise InvalidInputError("a lone surrogate stands in the text, which is no character") from None
        if field[0].size + field[1].size >= 2**31:
            raise InvalidInputError("a text of 2 GB or more cannot be scored")
        self.longest = max(self.longest, field[0].size, field[1].size)
        self.longest_title = max(self.longest_title, field[0].size)
        self.most_tokens = max(self.most_tokens, most_tokens(field[0].size) + most_tokens(field[1].size))
        return 0

    cdef int run(self, Trace* trace) except -1:
        """Score what was taken."""
        cdef Py_ssize_t n, topics = self.kernel.model.topics
        cdef int done = 0
        self.allocate(trace != NULL)
        with nogil:
            for n in range(self.count):
                done = score_one(
                    &self.kernel.model, &self.tokens, &self.passage, self.fields[2 * n], self.fields[2 * n + 1],
                    self.probabilities + n * topics, self.counts + n, trace
                )
                if done < 0:
                    break
        if done < 0:
            raise MemoryError
        return 0

    cdef int allocate(self, bint trace) except -1:
        cdef Tokens* tokens = &self.tokens
        cdef Passage* passage = &self.passage
        cdef Py_ssize_t bits = survey_size(self.longest) * sizeof(uint64_t)
        # the title goes with the first passage; a passage has less than twice its usual number of tokens
        cdef Py_ssize_t most = most_tokens(self.longest_title) + 2 * self.kernel.model.passage
        cdef Py_ssize_t slots = <Py_ssize_t> 1 << slot_bits(most + 1)
        tokens.words = <int32_t*> malloc(self.most_tokens * sizeof(int32_t))
        tokens.begins = <int32_t*> malloc(self.most_tokens * sizeof(int32_t))
        tokens.buffer = <uint8_t*> malloc(self.kernel.model.longest + 64)
        tokens.word, tokens.any = <uint64_t*> malloc(bits), <uint64_t*> malloc(bits)
        passage.terms = <int32_t*> malloc(2 * most * sizeof(int32_t))
        passage.ends = <int32_t*> malloc(most * sizeof(int32_t))
        passage.columns = <int32_t*> malloc(slots * sizeof(int32_t))
        passage.counts = <int32_t*> malloc(slots * sizeof(int32_t))
        passage.slots = <int32_t*> malloc(2 * most * sizeof(int32_t))
        passage.weights = <double*> malloc(2 * most * sizeof(double))
        passage.products = <double*> malloc(self.kernel.model.stride * sizeof(double))
        if trace:
            tokens.spans = <int32_t*> malloc(2 * self.most_tokens * sizeof(int32_t))
            if not tokens.spans:
                raise MemoryError
        if not (tokens.words and tokens.begins and tokens.buffer and tokens.word and tokens.any):
            raise MemoryError
        if not (passage.terms and passage.ends and passage.columns and passage.counts):
            raise MemoryError
        if not (passage.slots and passage.weights and passage.products):
            raise MemoryError
        memset(passage.columns, 0xFF, slots * sizeof(int32_t))
        return 0

    cdef tuple answer(self, Py_ssize_t n):
        cdef double* probability = self.probabilities + n * self.kernel.model.topics
        cdef Counts* counts = self.counts + n
        cdef Py_ssize_t t
        shares = tuple([probability[t] for t in range(self.kernel.model.topics)])
        code = <double> counts.code / <double> max(1, counts.chars)
        return shares, counts.words, counts.stop_words, counts.known, code
