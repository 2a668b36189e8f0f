#include "csimdjson.h"

#include <cstring>
#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
    size_t max_depth;
};

extern "C" csimdjson_parser *csimdjson_parser_new(size_t max_depth) {
    auto *made = new (std::nothrow) csimdjson_parser();
    if (made == nullptr) {
        return nullptr;
    }
    made->max_depth = max_depth;
    made->parser.threaded = false;
    return made;
}

extern "C" void csimdjson_parser_free(csimdjson_parser *parser) { delete parser; }

extern "C" int csimdjson_parse(csimdjson_parser *parser, const uint8_t *json, size_t length, const uint64_t **tape,
                               const uint8_t **strings) {
    // The library grows its buffers by itself but only to its default depth, hence by hand.
    if (parser->parser.capacity() < length || parser->parser.max_depth() != parser->max_depth) {
        size_t wanted = parser->parser.capacity() < length ? length + length / 2 + 4096 : parser->parser.capacity();
        auto failed = parser->parser.allocate(wanted, parser->max_depth);
        if (failed) {
            return static_cast<int>(failed);
        }
    }
    auto result = parser->parser.parse(json, length, false);
    if (result.error()) {
        return static_cast<int>(result.error());
    }
    *tape = parser->parser.doc.tape.get();
    *strings = parser->parser.doc.string_buf.get();
    return 0;
}

extern "C" bool csimdjson_contains(const uint8_t *haystack, size_t length, const uint8_t *needle,
                                   size_t needle_length) {
    return memmem(haystack, length, needle, needle_length) != nullptr;
}
