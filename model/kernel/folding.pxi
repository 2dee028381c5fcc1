# What each code point folds to. An entry is 0 until its code point turns up; then its lowest bits tell whether that
# folds to nothing, to a separator, to up to six bytes in the entry itself, or to a string at the address it holds.

cdef extern from *:
    """
    #define LOAD(entry) __atomic_load_n(entry, __ATOMIC_ACQUIRE)
    #define STORE(entry, value) __atomic_store_n(entry, value, __ATOMIC_RELEASE)
    """
    uint64_t LOAD(uint64_t* entry) nogil
    void STORE(uint64_t* entry, uint64_t value) nogil

cdef enum:
    CODE_POINTS = 0x110000
    KIND = 7
    SEPARATOR = 1
    NOTHING = 2
    INLINE = 3
    ELSEWHERE = 4
    FAILED = 5
    SPACE = 8
    MOST_INLINE = 6

# zeros that take no memory before they are read or written
cdef uint64_t* FOLDED = <uint64_t*> calloc(CODE_POINTS, sizeof(uint64_t))
if FOLDED == NULL:
    raise MemoryError


cdef uint64_t fill(uint32_t code) noexcept with gil:
    """Ask Python what a code point folds to, remember and return it; FAILED without memory."""
    cdef uint64_t entry
    cdef uint8_t* place
    cdef Py_ssize_t size
    try:
        char = chr(code)
        letters = analysis.fold_char(char)
        data = letters.encode()
        size = len(data)
        if letters == " ":
            entry = SEPARATOR | (SPACE if char.isspace() else 0)
        elif size == 0:
            entry = NOTHING
        elif size <= MOST_INLINE:
            entry = INLINE | (<uint64_t> size << 8) | (<uint64_t> int.from_bytes(data, "little") << 16)
        elif size > 255:
            return FAILED
        else:
            place = <uint8_t*> malloc(size + 1)  # for as long as the process lives
            if place == NULL:
                return FAILED
            place[0] = <uint8_t> size
            memcpy(place + 1, <const char*> data, size)
            entry = ELSEWHERE | <uint64_t> <uintptr_t> place
        STORE(&FOLDED[code], entry)
        return entry
    except BaseException:
        return FAILED


cdef inline uint64_t folded(Text p, int* length) noexcept nogil:
    """Return the entry of the code point above ASCII that begins at `p`, in valid UTF-8, and its length in bytes."""
    cdef uint32_t code
    cdef uint64_t entry
    if p[0] < 0xE0:
        code = ((p[0] & 0x1F) << 6) | (p[1] & 0x3F)
        length[0] = 2
    elif p[0] < 0xF0:
        code = ((p[0] & 0x0F) << 12) | ((p[1] & 0x3F) << 6) | (p[2] & 0x3F)
        length[0] = 3
    else:
        code = ((p[0] & 0x07) << 18) | ((p[1] & 0x3F) << 12) | ((p[2] & 0x3F) << 6) | (p[3] & 0x3F)
        length[0] = 4
    entry = LOAD(&FOLDED[code])
    return entry if entry != 0 else fill(code)


cdef inline Py_ssize_t append(
    uint8_t* buffer, Py_ssize_t size, Py_ssize_t most, uint64_t entry, Py_ssize_t* letters
) noexcept nogil:
    """Append a folded code point to the buffer; return the new size, more than `most` where that has no room."""
    cdef uint8_t[8] own
    cdef Text p = own
    cdef Py_ssize_t length, n
    if entry & KIND == INLINE:
        length = (entry >> 8) & 0xFF
        entry >>= 16
        memcpy(own, &entry, 8)
    else:
        p = <Text> <uintptr_t> (entry & ~<uint64_t> KIND)
        length = p[0]
        p += 1
    for n in range(length):
        letters[0] += (p[n] & 0xC0) != 0x80
    if size + length > most:
        return most + 1
    memcpy(buffer + size, p, length)
    return size + length


cdef inline Py_ssize_t stripped(Text p, Py_ssize_t end) noexcept nogil:
    """Return the end of a text without the white space there."""
    cdef Py_ssize_t start
    cdef int length
    while end > 0:
        start = end - 1
        while p[start] & 0xC0 == 0x80:
            start -= 1
        if p[start] < 0x80:
            if not (p[start] == 0x20 or 0x09 <= p[start] <= 0x0D or 0x1C <= p[start] <= 0x1F):
                break
        elif not folded(p + start, &length) & SPACE:
            break
        end = start
    return end


cdef inline Py_ssize_t code_points(Text p, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    cdef Py_ssize_t n, count = 0
    for n in range(start, end):
        count += (p[n] & 0xC0) != 0x80
    return count
