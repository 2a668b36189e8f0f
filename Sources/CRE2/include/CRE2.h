#ifndef TALLYMAN_CRE2_H
#define TALLYMAN_CRE2_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled regular expression; immutable, usable from any thread.
typedef struct cre2_regex cre2_regex;

/// A part of the text that was searched; start is -1 where a group took no part in the match.
typedef struct {
  int64_t start;
  int64_t end;
} cre2_span;

/// Compiles a pattern of UTF-8 bytes. On failure NULL is returned, and up to error_size bytes of the reason (ended by NUL)
/// are written to error.
cre2_regex *cre2_compile(const char *pattern, size_t pattern_size, int64_t max_memory, char *error, size_t error_size);

/// Frees a compiled expression.
void cre2_free(cre2_regex *regex);

/// How many capturing groups the expression has.
int cre2_group_count(const cre2_regex *regex);

/// Whether the expression matches anywhere in the text.
int cre2_matches(const cre2_regex *regex, const char *text, size_t text_size);

/// Finds the first match at or after a byte; spans[0] is the whole match, then the groups. 1 when found.
int cre2_find(const cre2_regex *regex, const char *text, size_t text_size, size_t from, cre2_span *spans, int span_count);

/// The first place of a part in a text; -1 when there is none. (memmem is not among what Swift sees of the C library.)
ptrdiff_t cel_find(const uint8_t *text, size_t text_size, const uint8_t *part, size_t part_size);

#ifdef __cplusplus
}
#endif

#endif
