#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// One simdjson DOM parser with the document it parsed last.
typedef struct csimdjson_parser csimdjson_parser;

/// Makes a parser; `max_depth` bounds nesting. Returns NULL when memory is short.
csimdjson_parser *csimdjson_parser_new(size_t max_depth);
void csimdjson_parser_free(csimdjson_parser *parser);

/// Parses `length` bytes that are followed by at least 64 readable bytes.
///
/// Returns 0 and sets the tape and the string buffer, which live until the next parse; otherwise simdjson's error code.
/// The tape's layout is simdjson's own (https://github.com/simdjson/simdjson/blob/master/doc/tape.md); a self-test
/// guards it.
int csimdjson_parse(csimdjson_parser *parser, const uint8_t *json, size_t length, const uint64_t **tape,
                    const uint8_t **strings);

/// Whether `needle` stands anywhere in `haystack` (memmem, which Swift's C library overlay does not show).
bool csimdjson_contains(const uint8_t *haystack, size_t length, const uint8_t *needle, size_t needle_length);

#ifdef __cplusplus
}
#endif

#endif
