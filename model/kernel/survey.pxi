# Which bytes of a field are letters and digits, as bits: with them the ends of tokens are found without a branch a byte.

cdef extern from *:
    """
    /* bytes are taken out of words by masks; elsewhere this does not compile, and the plain scorer takes over */
    #if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    #error "the compiled scorer needs a little-endian machine"
    #endif
    #define LOWEST_BIT(bits) __builtin_ctzll(bits)

    /* One bit for each of 64 bytes that are 0 or 1. */
    static inline uint64_t pack64(const unsigned char* flags) {
        uint64_t bits = 0, eight;
        for (int n = 0; n < 8; n++) {
            memcpy(&eight, flags + 8 * n, 8);
            bits |= ((eight * 0x0102040810204080ULL) >> 56) << (8 * n);
        }
        return bits;
    }

    /* Tell of 64 bytes which are ASCII letters or digits, and which are those or above ASCII; return how many are of
       the characters `analysis.CODE`. Plain loops over bytes, which compilers turn into vector instructions. */
    static inline int classify64(const unsigned char* p, uint64_t* word, uint64_t* any) {
        unsigned char words[64], anys[64], code = 0;
        for (int n = 0; n < 64; n++) {
            unsigned char c = p[n], low = c | 0x20;
            unsigned char is_word = ((unsigned char)(low - 'a') < 26) | ((unsigned char)(c - '0') < 10);
            words[n] = is_word;
            anys[n] = is_word | (c >> 7);
            code += ((unsigned char)(low - '{') < 3) | ((unsigned char)(c - ';') < 4) | (c == '_');
        }
        *word = pack64(words);
        *any = pack64(anys);
        return code;
    }
    """
    int LOWEST_BIT(uint64_t bits) nogil
    int classify64(Text p, uint64_t* word, uint64_t* any) nogil


cdef inline Py_ssize_t survey_size(Py_ssize_t size) noexcept nogil:
    """Return how many numbers of 64 bits `survey` writes."""
    return size // 64 + 2


cdef int64_t survey(Text p, Py_ssize_t size, uint64_t* word, uint64_t* any) noexcept nogil:
    """Note which bytes are ASCII letters or digits, and which are that or above ASCII; return how many are of `CODE`.

    After the last byte every search finds an end.
    """
    cdef Py_ssize_t block, blocks = size // 64
    cdef uint8_t[64] rest
    cdef int64_t code = 0
    for block in range(blocks):
        code += classify64(p + 64 * block, &word[block], &any[block])
    memset(rest, 0, 64)
    memcpy(rest, p + 64 * blocks, size % 64)
    code += classify64(rest, &word[blocks], &any[blocks])
    word[blocks + 1] = 0
    any[blocks + 1] = <uint64_t> -1
    return code


cdef int64_t count_code(Text p, Py_ssize_t size) noexcept nogil:
    """Return how many bytes are of `CODE`."""
    cdef uint64_t word, any
    cdef uint8_t[64] rest
    cdef Py_ssize_t block
    cdef int64_t code = 0
    for block in range(size // 64):
        code += classify64(p + 64 * block, &word, &any)
    memset(rest, 0, 64)
    memcpy(rest, p + size // 64 * 64, size % 64)
    return code + classify64(rest, &word, &any)


cdef inline Py_ssize_t next_set(uint64_t* bits, Py_ssize_t i) noexcept nogil:
    """Return the place of the first bit from `i` on."""
    cdef Py_ssize_t block = i >> 6
    cdef uint64_t left = bits[block] >> (i & 63)
    if left:
        return i + LOWEST_BIT(left)
    while True:
        block += 1
        if bits[block]:
            return 64 * block + LOWEST_BIT(bits[block])


cdef inline Py_ssize_t next_clear(uint64_t* bits, Py_ssize_t i) noexcept nogil:
    """Return the first place from `i` on without a bit."""
    cdef Py_ssize_t block = i >> 6
    cdef uint64_t left = ~bits[block] >> (i & 63)
    if left:
        return i + LOWEST_BIT(left)
    while True:
        block += 1
        if ~bits[block]:
            return 64 * block + LOWEST_BIT(~bits[block])
