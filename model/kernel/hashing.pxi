# Hashes with a secret, so that nobody can write texts whose words meet; sorting in time that no text can stretch.

cdef extern from *:
    """
    #define PREFETCH(address) __builtin_prefetch(address)

    /* The halves of a product of 128 bits, folded into one another: the step of wyhash. */
    static inline uint64_t mixed(uint64_t a, uint64_t b) {
        unsigned __int128 whole = (unsigned __int128) a * b;
        return (uint64_t) whole ^ (uint64_t) (whole >> 64);
    }

    /* Sort by the upper half of each number, equals as they stand; `other` is room for as many. */
    static void sort_upper(uint64_t* keys, uint64_t* other, ptrdiff_t count) {
        for (int shift = 32; shift < 64; shift += 8) {
            ptrdiff_t ends[256] = {0}, sum = 0, n;
            for (n = 0; n < count; n++) ends[keys[n] >> shift & 255]++;
            if (count == 0 || ends[keys[0] >> shift & 255] == count) continue;
            for (n = 0; n < 256; n++) { ptrdiff_t these = ends[n]; ends[n] = sum; sum += these; }
            for (n = 0; n < count; n++) other[ends[keys[n] >> shift & 255]++] = keys[n];
            memcpy(keys, other, count * sizeof(uint64_t));
        }
    }
    """
    void PREFETCH(void* address) nogil
    uint64_t mixed(uint64_t a, uint64_t b) nogil
    void sort_upper(uint64_t* keys, uint64_t* other, Py_ssize_t count) nogil

cdef uint64_t LOWER_HALF = 0xFFFFFFFFU
cdef uint64_t SECRET = secrets.randbits(64)
cdef uint64_t ODD = secrets.randbits(64) | 1
cdef uint64_t[9] FIRST  # the bits of the first bytes of eight
for _n in range(9):
    FIRST[_n] = (1 << (8 * _n)) - 1


cdef inline uint64_t hashed(Text p, Py_ssize_t size) noexcept nogil:
    """Return the hash of so many bytes; eight more must be there to read."""
    cdef uint64_t h = SECRET ^ <uint64_t> size, eight
    while size > 8:
        memcpy(&eight, p, 8)
        h = mixed(h ^ eight, ODD)
        p += 8
        size -= 8
    memcpy(&eight, p, 8)
    return mixed(h ^ (eight & FIRST[size]) ^ 0x9E3779B97F4A7C15U, ODD)


cdef inline Py_ssize_t slots_for(Py_ssize_t count) noexcept nogil:
    """Return a power of two of which `count` is no more than half."""
    cdef Py_ssize_t slots = 16
    while slots < 2 * count:
        slots *= 2
    return slots


cdef inline void* roomier(void* place, Py_ssize_t need, Py_ssize_t* room, Py_ssize_t size) noexcept nogil:
    """Return memory for at least `need` things of a size, the old one where that does; NULL where there is none."""
    cdef Py_ssize_t more
    cdef void* new
    if need <= room[0]:
        return place
    more = need + need // 2 + 64
    new = realloc(place, more * size)
    if new != NULL:
        room[0] = more
    return new
