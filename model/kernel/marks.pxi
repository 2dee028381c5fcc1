# Sketches of texts: hashes of runs of five stems, a quarter of them kept, and which texts hold each; see
# `model.stories.interpreted.Sketches`.

cdef extern from *:
    """
    static uint32_t CRC[8][256];

    static void crc_tables(void) {
        for (uint32_t n = 0; n < 256; n++) {
            uint32_t c = n;
            for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            CRC[0][n] = c;
        }
        for (int k = 1; k < 8; k++)
            for (int n = 0; n < 256; n++) CRC[k][n] = (CRC[k - 1][n] >> 8) ^ CRC[0][CRC[k - 1][n] & 255];
    }

    /* That of zlib, eight bytes at a time (Kounavis and Berry, 2005). */
    static inline uint32_t crc32_of(const unsigned char* p, ptrdiff_t size) {
        uint32_t c = 0xFFFFFFFFu;
        for (; size >= 8; size -= 8, p += 8) {
            c ^= (uint32_t) p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
            c = CRC[7][c & 255] ^ CRC[6][c >> 8 & 255] ^ CRC[5][c >> 16 & 255] ^ CRC[4][c >> 24]
                ^ CRC[3][p[4]] ^ CRC[2][p[5]] ^ CRC[1][p[6]] ^ CRC[0][p[7]];
        }
        for (; size > 0; size--, p++) c = CRC[0][(c ^ *p) & 255] ^ (c >> 8);
        return ~c;
    }
    """
    void crc_tables() nogil
    uint32_t crc32_of(Text p, Py_ssize_t size) nogil

crc_tables()

cdef struct Mark:
    uint32_t mark
    int32_t holders
    int32_t first  # 1 + the place of the first holder; 0 where the slot is free, -1 where nobody holds it any more

cdef struct Holder:
    int32_t text
    int32_t next

cdef struct Sketch:
    uint32_t* marks
    int32_t count
    int32_t sampled


cdef Sketch sketched(Words words) noexcept nogil:
    """Return the distinct marks of a text, none without memory (`count` is -1 then)."""
    cdef Sketch found
    cdef Reading* r = &words.reading
    cdef Py_ssize_t first = r.title if r.count - r.title >= SHINGLE else 0, n, slot, end
    cdef Py_ssize_t runs = max(1, r.count - first - SHINGLE + 1), slots = slots_for(runs)
    cdef uint32_t* seen
    cdef uint32_t mark
    cdef bint zero = False
    found.marks, found.count, found.sampled = NULL, 0, 0
    if r.count == 0:
        return found
    seen = <uint32_t*> calloc(slots, sizeof(uint32_t))
    found.marks = <uint32_t*> malloc(runs * sizeof(uint32_t))
    if seen == NULL or found.marks == NULL:
        free(seen)
        free(found.marks)
        found.marks, found.count = NULL, -1
        return found
    for n in range(runs):
        end = min(first + n + SHINGLE, r.count)
        mark = crc32_of(r.letters + r.starts[first + n], r.starts[end] - 1 - r.starts[first + n])
        if mark == 0:
            if zero:
                continue
            zero = True
        else:
            slot = mixed(mark ^ SECRET, ODD) & (slots - 1)
            while seen[slot] and seen[slot] != mark:
                slot = (slot + 1) & (slots - 1)
            if seen[slot]:
                continue
            seen[slot] = mark
        found.marks[found.count] = mark
        found.count += 1
        found.sampled += mark % SAMPLE == 0
    free(seen)
    if found.count >= FEW and found.sampled:
        slot = 0
        for n in range(found.count):
            if found.marks[n] % SAMPLE == 0:
                found.marks[slot] = found.marks[n]
                slot += 1
        found.count = found.sampled
    return found
